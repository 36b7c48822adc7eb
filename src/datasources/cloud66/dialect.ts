import { z } from 'zod';
import { type Dialect, numberOf } from '../http/dialect.ts';

/**
 * The error words of the provider's page on status codes. Others are not passed on: `error` is
 * free text, and a text may hold what must not be shown.
 */
const KNOWN_ERRORS = new Set([
  'bad_request',
  'unauthenticated',
  'trial_expired',
  'forbidden',
  'not_found',
  'time_out',
  'conflict',
  'not_implemented',
  'throttled',
]);

/** "3,000 requests an hour, then 503 until the next hourly interval". */
const HOUR_MS = 3_600_000;

const refusal = z.object({ error: z.string() });

/** "details preferred, then error_description", as the provider's own client reads them. */
const texts = z.object({
  error: z.string().optional().catch(undefined),
  error_description: z.string().optional().catch(undefined),
  details: z.string().optional().catch(undefined),
});

/** The fixed words of its paths. */
const WORDS = new Set(['stacks', 'deployments', 'environments', 'actions']);

/**
 * Cloud 66 over HTTP: a personal access token, and two meanings of 503, told apart by the word in
 * `error`. Its headers tell the budget but not when the hour ends.
 */
export function createDialect(token: string): Dialect {
  return {
    words: WORDS,
    authorize: () => ({ authorization: `Bearer ${token}` }),
    explain(_status, body) {
      const code = refusal.safeParse(body).data?.error;
      if (code === undefined || !KNOWN_ERRORS.has(code)) return {};
      return {
        code,
        throttled: code === 'throttled',
        unsupported: code === 'not_implemented',
      };
    },
    complaints(_status, body) {
      const { error, error_description: description, details } = texts.safeParse(body).data ?? {};
      const message = details ?? description;
      if (message === undefined) return [];
      const isKnown = error !== undefined && KNOWN_ERRORS.has(error);
      return [{ message, ...(isKnown && { providerCode: error }) }];
    },
    windowMs: HOUR_MS,
    rateLimit(headers) {
      const limit = numberOf(headers, 'x-ratelimit-limit');
      const remaining = numberOf(headers, 'x-ratelimit-remaining');
      if (limit === undefined && remaining === undefined) return null;
      return { limit: limit ?? null, remaining: remaining ?? null, resetsAt: null };
    },
  };
}
