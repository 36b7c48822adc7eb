import type { IncomingHttpHeaders } from 'node:http';
import { LRUCache } from 'lru-cache';
import { CREDENTIALS_HEADER } from './credentials.ts';
import type { Authenticate, Viewer } from './viewers.ts';

/** So many different viewers are remembered, for so long. */
const MAX_VIEWERS = 5_000;
const FOR_MS = 5_000;

/** Tells who asks by the headers of an HTTP request, see `Authenticate`. */
export type AuthenticateRequest = (headers: IncomingHttpHeaders) => Promise<Viewer>;

/**
 * Remembers for seconds who showed what, so that a busy viewer is not worked out anew for each
 * request. Only for the headers of HTTP, whose names Node writes in small letters. Whoever is
 * refused is not remembered, and nobody for longer than their credentials last.
 */
export function rememberViewers(
  authenticate: Authenticate,
  passthrough: readonly string[],
): AuthenticateRequest {
  const viewers = new LRUCache<string, Viewer>({ max: MAX_VIEWERS, ttl: FOR_MS });
  const names = [
    'authorization',
    'x-api-key',
    ...passthrough.map((provider) => CREDENTIALS_HEADER + provider),
  ];
  return async (headers) => {
    let shown = '';
    for (const name of names) shown += `${String(headers[name] ?? '')}\n`;
    const known = viewers.get(shown);
    if (known && known.grants.expiresAt > Date.now()) return known;
    const viewer = await authenticate(headers);
    viewers.set(shown, viewer);
    return viewer;
  };
}
