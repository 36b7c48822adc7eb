import { groupBy } from '../datasources/batch.ts';
import type { Batch, Call, Listing, ProviderSource } from '../datasources/provider.ts';
import { asStale, GatewayError } from '../errors.ts';
import type { Ref } from '../ids.ts';
import type { Cache } from './cache.ts';
import { createKinds, type Kinds } from './kinds.ts';
import { type Kind, type Part, partOf } from './read.ts';

interface Reader {
  /** Reads by ids; what is out of date stands in silently. */
  byIds: <T>(
    kind: Kind<T>,
    ids: readonly string[],
    load: (ids: readonly string[], call: Call) => Promise<Batch<T>>,
    call: Call,
  ) => Promise<Batch<T>>;
  /** Reads lists by the ids of their owners; a list that is out of date says so in its faults. */
  lists: <L extends Listing<unknown>>(
    kind: Kind<L>,
    ids: readonly string[],
    load: (ids: readonly string[], call: Call) => Promise<Batch<L>>,
    call: Call,
  ) => Promise<Batch<L>>;
  /** Reads one list under a key. */
  list: <L extends Listing<unknown> | null>(
    kind: Kind<L>,
    key: string,
    load: (call: Call) => Promise<L>,
    call: Call,
    parts?: (value: L) => Part[],
  ) => Promise<L>;
}

/**
 * The same provider, which remembers, but for calls that want it fresh: loaders, fan-out and resolvers do not know the difference.
 * What it answers with is frozen. `credentials` is what `credentialScope` made.
 */
export function cachedSource(
  source: ProviderSource,
  cache: Cache,
  credentials: string,
): ProviderSource {
  const kinds = createKinds(source, credentials);
  const reader = createReader(cache);
  return {
    ...source,
    ...cachedObjects(source, kinds, reader),
    ...cachedLists(source, kinds, reader),
    ...cachedOptional(source, kinds, reader),
  };
}

function createReader(cache: Cache): Reader {
  return {
    async byIds(kind, ids, load, call) {
      if (call.isFresh) return load(ids, call);
      return (await cache.read({ ...kind, ids, load }, call)).values;
    },
    async lists(kind, ids, load, call) {
      if (call.isFresh) return load(ids, call);
      const { values, stale } = await cache.read({ ...kind, ids, load }, call);
      for (const [id, error] of stale) {
        const list = values.get(id);
        if (list && !(list instanceof GatewayError)) values.set(id, outdated(list, error));
      }
      return values;
    },
    async list(kind, key, load, call, parts) {
      if (call.isFresh) return load(call);
      const loadOne = async (_keys: readonly string[], own: Call) =>
        new Map([[key, await load(own)]]);
      const read = { ...kind, ids: [key], load: loadOne, parts };
      const { values, stale } = await cache.read(read, call);
      const list = values.get(key);
      const error = stale.get(key);
      if (list instanceof GatewayError) throw list;
      if (list === undefined) throw new TypeError('a list was read and is not there');
      return list && error ? outdated(list, error) : list;
    },
  };
}

function outdated<L extends Listing<unknown>>(list: L, error: GatewayError): L {
  return { ...list, faults: [...list.faults, asStale(error)] };
}

type Objects =
  | 'getScopes'
  | 'getDeployments'
  | 'getLatestDeployments'
  | 'completeDeployments'
  | 'getPreviousDeployments'
  | 'getDeploymentErrors'
  | 'getVersions'
  | 'getRevisions'
  | 'getVariableLevels';

function cachedObjects(
  source: ProviderSource,
  kinds: Kinds,
  { byIds }: Reader,
): Pick<ProviderSource, Objects> {
  return {
    getScopes: (refs, call) =>
      byIds(
        kinds.scope,
        idsOf(refs),
        pick(refs, (some, own) => source.getScopes(some, own)),
        call,
      ),
    getDeployments: (refs, call) =>
      byIds(
        kinds.deployment,
        idsOf(refs),
        pick(refs, (some, own) => source.getDeployments(some, own)),
        call,
      ),
    getLatestDeployments: (scopes, call) =>
      byIds(
        kinds.latest,
        idsOf(scopes),
        pick(scopes, (some, own) => source.getLatestDeployments(some, own)),
        call,
      ),
    completeDeployments: (rows, call) =>
      byIds(
        kinds.completion,
        idsOf(rows),
        pick(rows, (some, own) => source.completeDeployments(some, own)),
        call,
      ),
    getPreviousDeployments: (rows, call) =>
      byIds(
        kinds.previous,
        idsOf(rows),
        pick(rows, (some, own) => source.getPreviousDeployments(some, own)),
        call,
      ),
    async getDeploymentErrors(rows, call) {
      const groups = groupBy(rows, (row) => (kinds.hasEnded(row) ? 'ended' : 'open'));
      const answers = await Promise.all(
        [...groups].map(([state, group]) =>
          byIds(
            state === 'ended' ? kinds.lastErrors : kinds.errors,
            idsOf(group),
            pick(group, (some, own) => source.getDeploymentErrors(some, own)),
            call,
          ),
        ),
      );
      return new Map(answers.flatMap((answer) => [...answer]));
    },
    getVersions: (refs, call) =>
      byIds(
        kinds.version,
        idsOf(refs),
        pick(refs, (some, own) => source.getVersions(some, own)),
        call,
      ),
    getRevisions: (refs, call) =>
      byIds(
        kinds.revision,
        idsOf(refs),
        pick(refs, (some, own) => source.getRevisions(some, own)),
        call,
      ),
    getVariableLevels: (owners, options, call) =>
      byIds(
        options.shadowed ? kinds.allVariables : kinds.variables,
        idsOf(owners),
        pick(owners, (some: readonly Ref[], own) => source.getVariableLevels(some, options, own)),
        call,
      ),
  };
}

function cachedLists(
  source: ProviderSource,
  kinds: Kinds,
  { list, lists }: Reader,
): Pick<
  ProviderSource,
  | 'listScopes'
  | 'listSources'
  | 'listDeployments'
  | 'listVersions'
  | 'listRevisions'
  | 'listAuditEvents'
> {
  return {
    listScopes: (query, call) =>
      list(
        kinds.scopes,
        JSON.stringify([query.parent?.id, query.kinds]),
        (own) => source.listScopes(query, own),
        call,
        ({ items }) => partsOf(kinds.scope, items),
      ),
    listSources: (within, call) =>
      list(kinds.sources, within?.id ?? '', (own) => source.listSources(within, own), call),
    listDeployments: (from, query, call) =>
      list(
        kinds.deployments(from),
        JSON.stringify([from.scope.id, query]),
        (own) => source.listDeployments(from, query, own),
        call,
        ({ items }) => partsOf(kinds.deployment, items),
      ),
    listVersions: (refs, call) =>
      lists(
        kinds.versions,
        idsOf(refs),
        pick(refs, (some, own) => source.listVersions(some, own)),
        call,
      ),
    listRevisions: (refs, call) =>
      lists(
        kinds.revisions,
        idsOf(refs),
        pick(refs, (some, own) => source.listRevisions(some, own)),
        call,
      ),
    listAuditEvents: (owner, query, call) =>
      list(
        kinds.audit(owner),
        JSON.stringify([owner.id, query]),
        (own) => source.listAuditEvents(owner, query, own),
        call,
      ),
  };
}

/** What not every provider has: where it is absent it stays absent. */
function cachedOptional(
  source: ProviderSource,
  kinds: Kinds,
  { byIds, list, lists }: Reader,
): Pick<ProviderSource, 'judgeDeployments' | 'listScopeRevisions' | 'listBuilds' | 'getBuilds'> {
  const judge = source.judgeDeployments?.bind(source);
  const listScopeRevisions = source.listScopeRevisions?.bind(source);
  const listBuilds = source.listBuilds?.bind(source);
  const getBuilds = source.getBuilds?.bind(source);
  return {
    ...(judge && {
      judgeDeployments: (rows, call) => byIds(kinds.verdict, idsOf(rows), pick(rows, judge), call),
    }),
    ...(listScopeRevisions && {
      listScopeRevisions: (scope, query, call) =>
        list(
          kinds.scopeRevisions(scope),
          JSON.stringify([scope.id, query]),
          (own) => listScopeRevisions(scope, query, own),
          call,
        ),
    }),
    ...(listBuilds && {
      listBuilds: (owners, call) =>
        lists(kinds.builds, idsOf(owners), pick(owners, listBuilds), call),
    }),
    ...(getBuilds && {
      getBuilds: (refs, call) => byIds(kinds.build, idsOf(refs), pick(refs, getBuilds), call),
    }),
  };
}

function idsOf(items: readonly { id: string }[]): string[] {
  return items.map(({ id }) => id);
}

function partsOf<T extends { id: string }>(kind: Kind<T>, items: readonly T[]): Part[] {
  return items.map((item) => partOf(kind, item.id, item));
}

/** A read of items as one by their ids. */
function pick<Item extends { id: string }, T>(
  items: readonly Item[],
  load: (items: readonly Item[], call: Call) => Promise<Batch<T>>,
): (ids: readonly string[], call: Call) => Promise<Batch<T>> {
  return (ids, call) => {
    const wanted = new Set(ids);
    return load(
      wanted.size === items.length ? items : items.filter(({ id }) => wanted.has(id)),
      call,
    );
  };
}
