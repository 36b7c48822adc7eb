import type { Batch, Call, ProviderSource } from '../datasources/provider.ts';
import { GatewayError } from '../errors.ts';
import type { Ref } from '../ids.ts';
import type { Build } from '../schema/build.ts';
import type { Deployment } from '../schema/deployment.ts';
import { missing } from './target.ts';

/** The value of a batch; `undefined`: there is no such thing. */
export function only<T>(batch: Batch<T> | undefined, id: string): T | undefined {
  const value = batch?.get(id);
  if (value instanceof GatewayError) throw value;
  return value;
}

/** @throws GatewayError NOT_FOUND */
export async function readDeployment(
  provider: ProviderSource,
  ref: Ref,
  call: Call,
): Promise<Deployment> {
  const found = only(await provider.getDeployments([ref], call), ref.id);
  if (!found) throw missing('deploymentId', ref);
  return found;
}

/** Differs when something happened to the deployment: its state, or the step of its canary. */
export function markOfDeployment({ rawStatus, progress, updatedAt }: Deployment): string {
  return JSON.stringify([rawStatus, progress?.current, updatedAt]);
}

/** Differs when something happened to the newest build: another one, or another state. */
export function markOfBuild(build: Build | undefined): string | null {
  return build ? JSON.stringify([build.id, build.rawStatus, build.updatedAt]) : null;
}
