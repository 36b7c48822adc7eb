import { refuse, unsupported } from '../../errors.ts';
import { type Ref, refOf } from '../../ids.ts';
import type { Deployment } from '../../schema/deployment.ts';
import type { Call } from '../http/call.ts';
import { missing, newerThan, orMissing, refuseForeign } from '../rollouts.ts';
import type {
  DeploymentSource,
  ProviderWrites,
  Rollout,
  RolloutOrder,
  StartOrder,
  WriteCall,
} from '../writes.ts';
import { getDeployments, readDeployments } from './deployments.ts';
import {
  deploymentKeys,
  type DeploymentKeys,
  environmentKeys,
  type EnvironmentKeys,
  pathOf,
  revisionKeys,
} from './keys.ts';
import { deploymentOf, detailsOf } from './payloads.ts';
import type { Context } from './reads.ts';
import { deployFrom, undoRebase } from './rebase.ts';

/** DeploymentRequest: nothing in it is required. */
interface Request {
  comment?: string | undefined;
  delta_id?: string | undefined;
  set_id?: string | undefined;
  value_set_version_id?: string | undefined;
  mode?: string | undefined;
  /** DeploymentPipelineReferenceRequest */
  pipeline?: Record<string, unknown> | undefined;
}

/** A request, and the deployment to rebase to first, if any. */
interface Plan {
  request: Request;
  base?: string;
}

const PLATFORM = 'Humanitec';

/** What of an order only other platforms have a word for. */
const FOREIGN = ['services', 'cloud66', 'strategy', 'labels', 'annotations'] as const;

/** Deployments that are started, repeated and gone back to. There is no way to cancel one. */
export function createRollouts(context: Context) {
  return {
    async startDeployment(scope, order, call) {
      const keys = environmentKeys(context, scope);
      if (!keys) throw refuse(['scopeId'], `${PLATFORM} deploys environments. Give the id of one.`);
      refuseForeign(order, FOREIGN, PLATFORM);
      return deploy(context, keys, toPlan(context, keys, order), call);
    },

    /** The same state with the values of today. */
    async redeploy(ref, call) {
      const { keys, deployment } = await getOne(context, ref, call);
      const request = { comment: `Redeploy of ${deployment.nativeId}` };
      return deploy(context, keys, { request, base: deployment.nativeId }, call);
    },

    /** The same state with the values that it ran with. */
    async rollback(ref, call) {
      const { keys, deployment } = await getOne(context, ref, call);
      const request = {
        comment: `Rollback to ${deployment.nativeId}`,
        value_set_version_id: detailsOf(deployment)?.valueSetVersionId ?? undefined,
      };
      return deploy(context, keys, { request, base: deployment.nativeId }, call);
    },

    async findRollouts(order, { newestBefore }, call) {
      const keys = keysOf(context, order);
      const listing = keys && (await readDeployments(context, keys, call));
      const newer = newerThan(listing?.items ?? [], newestBefore);
      return newer.filter((row) => isMade(row, order));
    },

    async undo(step, call) {
      const keys = environmentKeys(context, refOf(step.targetId));
      if (keys) await undoRebase(context, keys, step, call);
    },
  } satisfies ProviderWrites;
}

async function deploy(
  context: Context,
  keys: EnvironmentKeys,
  { request, base }: Plan,
  call: WriteCall,
): Promise<Rollout> {
  const path = `${pathOf(context, keys)}/deploys`;
  const schema = deploymentOf(context, keys);
  const send = () => context.http.send('POST', path, { json: request }, schema, call);
  const deployment =
    base === undefined ? await send() : await deployFrom(context, keys, base, call, send);
  return { deployment };
}

function toPlan(context: Context, keys: EnvironmentKeys, order: StartOrder): Plan {
  const { comment, valueSetVersionId, mode } = order;
  const pipeline = order.pipeline && toPipeline(order.pipeline);
  const common = { comment, value_set_version_id: valueSetVersionId, mode, pipeline };
  const { request = {}, base } = sourceOf(context, keys, order.source);
  return {
    request: { ...request, ...withoutUndefined(common) },
    ...(base !== undefined && { base }),
  };
}

function toPipeline({ id, runId, jobId, stepIndex }: NonNullable<StartOrder['pipeline']>) {
  const fields = { id, run_id: runId, job_id: jobId, step_index: stepIndex };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value != null));
}

/** What a source adds to the request. */
function sourceOf(
  context: Context,
  keys: EnvironmentKeys,
  source: DeploymentSource | undefined,
): Partial<Plan> {
  switch (source?.kind) {
    case undefined:
      return {};
    case 'delta':
      return { request: { delta_id: source.deltaId } };
    case 'set':
      return { request: { set_id: source.setId } };
    case 'revision': {
      const revision = revisionKeys(context, source.revision);
      if (revision?.application !== keys.application) throw foreign('revisionId');
      const values = revision.values === '' ? {} : { value_set_version_id: revision.values };
      return { request: { set_id: revision.set, ...values } };
    }
    case 'deployment': {
      const base = deploymentKeys(context, source.deployment);
      if (base?.application !== keys.application) throw foreign('deploymentId');
      const { deltaId } = source;
      return {
        base: base.deployment,
        ...(deltaId !== undefined && { request: { delta_id: deltaId } }),
      };
    }
    case 'gitRef':
    case 'droplet': {
      const field = source.kind === 'gitRef' ? 'gitRef' : 'dropletGuid';
      const advice = 'Give a deltaId, a setId, a revisionId or a deploymentId.';
      throw unsupported(['source', field], `${PLATFORM} deploys deltas and sets. ${advice}`);
    }
  }
}

/** Whether a deployment is one that the order could have made. */
function isMade(row: Deployment, order: RolloutOrder): boolean {
  const details = detailsOf(row);
  if (!details) return false;
  if (order.kind !== 'start') return details.fromDeploymentId === nativeIdOf(order.deployment);
  const { source, comment } = order.order;
  if (comment !== undefined && row.message !== comment) return false;
  switch (source?.kind) {
    case 'delta':
      return details.deltaId === source.deltaId;
    case 'set':
      return details.setId === source.setId;
    case 'deployment':
      return details.fromDeploymentId === nativeIdOf(source.deployment);
    default:
      return true;
  }
}

function keysOf(context: Context, order: RolloutOrder): EnvironmentKeys | undefined {
  return order.kind === 'start'
    ? environmentKeys(context, order.scope)
    : deploymentKeys(context, order.deployment);
}

async function getOne(
  context: Context,
  ref: Ref,
  call: Call,
): Promise<{ keys: DeploymentKeys; deployment: Deployment }> {
  const keys = deploymentKeys(context, ref);
  if (!keys) throw missing(context.provider, 'deployment');
  const found = await getDeployments(context, [ref], call);
  return { keys, deployment: orMissing(found.get(ref.id), context.provider, 'deployment') };
}

function nativeIdOf({ keys }: Ref): string | undefined {
  return keys.at(-1);
}

function foreign(field: string) {
  return refuse(['source', field], 'it is not of the application that is to be deployed.');
}

function withoutUndefined(request: Request): Request {
  return Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined));
}
