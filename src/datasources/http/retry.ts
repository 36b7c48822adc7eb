import { RequestError, TimeoutError } from 'got';
import { ErrorCode, type GatewayError } from '../../errors.ts';
import { backoffMs } from './backoff.ts';

/** Answers that somebody on the way gave because the provider could not. */
const PASSING_STATUSES = new Set([502, 503, 504]);

/** How a connection fails that may be there at the next try. */
const CONNECTION_FAILURES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'ETIMEDOUT',
]);

const CONNECTING = new Set(['lookup', 'connect', 'secureConnect']);

/** A provider that names a longer wait is not waited for. */
const LONGEST_WAIT_MS = 2_000;

/**
 * How long to wait, in milliseconds, before a read that failed is sent again; `undefined`: another
 * try is not worth it. `attempt` counts the repetitions, from 0.
 */
export function retryDelay(
  error: GatewayError,
  attempt: number,
  now: number,
  random: () => number,
): number | undefined {
  const waitMs = error.resetsAt ? error.resetsAt.getTime() - now : 0;
  if (!isPassing(error) || waitMs > LONGEST_WAIT_MS) return undefined;
  return Math.max(0, waitMs) + backoffMs(attempt, random);
}

function isPassing({ code, upstreamStatus, cause, resetsAt }: GatewayError): boolean {
  if (code === ErrorCode.PROVIDER_RATE_LIMITED) {
    return resetsAt !== undefined && upstreamStatus !== undefined;
  }
  if (code !== ErrorCode.PROVIDER_UNAVAILABLE && code !== ErrorCode.PROVIDER_TIMEOUT) return false;
  if (upstreamStatus !== undefined) return PASSING_STATUSES.has(upstreamStatus);
  if (cause instanceof TimeoutError) return CONNECTING.has(cause.event);
  return cause instanceof RequestError && CONNECTION_FAILURES.has(cause.code);
}
