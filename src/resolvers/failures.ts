import type { Failure } from '../datasources/sources.ts';
import type { GatewayError } from '../errors.ts';
import type { ProviderFailure } from '../schema/connection.ts';

/** Failures as data, for the `failures` of a connection. */
export function toFailures(failures: readonly Failure[]): ProviderFailure[] {
  return failures.map(({ provider, scopeId, error }) => ({
    code: error.code,
    message: error.message,
    retryable: error.retryable,
    stale: error.stale,
    providerName: provider,
    scopeId,
  }));
}

/** The faults of one provider's list as failures. */
export function faultsOf(provider: string, faults: readonly GatewayError[]): ProviderFailure[] {
  return toFailures(faults.map((error) => ({ provider, scopeId: null, error })));
}
