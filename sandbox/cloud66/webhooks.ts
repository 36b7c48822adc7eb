import type { Occasion } from '../webhooks.ts';
import { DEPLOY_TYPE, OUTCOME, SECOND, toIso, type Deployment, type Stack } from './model.ts';
import { toStackBody } from './stacks.ts';

/**
 * The stack events of deployments: `stack.deploy.started`, and `stack.provision` or `stack.redeploy`
 * with `.ok` or `.fail`. Each has the fields of the stack as they were then, a time in seconds and
 * the context of the deployment, whose outcome is a plain word here.
 */
export function occasionsOf(stacks: readonly Stack[], from: number, until: number): Occasion[] {
  const isDue = (at: number) => from <= at && at <= until;
  return stacks
    .flatMap((stack) =>
      stack.deployments.flatMap((deployment) => [
        ...(isDue(deployment.startsAt) ? [begin(stack, deployment)] : []),
        ...(isDue(deployment.finishesAt) ? [end(stack, deployment)] : []),
      ]),
    )
    .sort((one, other) => one.at - other.at);
}

function begin(stack: Stack, deployment: Deployment): Occasion {
  const context = { outcome: OUTCOME.pending.meaning, finished_at: null };
  return tell(stack, deployment, 'stack.deploy.started', deployment.startsAt, context);
}

function end(stack: Stack, deployment: Deployment): Occasion {
  const { type, outcome, finishesAt } = deployment;
  const what = type.code === DEPLOY_TYPE.firstBuild.code ? 'provision' : 'redeploy';
  const how = outcome.code === OUTCOME.success.code ? 'ok' : 'fail';
  const context = {
    outcome: how === 'ok' ? OUTCOME.success.meaning : OUTCOME.failed.meaning,
    finished_at: toIso(finishesAt),
  };
  return tell(stack, deployment, `stack.${what}.${how}`, finishesAt, context);
}

function tell(
  stack: Stack,
  { id, startsAt, triggeredBy }: Deployment,
  event: string,
  at: number,
  context: { outcome: string; finished_at: string | null },
): Occasion {
  // What was asked for later is not in the stack as it was.
  const deployments = stack.deployments.filter(({ queuedAt }) => queuedAt <= at);
  const fields = toStackBody(at)({ ...stack, deployments }) as object;
  return {
    key: `${stack.uid} ${id} ${event}`,
    at,
    payload: {
      ...fields,
      timestamp: Math.floor(at / SECOND),
      event_type: event,
      deploy_context: { triggered_by: triggeredBy, started_at: toIso(startsAt), ...context },
    },
  };
}
