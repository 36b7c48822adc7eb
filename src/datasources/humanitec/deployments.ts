import { type Ref, refOf, toRef } from '../../ids.ts';
import type { Deployment } from '../../schema/deployment.ts';
import { Status } from '../../schema/enums.ts';
import { byNewest, collect } from '../batch.ts';
import type { Call } from '../http/call.ts';
import type {
  Batch,
  DeploymentQuery,
  DeploymentSlice,
  Listing,
  Source,
  Verdict,
} from '../provider.ts';
import { readEnvironments } from './environments.ts';
import {
  deploymentKeys,
  type DeploymentKeys,
  deployPath,
  environmentKeys,
  type EnvironmentKeys,
  pathOf,
} from './keys.ts';
import { deploymentOf, detailsOf, isActive, withStanding } from './payloads.ts';
import {
  type Context,
  createLoners,
  findRows,
  isAnswer,
  once,
  orThrow,
  pickFrom,
} from './reads.ts';

/**
 * All deployments of an environment, newest first, each knowing whether it is live. The API has no
 * pages here: every read is the whole history. `undefined`: there is no such environment.
 */
export async function readDeployments(
  context: Context,
  environment: EnvironmentKeys,
  call: Call,
): Promise<Listing<Deployment> | undefined> {
  const path = `${pathOf(context, environment)}/deploys`;
  const rows = await findRows(context, path, deploymentOf(context, environment), call);
  if (!rows) return undefined;
  // In the API's own order, which knows better than dates that may be equal or missing.
  const live = rows.items.find(({ status }) => status === Status.SUCCEEDED);
  const busy = rows.items.some(isActive);
  const items = rows.items.map((row) => withStanding(row, { live: row === live, busy }));
  return { items: items.sort(byNewest), faults: rows.faults };
}

/** All that is wanted comes at once, so the slice is always complete. */
export async function listDeployments(
  context: Context,
  source: Source,
  { from }: DeploymentQuery,
  call: Call,
): Promise<DeploymentSlice> {
  const keys = environmentKeys(context, refOf(source.scope.id));
  const listing = keys && (await readDeployments(context, keys, call));
  if (!listing) return { items: [], faults: [], complete: true };
  const items = listing.items.filter(({ createdAt }) => {
    if (from === 'newest' || createdAt === null) return true;
    return from !== 'undated' && createdAt <= from;
  });
  return { items, faults: listing.faults, complete: true };
}

/** One deployment of an environment is read alone, several are one read of its list. */
export async function getDeployments(
  context: Context,
  refs: readonly Ref[],
  call: Call,
): Promise<Batch<Deployment>> {
  const wanted = new Map(refs.map((ref) => [ref.id, deploymentKeys(context, ref)]));
  const isAlone = createLoners(
    [...wanted.values()].filter((keys) => keys !== undefined),
    (keys) => pathOf(context, keys),
    ({ deployment }) => deployment,
  );
  const listOf = onceAnEnvironment(context, call);
  return collect(
    [...wanted],
    ([id]) => id,
    context.provider,
    async ([id, keys]) => {
      if (!keys) return undefined;
      if (isAlone(keys)) return findDeployment(context, keys, call);
      return orThrow(pickFrom(await listOf(keys), (row) => row.id === id));
    },
  );
}

/** Only what succeeded may be live, and only the list of its environment tells. */
export async function completeDeployments(
  context: Context,
  deployments: readonly Deployment[],
  call: Call,
): Promise<Batch<Deployment>> {
  const listOf = onceAnEnvironment(context, call);
  return collect(
    deployments,
    ({ id }) => id,
    context.provider,
    async (deployment) => {
      if (deployment.live !== undefined) return deployment;
      const keys = deploymentKeys(context, refOf(deployment.id));
      if (!keys) return undefined;
      return standing(deployment, (await listOf(keys)).items);
    },
  );
}

/** As its row does: the list of its environment tells what is active. */
export async function judgeDeployments(
  context: Context,
  deployments: readonly Deployment[],
  call: Call,
): Promise<Batch<Verdict>> {
  const listOf = onceAnEnvironment(context, call);
  return collect(
    deployments,
    ({ id }) => id,
    context.provider,
    async (deployment) => {
      const keys = deploymentKeys(context, refOf(deployment.id));
      if (!keys) return undefined;
      const { canRedeploy = false, canRollback = false } = standing(
        deployment,
        (await listOf(keys)).items,
      );
      return { canRedeploy, canRollback };
    },
  );
}

function standing(deployment: Deployment, all: readonly Deployment[]): Deployment {
  const live = all.find((row) => row.live)?.id === deployment.id;
  return withStanding(deployment, { live, busy: all.some(isActive) });
}

/**
 * The base of each deployment: one of the same environment, or one of another environment that the
 * application's list of environments happens to embed. There is no way to find any other.
 */
export async function getPreviousDeployments(
  context: Context,
  deployments: readonly Deployment[],
  call: Call,
): Promise<Batch<Deployment>> {
  const bases = new Map<string, Ref>();
  for (const deployment of deployments) {
    const base = deployment.previousId === null ? null : detailsOf(deployment)?.fromDeploymentId;
    if (base) bases.set(deployment.id, siblingOf(deployment, base));
  }
  const here = await getDeployments(context, [...bases.values()], call);
  const environmentsOf = once(String, (application: string) =>
    readEnvironments(context, application, call),
  );
  return collect(
    [...bases],
    ([id]) => id,
    context.provider,
    async ([, ref]) => {
      const found = orThrow(here.get(ref.id));
      if (found) return found;
      const [, application = '', , nativeId] = ref.keys;
      const environments = (await environmentsOf(application))?.items ?? [];
      return environments
        .flatMap(({ last, base }) => [last, base])
        .filter(isAnswer<Deployment>)
        .find((row) => row.nativeId === nativeId);
    },
  );
}

async function findDeployment(
  context: Context,
  keys: DeploymentKeys,
  call: Call,
): Promise<Deployment | undefined> {
  const schema = deploymentOf(context, keys);
  return context.http.find(deployPath(context, keys), schema, call);
}

function onceAnEnvironment(context: Context, call: Call) {
  return once(
    (keys: EnvironmentKeys) => pathOf(context, keys),
    async (keys) => (await readDeployments(context, keys, call)) ?? { items: [], faults: [] },
  );
}

/** The reference of another deployment of the same environment. */
function siblingOf({ id }: Deployment, nativeId: string): Ref {
  const { provider, keys } = refOf(id);
  return toRef(provider, 'Deployment', [...keys.slice(0, -1), nativeId]);
}
