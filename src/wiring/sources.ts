import type { FastifyBaseLogger } from 'fastify';
import type { Maker } from '../auth/credentials.ts';
import type { Realm } from '../auth/rights.ts';
import { whereaboutsByKeys, whereaboutsByLookup } from '../auth/whereabouts.ts';
import type { Cache } from '../cache/cache.ts';
import { credentialScope } from '../cache/credentials.ts';
import { cachedSource } from '../cache/source.ts';
import type { ProviderEntry } from '../config.ts';
import type { Attempt } from '../datasources/http/attempt.ts';
import type { BudgetTalk } from '../datasources/http/budget-talk.ts';
import { REGISTRY } from '../datasources/registry.ts';
import { createLines, createSource, type Lines } from '../datasources/source.ts';
import { ErrorCode } from '../errors.ts';
import { toRef } from '../ids.ts';
import type { Metrics } from '../observability/metrics.ts';

/** Makes the sources of an entry, which share connections, slots and breaker. */
export function createMaker(
  cache: Cache | undefined,
  log: FastifyBaseLogger,
  talk: BudgetTalk | undefined,
  { upstream }: Pick<Metrics, 'upstream'>,
): Maker<ProviderEntry> {
  const lines = new WeakMap<ProviderEntry, Lines>();
  const linesOf = (entry: ProviderEntry): Lines => {
    const known = lines.get(entry);
    const own = known ?? createLines(entry, (...how) => upstream(entry.name, ...how));
    lines.set(entry, own);
    return own;
  };
  return {
    make(entry, options) {
      const { name, kind, baseUrl } = entry;
      const scope = credentialScope(name, kind, baseUrl, options);
      const source = createSource(REGISTRY[kind], entry, options, {
        lines: linesOf(entry),
        report: (attempt) => log[levelOf(attempt)](attempt, 'asked a provider'),
        share: talk && ((service) => talk.share(`${scope} ${service}`)),
      });
      return cache ? cachedSource(source, cache, scope) : source;
    },
    refuse: (entry, refusal) =>
      createSource(REGISTRY[entry.kind], entry, entry.options, { refusal }),
    withToken({ kind, options }, token) {
      const own = options as Record<string, unknown>;
      return REGISTRY[kind].options.safeParse({ ...own, credentials: { token } }).data;
    },
  };
}

/** Failures that whoever looks after a provider wants to know of, with what it calls the request. */
const TROUBLES: ReadonlySet<string> = new Set([
  ErrorCode.OUTCOME_UNKNOWN,
  ErrorCode.PROVIDER_INVALID_RESPONSE,
  ErrorCode.PROVIDER_RATE_LIMITED,
  ErrorCode.PROVIDER_TIMEOUT,
  ErrorCode.PROVIDER_UNAUTHORIZED,
  ErrorCode.PROVIDER_UNAVAILABLE,
]);

function levelOf({ code }: Attempt): 'warn' | 'debug' {
  return code !== undefined && TROUBLES.has(code) ? 'warn' : 'debug';
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
