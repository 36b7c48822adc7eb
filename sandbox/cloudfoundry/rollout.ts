import { failBuild, finishBuild, startBuild, type StagingFailure } from './builds.ts';
import {
  cancelDeployment,
  continueDeployment,
  endCancel,
  finishDeployment,
  pauseDeployment,
  reportError,
  startDeployment,
} from './deployments.ts';
import type {
  App,
  Deployment,
  DeploymentOptions,
  Droplet,
  Metadata,
  User,
  Variables,
} from './model.ts';
import { isDeployable } from './revisions.ts';
import type { World } from './world.ts';

/** What happens to a deployment, so long after its start. */
export interface Phase {
  afterMs: number;
  does: 'pause' | 'continue' | 'finish' | 'cancel' | 'canceled' | { error: string };
}

/** One release of an app from its beginning to its end. */
export interface Rollout {
  /** Makes the guids; unique among the rollouts. */
  key: string;
  at: number;
  app: App;
  user: User;
  /** Stages a new droplet first; the current one is deployed when absent. */
  build?: { takesMs: number; failure?: StagingFailure } | undefined;
  /** Variables that are set on the app before it is deployed. */
  variables?: Variables;
  /** Goes back to the newest revision that can be deployed and is not the current one. */
  rollback?: boolean;
  options?: DeploymentOptions;
  metadata?: Metadata | undefined;
  /** What becomes of the deployment; no deployment when absent. */
  phases?: Phase[];
}

/** How long it takes from a staged build to the deployment of its droplet. */
const HANDOVER_MS = 2_000;

/** Puts everything that a rollout does on the agenda. */
export function planRollout(world: World, rollout: Rollout): void {
  const { build: plan, key, app, user } = rollout;
  if (!plan) {
    world.agenda.plan(rollout.at, (at) => deploy(world, rollout, app.droplet, at));
    return;
  }
  const { takesMs, failure } = plan;
  world.agenda.plan(rollout.at, (startedAt) => {
    const build = startBuild(world, { key, at: startedAt, app, user });
    world.agenda.plan(startedAt + takesMs, (at) => {
      if (failure) failBuild(world, build, failure, at);
      else finishBuild(world, build, at);
    });
    if (failure) return;
    world.agenda.plan(startedAt + takesMs + HANDOVER_MS, (at) => {
      deploy(world, rollout, build.droplet, at);
    });
  });
}

/** A rolling deployment that is done after `ms`. */
export function deployedAfter(ms: number): Phase[] {
  return [{ afterMs: ms, does: 'finish' }];
}

/** A deployment that somebody cancels after `ms`. */
export function canceledAfter(ms: number): Phase[] {
  return [
    { afterMs: ms, does: 'cancel' },
    { afterMs: ms + 15_000, does: 'canceled' },
  ];
}

/** A canary that rolls for `rollMs` and waits for `waitMs` in each of its steps. */
export function canarySteps(steps: number, rollMs: number, waitMs: number): Phase[] {
  const phases: Phase[] = [];
  let afterMs = 0;
  for (let step = 0; step < steps; step += 1) {
    phases.push({ afterMs: afterMs + rollMs, does: 'pause' });
    phases.push({ afterMs: afterMs + rollMs + waitMs, does: 'continue' });
    afterMs += rollMs + waitMs;
  }
  return [...phases, { afterMs: afterMs + rollMs, does: 'finish' }];
}

/** The options of a canary deployment with these percentages. */
export function canaryOptions(...weights: number[]): DeploymentOptions {
  return {
    max_in_flight: 1,
    canary: { steps: weights.map((weight) => ({ instance_weight: weight })) },
  };
}

function deploy(world: World, rollout: Rollout, droplet: Droplet | undefined, at: number): void {
  const { app, variables, phases } = rollout;
  if (variables) app.environment = { ...app.environment, ...variables };
  if (!phases) return;
  const rollbackTo = rollout.rollback
    ? world.revisions.rows.findLast(
        (revision) => revision.app === app && revision !== app.revision && isDeployable(revision),
      )
    : undefined;
  const deployment = startDeployment(world, {
    ...rollout,
    at,
    droplet: rollbackTo?.droplet ?? droplet,
    rollbackTo,
  });
  for (const { afterMs, does } of phases) {
    world.agenda.plan(at + afterMs, (time) => {
      if (deployment.value === 'ACTIVE' && !deployment.steered)
        perform(world, rollout, deployment, does, time);
    });
  }
}

function perform(
  world: World,
  { user }: Rollout,
  deployment: Deployment,
  does: Phase['does'],
  at: number,
): void {
  if (typeof does === 'object') return reportError(world, deployment, does.error, at);
  switch (does) {
    case 'pause':
      return pauseDeployment(deployment, at);
    case 'continue':
      return continueDeployment(world, deployment, user, at);
    case 'finish':
      return finishDeployment(world, deployment, at);
    case 'cancel':
      return cancelDeployment(world, deployment, user, at);
    case 'canceled':
      return endCancel(world, deployment, at);
  }
}
