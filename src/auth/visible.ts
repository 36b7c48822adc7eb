import type { Batch, Call, Listing, ProviderSource, Source } from '../datasources/provider.ts';
import { GatewayError, toGatewayError } from '../errors.ts';
import { type Ref, refOf } from '../ids.ts';
import type { Scope } from '../schema/scope.ts';
import type { Area } from './rights.ts';
import type { Whereabouts } from './whereabouts.ts';
import { writesOf } from './writable.ts';

/** As far as somebody can see on a provider. */
export interface Sight {
  /** Where it may be read. Everywhere: it is only noted in which scopes what is read is. */
  area: Area;
  whereabouts: Whereabouts;
}

/**
 * Every member of a provider, so that a new one does not compile until it is decided here who may
 * see what it tells.
 */
type Decided = { [Member in keyof Required<ProviderSource>]: ProviderSource[Member] | undefined };

/**
 * A provider as somebody sees it who may read some of its scopes only: everything else is absent,
 * as if it did not exist. The scopes around those that may be read can be seen, by name, for the
 * way there; nothing of what else they hold can.
 */
export function visibleSource(source: ProviderSource, sight: Sight): ProviderSource {
  const view = createView(source, sight);
  const { shown, readable } = view;
  const { name, kind, capabilities, leafKind } = source;
  const listScopeRevisions = source.listScopeRevisions?.bind(source);
  const listBuilds = source.listBuilds?.bind(source);
  const getBuilds = source.getBuilds?.bind(source);
  const judge = source.judgeDeployments?.bind(source);

  const decided: Decided = {
    name,
    kind,
    capabilities,
    leafKind,
    ...writesOf(source),
    // Looks are made for everybody, with the gateway's own sources; events are filtered one by one.
    watch: source.watch,
    // What went wrong last may have been about something that is not to be seen.
    health: () => ({ ...source.health(), ...(view.isLimited && { lastError: null }) }),
    ping: (call) => source.ping(call),
    toScope: (ref) => source.toScope(ref),
    ...visibleScopes(source, view),
    ...visibleDeployments(source, view),
    judgeDeployments: judge && ((rows, call) => readable(rows, call, (some) => judge(some, call))),

    listVersions: (refs, call) => readable(refs, call, (some) => source.listVersions(some, call)),
    getVersions: (refs, call) => readable(refs, call, (some) => source.getVersions(some, call)),
    listRevisions: (refs, call) => readable(refs, call, (some) => source.listRevisions(some, call)),
    getRevisions: (refs, call) => readable(refs, call, (some) => source.getRevisions(some, call)),
    listScopeRevisions:
      listScopeRevisions &&
      (async (scope, query, call) => {
        if (!(await shown([scope], call))[0]) return { items: [], faults: [], complete: true };
        return listScopeRevisions(scope, query, call);
      }),
    listBuilds:
      listBuilds && ((refs, call) => readable(refs, call, (some) => listBuilds(some, call))),
    getBuilds: getBuilds && ((refs, call) => readable(refs, call, (some) => getBuilds(some, call))),
    getVariableLevels: (owners, options, call) =>
      readable(owners, call, (some) => source.getVariableLevels(some, options, call)),
    listAuditEvents: async (owner, query, call) =>
      (await shown([owner], call))[0] ? source.listAuditEvents(owner, query, call) : null,
  };
  // A capability is a member that is there, so those that the provider lacks must be absent.
  return Object.fromEntries(
    Object.entries(decided).filter(([, member]) => member !== undefined),
  ) as unknown as ProviderSource;
}

type View = ReturnType<typeof createView>;

function createView(source: ProviderSource, { area, whereabouts }: Sight) {
  const isLimited = area !== 'everywhere';
  const scopes = isLimited ? area : [];
  const mayRead = (ref: Ref) => !isLimited || whereabouts.isWithin(ref, scopes);

  /** Those that may be read. */
  const shown = async <Item extends { id: string }>(
    items: readonly Item[],
    call: Call,
  ): Promise<Item[]> => {
    const refs = items.map(({ id }) => refOf(id));
    await whereabouts.find(refs, source, call);
    return items.filter((_item, index) => {
      const ref = refs[index];
      return ref !== undefined && mayRead(ref);
    });
  };

  /** Those of the scopes that may be read, or are around one that may. */
  const shownScopes = async <Item extends { id: string }>(
    items: readonly Item[],
    call: Call,
  ): Promise<Item[]> => {
    const refs = items.map(({ id }) => refOf(id));
    await whereabouts.find([...refs, ...scopes], source, call);
    return items.filter((_item, index) => {
      const ref = refs[index];
      return ref !== undefined && (mayRead(ref) || whereabouts.isAround(ref, scopes));
    });
  };

  /** Reads what may be read of these, and nothing that came with it unasked. */
  const readable = async <Item extends { id: string }, T>(
    items: readonly Item[],
    call: Call,
    read: (some: Item[]) => Promise<Batch<T>>,
  ): Promise<Batch<T>> => {
    const some = await shown(items, call);
    return some.length === 0 ? new Map() : only(some, await read(some));
  };

  return { isLimited, scopes, whereabouts, mayRead, shown, shownScopes, readable };
}

function visibleScopes(
  source: ProviderSource,
  { isLimited, scopes, whereabouts, mayRead, shown, shownScopes }: View,
): Pick<ProviderSource, 'listScopes' | 'getScopes' | 'listSources'> {
  /** What is asked for deployments in place of a scope that may not be read itself. */
  const sourcesIn = async (scope: Ref, call: Call): Promise<Source[]> => {
    const inside = scopes.filter((each) => whereabouts.isAround(scope, [each]));
    const lists = await Promise.all(inside.map((each) => source.listSources(each, call)));
    return lists.flatMap(({ items }) => items);
  };

  return {
    async listScopes(query, call) {
      if (query.parent && !(await shownScopes([query.parent], call))[0]) return NOTHING;
      const read = () => source.listScopes(query, call);
      const { items, faults } = await (isLimited ? discreetly(source.name, read) : read());
      whereabouts.learn(items);
      return { items: await shownScopes(items, call), faults };
    },
    async getScopes(refs, call) {
      const some = await shownScopes(refs, call);
      return some.length === 0
        ? new Map<string, Scope>()
        : only(some, await source.getScopes(some, call));
    },
    async listSources(within, call) {
      await whereabouts.find(within ? [within, ...scopes] : scopes, source, call);
      if (within && !mayRead(within) && !whereabouts.isAround(within, scopes)) return NOTHING;
      const read = () => source.listSources(within, call);
      if (within && mayRead(within)) return read();
      const { items, faults } = await discreetly(source.name, read);
      const readable = await shown(
        items.map(({ scope }) => scope),
        call,
      );
      const kept = new Set(readable.map(({ id }) => id));
      const inside = await Promise.all(
        items
          .filter(({ scope }) => !kept.has(scope.id))
          .map(({ scope }) => sourcesIn(refOf(scope.id), call)),
      );
      return {
        items: [...items.filter(({ scope }) => kept.has(scope.id)), ...inside.flat()],
        faults,
      };
    },
  };
}

function visibleDeployments(
  source: ProviderSource,
  { shown, readable }: View,
): Pick<
  ProviderSource,
  | 'listDeployments'
  | 'getDeployments'
  | 'getLatestDeployments'
  | 'completeDeployments'
  | 'getPreviousDeployments'
  | 'getDeploymentErrors'
> {
  return {
    async listDeployments(place, query, call) {
      const [scope] = await shown([place.scope], call);
      if (!scope) return { items: [], faults: [], complete: true };
      const slice = await source.listDeployments(place, query, call);
      return { ...slice, items: await shown(slice.items, call) };
    },
    getDeployments: (refs, call) =>
      readable(refs, call, (some) => source.getDeployments(some, call)),
    getLatestDeployments: (scopes, call) =>
      readable(scopes, call, (some) => source.getLatestDeployments(some, call)),
    completeDeployments: (deployments, call) =>
      readable(deployments, call, (some) => source.completeDeployments(some, call)),
    /** What a deployment was based on may be somewhere else. */
    async getPreviousDeployments(deployments, call) {
      const found = await readable(deployments, call, (some) =>
        source.getPreviousDeployments(some, call),
      );
      const previous = [...found.values()].flatMap((each) =>
        each instanceof GatewayError ? [] : [each],
      );
      const seen = new Set((await shown(previous, call)).map(({ id }) => id));
      return new Map(
        [...found].filter(([, each]) => each instanceof GatewayError || seen.has(each.id)),
      );
    },
    getDeploymentErrors: (deployments, call) =>
      readable(deployments, call, (some) => source.getDeploymentErrors(some, call)),
  };
}

const NOTHING: Listing<never> = { items: [], faults: [] };

function only<T>(asked: readonly { id: string }[], batch: Batch<T>): Batch<T> {
  return new Map(
    asked.flatMap(({ id }) => {
      const answer = batch.get(id);
      return answer === undefined ? [] : [[id, answer] as const];
    }),
  );
}

/** A list of more than may be seen: what went wrong in it is told without saying where. */
async function discreetly<T>(
  provider: string,
  read: () => Promise<Listing<T>>,
): Promise<Listing<T>> {
  try {
    const { items, faults } = await read();
    return { items, faults: faults.map((fault) => discreet(provider, fault)) };
  } catch (error) {
    throw error instanceof GatewayError
      ? discreet(provider, error)
      : toGatewayError(error, provider);
  }
}

function discreet(provider: string, { code, retryable, upstreamStatus, resetsAt }: GatewayError) {
  return new GatewayError(code, `${provider}: not all of its scopes could be read.`, {
    provider,
    retryable,
    ...(upstreamStatus !== undefined && { upstreamStatus }),
    ...(resetsAt && { resetsAt }),
  });
}
