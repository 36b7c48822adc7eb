import { type Ref, toRef } from '../../ids.ts';
import type { Version } from '../../schema/version.ts';
import { collect } from '../batch.ts';
import type { Call } from '../http/call.ts';
import type { Batch, Listing } from '../provider.ts';
import { getDeployments } from './deployments.ts';
import { versionKeys } from './keys.ts';
import { type Context, orThrow } from './reads.ts';

/** A rollout has exactly one version, which its own row tells. */
export async function listVersions(
  context: Context,
  refs: readonly Ref[],
  call: Call,
): Promise<Batch<Listing<Version>>> {
  const deployments = await getDeployments(context, refs, call);
  return collect(
    refs,
    ({ id }) => id,
    context.provider,
    async ({ id }) => {
      const version = orThrow(deployments.get(id))?.version;
      return version ? { items: [version], faults: [] } : undefined;
    },
  );
}

/** The version of the deployment in its keys, unless that has rolled out another set since. */
export async function getVersions(
  context: Context,
  refs: readonly Ref[],
  call: Call,
): Promise<Batch<Version>> {
  const owners = refs.filter((ref) => versionKeys(context, ref)).map(ownerOf);
  const deployments = await getDeployments(context, owners, call);
  return collect(
    refs,
    ({ id }) => id,
    context.provider,
    async (ref) => {
      const version = orThrow(deployments.get(ownerOf(ref).id))?.version;
      return version?.id === ref.id ? version : undefined;
    },
  );
}

/** The reference of the deployment that a version belongs to. */
function ownerOf({ provider, keys }: Ref): Ref {
  return toRef(provider, 'Deployment', keys.slice(0, 4));
}
