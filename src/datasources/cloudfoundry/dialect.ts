import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import type { Complaint } from '../../errors.ts';
import type { RateLimit } from '../../schema/provider.ts';
import { type Dialect, type Explanation, numberOf } from '../http/dialect.ts';

/** RateLimitExceeded, IPBasedRateLimitExceeded, UaaRateLimited. */
const THROTTLED = new Set([10013, 10014, 20008]);

/** A title is an identifier; anything else could be a text that must not be shown. */
const TITLE = /^[\w-]{1,80}$/;

/** The array may be empty, and the body may be no JSON at all. */
const errorBody = z.object({
  errors: z
    .array(z.object({ code: z.number().catch(0), title: z.string().regex(TITLE).optional() }))
    .min(1),
});

const complaintBody = z.object({
  errors: z.array(
    z.object({ title: z.string().regex(TITLE).optional().catch(undefined), detail: z.string() }),
  ),
});

/** Names a request in the logs of the platform; its router puts an id of its own in the place of ours. */
export const REQUEST_ID_HEADER = 'x-vcap-request-id';

/** The fixed words of its paths. */
export const WORDS = new Set([
  ...['v3', 'oauth', 'token', 'organizations', 'spaces', 'apps', 'deployments', 'revisions'],
  ...['builds', 'audit_events', 'env', 'environment_variables', 'environment_variable_groups'],
  ...['running', 'actions', 'continue', 'cancel'],
]);

/**
 * How the Cloud Controller speaks of errors and budgets: `{"errors": [{code, title, detail}]}`, of
 * which the first one counts, and X-RateLimit headers whose reset is in epoch seconds.
 */
export const cloudController: Pick<
  Dialect,
  'explain' | 'complaints' | 'rateLimit' | 'requestIdHeader' | 'words'
> = {
  requestIdHeader: REQUEST_ID_HEADER,
  words: WORDS,
  explain,
  complaints,
  rateLimit,
};

function explain(status: number, body: unknown): Explanation {
  const [error] = errorBody.safeParse(body).data?.errors ?? [];
  return {
    code: error?.title,
    throttled: status === 429 || (error !== undefined && THROTTLED.has(error.code)),
  };
}

/** Every error of the list, in its own words. */
function complaints(_status: number, body: unknown): Complaint[] {
  return (complaintBody.safeParse(body).data?.errors ?? []).map(({ title, detail }) => ({
    message: detail,
    ...(title !== undefined && { providerCode: title }),
  }));
}

function rateLimit(headers: IncomingHttpHeaders): RateLimit | null {
  const limit = numberOf(headers, 'x-ratelimit-limit') ?? null;
  const remaining = numberOf(headers, 'x-ratelimit-remaining') ?? null;
  const reset = numberOf(headers, 'x-ratelimit-reset');
  if (limit === null && remaining === null) return null;
  const resetsAt = reset === undefined ? null : new Date(reset * 1000);
  const isReadable = resetsAt !== null && !Number.isNaN(resetsAt.getTime());
  return { limit, remaining, resetsAt: isReadable ? resetsAt : null };
}
