import type { FastifyBaseLogger } from 'fastify';
import type { Maker } from '../auth/credentials.ts';
import type { Realm } from '../auth/rights.ts';
import { whereaboutsByKeys, whereaboutsByLookup } from '../auth/whereabouts.ts';
import type { Cache } from '../cache/cache.ts';
import { credentialScope } from '../cache/credentials.ts';
import { cachedSource } from '../cache/source.ts';
import { providerOfTag } from '../cache/tags.ts';
import type { ProviderEntry } from '../config.ts';
import type { BudgetTalk } from '../datasources/http/budget-talk.ts';
import { REGISTRY } from '../datasources/registry.ts';
import type { Changes, OnEnd } from '../datasources/http/line.ts';
import { createLines, createSource } from '../datasources/source.ts';
import { toRef } from '../ids.ts';
import type { Metrics } from '../observability/metrics.ts';

/**
 * Makes the sources of an entry, which share connections, slots and breaker. None is remembered by
 * the cache unless `isKept`; what the cache hears of counts as a change for all of them.
 */
export function createMaker(
  entries: readonly ProviderEntry[],
  { cache, isKept }: { cache: Cache; isKept: boolean },
  log: FastifyBaseLogger,
  talk: BudgetTalk | undefined,
  { upstream }: Pick<Metrics, 'upstream'>,
): Maker<ProviderEntry> {
  const changes = new Map<string, Changes>(entries.map(({ name }) => [name, { count: 0 }]));
  const lines = new Map(
    entries.map((entry) => {
      const { name } = entry;
      const onEnd: OnEnd = (...how) => upstream(name, ...how);
      return [name, createLines(entry, { onEnd, changes: changes.get(name) })] as const;
    }),
  );
  cache.onInvalidate((tags) => {
    const touched = tags ? new Set(tags.map(providerOfTag)) : changes.keys();
    for (const name of touched) {
      const ofProvider = changes.get(name);
      if (ofProvider) ofProvider.count += 1;
    }
  });
  return {
    make(entry, options) {
      const { name, kind, baseUrl } = entry;
      const scope = credentialScope(name, kind, baseUrl, options);
      const source = createSource(REGISTRY[kind], entry, options, {
        lines: lines.get(name),
        report: (attempt) => log.debug(attempt, 'asked a provider'),
        share: talk && ((service) => talk.share(`${scope} ${service}`)),
      });
      return isKept ? cachedSource(source, cache, scope) : source;
    },
    refuse: (entry, refusal) =>
      createSource(REGISTRY[entry.kind], entry, entry.options, { refusal }),
    withToken({ kind, options }, token) {
      const own = options as Record<string, unknown>;
      return REGISTRY[kind].options.safeParse({ ...own, credentials: { token } }).data;
    },
  };
}

/** An entry as far as grants can speak of its scopes. */
export function toRealm({ name, kind, options }: ProviderEntry): Realm {
  const definition = REGISTRY[kind];
  return {
    name,
    // The configuration was checked: each name leads to a scope.
    toScope: (path) => toRef(name, 'Scope', definition.toScopeKeys(path, options) ?? []),
    whereabouts: definition.scopeOf
      ? whereaboutsByLookup((ref) => definition.scopeOf?.(ref))
      : whereaboutsByKeys,
  };
}
