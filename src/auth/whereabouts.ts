import { LRUCache } from 'lru-cache';
import type { Call, ProviderSource } from '../datasources/provider.ts';
import { type Ref, refOf } from '../ids.ts';
import type { Scope } from '../schema/scope.ts';

/** Which scopes of a provider things are in. */
export interface Whereabouts {
  /** Whether ids alone tell it all. */
  readonly areInIds: boolean;
  /** Whether the object is one of these scopes or in one of them, as far as is known. */
  isWithin(target: Ref, scopes: readonly Ref[]): boolean;
  /** Whether one of these scopes is in this one, and is not itself this one. */
  isAround(scope: Ref, scopes: readonly Ref[]): boolean;
  /** Notes what scopes tell of the scopes around them. */
  learn(scopes: Iterable<Scope>): void;
  /** Finds out where these are. What does not exist, or cannot be seen, stays unknown. */
  find(targets: readonly Ref[], source: ProviderSource, call: Call): Promise<void>;
}

/** Where every id begins with the keys of the scopes around it, nothing has to be asked. */
export const whereaboutsByKeys: Whereabouts = {
  areInIds: true,
  isWithin: (target, scopes) => scopes.some((scope) => begins(target, scope)),
  isAround: (scope, scopes) =>
    scopes.some((inner) => inner.keys.length > scope.keys.length && begins(inner, scope)),
  learn: () => undefined,
  find: async () => undefined,
};

function begins({ keys }: Ref, scope: Ref): boolean {
  return scope.keys.every((key, index) => keys[index] === key);
}

/** So many scopes are remembered with the scope around them. */
const MAX_KNOWN = 50_000;

/** No platform has more levels of scopes than this. */
const MAX_LEVELS = 5;

/**
 * Where ids tell only the innermost scope, the others are looked up and remembered: no app ever
 * moves to another space, nor a space to another organization.
 */
export function whereaboutsByLookup(scopeOf: (ref: Ref) => Ref | undefined): Whereabouts {
  const parents = new LRUCache<string, { id: string | null }>({ max: MAX_KNOWN });

  /** From the innermost scope outwards, as far as is known. */
  function* outwards(target: Ref): Generator<string> {
    let id = scopeOf(target)?.id;
    for (let level = 0; id !== undefined && level < MAX_LEVELS; level += 1) {
      yield id;
      id = parents.get(id)?.id ?? undefined;
    }
  }

  /** The outermost scope that is known of an object, if what is around it is not. */
  const gapOf = (target: Ref, asked: ReadonlySet<string>): string | undefined => {
    const last = [...outwards(target)].at(-1);
    return last === undefined || parents.has(last) || asked.has(last) ? undefined : last;
  };

  const learn = (scopes: Iterable<Scope>) => {
    for (const { id, parentId } of scopes) {
      if (parentId !== undefined) parents.set(id, { id: parentId });
    }
  };

  return {
    areInIds: false,
    isWithin(target, scopes) {
      for (const id of outwards(target)) {
        if (scopes.some((scope) => scope.id === id)) return true;
      }
      return false;
    },
    isAround: (scope, scopes) =>
      scopes.some((inner) => inner.id !== scope.id && [...outwards(inner)].includes(scope.id)),
    learn,
    async find(targets, source, call) {
      const asked = new Set<string>();
      for (;;) {
        const gaps = new Set(targets.flatMap((target) => gapOf(target, asked) ?? []));
        if (gaps.size === 0) return;
        for (const id of gaps) asked.add(id);
        const found = await source.getScopes([...gaps].map(refOf), call);
        learn([...found.values()].flatMap((scope) => (scope instanceof Error ? [] : [scope])));
      }
    },
  };
}
