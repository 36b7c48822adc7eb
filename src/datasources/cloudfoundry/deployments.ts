import type { GatewayError } from '../../errors.ts';
import { type Ref, refOf } from '../../ids.ts';
import type { Deployment, DeploymentError } from '../../schema/deployment.ts';
import type { Version } from '../../schema/version.ts';
import type { Batch, Call, Listing, ProviderSource } from '../provider.ts';
import { deploymentRow, withLive } from './deployment-rows.ts';
import { deploymentRefOf, parseAppKeys, parseScopeKeys, parseVersionKeys } from './keys.ts';
import { type Foundation, isFault, readByGuids } from './lists.ts';
import { newestByApp, nextOlder } from './newest.ts';
import { letIn } from './scopes.ts';
import { listSlice } from './slices.ts';
import { judgeDeployments } from './verdicts.ts';

/** Deployments, and the one version that each of them has. */
export function createDeployments(foundation: Foundation) {
  return {
    listDeployments(source, query, call) {
      const scope = parseScopeKeys(refOf(source.scope.id));
      if (!scope) return Promise.resolve({ items: [], faults: [], complete: true });
      return listSlice(foundation, scope, query, call);
    },

    getDeployments: (refs, call) => getDeployments(foundation, refs, call),

    getLatestDeployments: (scopes, call) => getLatest(foundation, scopes, call),

    completeDeployments: (deployments, call) => complete(foundation, deployments, call),

    judgeDeployments: (deployments, call) => judgeDeployments(foundation, deployments, call),

    getPreviousDeployments: (deployments, call) => nextOlder(foundation, deployments, appOf, call),

    /** Each row tells it: `status.details.error`. */
    async getDeploymentErrors(deployments) {
      return new Map<string, DeploymentError[]>(
        deployments.map(({ id, errors }) => [id, errors ?? []]),
      );
    },

    async listVersions(refs, call) {
      const found = await getDeployments(foundation, refs, call);
      const lists = new Map<string, Listing<Version> | GatewayError>();
      for (const [id, deployment] of found) {
        if (isFault(deployment)) lists.set(id, deployment);
        else lists.set(id, { items: deployment.version ? [deployment.version] : [], faults: [] });
      }
      return lists;
    },

    getVersions: (refs, call) => getVersions(foundation, refs, call),
  } satisfies Partial<ProviderSource>;
}

/** Deployments by id; one that is not of the app in its id is absent. */
export async function getDeployments(
  foundation: Foundation,
  refs: readonly Ref[],
  call: Call,
): Promise<Batch<Deployment>> {
  const asked = refs.flatMap((ref) => {
    const keys = parseAppKeys(ref);
    return keys ? [{ id: ref.id, ...keys }] : [];
  });
  const schema = deploymentRow(foundation.name);
  const [visible, found] = await Promise.all([
    letIn(
      foundation,
      asked.map(({ app }) => app),
      call,
    ),
    readByGuids(
      foundation,
      '/v3/deployments',
      schema,
      asked.map(({ guid }) => guid),
      call,
    ),
  ]);
  const answers = new Map<string, Deployment | GatewayError>();
  for (const { id, app, guid } of asked) {
    const deployment = found.get(guid);
    if (!deployment || !visible.has(app)) continue;
    if (isFault(deployment) || deployment.id === id) answers.set(id, deployment);
  }
  return answers;
}

/** Versions by id; one that its deployment does not roll out (any more) is absent. */
export async function getVersions(
  foundation: Foundation,
  refs: readonly Ref[],
  call: Call,
): Promise<Batch<Version>> {
  const asked = refs.filter((ref) => parseVersionKeys(ref));
  const found = await getDeployments(foundation, asked.map(deploymentRefOf), call);
  const answers = new Map<string, Version | GatewayError>();
  for (const ref of asked) {
    const deployment = found.get(deploymentRefOf(ref).id);
    if (!deployment) continue;
    if (isFault(deployment)) answers.set(ref.id, deployment);
    else if (deployment.version?.id === ref.id) answers.set(ref.id, deployment.version);
  }
  return answers;
}

async function getLatest(
  foundation: Foundation,
  scopes: readonly Ref[],
  call: Call,
): Promise<Batch<Deployment>> {
  const ids = new Map<string, string>();
  for (const ref of scopes) {
    const keys = parseScopeKeys(ref);
    if (keys?.nativeKind === 'app') ids.set(keys.guid, ref.id);
  }
  const visible = await letIn(foundation, ids.keys(), call);
  const newest = await newestByApp(foundation, visible, {}, call);
  const answers = new Map<string, Deployment | GatewayError>();
  for (const [app, deployment] of newest) {
    const id = ids.get(app);
    if (id !== undefined) answers.set(id, deployment);
  }
  return answers;
}

/** What the rows leave open is which of an app's succeeded rollouts is the newest one. */
async function complete(
  foundation: Foundation,
  deployments: readonly Deployment[],
  call: Call,
): Promise<Batch<Deployment>> {
  const open = deployments.filter(({ live }) => live === undefined);
  const newest = await newestByApp(
    foundation,
    open.map(appOf),
    { status_reasons: 'DEPLOYED' },
    call,
  );
  const answers = new Map<string, Deployment | GatewayError>();
  for (const deployment of deployments) {
    const live = newest.get(appOf(deployment));
    if (deployment.live !== undefined) answers.set(deployment.id, deployment);
    else if (live && isFault(live)) answers.set(deployment.id, live);
    else answers.set(deployment.id, withLive(deployment, live?.id === deployment.id));
  }
  return answers;
}

/** The app that a deployment's own id names. */
function appOf({ id }: Deployment): string {
  return refOf(id).keys[0] ?? '';
}
