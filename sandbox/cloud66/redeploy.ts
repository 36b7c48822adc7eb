import { actionIdOf, addDeployment, phaseOf } from './deployments.ts';
import {
  DEPLOY_TYPE,
  OUTCOME,
  SECOND,
  STACK_STATUS,
  TRIGGERED_VIA,
  type Deployment,
  type Stack,
} from './model.ts';

/** What the caller asks of a redeployment. */
export interface Order {
  gitRef: string | undefined;
  services: readonly string[];
  userReference: string | undefined;
  /** What the newer documents and the Go client add. No list of their words is published. */
  profile: string | undefined;
  deployStrategy: string | undefined;
  rolloutStrategy: string | undefined;
  canaryPercentage: number | undefined;
}

const STARTS_AFTER_MS = 5 * SECOND;
const LASTS_MS = 60 * SECOND;
const CANCEL_MS = 10 * SECOND;

/** States in which a stack that was never deployed takes no deployment. */
const NOT_READY: readonly number[] = [STACK_STATUS.analysing, STACK_STATUS.terminalFailure];

/** Whether a deployment of the stack is queued or runs. */
export function isBusy(stack: Stack, now: number): boolean {
  return stack.deployments.some((deployment) => phaseOf(deployment, now) !== 'finished');
}

/** Why the stack cannot be deployed like this; `undefined`: it can. */
export function refusalOf(stack: Stack, { services }: Order): string | undefined {
  if (stack.deployments.length === 0 && NOT_READY.includes(stack.idleStatus)) {
    return 'Stack is not ready to be deployed';
  }
  const known = stack.language === 'docker' ? ['web', 'worker'] : [];
  const unknown = services.find((service) => !known.includes(service.split(':', 1)[0] ?? ''));
  return unknown === undefined ? undefined : `Service ${unknown} does not exist`;
}

/** Puts a deployment into the queue of a stack that is free. */
export function begin(stack: Stack, order: Order, at: number): Deployment {
  return addDeployment(stack, {
    queuedAt: at,
    startsAt: at + STARTS_AFTER_MS,
    finishesAt: at + STARTS_AFTER_MS + LASTS_MS,
    outcome: OUTCOME.success,
    type: DEPLOY_TYPE.redeploy,
    triggeredVia: TRIGGERED_VIA.api,
    ...(order.gitRef !== undefined && { gitRef: order.gitRef }),
    ...(order.userReference !== undefined && { userReference: order.userReference }),
  });
}

/**
 * Ends a deployment before its time. No document says what a cancelled one shows; of the three
 * outcomes that are listed, `failed` is the one it can be.
 */
export function cancel(stack: Stack, deployment: Deployment, now: number): void {
  deployment.startsAt = Math.min(deployment.startsAt, now);
  deployment.finishesAt = Math.min(deployment.finishesAt, now + CANCEL_MS);
  deployment.outcome = OUTCOME.failed;
  const actionId = actionIdOf(stack, deployment);
  const action = stack.actions.find(({ id }) => id === actionId);
  if (action) {
    Object.assign(action, {
      finishesAt: deployment.finishesAt,
      success: false,
      message: 'Deployment cancelled',
    });
  }
}
