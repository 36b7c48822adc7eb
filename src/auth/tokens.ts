import { createHash } from 'node:crypto';
import { errors, type JWTPayload, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { ErrorCode, GatewayError } from '../errors.ts';
import { type Identity, unauthenticated } from './identity.ts';
import { createKeySet, type KeySet } from './key-set.ts';
import type { GrantSettings, JwtSettings } from './settings.ts';

/** Clocks of different machines differ; so much is forgiven. */
const CLOCK_TOLERANCE_S = 5;

/** So many tokens are remembered as good. */
const MAX_TOKENS = 10_000;

/** What the library says of a token that is no good, as against keys that cannot be had. */
const REFUSALS = [
  errors.JWTClaimValidationFailed,
  errors.JWTExpired,
  errors.JWTInvalid,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
];

/**
 * Checks signature, issuer, audience and time of a token. A good one is remembered until it expires,
 * so that who asks often costs a hash and a look-up; or until the issuer publishes other keys, so
 * that a key that was taken back ends what it signed.
 */
export function createTokenCheck(settings: JwtSettings): (token: string) => Promise<Identity> {
  const { issuer, audience, algorithms } = settings;
  const keys = createKeys(settings);
  const known = new LRUCache<string, Remembered>({ max: MAX_TOKENS });

  const verify = async (token: string): Promise<Identity> => {
    const { payload } = await jwtVerify(token, keys.find, {
      issuer,
      audience,
      algorithms,
      clockTolerance: CLOCK_TOLERANCE_S,
      requiredClaims: ['exp'],
    });
    return toIdentity(payload, settings);
  };

  return async (token) => {
    const hash = createHash('sha256').update(token).digest('base64url');
    // As it is before: the keys may become others while the token is checked with these.
    const edition = keys.edition();
    const before = known.get(hash);
    const isGood = before?.edition === edition && before.identity.expiresAt > Date.now();
    if (isGood) return before.identity;
    try {
      const identity = await verify(token);
      known.set(hash, { identity, edition });
      return identity;
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw unauthenticated('The token has expired.');
      if (REFUSALS.some((refusal) => error instanceof refusal)) {
        throw unauthenticated('These credentials are not known here.');
      }
      throw new GatewayError(
        ErrorCode.AUTHENTICATION_UNAVAILABLE,
        'The keys that tokens are checked with cannot be had right now. Ask again later.',
        { retryable: true, cause: error },
      );
    }
  };
}

/** A good token, and the keys that it was checked with. */
interface Remembered {
  identity: Identity;
  edition: number;
}

function createKeys({ jwksUrl, secret, cooldownMs, refreshMs }: JwtSettings): KeySet {
  if (jwksUrl !== undefined) return createKeySet(new URL(jwksUrl), { cooldownMs, refreshMs });
  const key = new TextEncoder().encode(secret);
  return { find: async () => key, edition: () => 0 };
}

function toIdentity(payload: JWTPayload, { nameClaim, rolesClaim, roles }: JwtSettings): Identity {
  const name = payload[nameClaim] ?? payload.sub;
  const held = rolesIn(rolesClaim.reduce<unknown>(claimIn, payload));
  const grants = held.flatMap((role): GrantSettings[] =>
    Object.hasOwn(roles, role) ? (roles[role] ?? []) : [],
  );
  return {
    name: typeof name === 'string' && name !== '' ? name : 'unnamed',
    grants,
    expiresAt: ((payload.exp ?? 0) + CLOCK_TOLERANCE_S) * 1_000,
  };
}

function claimIn(claims: unknown, name: string): unknown {
  if (typeof claims !== 'object' || claims === null || !Object.hasOwn(claims, name))
    return undefined;
  return (claims as Record<string, unknown>)[name];
}

/** A list, or as in `scope` one text with spaces between. In order, so that equal sets are equal. */
function rolesIn(claim: unknown): string[] {
  const list: unknown[] = typeof claim === 'string' ? claim.split(' ') : [claim].flat();
  return [...new Set(list.filter((role) => typeof role === 'string'))].sort();
}
