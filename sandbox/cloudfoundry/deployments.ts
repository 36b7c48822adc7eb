import { uuidOf } from '../random.ts';
import { recordEvent } from './events.ts';
import type {
  App,
  Deployment,
  DeploymentOptions,
  Droplet,
  InternalState,
  Metadata,
  Process,
  Revision,
  User,
} from './model.ts';
import { resolveRevision } from './revisions.ts';
import { newEntity, type World } from './world.ts';

export interface DeploymentRequest {
  /** Makes the guids; unique among the deployments. */
  key: string;
  at: number;
  app: App;
  user: User;
  droplet: Droplet | undefined;
  /** Goes back to this revision, with its droplet and its variables. */
  rollbackTo?: Revision | undefined;
  options?: DeploymentOptions;
  metadata?: Metadata | undefined;
}

/** Begins a deployment. One that is still active for the app is superseded. */
export function startDeployment(world: World, request: DeploymentRequest): Deployment {
  const { key, at, app, user, droplet, rollbackTo, metadata } = request;
  for (const active of world.deployments.rows) {
    if (active.app === app && active.value === 'ACTIVE') supersede(active, at);
  }
  const options = request.options ?? { max_in_flight: 1 };
  const revision = resolveRevision(world, { key, at, app, user, droplet, rollbackTo });
  const process = addWebProcess(world, { key, at, app, revision });
  const deployment = world.deployments.add({
    ...newEntity(uuidOf('deployment', key), at, metadata),
    app,
    state: options.canary ? 'PREPAUSED' : 'DEPLOYING',
    value: 'ACTIVE',
    reason: 'DEPLOYING',
    lastHealthcheck: at,
    lastStatusChange: at,
    strategy: options.canary ? 'canary' : 'rolling',
    options,
    ...(options.canary && {
      steps: { current: 1, total: Math.max(1, options.canary.steps.length) },
    }),
    dropletGuid: droplet?.guid ?? null,
    previousDroplet: app.droplet,
    newProcesses: [{ guid: process.guid, type: process.type }],
    revision,
  });
  app.droplet = droplet;
  app.revision = revision;
  if (rollbackTo) app.environment = rollbackTo.environment;
  app.updatedAt = at;
  recordEvent(world, {
    at,
    type: 'deployment.create',
    app,
    user,
    data: createdData(request, deployment),
  });
  return deployment;
}

/** A canary has its instances of the current step running and waits for `continueDeployment`. */
export function pauseDeployment(deployment: Deployment, at: number): void {
  move(deployment, { state: 'PAUSED', reason: 'PAUSED', at });
  deployment.lastHealthcheck = at;
}

export function continueDeployment(
  world: World,
  deployment: Deployment,
  user: User,
  at: number,
): void {
  const { steps, app } = deployment;
  const isLastStep = !steps || steps.current === steps.total;
  if (steps && !isLastStep) steps.current += 1;
  move(deployment, { state: isLastStep ? 'DEPLOYING' : 'PREPAUSED', reason: 'DEPLOYING', at });
  recordEvent(world, { at, type: 'deployment.continue', app, user, data: eventData(deployment) });
}

/** All new instances run; the old ones are gone. */
export function finishDeployment(world: World, deployment: Deployment, at: number): void {
  const { app } = deployment;
  move(deployment, { state: 'DEPLOYED', reason: 'DEPLOYED', at });
  deployment.lastHealthcheck = at;
  delete deployment.error;
  for (const process of world.processes.rows) {
    if (process.app === app) process.revision = deployment.revision;
  }
  for (const process of webProcessesOf(world, app)) {
    if (!isNewProcess(deployment, process)) {
      world.processes.remove(process);
      continue;
    }
    process.instances = deployment.options.web_instances ?? app.webInstances;
    process.updatedAt = at;
  }
}

/** The new instances do not start. "There is no FAILED": it stays DEPLOYING until somebody cancels. */
export function reportError(world: World, deployment: Deployment, text: string, at: number): void {
  deployment.error = text;
  deployment.updatedAt = at;
  for (const process of webProcessesOf(world, deployment.app)) {
    if (isNewProcess(deployment, process)) process.state = 'CRASHED';
  }
}

/** The app goes back to the previous droplet at once; the instances follow until `endCancel`. */
export function cancelDeployment(
  world: World,
  deployment: Deployment,
  user: User,
  at: number,
): void {
  const { app } = deployment;
  move(deployment, { state: 'CANCELING', reason: 'CANCELING', at });
  app.droplet = deployment.previousDroplet;
  app.revision = webProcessesOf(world, app).find(
    (process) => !isNewProcess(deployment, process),
  )?.revision;
  app.updatedAt = at;
  recordEvent(world, { at, type: 'deployment.cancel', app, user, data: eventData(deployment) });
}

export function endCancel(world: World, deployment: Deployment, at: number): void {
  move(deployment, { state: 'CANCELED', reason: 'CANCELED', at });
  for (const process of webProcessesOf(world, deployment.app)) {
    if (isNewProcess(deployment, process)) world.processes.remove(process);
  }
}

/** Its internal state says DEPLOYED or CANCELED, so only the reason tells that it was superseded. */
function supersede(deployment: Deployment, at: number): void {
  const state = deployment.state === 'CANCELING' ? 'CANCELED' : 'DEPLOYED';
  move(deployment, { state, reason: 'SUPERSEDED', at });
}

function move(
  deployment: Deployment,
  { state, reason, at }: { state: InternalState; reason: string; at: number },
): void {
  const isFinal = reason === 'DEPLOYED' || reason === 'CANCELED' || reason === 'SUPERSEDED';
  deployment.state = state;
  deployment.value = isFinal ? 'FINALIZED' : 'ACTIVE';
  deployment.reason = reason;
  deployment.lastStatusChange = at;
  deployment.updatedAt = at;
}

function addWebProcess(
  world: World,
  { key, at, app, revision }: { key: string; at: number; app: App; revision: Revision | undefined },
): Process {
  return world.processes.add({
    ...newEntity(uuidOf('process', key), at),
    app,
    type: 'web',
    command: app.command,
    instances: 1,
    state: 'RUNNING',
    revision,
  });
}

function webProcessesOf(world: World, app: App): Process[] {
  return world.processes.rows.filter((process) => process.app === app && process.type === 'web');
}

function isNewProcess(deployment: Deployment, process: Process): boolean {
  return deployment.newProcesses.some(({ guid }) => guid === process.guid);
}

function eventData(deployment: Deployment): Record<string, unknown> {
  return { deployment_guid: deployment.guid, droplet_guid: deployment.dropletGuid };
}

function createdData(request: DeploymentRequest, deployment: Deployment): Record<string, unknown> {
  const { app, droplet, rollbackTo, options } = request;
  return {
    ...eventData(deployment),
    type: rollbackTo ? 'rollback' : null,
    revision_guid: deployment.revision?.guid ?? null,
    strategy: deployment.strategy,
    request: {
      strategy: deployment.strategy,
      ...(rollbackTo
        ? { revision: { guid: rollbackTo.guid } }
        : droplet && { droplet: { guid: droplet.guid } }),
      ...(options && { options }),
      relationships: { app: { data: { guid: app.guid } } },
    },
  };
}
