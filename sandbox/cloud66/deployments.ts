import { stepAt } from '../clock.ts';
import { hexOf, pick } from '../random.ts';
import { OUTCOME, toIso, type Coded, type Deployment, type Stack } from './model.ts';
import { nameOf, PEOPLE } from './profiles.ts';

/** Where a deployment stands. */
export type Phase = 'queued' | 'running' | 'finished';

/** What the caller decides about a new deployment; the rest follows from the stack. */
export interface DeploymentPlan {
  queuedAt: number;
  startsAt: number;
  finishesAt: number;
  outcome: Coded;
  type: Coded;
  triggeredVia: Coded;
  /** What is deployed; the head of the stack's branch when absent. */
  gitRef?: string;
  /** What the caller calls it. */
  userReference?: string;
}

/**
 * Adds the stack's next deployment, and the background action that carries it out. A `scale` keeps
 * the commit of the deployment before it, a `revert` goes back to the one before that.
 */
export function addDeployment(stack: Stack, plan: DeploymentPlan): Deployment {
  const name = nameOf(stack);
  const id = (stack.deployments.at(-1)?.id ?? 0) + 1;
  const triggeredBy = PEOPLE[pick(PEOPLE.length, 'cloud66', 'by', name, id)] ?? PEOPLE[0];
  const deployment: Deployment = {
    id,
    triggeredBy,
    queuedAt: plan.queuedAt,
    startsAt: plan.startsAt,
    finishesAt: plan.finishesAt,
    outcome: plan.outcome,
    type: plan.type,
    triggeredVia: plan.triggeredVia,
    gitHash: commitOf(stack, plan) ?? hexOf(40, 'cloud66', 'commit', name, id),
    gitRef: plan.gitRef ?? stack.gitBranch,
    session: hexOf(10, 'cloud66', 'session', name, id),
  };
  stack.deployments.push(deployment);
  stack.actions.push({
    id: actionIdOf(stack, deployment),
    user: triggeredBy,
    action: 'application_deployment',
    resourceId: String(280 + stack.index),
    startedVia: plan.triggeredVia.meaning ?? 'api',
    startedAt: plan.queuedAt,
    finishesAt: plan.finishesAt,
    success: plan.outcome.code === OUTCOME.success.code,
    message: plan.outcome.code === OUTCOME.failed.code ? 'Deployment failed' : null,
    userReference:
      plan.userReference ?? (plan.triggeredVia.meaning === 'api' ? `release-${id}` : null),
  });
  return deployment;
}

/** The background action that carries a deployment out. */
export function actionIdOf(stack: Stack, { id }: Deployment): number {
  return 100_000 * (stack.index + 1) + id;
}

/** Where the deployment stands at `now`. */
export function phaseOf(deployment: Deployment, now: number): Phase {
  const { queuedAt, startsAt, finishesAt } = deployment;
  const steps: { afterMs: number; state: Phase }[] = [
    { afterMs: 0, state: 'queued' },
    { afterMs: startsAt - queuedAt, state: 'running' },
    { afterMs: finishesAt - queuedAt, state: 'finished' },
  ];
  return stepAt(queuedAt, steps, now)?.state ?? 'queued';
}

/**
 * The stack's newest deployment (`is_head`) and the one that serves (`is_live`): the newest that
 * succeeded and was not reverted.
 */
export function standingOf(
  stack: Stack,
  now: number,
): { head: Deployment | undefined; live: Deployment | undefined } {
  return {
    head: stack.deployments.at(-1),
    live: stack.deployments.findLast(
      (deployment) =>
        phaseOf(deployment, now) === 'finished' &&
        deployment.outcome.code === OUTCOME.success.code &&
        !isReverted(deployment, now),
    ),
  };
}

/**
 * The stack's deployments, newest start first, as the example on the Deployments page implies; what
 * has not started yet comes before everything that has.
 */
export function newestFirst(stack: Stack): Deployment[] {
  return stack.deployments.toReversed();
}

/** One deployment as it is served at `now`: neither its stack nor a time of update is in it. */
export function toDeploymentBody(stack: Stack, now: number): (deployment: Deployment) => unknown {
  const { head, live } = standingOf(stack, now);
  return (deployment) => {
    const phase = phaseOf(deployment, now);
    const reverted = isReverted(deployment, now) ? deployment.reverted : undefined;
    return {
      id: deployment.id,
      triggered_by: deployment.triggeredBy,
      triggered_via: deployment.triggeredVia,
      started_at: phase === 'queued' ? null : toIso(deployment.startsAt),
      finished_at: phase === 'finished' ? toIso(deployment.finishesAt) : null,
      outcome: phase === 'finished' ? deployment.outcome : OUTCOME.pending,
      git_hash: deployment.gitHash,
      ...(deployment.gitRef === undefined ? {} : { git_ref: deployment.gitRef }),
      deploy_session: deployment.session,
      deploy_type: deployment.type,
      is_head: deployment === head,
      is_live: deployment === live,
      reverted: reverted ? true : null,
      reverted_by: reverted?.by ?? null,
      reverted_at: reverted ? toIso(reverted.at) : null,
      is_deploying: phase === 'running',
      commit_url: `${stack.git.replace(/\.git$/, '')}/commit/${deployment.gitHash}`,
    };
  };
}

/** Marks `deployment` as undone by the revert that starts at `at`. */
export function revert(deployment: Deployment, by: string, at: number): void {
  deployment.reverted = { by, at };
}

function isReverted(deployment: Deployment, now: number): boolean {
  return deployment.reverted !== undefined && deployment.reverted.at <= now;
}

/** A commit that is named in full is deployed as it is. */
function commitOf(stack: Stack, { type, gitRef }: DeploymentPlan): string | undefined {
  if (gitRef !== undefined && /^[0-9a-f]{40}$/.test(gitRef)) return gitRef;
  if (type.meaning === 'scale') return stack.deployments.at(-1)?.gitHash;
  if (type.meaning === 'revert') return stack.deployments.at(-2)?.gitHash;
  return undefined;
}
