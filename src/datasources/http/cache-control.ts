import type { IncomingHttpHeaders } from 'node:http';
import { headerOf } from './dialect.ts';

/**
 * How long an answer may be kept by its `Cache-Control`, in milliseconds; Infinity where it does not
 * say. `private` is no limit: what is kept is kept for one set of credentials. `s-maxage` is not for
 * us, because caches that many share are meant.
 */
export function keepableMs(headers: IncomingHttpHeaders): number {
  const header = headerOf(headers, 'cache-control')?.toLowerCase();
  if (!header) return Infinity;
  const directives = header.split(',').map((directive) => directive.trim());
  if (directives.includes('no-store') || directives.includes('no-cache')) return 0;
  const age = directives.find((directive) => directive.startsWith('max-age='));
  const seconds = Number(age?.slice('max-age='.length).replaceAll('"', '') || Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : Infinity;
}
