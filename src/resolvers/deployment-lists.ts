import type { Context } from '../context.ts';
import { parsePosition, positionCursor } from '../cursors.ts';
import { groupBy } from '../datasources/batch.ts';
import { listDeployments } from '../datasources/fan-out.ts';
import type { Target } from '../datasources/sources.ts';
import { badInput } from '../errors.ts';
import { parseId, type Ref } from '../ids.ts';
import type { Connection } from '../schema/connection.ts';
import type { Deployment } from '../schema/deployment.ts';
import type { DeploymentFilter } from '../schema/inputs.ts';
import { toFailures } from './failures.ts';
import { type PageArguments, pageSize, toConnection } from './paging.ts';

/** One page of the deployments of everything that the filter lets in. */
export async function deploymentsOf(
  context: Context,
  filter: DeploymentFilter,
  page: PageArguments,
): Promise<Connection<Deployment>> {
  const { limits, call, loaders } = context;
  const found = await listDeployments(
    {
      targets: targetsOf(context, filter),
      filter,
      first: pageSize(page, limits),
      after: page.after ? parsePosition(page.after) : undefined,
      scanLimit: limits.scanLimit,
    },
    call,
  );
  for (const row of found.rows) {
    loaders.deployment.prime(row.id, row);
    if (row.revision) loaders.revision.prime(row.revision.id, row.revision);
  }
  for (const { scope } of found.sources) {
    if (scope.name !== undefined) loaders.scope.prime(scope.id, scope);
  }
  return toConnection(found.rows, positionCursor, page, {
    hasNext: found.hasNext,
    failures: toFailures(found.failures),
    endCursor: found.end && positionCursor(found.end),
  });
}

/** How many scopes one filter may name. */
const MAX_SCOPES = 100;

/** Which providers to ask, and within which of their scopes. */
function targetsOf({ providers }: Context, filter: DeploymentFilter): Target[] {
  const { length } = filter.scopeIds ?? [];
  if (length > MAX_SCOPES) {
    throw badInput('filter.scopeIds', `${length} are too many. Name ${MAX_SCOPES} at a time.`);
  }
  const scopes = filter.scopeIds && groupBy(filter.scopeIds.map(scopeRef), (ref) => ref.provider);
  for (const name of filter.providers ?? []) {
    if (providers.has(name)) continue;
    const known = [...providers.keys()].join(', ');
    throw badInput('filter.providers', `no provider is called "${name}". There are: ${known}.`);
  }
  return [...providers.values()]
    .filter(({ name, kind }) => {
      const isNamed = !filter.providers || filter.providers.includes(name);
      const isOfKind = !filter.kinds || filter.kinds.includes(kind);
      return isNamed && isOfKind && (!scopes || scopes.has(name));
    })
    .map((provider) => ({
      provider,
      within: scopes?.get(provider.name)?.filter((ref) => provider.toScope(ref)),
    }));
}

function scopeRef(id: string): Ref {
  const ref = parseId(id);
  if (ref?.type === 'Scope') return ref;
  throw badInput('filter.scopeIds', `"${id}" is not the id of a scope.`);
}
