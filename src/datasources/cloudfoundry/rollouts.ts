import { z } from 'zod';
import { ErrorCode, refuse } from '../../errors.ts';
import { type Ref, refOf } from '../../ids.ts';
import type { Deployment } from '../../schema/deployment.ts';
import { Status } from '../../schema/enums.ts';
import { afresh, missing, newerThan, orMissing } from '../rollouts.ts';
import type { Call } from '../provider.ts';
import type { ProviderWrites, Rollout, RolloutOrder, StartOrder, WriteCall } from '../writes.ts';
import { isCurrent } from './current.ts';
import { deploymentRow } from './deployment-rows.ts';
import { getDeployments } from './deployments.ts';
import { type AppKeys, parseAppKeys, parseScopeKeys } from './keys.ts';
import type { Foundation } from './lists.ts';
import { getRevisions } from './revisions.ts';
import {
  checkOrder,
  type Target,
  targetOf,
  targetOfDeployment,
  toDeploymentBody,
} from './rollout-requests.ts';
import { getScopes } from './scopes.ts';
import { listSlice } from './slices.ts';

/** How far back a rollout whose answer was lost is looked for. */
const RECENT = 20;

/** Deployments that are started, steered and gone back to. */
export function createRollouts(foundation: Foundation) {
  return {
    async startDeployment(scope, order, call) {
      const app = appOf(scope);
      checkOrder(order);
      const source = targetOf(app, order);
      await requireApp(foundation, scope, call);
      return start(foundation, app, await resolve(foundation, source, call), call, order);
    },

    redeploy: (ref, call) => again(foundation, ref, call),

    rollback: (ref, call) => again(foundation, ref, call),

    findRollouts: (order, { newestBefore }, call) =>
      findRollouts(foundation, order, newestBefore, call),

    cancelDeployment: (ref, call) =>
      steer(foundation, ref, 'cancel', { status: Status.CANCELLING, reason: 'CANCELING' }, call),

    continueDeployment: (ref, call) =>
      steer(foundation, ref, 'continue', { status: Status.IN_PROGRESS, reason: 'DEPLOYING' }, call),
  } satisfies ProviderWrites;
}

/**
 * Deploys what a deployment rolled out. What the newest revision holds already is deployed as a
 * droplet: going to a revision that is the same is refused, which may be one of another number.
 */
async function again(foundation: Foundation, ref: Ref, call: WriteCall): Promise<Rollout> {
  const { app } = keysOf(foundation, ref);
  const deployment = await getOne(foundation, ref, call);
  const target = required(targetOfDeployment(deployment));
  const { droplet } = dropletOf(deployment);
  const { revision } = target;
  const byDroplet =
    revision !== undefined && (await isCurrent(foundation, app, { revision, droplet }, call));
  return start(foundation, app, byDroplet ? required({ droplet }) : target, call);
}

async function start(
  { name, http }: Foundation,
  app: string,
  target: Target,
  call: WriteCall,
  order?: StartOrder,
): Promise<{ deployment: Deployment }> {
  const json = toDeploymentBody(app, target, order);
  const deployment = await http.send(
    'POST',
    '/v3/deployments',
    { json },
    deploymentRow(name),
    call,
  );
  return { deployment };
}

/** Asks for an action and reads what came of it; the read alone failing is no failure. */
async function steer(
  foundation: Foundation,
  ref: Ref,
  action: 'cancel' | 'continue',
  next: { status: Status; reason: string },
  call: WriteCall,
): Promise<Deployment> {
  const { guid } = keysOf(foundation, ref);
  const before = await getOne(foundation, ref, call);
  const path = `/v3/deployments/${encodeURIComponent(guid)}/actions/${action}`;
  await foundation.http.send('POST', path, {}, z.unknown(), call);
  try {
    return await getOne(foundation, ref, afresh(call));
  } catch {
    const { status, reason } = next;
    return { ...before, status, rawStatus: `ACTIVE/${reason}`, canContinue: false };
  }
}

/** What an order's source says, where needed by looking up the deployment that it names. */
async function resolve(
  foundation: Foundation,
  source: ReturnType<typeof targetOf>,
  call: Call,
): Promise<Target> {
  if (!('deployment' in source)) return source;
  const { deployment: ref } = source.deployment;
  const found = await getOne(foundation, ref, call, 'source.deploymentId');
  return required(targetOfDeployment(found));
}

async function findRollouts(
  foundation: Foundation,
  order: RolloutOrder,
  newestBefore: string | null,
  call: Call,
): Promise<Deployment[]> {
  const app =
    order.kind === 'start' ? appOf(order.scope) : keysOf(foundation, order.deployment).app;
  const query = { from: 'newest', limit: RECENT } as const;
  const { items } = await listSlice(foundation, { nativeKind: 'app', guid: app }, query, call);
  const droplet = await dropletAsked(foundation, app, order, call);
  return newerThan(items, newestBefore).filter((row) => {
    const isOfDroplet = droplet === undefined || dropletOf(row).droplet === droplet;
    return isOfDroplet && (order.kind !== 'start' || hasLabels(row, order.order));
  });
}

/** The droplet that a rollout would have; `undefined`: the one that was current, whichever it was. */
async function dropletAsked(
  foundation: Foundation,
  app: string,
  order: RolloutOrder,
  call: Call,
): Promise<string | undefined> {
  if (order.kind !== 'start') {
    return dropletOf(await getOne(foundation, order.deployment, call)).droplet;
  }
  const { source } = order.order;
  if (source?.kind !== 'revision')
    return (await resolve(foundation, targetOf(app, order.order), call)).droplet;
  const found = await getRevisions(foundation, [source.revision], call);
  const { details } = orMissing(found.get(source.revision.id), foundation.name, 'revision');
  if (details?.__typename !== 'CloudFoundryRevisionDetails') return undefined;
  return details.dropletGuid ?? undefined;
}

function hasLabels({ labels }: Deployment, order: StartOrder): boolean {
  return (order.labels ?? []).every(({ key, value }) =>
    labels.some((label) => label.key === key && label.value === value),
  );
}

async function getOne(
  foundation: Foundation,
  ref: Ref,
  call: Call,
  field?: string,
): Promise<Deployment> {
  const found = await getDeployments(foundation, [ref], call);
  return orMissing(found.get(ref.id), foundation.name, 'deployment', field);
}

/** The platform calls an app that does not exist an input that it cannot process. */
async function requireApp(foundation: Foundation, scope: Ref, call: Call): Promise<void> {
  const found = await getScopes(foundation, [scope], call);
  orMissing(found.get(scope.id), foundation.name, 'app');
}

function appOf(scope: Ref): string {
  const keys = parseScopeKeys(scope);
  if (keys?.nativeKind === 'app') return keys.guid;
  throw refuse(['scopeId'], 'Cloud Foundry deploys apps. Give the id of an app.');
}

function keysOf({ name }: Foundation, { id }: Ref): AppKeys {
  const keys = parseAppKeys(refOf(id));
  if (!keys) throw missing(name, 'deployment');
  return keys;
}

function dropletOf({ details }: Deployment): { droplet: string | undefined } {
  const known = details.__typename === 'CloudFoundryDeploymentDetails' ? details : undefined;
  return { droplet: known?.dropletGuid ?? undefined };
}

/** A deployment that tells neither its revision nor its droplet cannot be repeated. */
function required(target: Target): Target {
  if (target.droplet !== undefined || target.revision !== undefined) return target;
  const reason = 'its droplet was deleted, and it has no revision. Choose another deployment.';
  throw refuse(['deploymentId'], reason, ErrorCode.CONFLICT);
}
