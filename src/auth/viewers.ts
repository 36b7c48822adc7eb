import { LRUCache } from 'lru-cache';
import type { Call, ProviderSource } from '../datasources/provider.ts';
import type { Ref } from '../ids.ts';
import { CREDENTIALS_HEADER, type ProviderAccess } from './credentials.ts';
import type { Grants } from './grants.ts';
import { createIdentify, type Identify, type Identity, type Presented } from './identity.ts';
import { grantsOfNobody } from './nobody.ts';
import { PERMISSIONS, type Realm, type Rights, toGrants, toRights } from './rights.ts';
import type { AuthSettings } from './settings.ts';
import { visibleSource } from './visible.ts';

/** Whoever asks: what they may do, and the providers as they see them. */
export interface Viewer {
  readonly grants: Grants;
  /** By name, in the order of the configuration; only those of which anything may be read. */
  readonly sources: ReadonlyMap<string, ProviderSource>;
  /**
   * Finds out which scopes these belong to, so that `grants.may` can answer for ids that were not
   * read through `sources`, as those of events. Costs a request at most once for each scope.
   */
  readonly locate: (targets: readonly Ref[], call: Call) => Promise<void>;
}

/**
 * Tells who asks by the headers of a request, or by the object that a client sends when it opens a
 * connection: the same names, in any case.
 * @throws GatewayError UNAUTHENTICATED; AUTHENTICATION_UNAVAILABLE.
 */
export type Authenticate = (presented: object) => Promise<Viewer>;

/** So many kinds of viewers are remembered, a kind being equal rights and credentials. */
const MAX_KINDS = 1_000;

/** How identities are told; `undefined`: they are not asked for. */
export function createIdentifier(settings: AuthSettings): Identify | undefined {
  return settings.mode === 'none' ? undefined : createIdentify(settings);
}

/** `identify`: one that was made for the same settings, and knows their keys already. */
export function createAuthenticate(
  { readVariables }: Pick<AuthSettings, 'readVariables'>,
  identify: Identify | undefined,
  realms: readonly Realm[],
  access: ProviderAccess,
): Authenticate {
  const nobody = grantsOfNobody(readVariables);
  const rightsOf = rememberRights(realms);
  const kinds = new LRUCache<string, ReadonlyMap<string, ProviderSource>>({ max: MAX_KINDS });

  return async (headers) => {
    const presented = textsIn(headers);
    const identity = await identify?.(presented);
    const rights = identity && rightsOf(identity);
    const { sources: all, fingerprint: credentials } = access.withTokens(
      tokensIn(presented, access.passthrough),
    );
    const fingerprint = [rights?.fingerprint ?? nobody.fingerprint, credentials].join('.');
    const sources = kinds.get(fingerprint) ?? visibleSources(all, realms, rights);
    kinds.set(fingerprint, sources);
    return {
      grants:
        identity && rights
          ? toGrants({ viewer: identity.name, expiresAt: identity.expiresAt }, rights, fingerprint)
          : { ...nobody, fingerprint },
      sources,
      locate: (targets, call) => locate(targets, realms, all, call),
    };
  };
}

/** Adding grants up takes longer than a request should; there are as many kinds as roles. */
function rememberRights(realms: readonly Realm[]): (identity: Identity) => Rights {
  const known = new LRUCache<string, Rights>({ max: MAX_KINDS });
  return ({ grants }) => {
    const key = JSON.stringify(grants);
    const rights = known.get(key) ?? toRights(grants, realms);
    known.set(key, rights);
    return rights;
  };
}

function visibleSources(
  all: ReadonlyMap<string, ProviderSource>,
  realms: readonly Realm[],
  rights: Rights | undefined,
): ReadonlyMap<string, ProviderSource> {
  if (!rights) return all;
  const seen = new Map<string, ProviderSource>();
  for (const { name, whereabouts } of realms) {
    const source = all.get(name);
    const area = rights.areaOf(name, 'read');
    if (!source || area.length === 0) continue;
    const isPlain = area === 'everywhere' && (whereabouts.areInIds || !hasLimits(rights, name));
    seen.set(name, isPlain ? source : visibleSource(source, { area, whereabouts }));
  }
  return seen;
}

/** Whether something may be done in some scopes only, so that it matters which scope things are in. */
function hasLimits(rights: Rights, provider: string): boolean {
  return PERMISSIONS.some((permission) => {
    const area = rights.areaOf(provider, permission);
    return area !== 'everywhere' && area.length > 0;
  });
}

async function locate(
  targets: readonly Ref[],
  realms: readonly Realm[],
  all: ReadonlyMap<string, ProviderSource>,
  call: Call,
): Promise<void> {
  await Promise.all(
    realms.map(async ({ name, whereabouts }) => {
      const source = all.get(name);
      const own = targets.filter(({ provider }) => provider === name);
      if (source && own.length > 0) await whereabouts.find(own, source, call);
    }),
  );
}

function textsIn(headers: object): Presented {
  const texts = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === 'string') texts.set(name.toLowerCase(), value);
  }
  return texts;
}

function tokensIn(presented: Presented, providers: readonly string[]): Map<string, string> {
  const tokens = new Map<string, string>();
  for (const name of providers) {
    const token = presented.get(CREDENTIALS_HEADER + name);
    if (token) tokens.set(name, token);
  }
  return tokens;
}
