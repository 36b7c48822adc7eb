import type { IncomingHttpHeaders } from 'node:http';
import { headerOf } from './dialect.ts';

/** Longer waits than this are no statement about when to come back. */
const LONGEST_WAIT_MS = 86_400_000;

/** When `Retry-After` (seconds, or an HTTP date) says to come back; `undefined` without it. */
export function retryAfter(headers: IncomingHttpHeaders, now: number): Date | undefined {
  const text = headerOf(headers, 'retry-after')?.trim();
  if (!text) return undefined;
  const moment = /^\d+$/.test(text) ? now + Number(text) * 1_000 : Date.parse(text);
  return moment - now <= LONGEST_WAIT_MS ? new Date(Math.max(now, moment)) : undefined;
}
