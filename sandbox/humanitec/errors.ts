import type { Refusal } from '../server.ts';

/** Ends a request with the provider's error answer. */
export class Refused extends Error {
  constructor(readonly refusal: Refusal) {
    super(`refused with ${refusal.status}`);
  }
}

/**
 * `{error, message, details?}`. The spec publishes one code, `API-000` for a token that could not be
 * validated; the other codes of this stand-in are its own.
 */
export function errorBody(
  status: number,
  message: string,
  details?: Record<string, unknown>,
): Refusal {
  const error = status === 401 ? 'API-000' : `API-${status}`;
  return { status, body: { error, message, ...(details && { details }) } };
}

export function badRequest(message: string, details?: Record<string, unknown>): Refused {
  return new Refused(errorBody(400, message, details));
}

export function conflict(message: string): Refused {
  return new Refused(errorBody(409, message));
}

export function notFound(message: string): Refused {
  return new Refused(errorBody(404, message));
}

/** The 404 of deltas and sets: the spec declares a bare JSON string. */
export function notFoundText(message: string): Refused {
  return new Refused({ status: 404, body: JSON.stringify(message) });
}
