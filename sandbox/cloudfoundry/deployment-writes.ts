import type { FastifyInstance } from 'fastify';
import { USERS } from './apps.ts';
import { parseCreateMessage, type CreateMessage } from './create-message.ts';
import {
  cancelDeployment,
  continueDeployment,
  endCancel,
  finishDeployment,
  pauseDeployment,
  startDeployment,
} from './deployments.ts';
import { unprocessable } from './errors.ts';
import { metadataOf, problemsOfMetadata } from './metadata.ts';
import type { App, Deployment, Droplet, Revision } from './model.ts';
import { presentDeployment } from './present.ts';
import { find, originOf, type ByGuid, type Office } from './requests.ts';
import { isDeployable } from './revisions.ts';
import type { World } from './world.ts';

/** How long the new instances take, of a rolling deployment or of one step of a canary. */
const ROLL_MS = 30_000;
const CANCEL_MS = 15_000;

/** In whose name the token of the sandbox writes. */
const USER = USERS[2];

/** Starts deployments and steers them; what is started moves on with the clock. */
export function deploymentWrites(scope: FastifyInstance, world: World, { clock }: Office): void {
  scope.post('/v3/deployments', (request, reply) => {
    const deployment = create(world, parseCreateMessage(request.body), clock.now());
    return reply.code(201).send(presentDeployment(deployment, originOf(request)));
  });
  scope.patch<ByGuid>('/v3/deployments/:guid', (request) => {
    const deployment = find(world.deployments, request.params.guid, 'Deployment');
    const problems = problemsOfMetadata(request.body);
    if (problems.length > 0) throw unprocessable(...problems);
    const { labels, annotations } = metadataOf(request.body);
    Object.assign(deployment.metadata.labels, labels);
    Object.assign(deployment.metadata.annotations, annotations);
    deployment.updatedAt = clock.now();
    return presentDeployment(deployment, originOf(request));
  });
  scope.post<ByGuid>('/v3/deployments/:guid/actions/cancel', (request, reply) => {
    const deployment = find(world.deployments, request.params.guid, 'Deployment');
    if (deployment.value !== 'ACTIVE') throw cannot('cancel', deployment);
    steer(world, deployment, clock.now(), cancel);
    return reply.code(200).send();
  });
  scope.post<ByGuid>('/v3/deployments/:guid/actions/continue', (request, reply) => {
    const deployment = find(world.deployments, request.params.guid, 'Deployment');
    if (deployment.state !== 'PAUSED') throw cannot('continue', deployment);
    steer(world, deployment, clock.now(), goOn);
    return reply.code(200).send();
  });
}

function create(world: World, message: CreateMessage, at: number): Deployment {
  const app = world.apps.get(message.app);
  if (!app) {
    throw unprocessable('Unable to use app. Ensure that the app exists and you have access to it.');
  }
  const { droplet, rollbackTo } = targetOf(world, app, message);
  const isStopped = app.state === 'STOPPED';
  app.state = 'STARTED';
  const deployment = startDeployment(world, {
    ...message,
    key: `${app.key}/written/${world.deployments.rows.length}`,
    at,
    app,
    user: USER,
    droplet,
    rollbackTo,
  });
  deployment.steered = true;
  // "Stopped app: the deployment STARTS the app and is finalized at once."
  if (isStopped) finishDeployment(world, deployment, at);
  else roll(world, deployment, at);
  return deployment;
}

/** The droplet to deploy, and the revision it is taken from. */
function targetOf(
  world: World,
  app: App,
  message: CreateMessage,
): { droplet: Droplet; rollbackTo?: Revision } {
  if (message.revision !== undefined) {
    const rollbackTo = revisionOf(world, app, message.revision);
    if (rollbackTo.droplet) return { droplet: rollbackTo.droplet, rollbackTo };
  }
  if (message.droplet === undefined && app.droplet) return { droplet: app.droplet };
  if (message.droplet === undefined) {
    throw unprocessable(
      'Invalid droplet. Please specify a droplet in the request or set a current droplet for the app.',
    );
  }
  const droplet = world.droplets.get(message.droplet);
  if (droplet?.app === app && droplet.state === 'STAGED') return { droplet };
  throw unprocessable(
    'Unable to assign current droplet. Ensure the droplet exists and belongs to this app.',
  );
}

function revisionOf(world: World, app: App, guid: string): Revision {
  if (!app.revisionsEnabled) {
    throw unprocessable(
      'Cannot create deployment from a revision for an app without revisions enabled',
    );
  }
  const revision = world.revisions.get(guid);
  if (revision?.app !== app) throw unprocessable('The revision does not exist');
  if (!isDeployable(revision)) {
    throw unprocessable(
      'Unable to deploy this revision, the droplet for this revision no longer exists.',
    );
  }
  if (revision === app.revision || isSame(revision, app.revision)) {
    throw unprocessable(
      'Unable to rollback. The code and configuration you are rolling back to is the same as the deployed revision.',
    );
  }
  return revision;
}

function isSame(revision: Revision, current: Revision | undefined): boolean {
  return (
    revision.droplet === current?.droplet &&
    JSON.stringify(revision.environment) === JSON.stringify(current?.environment)
  );
}

/** What was planned for the deployment no longer happens: somebody decides. */
function steer(
  world: World,
  deployment: Deployment,
  at: number,
  decide: (world: World, deployment: Deployment, at: number) => void,
): void {
  deployment.steered = true;
  decide(world, deployment, at);
}

function cancel(world: World, deployment: Deployment, at: number): void {
  if (deployment.state === 'CANCELING') return;
  cancelDeployment(world, deployment, USER, at);
  later(world, deployment, at + CANCEL_MS, (time) => endCancel(world, deployment, time));
}

function goOn(world: World, deployment: Deployment, at: number): void {
  continueDeployment(world, deployment, USER, at);
  roll(world, deployment, at);
}

/** Brings up the instances of the current step, or all of them. */
function roll(world: World, deployment: Deployment, at: number): void {
  later(world, deployment, at + ROLL_MS, (time) => {
    if (deployment.state === 'PREPAUSED') pauseDeployment(deployment, time);
    else finishDeployment(world, deployment, time);
  });
}

/** Plans what happens to the deployment if nothing else has happened to it by then. */
function later(
  world: World,
  deployment: Deployment,
  time: number,
  action: (time: number) => void,
): void {
  const { state, lastStatusChange } = deployment;
  world.agenda.plan(time, (now) => {
    const isUntouched =
      deployment.state === state && deployment.lastStatusChange === lastStatusChange;
    if (deployment.value === 'ACTIVE' && isUntouched) action(now);
  });
}

function cannot(what: string, { value, reason }: Deployment) {
  return unprocessable(`Cannot ${what} a deployment with status: ${value} and reason: ${reason}`);
}
