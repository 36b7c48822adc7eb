import type { Context } from '../context.ts';
import { brokenCursor, parseCursor, toCursor } from '../cursors.ts';
import type { Failure } from '../datasources/sources.ts';
import { toGatewayError } from '../errors.ts';
import type { Ref } from '../ids.ts';
import type { Connection } from '../schema/connection.ts';
import type { ScopeFilter } from '../schema/inputs.ts';
import type { Scope } from '../schema/scope.ts';
import { toFailures } from './failures.ts';
import { type PageArguments, pageSize, toConnection } from './paging.ts';

/** One page of scopes by name: of all providers that the filter lets in, or below `parent`. */
export async function scopesOf(
  context: Context,
  filter: ScopeFilter,
  page: PageArguments,
  parent?: Ref,
): Promise<Connection<Scope>> {
  const first = pageSize(page, context.limits);
  const after = page.after ? sortKeyOf(page.after) : undefined;
  const { scopes, failures } = await readScopes(context, filter, parent);
  const wanted = filter.search?.toLowerCase();
  const matching = scopes
    .filter(({ name }) => !wanted || name?.toLowerCase().includes(wanted))
    .sort((left, right) => compare(keyOf(left), keyOf(right)));
  const rest = after ? matching.filter((scope) => compare(after, keyOf(scope)) < 0) : matching;
  return toConnection(rest.slice(0, first), (scope) => toCursor('name', keyOf(scope)), page, {
    hasNext: rest.length > first,
    totalCount: matching.length,
    failures: toFailures(failures),
  });
}

async function readScopes(
  { providers, call, loaders }: Context,
  filter: ScopeFilter,
  parent: Ref | undefined,
): Promise<{ scopes: Scope[]; failures: Failure[] }> {
  const failures: Failure[] = [];
  const scopes: Scope[] = [];
  const asked = [...providers.values()].filter(
    ({ name }) => !filter.providers || filter.providers.includes(name),
  );
  await Promise.all(
    asked.map(async (provider) => {
      try {
        const { items, faults } = await provider.listScopes(
          { ...(parent && { parent }), ...(filter.kinds && { kinds: filter.kinds }) },
          call,
        );
        scopes.push(...items);
        for (const scope of items) loaders.scope.prime(scope.id, scope);
        for (const error of faults)
          failures.push({ provider: provider.name, scopeId: null, error });
      } catch (error) {
        call.signal.throwIfAborted();
        const failure = toGatewayError(error, provider.name);
        failures.push({ provider: provider.name, scopeId: parent?.id ?? null, error: failure });
      }
    }),
  );
  return { scopes, failures };
}

type SortKey = readonly [name: string, id: string];

function keyOf({ name, nativeKey, id }: Scope): SortKey {
  return [name ?? nativeKey, id];
}

function sortKeyOf(cursor: string): SortKey {
  const [name, id] = parseCursor('name', cursor);
  if (typeof name === 'string' && typeof id === 'string') return [name, id];
  throw brokenCursor();
}

function compare([leftName, leftId]: SortKey, [rightName, rightId]: SortKey): number {
  if (leftName !== rightName) return leftName < rightName ? -1 : 1;
  return leftId < rightId ? -1 : Number(leftId > rightId);
}
