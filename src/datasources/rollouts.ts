import { ErrorCode, GatewayError, unsupported } from '../errors.ts';
import type { Deployment } from '../schema/deployment.ts';
import type { Call } from './http/call.ts';
import type { StartOrder } from './writes.ts';

/** The same call without its memory of earlier reads: for reading what a write has changed. */
export function afresh<SomeCall extends Call>(call: SomeCall): SomeCall {
  return { ...call, reads: new Map() };
}

/**
 * A target that does not exist, or that the configuration does not let in. `field`: the argument
 * that names it, where that is not the one for the target.
 */
export function missing(provider: string, what: string, field?: string): GatewayError {
  const place = field === undefined ? '' : `input.${field}: `;
  return new GatewayError(
    ErrorCode.NOT_FOUND,
    `${place}${provider} has no such ${what}, or its credentials may not see it.`,
    { provider },
  );
}

/**
 * Refuses what of an order a platform has no word for.
 * @throws GatewayError UNSUPPORTED that names the argument
 */
export function refuseForeign(
  order: StartOrder,
  fields: readonly Exclude<keyof StartOrder, 'source'>[],
  platform: string,
): void {
  for (const field of fields) {
    if (order[field] === undefined) continue;
    throw unsupported([field], `${platform} has no such thing. Leave it out.`);
  }
}

/** What of a list, newest first, stands above a deployment; all of it where there was none. */
export function newerThan(
  deployments: readonly Deployment[],
  newestBefore: string | null,
): Deployment[] {
  const place = deployments.findIndex(({ id }) => id === newestBefore);
  return deployments.slice(0, place < 0 ? deployments.length : place);
}

/**
 * An answer out of a batch.
 * @throws GatewayError its error, or NOT_FOUND where it is absent
 */
export function orMissing<T>(
  answer: T | GatewayError | undefined,
  provider: string,
  what: string,
  field?: string,
): T {
  if (answer instanceof GatewayError) throw answer;
  if (answer === undefined) throw missing(provider, what, field);
  return answer;
}
