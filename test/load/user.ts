import { setTimeout as pause } from 'node:timers/promises';
import { LIFETIMES } from '../../src/cache/lifetimes.ts';
import { providerNameOf } from '../../src/ids.ts';
import type { Told, Troubles } from './troubles.ts';
import { PROVIDERS, ROW, type Row, type World } from './world.ts';

/** What became of the operations of all users. */
export interface Tally {
  queries: number;
  mutations: number;
  /** Answers in which a part was missing or out of date, because it was down. */
  partial: number;
  /** Each answer that was not so. */
  wrong: string[];
  /** Each error that nothing which was down explains. */
  unexplained: string[];
}

export interface UserOptions {
  url: string;
  world: World;
  troubles: Troubles;
  tally: Tally;
  /** Where this user writes a variable that nobody else does. */
  scopeId: string;
  number: number;
  signal: AbortSignal;
}

interface Failing {
  message: string;
  extensions?: { code?: string; provider?: string };
}

interface Failure {
  code: string;
  stale: boolean;
  provider: { name: string };
}

interface Payload {
  changedNames: string[];
  userErrors: { code: string; message: string }[];
}

interface Body {
  data?: {
    deployments?: { nodes: Row[]; failures: Failure[] };
    deployment?: Row | null;
    setEnvironmentVariables?: Payload;
    node?: { environmentVariables?: { name: string; value: string | null }[] } | null;
  } | null;
  errors?: Failing[];
}

interface Sent extends Body {
  sentAt: number;
}

const LIST = `query ($first: Int!, $filter: DeploymentFilter) {
  deployments(first: $first, filter: $filter) {
    nodes { ${ROW} }
    failures { code stale provider { name } }
  }
}`;
const ONE = `query ($id: ID!) { deployment(id: $id) { ${ROW} } }`;
const SET = `mutation ($input: SetEnvironmentVariablesInput!) {
  setEnvironmentVariables(input: $input) { changedNames userErrors { code message } }
}`;
const VARIABLES = `query ($id: ID!) {
  node(id: $id) { ... on Scope { environmentVariables { name value } } }
}`;

/** Between two operations of a user. */
const REST_MS = 20;

/** How long a variable may be shown that was overwritten, with the time that reading may take. */
const OVERWRITTEN_MS = LIFETIMES.variables.hardMs + 5_000;

/** What a user has tried to write, and since when something else is surely there. */
interface Written {
  value: string | undefined;
  overwrittenAt: number;
}

/** Asks one thing after the other, and checks each answer, until it is told to end. */
export async function runUser(options: UserOptions): Promise<void> {
  const { world, troubles, tally, scopeId, number, signal } = options;
  // UbiOps takes letters and underscores only.
  const name = `load_${'abcdefghijklmnop'[number]}`;
  const written: Written[] = [{ value: undefined, overwrittenAt: Infinity }];
  const send = createSender(options);
  // They do not ask for the same at the same time.
  let turn = number * 5;

  const listOf = async (
    first: number,
    providers: readonly string[],
    filter: { providers?: string[]; scopeIds?: string[] },
  ) => {
    const { data, sentAt } = await send(LIST, { first, filter });
    if (!data?.deployments) return;
    const { nodes, failures } = data.deployments;
    const failed = new Set(failures.map(({ provider }) => provider.name));
    const [scopeId] = filter.scopeIds ?? [];
    const wish = { providers, first, ...(scopeId !== undefined && { scopeId }) };
    const outdated = (provider: string) => failed.has(provider);
    const unreachable = (provider: string) => troubles.touches(provider, sentAt);
    const reading = { sentAt, outdated, unreachable };
    tally.wrong.push(...world.faultsOfList(nodes, wish, reading));
  };
  const list = async () => {
    const first = 5 + (turn % 4) * 5;
    const only = PROVIDERS[turn % PROVIDERS.length] ?? 'ubiops';
    const scopes = world.scopes();
    const place = scopes[(turn * 7) % scopes.length] ?? '';
    if (turn % 3 === 0) return listOf(first, PROVIDERS, {});
    if (turn % 3 === 1) return listOf(first, [only], { providers: [only] });
    return listOf(first, [providerNameOf(place)], { scopeIds: [place] });
  };
  const one = async () => {
    const ids = world.ids();
    const id = ids[(turn * 7) % ids.length] ?? '';
    const { data, errors, sentAt } = await send(ONE, { id });
    if (data?.deployment) {
      // A single thing that stands in for one that cannot be read does not say so.
      const isMissing = (provider: string) => troubles.touches(provider, sentAt);
      const reading = { sentAt, outdated: isMissing, unreachable: isMissing };
      const fault = world.faultOf(data.deployment, reading);
      if (fault) tally.wrong.push(fault);
      if (data.deployment.id !== id) tally.wrong.push('another deployment');
    } else if (!errors) tally.wrong.push(`${id} is said not to be there`);
  };
  const write = async () => {
    const value = `${name} ${turn}`;
    const own: Written = { value, overwrittenAt: Infinity };
    written.push(own);
    const key = turn % 2 ? { idempotencyKey: `${name}-${process.pid}-${turn}` } : {};
    const input = { ownerId: scopeId, variables: [{ name, value }], ...key };
    const sending = async () => (await send(SET, { input })).data?.setEnvironmentVariables;
    const first = await sending();
    // The same write again is the same write: with its key it is not done twice.
    const again = 'idempotencyKey' in key ? await sending() : first;
    for (const payload of [first, again]) {
      if (!payload) continue;
      const isDone = payload.userErrors.length === 0;
      // What went wrong is counted where it came.
      if (isDone && payload.changedNames.join() !== name) {
        tally.wrong.push(`a write gave ${JSON.stringify(payload)}`);
      }
    }
    if (![first, again].some((payload) => payload?.userErrors.length === 0)) return;
    for (const each of written) {
      if (each !== own) each.overwrittenAt = Math.min(each.overwrittenAt, Date.now());
    }
  };
  const readBack = async () => {
    const { data, sentAt } = await send(VARIABLES, { id: scopeId });
    const all = data?.node?.environmentVariables;
    if (!all) return;
    const value = all.find((variable) => variable.name === name)?.value ?? undefined;
    const mayBe = written.some(
      (each) => each.value === value && each.overwrittenAt >= sentAt - OVERWRITTEN_MS,
    );
    const last = written.at(-1)?.value;
    if (!mayBe) tally.wrong.push(`${name} is ${value}, long after ${last} was written`);
  };

  const dashboard = () => listOf(10, PROVIDERS, {});

  const work = [list, dashboard, one, dashboard, list, write, dashboard, readBack, one, dashboard];
  while (!signal.aborted) {
    const operation = work[turn % work.length] ?? list;
    await operation();
    turn += 1;
    await pause(REST_MS);
  }
}

/** Sends an operation, and counts what came of it. */
function createSender({ url, scopeId, tally, troubles }: UserOptions) {
  return async (query: string, variables: Record<string, unknown>): Promise<Sent> => {
    const sentAt = Date.now();
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    }).catch((error: Error) => {
      tally.unexplained.push(`no answer: ${String(error.cause)}`);
    });
    if (query.startsWith('mutation')) tally.mutations += 1;
    else tally.queries += 1;
    if (!response) return { errors: [], sentAt };
    const body = (await response.json()) as Body;
    const problems = [
      ...(body.errors ?? []).map((error) => ({ ...toTold(error, response.status), ...error })),
      ...(body.data?.setEnvironmentVariables?.userErrors ?? []).map((error) => ({
        ...error,
        provider: providerNameOf(scopeId),
      })),
      ...(body.data?.deployments?.failures ?? []).map(({ code, provider }) => ({
        code,
        provider: provider.name,
        message: 'in failures',
      })),
    ];
    for (const problem of problems) {
      if (troubles.explains(problem, sentAt)) continue;
      tally.unexplained.push(
        `${problem.provider} ${problem.code}: ${problem.message} ${troubles.describe()}`,
      );
    }
    tally.partial += Number(problems.length > 0);
    return { ...body, sentAt };
  };
}

function toTold({ extensions }: Failing, status: number): Told {
  return { code: extensions?.code ?? String(status), provider: extensions?.provider };
}
