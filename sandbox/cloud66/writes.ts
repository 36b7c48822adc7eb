import { actionIdOf, phaseOf } from './deployments.ts';
import { ApiError } from './envelope.ts';
import { byId } from './lookup.ts';
import { begin, cancel, isBusy, refusalOf, type Order } from './redeploy.ts';
import type { ChangeStack, RouteCall } from './routes.ts';
import { addVariableWrites } from './variable-writes.ts';
import type { World } from './world.ts';

/** What changes a stack: redeployments, their cancelling, and variables. */
export function addWrites(change: ChangeStack, world: World): void {
  // No answer names the deployment. A stack that is busy says not even which action it will be.
  change('POST', '/deployments', (stack, call) => {
    const order = parseOrder(call);
    const problem = refusalOf(stack, order);
    if (problem !== undefined) return { response: { ok: false, message: problem } };
    const accepted = { ok: true, message: 'Stack queued for redeployment', queued: true };
    if (isBusy(stack, call.now)) {
      world.waiting.push({ stack, order });
      return { response: { ...accepted, async_action_id: null } };
    }
    const deployment = begin(stack, order, call.now);
    return { response: { ...accepted, async_action_id: actionIdOf(stack, deployment) } };
  });
  change('DELETE', '/deployments/:id', (stack, call) => {
    const deployment = byId(stack.deployments, call.param('id'), 'deployment');
    if (phaseOf(deployment, call.now) === 'finished') {
      return { response: { ok: false, message: 'Deployment is not running' } };
    }
    cancel(stack, deployment, call.now);
    return { response: { ok: true, message: 'Cancelling deployment' } };
  });
  addVariableWrites(change, world);
}

function parseOrder({ field }: RouteCall): Order {
  const userReference = textOf('user_reference', field('user_reference'));
  if (userReference !== undefined && userReference.length > 255) {
    throw badRequest('user_reference is longer than 255 characters');
  }
  const services = textOf('services', field('services')) ?? '';
  return {
    gitRef: textOf('git_ref', field('git_ref')),
    services: services.split(',').filter((service) => service !== ''),
    userReference,
    profile: textOf('deployment_profile', field('deployment_profile')),
    deployStrategy: textOf('deploy_strategy', field('deploy_strategy')),
    rolloutStrategy: textOf('rollout_strategy', field('rollout_strategy')),
    canaryPercentage: percentageOf('canary_percentage', field('canary_percentage')),
  };
}

/** A query or a form spells numbers as texts. */
function percentageOf(name: string, value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  const percentage = Number(value);
  if (Number.isInteger(percentage) && percentage >= 1 && percentage <= 100) return percentage;
  throw badRequest(`${name} must be a whole number from 1 to 100`);
}

function textOf(name: string, value: unknown): string | undefined {
  if (value === undefined || value === null || typeof value === 'string') return value ?? undefined;
  throw badRequest(`${name} must be a string`);
}

function badRequest(details: string): ApiError {
  return new ApiError(400, 'bad_request', 'Bad request', details);
}
