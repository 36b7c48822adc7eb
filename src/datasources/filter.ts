import { type GatewayError, toGatewayError } from '../errors.ts';
import { refOf } from '../ids.ts';
import type { Deployment } from '../schema/deployment.ts';
import { Status } from '../schema/enums.ts';
import type { DeploymentFilter } from '../schema/inputs.ts';
import { byNewest, groupBy } from './batch.ts';
import type { Batch, Call, ProviderSource, Source } from './provider.ts';

/** A row, and where it came from. */
export interface Candidate {
  row: Deployment;
  provider: ProviderSource;
  source: Source;
}

/** The rows that a filter keeps, newest first, and those that could not be judged. */
export interface Kept {
  rows: Deployment[];
  unjudged: { provider: string; scopeId: string; error: GatewayError }[];
}

/** Whether judging a row may cost requests of its own: `status` on UbiOps, `live`. */
export function needsCompletion({ status, live }: DeploymentFilter): boolean {
  return Boolean(status) || typeof live === 'boolean';
}

/** Applies what the sources themselves do not settle: everything but dates and environments. */
export async function applyFilter(
  filter: DeploymentFilter,
  candidates: readonly Candidate[],
  call: Call,
): Promise<Kept> {
  const plain = candidates.filter(({ row }) => matchesRow(row, filter));
  const found = filter.search ? await keepFound(plain, filter.search, call) : plain;
  const kept: Kept = { rows: [], unjudged: [] };
  const groups = groupBy(found, ({ provider }) => provider.name);
  await Promise.all([...groups.values()].map((group) => judge(group, filter, call, kept)));
  kept.rows.sort(byNewest);
  return kept;
}

function matchesRow(row: Deployment, { createdBy, labels }: DeploymentFilter): boolean {
  if (createdBy && row.createdBy !== createdBy) return false;
  return (labels ?? []).every((wanted) =>
    row.labels.some(({ key, value }) => key === wanted.key && value === wanted.value),
  );
}

/** Judges the rows of one provider by their state, after completing those that do not tell it. */
async function judge(
  group: Candidate[],
  filter: DeploymentFilter,
  call: Call,
  kept: Kept,
): Promise<void> {
  const open = group.filter(({ row }) => isOpen(row, filter));
  const completed = await complete(open, call);
  for (const { row, provider } of group) {
    const answer = completed.get(row.id) ?? row;
    if (answer instanceof Error) {
      kept.unjudged.push({ provider: provider.name, scopeId: row.scopeId, error: answer });
    } else if (matchesState(answer, filter)) {
      kept.rows.push(answer);
    }
  }
}

async function complete(open: readonly Candidate[], call: Call): Promise<Batch<Deployment>> {
  const [first] = open;
  if (!first) return new Map();
  try {
    return await first.provider.completeDeployments(
      open.map(({ row }) => row),
      call,
    );
  } catch (error) {
    call.signal.throwIfAborted();
    const failure = toGatewayError(error, first.provider.name);
    return new Map(open.map(({ row }) => [row.id, failure]));
  }
}

function isOpen(row: Deployment, { status, live }: DeploymentFilter): boolean {
  return (
    (Boolean(status) && row.status === undefined) ||
    (typeof live === 'boolean' && row.live === undefined)
  );
}

function matchesState(row: Deployment, { status, live }: DeploymentFilter): boolean {
  const state = row.status ?? Status.UNKNOWN;
  if (status?.in && !status.in.includes(state)) return false;
  if (status?.notIn?.includes(state)) return false;
  return typeof live !== 'boolean' || (row.live ?? false) === live;
}

async function keepFound(
  candidates: readonly Candidate[],
  search: string,
  call: Call,
): Promise<Candidate[]> {
  const names = await scopeNames(candidates, call);
  const wanted = search.toLowerCase();
  return candidates.filter(({ row }) => {
    const name = row.name ?? `${names.get(row.scopeId) ?? ''} #${row.shortId}`;
    return [name, row.description, row.message, row.nativeId].some((text) =>
      text?.toLowerCase().includes(wanted),
    );
  });
}

/** The names of the rows' scopes, one read a provider; a name that cannot be had is left out. */
async function scopeNames(
  candidates: readonly Candidate[],
  call: Call,
): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  const open = candidates.filter(({ row, source }) => {
    if (row.name !== undefined) return false;
    if (source.scope.id !== row.scopeId || source.scope.name === undefined) return true;
    names.set(row.scopeId, source.scope.name);
    return false;
  });
  const groups = groupBy(open, ({ provider }) => provider.name);
  await Promise.all(
    [...groups.values()].map(async (group) => {
      const refs = [...new Set(group.map(({ row }) => row.scopeId))].map(refOf);
      const scopes = await group[0]?.provider.getScopes(refs, call).catch(() => undefined);
      for (const [id, scope] of scopes ?? []) {
        if (!(scope instanceof Error) && scope.name !== undefined) names.set(id, scope.name);
      }
    }),
  );
  return names;
}
