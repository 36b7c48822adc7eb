import type { RateLimit } from '../../schema/provider.ts';
import { type Dialect, numberOf } from '../http/dialect.ts';

/** The fixed words of its paths. */
const WORDS = new Set([
  ...['projects', 'deployments', 'versions', 'revisions', 'builds', 'audit'],
  ...['environment-variables', 'copy-environment-variables', 'download', 'rebuild'],
]);

/**
 * How UbiOps speaks HTTP: the scheme of the token is the word `Token`, errors have a text but no
 * code, and a spent budget is 429.
 */
export function createDialect(token: string): Dialect {
  const headers = { authorization: `Token ${token}` };
  return {
    words: WORDS,
    authorize: () => headers,
    explain: () => ({}),
    complaints: (_status, body) => {
      const message = textOf(body);
      return message === undefined ? [] : [{ message }];
    },
    windowMs: 60_000,
    rateLimit: (received, now): RateLimit | null => {
      const limit = numberOf(received, 'x-ratelimit-limit') ?? null;
      const remaining = numberOf(received, 'x-ratelimit-remaining') ?? null;
      const seconds = numberOf(received, 'x-ratelimit-reset');
      if (limit === null && remaining === null && seconds === undefined) return null;
      return { limit, remaining, resetsAt: later(now, seconds) };
    },
  };
}

/** The header counts the seconds that are left; it is no point in time. */
function later(now: Date, seconds: number | undefined): Date | null {
  const moment = new Date(now.getTime() + (seconds ?? Number.NaN) * 1_000);
  return Number.isNaN(moment.getTime()) ? null : moment;
}

/** `{"error": text}` or `{"error_message": text}`. */
function textOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const text: unknown =
    'error' in body ? body.error : 'error_message' in body && body.error_message;
  return typeof text === 'string' && text !== '' ? text : undefined;
}
