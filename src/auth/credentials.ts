import { createHmac, randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
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
  /** A source with these options; what is read with some credentials never shows under others. */
  make(entry: Entry, options: unknown): ProviderSource;
  /** A source that fails every request. */
  refuse(entry: Entry, error: GatewayError): ProviderSource;
  /** The entry's options with a token that a viewer brought; `undefined`: that can be no token. */
  withToken(entry: Entry, token: string): unknown;
}

/** The sources for whoever asks, by the credentials that go upstream. */
export interface ProviderAccess {
  /**
   * The source that watches each entry, with `watchCredentials` or the gateway's own. An entry
   * whose credentials only viewers bring is not there: it cannot be watched. The map stays the
   * same when entries are replaced: whoever holds it finds the new sources in it.
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

/** Access whose entries can be replaced while it is used. */
export interface ReplaceableAccess<Entry> extends ProviderAccess {
  /**
   * Makes sources for entries that are new or other than before; entries that are the same keep
   * theirs, with their connections and budgets. Operations under way end with what they began with.
   * @returns the names of entries that are new, other, or gone.
   */
  replace(entries: readonly Entry[]): string[];
}

/** The sources of one entry. */
interface Made<Entry> {
  entry: Entry;
  own: ProviderSource;
  watching: ProviderSource | undefined;
}

/** So many sources are kept for the tokens of viewers; each is small while nobody uses it. */
const MAX_SOURCES = 1_000;

export function createAccess<Entry extends Credentialed>(
  entries: readonly Entry[],
  maker: Maker<Entry>,
): ReplaceableAccess<Entry> {
  const key = randomBytes(32);
  const digest = (...parts: string[]) =>
    createHmac('sha256', key).update(JSON.stringify(parts)).digest('base64url');
  const passed = new LRUCache<string, ProviderSource>({ max: MAX_SOURCES });
  const watching = new Map<string, ProviderSource>();
  let made = new Map<string, Made<Entry>>();
  let defaults: ReadonlyMap<string, ProviderSource> = new Map();

  const make = (entry: Entry): Made<Entry> => {
    const own = entry.hasCredentials
      ? maker.make(entry, entry.options)
      : maker.refuse(entry, wantsToken(entry.name));
    const ownIfAny = entry.hasCredentials ? own : undefined;
    const watched = entry.watchOptions ? maker.make(entry, entry.watchOptions) : ownIfAny;
    return { entry, own, watching: watched };
  };
  const replace = (next: readonly Entry[]): string[] => {
    const before = made;
    made = new Map();
    for (const entry of next) {
      const known = before.get(entry.name);
      const isSame = known !== undefined && isDeepStrictEqual(known.entry, entry);
      made.set(entry.name, isSame ? known : make(entry));
    }
    defaults = new Map([...made].map(([name, { own }]) => [name, own]));
    watching.clear();
    for (const [name, { watching: source }] of made) if (source) watching.set(name, source);
    passed.clear();
    const names = new Set([...before.keys(), ...made.keys()]);
    return [...names].filter((name) => before.get(name) !== made.get(name));
  };
  replace(entries);

  const withToken = (entry: Entry, token: string): ProviderSource => {
    const scope = digest(entry.name, token);
    const known = passed.get(scope);
    if (known) return known;
    const options = maker.withToken(entry, token);
    if (options === undefined) throw noToken(entry.name);
    const source = maker.make(entry, options);
    passed.set(scope, source);
    return source;
  };

  return {
    watching,
    replace,
    get names() {
      return [...made.keys()];
    },
    get passthrough() {
      return [...made.values()].flatMap(({ entry }) => (entry.passthrough ? [entry.name] : []));
    },
    withTokens(tokens) {
      if (tokens.size === 0) return { sources: defaults, fingerprint: '' };
      const sources = new Map(defaults);
      for (const { entry } of made.values()) {
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
