import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import type { RateLimit } from '../../schema/provider.ts';
import { type Dialect, headerOf } from '../http/dialect.ts';

/**
 * The `error` of `{error, message, details?}`, a code as "API-000". Whatever else stands there, or
 * a bare string, an array or nothing in place of the object, is no code and may say anything.
 */
const errorCode = z.string().regex(/^[\w.-]{1,64}$/);
const errorBody = z.object({ error: errorCode });

/** Some endpoints answer with the text alone. */
const complaintBody = z.union([
  z.object({ error: errorCode.optional().catch(undefined), message: z.string() }),
  z.string().transform((message) => ({ error: undefined, message })),
]);

/** Longer waits than this are no statement about a request budget. */
const LONGEST_WAIT_MS = 86_400_000;

/** The fixed words of its paths. */
const WORDS = new Set([
  ...['orgs', 'apps', 'envs', 'deploys', 'sets', 'errors', 'from_deploy_id'],
  ...['values', 'value-set-versions', 'audit-logs'],
]);

/** How Humanitec speaks: a service user's API token, and errors in several shapes. */
export function createDialect(token: string): Dialect {
  return {
    words: WORDS,
    authorize: () => ({ authorization: `Bearer ${token}` }),
    explain: (_status, body) => ({ code: errorBody.safeParse(body).data?.error }),
    complaints(_status, body) {
      const { data } = complaintBody.safeParse(body);
      if (!data) return [];
      const { error, message } = data;
      return [{ message, ...(error !== undefined && { providerCode: error }) }];
    },
    rateLimit: rateLimitOf,
  };
}

/**
 * Humanitec publishes no numbers and no headers of its limit, only the 429. Where such an answer
 * has the standard `Retry-After`, in seconds or as a date, it is believed.
 */
export function rateLimitOf(headers: IncomingHttpHeaders, now: Date): RateLimit | null {
  const text = headerOf(headers, 'retry-after')?.trim();
  if (!text) return null;
  const waitMs = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now.getTime();
  if (!(waitMs >= 0 && waitMs <= LONGEST_WAIT_MS)) return null;
  return { limit: null, remaining: 0, resetsAt: new Date(now.getTime() + waitMs) };
}
