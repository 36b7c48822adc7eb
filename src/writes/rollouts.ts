import type { Context } from '../context.ts';
import type { Call, ProviderSource } from '../datasources/provider.ts';
import type { DeploymentSource, Rollout, RolloutOrder, StartOrder } from '../datasources/writes.ts';
import { ErrorCode, refuse } from '../errors.ts';
import { type Ref, refOf } from '../ids.ts';
import {
  type DeploymentActionInput,
  type DeploymentSourceInput,
  HumanitecDeploymentMode,
  type RedeployInput,
  type RollbackInput,
  type StartDeploymentInput,
} from '../schema/mutations/rollout.ts';
import { changed, type Done } from './outcome.ts';
import type { Plan } from './plan.ts';
import { markOfDeployment, only, readDeployment } from './state.ts';
import { able, ambiguous, permitted, visible } from './target.ts';

export function planStart(context: Context, input: StartDeploymentInput): Plan {
  const { provider, ref } = permitted(context, 'scopeId', input.scopeId, ['Scope'], 'deploy');
  const offering = able(provider, 'startDeployment', 'starting of deployments');
  const order = toOrder(context, input);
  return {
    name: 'startDeployment',
    input,
    provider,
    target: ref,
    field: 'scopeId',
    ...traces(provider, { kind: 'start', scope: ref, order }, async () => ref),
    send: async (call) => fromRollout(await offering.startDeployment(ref, order, call)),
  };
}

export function planRedeploy(context: Context, input: RedeployInput): Plan {
  return planAgain(context, input, 'redeploy');
}

export function planRollback(context: Context, input: RollbackInput): Plan {
  return planAgain(context, input, 'rollback');
}

function planAgain(
  context: Context,
  input: RedeployInput | RollbackInput,
  name: 'redeploy' | 'rollback',
): Plan {
  const { provider, ref } = ofDeployment(context, input.deploymentId);
  const offering = able(provider, name, name === 'redeploy' ? 'redeploying' : 'rolling back');
  const scopeOf = async (call: Call) => refOf((await readDeployment(provider, ref, call)).scopeId);
  return {
    name,
    input,
    provider,
    target: ref,
    field: 'deploymentId',
    ...traces(provider, { kind: name, deployment: ref }, scopeOf),
    send: async (call) => {
      await requirePossible(provider, ref, name, call);
      return fromRollout(await offering[name](ref, call));
    },
  };
}

export function planCancel(context: Context, input: DeploymentActionInput): Plan {
  return planAction(context, input, 'cancelDeployment', 'cancelling of deployments');
}

export function planContinue(context: Context, input: DeploymentActionInput): Plan {
  return planAction(context, input, 'continueDeployment', 'continuing of deployments');
}

function planAction(
  context: Context,
  input: DeploymentActionInput,
  name: 'cancelDeployment' | 'continueDeployment',
  what: string,
): Plan {
  const { provider, ref } = ofDeployment(context, input.deploymentId);
  const offering = able(provider, name, what);
  const read = (call: Call) => readDeployment(provider, ref, call);
  return {
    name,
    input,
    provider,
    target: ref,
    field: 'deploymentId',
    mark: async (call) => markOfDeployment(await read(call)),
    send: async (call) => changed({ deployment: await offering[name](ref, call) }),
    lookUp: async ({ mark }, call) => {
      const deployment = await read(call);
      return markOfDeployment(deployment) === mark ? undefined : changed({ deployment });
    },
  };
}

function ofDeployment(context: Context, id: string) {
  return permitted(context, 'deploymentId', id, ['Deployment'], 'deploy');
}

function fromRollout(rollout: Rollout): Done {
  if ('deployment' in rollout) return changed({ deployment: rollout.deployment });
  return { ids: {}, queued: true, userErrors: [] };
}

const REFUSALS = {
  redeploy: {
    can: 'canRedeploy',
    why: 'it cannot be redeployed now: it has not ended, or what it deployed is gone, or something else is being deployed where it was. See `canRedeploy`.',
  },
  rollback: {
    can: 'canRollback',
    why: 'it cannot be gone back to now: it did not succeed, or it is what runs, or what it deployed is gone, or something else is being deployed where it was. See `canRollback`.',
  },
} as const;

/**
 * Platforms would also take what makes no sense, such as going back to what failed. What clients
 * are told beforehand holds here too, as it is now.
 */
async function requirePossible(
  provider: ProviderSource,
  ref: Ref,
  name: keyof typeof REFUSALS,
  call: Call,
): Promise<void> {
  const { can, why } = REFUSALS[name];
  const deployment = await readDeployment(provider, ref, call);
  const told = deployment[can];
  const verdict =
    told === undefined
      ? only(await provider.judgeDeployments?.([deployment], call), ref.id)?.[can]
      : told;
  if (!verdict) throw refuse(['deploymentId'], why, ErrorCode.CONFLICT);
}

/** A rollout is found again as one that is newer than the newest before it. */
function traces(
  provider: ProviderSource,
  order: RolloutOrder,
  scopeOf: (call: Call) => Promise<Ref>,
): Pick<Plan, 'mark' | 'lookUp'> {
  return {
    async mark(call) {
      const scope = await scopeOf(call);
      const newest = only(await provider.getLatestDeployments([scope], call), scope.id);
      return newest?.id ?? null;
    },
    async lookUp({ reference, mark }, call) {
      if (!provider.findRollouts) throw ambiguous(provider.name);
      const [deployment, ...others] = await provider.findRollouts(
        order,
        { reference, newestBefore: mark },
        call,
      );
      if (others.length > 0) throw ambiguous(provider.name);
      return deployment && changed({ deployment });
    },
  };
}

const MODES = {
  [HumanitecDeploymentMode.FULL]: 'full',
  [HumanitecDeploymentMode.INCREMENTAL]: 'incremental',
} as const;

function toOrder(context: Context, input: StartDeploymentInput): StartOrder {
  const { strategy } = input;
  if (strategy?.rolling && strategy.canary) {
    throw refuse(['strategy'], 'write `rolling` or `canary`, not both.');
  }
  return {
    source: input.source ? toSource(context, input.source, input.scopeId) : undefined,
    comment: input.comment ?? undefined,
    valueSetVersionId: input.valueSetVersionId ?? undefined,
    mode: input.mode ? MODES[input.mode] : undefined,
    services: input.services ?? undefined,
    strategy: strategy ?? undefined,
    labels: input.labels ?? undefined,
    annotations: input.annotations ?? undefined,
  };
}

/** @throws GatewayError with a complaint unless exactly one is given */
function toSource(
  context: Context,
  source: DeploymentSourceInput,
  scopeId: string,
): DeploymentSource {
  const given = Object.entries(source).flatMap(([name, value]) => (value == null ? [] : [name]));
  const isPair = given.length === 2 && source.deploymentId && source.deltaId;
  if (given.length !== 1 && !isPair) {
    throw refuse(['source'], 'write exactly one of its fields (deploymentId may go with deltaId).');
  }
  const { revisionId, deploymentId, gitRef, deltaId, setId, dropletGuid } = source;
  if (revisionId) {
    return { kind: 'revision', revision: sibling(context, 'revisionId', revisionId, scopeId) };
  }
  if (deploymentId) {
    const deployment = sibling(context, 'deploymentId', deploymentId, scopeId);
    return { kind: 'deployment', deployment, ...(deltaId && { deltaId }) };
  }
  if (gitRef) return { kind: 'gitRef', gitRef };
  if (deltaId) return { kind: 'delta', deltaId };
  if (setId) return { kind: 'set', setId };
  if (dropletGuid) return { kind: 'droplet', dropletGuid };
  throw refuse(['source', given[0] ?? ''], 'write more than an empty text.');
}

function sibling(
  context: Context,
  name: 'revisionId' | 'deploymentId',
  id: string,
  scopeId: string,
): Ref {
  const type = name === 'revisionId' ? 'Revision' : 'Deployment';
  const { ref } = visible(context, `source.${name}`, id, [type]);
  if (ref.provider === refOf(scopeId).provider) return ref;
  throw refuse(['source', name], 'it is of another provider than the scope.');
}
