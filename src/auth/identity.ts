import { createHash, timingSafeEqual } from 'node:crypto';
import { ErrorCode, GatewayError } from '../errors.ts';
import type { AuthSettings, GrantSettings } from './settings.ts';
import { createTokenCheck } from './tokens.ts';

/** Who asks, as far as their credentials tell. */
export interface Identity {
  name: string;
  grants: readonly GrantSettings[];
  /** In milliseconds since 1970; Infinity where the credentials do not expire. */
  expiresAt: number;
}

/** Headers of a request, or what a client sends when it opens a connection; names in small letters. */
export type Presented = ReadonlyMap<string, string>;

/** Finds out who asks. @throws GatewayError UNAUTHENTICATED, AUTHENTICATION_UNAVAILABLE. */
export type Identify = (presented: Presented) => Promise<Identity>;

export function createIdentify({ apiKeys = [], jwt }: AuthSettings): Identify {
  const keys = apiKeys.map(({ name, hash, grants }) => ({
    hash: Buffer.from(hash, 'hex'),
    identity: { name, grants, expiresAt: Infinity },
  }));
  const checkToken = jwt && createTokenCheck(jwt);

  return async (presented) => {
    const credential = credentialIn(presented);
    if (checkToken && credential.split('.').length === 3) return checkToken(credential);
    const hash = createHash('sha256').update(credential).digest();
    let found: Identity | undefined;
    // All are compared, so that the time tells nothing of which one, or whether any, was it.
    for (const key of keys) if (timingSafeEqual(key.hash, hash)) found = key.identity;
    if (!found) throw unauthenticated('These credentials are not known here.');
    return found;
  };
}

export function unauthenticated(message: string): GatewayError {
  return new GatewayError(ErrorCode.UNAUTHENTICATED, message);
}

function credentialIn(presented: Presented): string {
  const [, bearer] = /^bearer +(\S+)$/i.exec(presented.get('authorization') ?? '') ?? [];
  const credential = bearer ?? presented.get('x-api-key');
  if (credential) return credential;
  throw unauthenticated(
    'Say who you are: send "Authorization: Bearer <token or key>", or "X-API-Key: <key>".',
  );
}
