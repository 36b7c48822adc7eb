import { ErrorCode, GatewayError } from '../../errors.ts';

/** How much a log keeps. */
export interface LogBounds {
  maxEvents: number;
  maxAgeMs: number;
  /** Subjects of one scope whose last known status is kept, see `KnownScope`. */
  maxSubjects: number;
}

/** Transitions of one subject that `history` can find. */
export const MAX_HISTORY = 100;

/** A scope of ten thousand deployments, versions and builds takes about two megabytes. */
export const MAX_SUBJECTS = 10_000;

export function staleToken(token: number, highest: number): GatewayError {
  return new GatewayError(
    ErrorCode.CONFLICT,
    `Fencing token ${token} is older than ${highest}: another instance watches this scope now.`,
  );
}

export function lostScope(): GatewayError {
  return new GatewayError(
    ErrorCode.CONFLICT,
    'The event log does not know this scope any more: it is begun anew with a look at everything.',
    { retryable: true },
  );
}
