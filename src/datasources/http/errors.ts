import type { IncomingHttpHeaders } from 'node:http';
import { RequestError, TimeoutError } from 'got';
import { ErrorCode, GatewayError } from '../../errors.ts';
import type { Explanation } from './dialect.ts';
import type { Origin } from './parse.ts';

/** What a status means where the provider does not say otherwise. */
const CODES: Record<number, ErrorCode> = {
  401: ErrorCode.PROVIDER_UNAUTHORIZED,
  402: ErrorCode.PROVIDER_UNAUTHORIZED,
  403: ErrorCode.PROVIDER_UNAUTHORIZED,
  404: ErrorCode.NOT_FOUND,
  408: ErrorCode.PROVIDER_TIMEOUT,
  410: ErrorCode.NOT_FOUND,
  429: ErrorCode.PROVIDER_RATE_LIMITED,
  504: ErrorCode.PROVIDER_TIMEOUT,
};

const RETRYABLE = new Set([
  ErrorCode.PROVIDER_TIMEOUT,
  ErrorCode.PROVIDER_RATE_LIMITED,
  ErrorCode.PROVIDER_UNAVAILABLE,
]);

const ADVICE: Partial<Record<ErrorCode, string>> = {
  [ErrorCode.PROVIDER_UNAUTHORIZED]: 'Check the credentials of this provider and their rights.',
  [ErrorCode.PROVIDER_RATE_LIMITED]: 'Its request budget is spent; ask again later.',
  [ErrorCode.PROVIDER_UNAVAILABLE]: 'Ask again later.',
  [ErrorCode.PROVIDER_TIMEOUT]: 'Ask again later.',
};

/**
 * An answer that is no success as one of the gateway's errors. `comeBackAt`: when the provider, or
 * its budget, says that asking again is worth it.
 */
export function translateStatus(
  status: number,
  headers: IncomingHttpHeaders,
  explanation: Explanation,
  { provider, what }: Origin,
  comeBackAt?: Date,
): GatewayError {
  const code = codeOf(status, explanation);
  const saying = explanation.code === undefined ? '' : ` (${explanation.code})`;
  const redirect = status >= 300 && status < 400 && headers.location !== undefined;
  const advice = redirect
    ? ' It redirects elsewhere, which is not followed; check baseUrl.'
    : ADVICE[code] && ` ${ADVICE[code]}`;
  return new GatewayError(
    code,
    `${provider} answered ${status}${saying} to ${what}.${advice ?? ''}`,
    {
      provider,
      retryable: RETRYABLE.has(code),
      upstreamStatus: status,
      ...(comeBackAt && { resetsAt: comeBackAt }),
      ...(explanation.code !== undefined && { providerCode: explanation.code }),
    },
  );
}

function codeOf(status: number, explanation: Explanation): ErrorCode {
  if (explanation.throttled) return ErrorCode.PROVIDER_RATE_LIMITED;
  if (explanation.unsupported) return ErrorCode.UNSUPPORTED;
  const code = CODES[status];
  if (code) return code;
  if (status >= 500) return ErrorCode.PROVIDER_UNAVAILABLE;
  return status >= 400 ? ErrorCode.PROVIDER_REJECTED : ErrorCode.PROVIDER_INVALID_RESPONSE;
}

/**
 * A failed exchange as one of the gateway's errors. `undefined` when the operation itself was
 * aborted: that says nothing about the provider. `signal` is what could abort the request.
 */
export function translateFailure(
  error: unknown,
  { provider, what }: Origin,
  signal: AbortSignal | undefined,
): GatewayError | undefined {
  if (error instanceof GatewayError) return error;
  if (signal?.aborted) return undefined;
  if (error instanceof TimeoutError) {
    return new GatewayError(
      ErrorCode.PROVIDER_TIMEOUT,
      `${provider} did not answer ${what} in time. Ask again later.`,
      { provider, retryable: true, cause: error },
    );
  }
  const reason = error instanceof RequestError ? error.code : 'unexpected failure';
  return new GatewayError(
    ErrorCode.PROVIDER_UNAVAILABLE,
    `${provider} could not be reached for ${what} (${reason}). Ask again later.`,
    { provider, retryable: true, cause: error },
  );
}
