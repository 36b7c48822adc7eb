import { createHmac, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { ProviderSource } from '../datasources/provider.ts';
import { ErrorCode, GatewayError } from '../errors.ts';

/** What a request's header for a provider's token begins with; the entry's name follows. */
export const CREDENTIALS_HEADER = 'x-deploygraph-credentials-';

/** An entry of the configuration, as far as its credentials are concerned. */
export interface Credentialed {
  name: string;
  options: unknown;
  hasCredentials: boolean;
  passthrough: boolean;
  watchOptions: unknown;
}

/** How the sources of one entry are made. */
export interface Maker<Entry> {
  /**
   * A source with these options. `scope` is equal for equal credentials and holds nothing of them:
   * what was read with some must never be shown under others.
   */
  make(entry: Entry, options: unknown, scope: string): ProviderSource;
  /** A source that fails every request. */
  refuse(entry: Entry, error: GatewayError): ProviderSource;
  /** The entry's options with a token that a viewer brought; `undefined`: that can be no token. */
  withToken(entry: Entry, token: string): unknown;
}

/** The sources for whoever asks, by the credentials that go upstream. */
export interface ProviderAccess {
  /**
   * The source that watches each entry, with `watchCredentials` or the gateway's own. An entry
   * whose credentials only viewers bring is not there: it cannot be watched.
   */
  readonly watching: ReadonlyMap<string, ProviderSource>;
  /** The names of all entries, in the order of the configuration. */
  readonly names: readonly string[];
  /** The sources for the tokens that a request brought, by entry, and a name for these tokens. */
  withTokens(tokens: ReadonlyMap<string, string>): {
    sources: ReadonlyMap<string, ProviderSource>;
    fingerprint: string;
  };
  /** The entries for which a request may bring a token. */
  readonly passthrough: readonly string[];
}

/** So many sources are kept for the tokens of viewers; each is small while nobody uses it. */
const MAX_SOURCES = 1_000;

export function createAccess<Entry extends Credentialed>(
  entries: readonly Entry[],
  maker: Maker<Entry>,
): ProviderAccess {
  const key = randomBytes(32);
  const digest = (...parts: string[]) =>
    createHmac('sha256', key).update(JSON.stringify(parts)).digest('base64url');
  const passed = new LRUCache<string, ProviderSource>({ max: MAX_SOURCES });

  const defaults = new Map(
    entries.map((entry) => [
      entry.name,
      entry.hasCredentials
        ? maker.make(entry, entry.options, 'own')
        : maker.refuse(entry, wantsToken(entry.name)),
    ]),
  );
  const watching = new Map<string, ProviderSource>();
  for (const entry of entries) {
    const own = entry.hasCredentials ? defaults.get(entry.name) : undefined;
    const source = entry.watchOptions ? maker.make(entry, entry.watchOptions, 'watching') : own;
    if (source) watching.set(entry.name, source);
  }

  const withToken = (entry: Entry, token: string): ProviderSource => {
    const scope = digest(entry.name, token);
    const known = passed.get(scope);
    if (known) return known;
    const options = maker.withToken(entry, token);
    if (options === undefined) throw noToken(entry.name);
    const source = maker.make(entry, options, scope);
    passed.set(scope, source);
    return source;
  };

  return {
    watching,
    names: entries.map(({ name }) => name),
    passthrough: entries.filter(({ passthrough }) => passthrough).map(({ name }) => name),
    withTokens(tokens) {
      if (tokens.size === 0) return { sources: defaults, fingerprint: '' };
      const sources = new Map(defaults);
      for (const entry of entries) {
        const token = entry.passthrough ? tokens.get(entry.name) : undefined;
        if (token !== undefined) sources.set(entry.name, withToken(entry, token));
      }
      return { sources, fingerprint: digest(...[...tokens].flat()) };
    },
  };
}

function wantsToken(provider: string): GatewayError {
  return new GatewayError(
    ErrorCode.PROVIDER_UNAUTHORIZED,
    `${provider} is asked with your own token. Send it in the header ${CREDENTIALS_HEADER}${provider}.`,
    { provider },
  );
}

function noToken(provider: string): GatewayError {
  return new GatewayError(
    ErrorCode.UNAUTHENTICATED,
    `What the header ${CREDENTIALS_HEADER}${provider} holds is no token of that provider.`,
    { provider },
  );
}
