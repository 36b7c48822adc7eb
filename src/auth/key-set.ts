import {
  createRemoteJWKSet,
  customFetch,
  jwksCache,
  type JWKSCacheInput,
  type JWTVerifyGetKey,
} from 'jose';

/** How long a key set may take to answer. */
const TIMEOUT_MS = 5_000;

export interface KeySetOptions {
  /** How old the keys become before they are fetched anew, beside the requests that need them. */
  refreshMs: number;
  /** The least time between two fetches for a key that is not known, and after one that failed. */
  cooldownMs: number;
}

export interface KeySet {
  find: JWTVerifyGetKey;
  /**
   * Another number after the issuer has published other keys: what was found good with the earlier
   * ones is to be looked at again. Has keys that have become old fetched anew, as `find` does.
   */
  edition(): number;
}

/**
 * The public keys of an issuer. A key that is not known has them fetched anew, so that the issuer
 * may change keys at any time. Where they cannot be fetched, those that are known go on.
 */
export function createKeySet(url: URL, { refreshMs, cooldownMs }: KeySetOptions): KeySet {
  let lastFetchAt = -Infinity;
  let lastFailureAt = -Infinity;

  const fetchKeys = async (address: string, options: RequestInit): Promise<Response> => {
    if (Date.now() < lastFailureAt + cooldownMs)
      throw new Error('the keys could not be had just now');
    lastFetchAt = Date.now();
    try {
      const response = await fetch(address, options);
      if (response.status !== 200) throw new Error(`the key set answered ${response.status}`);
      return response;
    } catch (error) {
      lastFailureAt = Date.now();
      throw error;
    }
  };

  const cache: JWKSCacheInput = {};
  const keys = createRemoteJWKSet(url, {
    cacheMaxAge: Infinity,
    cooldownDuration: cooldownMs,
    timeoutDuration: TIMEOUT_MS,
    [customFetch]: fetchKeys,
    [jwksCache]: cache,
  });
  const fetchOld = () => {
    const isOld = Date.now() >= lastFetchAt + refreshMs;
    if (cache.jwks && isOld && !keys.reloading) keys.reload().catch(() => undefined);
  };

  let seen: unknown;
  let published = '';
  let edition = 0;
  return {
    find: (header, token) => {
      fetchOld();
      return keys(header, token);
    },
    edition() {
      fetchOld();
      if (cache.jwks === seen) return edition;
      seen = cache.jwks;
      const text = JSON.stringify(seen);
      if (text !== published) edition += 1;
      published = text;
      return edition;
    },
  };
}
