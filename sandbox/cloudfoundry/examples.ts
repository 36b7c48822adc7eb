import { EPOCH } from '../clock.ts';
import { uuidOf } from '../random.ts';
import { newApp, registerApp, USERS } from './apps.ts';
import type { Deployment, Droplet, Job, Revision } from './model.ts';
import { newEntity, type World } from './world.ts';

const EXAMPLE_AT = Date.parse('2018-04-25T22:42:10Z');
const LEGACY_AT = Date.parse('2020-06-09T08:15:30Z');

/** Adds the deployment that the provider's documentation shows, with everything it refers to. */
export function addExample(world: World): void {
  const space = world.spaces.rows.at(-1);
  if (!space) throw new Error('add the spaces before the example');
  const app = newApp(space, 'my_app', '305cea31-5a44-45ca-b51b-e89c7a8ef8b2', EXAMPLE_AT - 60_000);
  app.environment = { RAILS_ENV: 'production' };
  registerApp(world, app);
  const previous = addDroplet(world, app, 'cc6bc315-bd06-49ce-92c2-bc3ad45268c2', -50_000);
  const droplet = addDroplet(world, app, '44ccfa61-dbcf-4a0d-82fe-f668e9d2a962', -20_000);
  const revision = world.revisions.add({
    ...newEntity('56126cba-656a-4eba-a81e-7e9951b2df57', EXAMPLE_AT),
    app,
    version: 1,
    droplet,
    environment: { RAILS_ENV: 'production' },
    description: 'Initial revision.',
  });
  world.processes.add({
    ...newEntity('fd5d3e60-f88c-4c37-b1ae-667cfc65a856', EXAMPLE_AT),
    app,
    type: 'web',
    command: 'rackup',
    instances: 1,
    state: 'RUNNING',
    revision,
  });
  Object.assign(app, { droplet, revision, revisionCount: 1, updatedAt: EXAMPLE_AT });
  world.deployments.add(exampleDeployment(revision, previous));
}

function exampleDeployment(revision: Revision, previousDroplet: Droplet): Deployment {
  return {
    ...newEntity('59c3d133-2b83-46f3-960e-7765a129aea4', EXAMPLE_AT),
    app: revision.app,
    state: 'PREPAUSED',
    value: 'ACTIVE',
    reason: 'DEPLOYING',
    lastHealthcheck: EXAMPLE_AT,
    lastStatusChange: EXAMPLE_AT,
    strategy: 'canary',
    options: {
      max_in_flight: 3,
      web_instances: 5,
      memory_in_mb: 1024,
      disk_in_mb: 1024,
      log_rate_limit_in_bytes_per_second: -1,
      canary: { steps: [{ instance_weight: 10 }, { instance_weight: 20 }] },
    },
    steps: { current: 1, total: 2 },
    dropletGuid: revision.droplet?.guid ?? null,
    previousDroplet,
    newProcesses: [{ guid: 'fd5d3e60-f88c-4c37-b1ae-667cfc65a856', type: 'web' }],
    revision,
  };
}

/**
 * Adds a row as it was stored in 2020: `DEGENERATE`, "removed b94a64fb", with the top-level `state`
 * that was dropped in CAPI 3.91.
 */
export function addLegacyRow(world: World): void {
  const app = world.apps.rows.find(({ name }) => name === 'archive');
  if (!app) throw new Error('add the apps before the legacy row');
  app.createdAt = LEGACY_AT - 86_400_000;
  const updatedAt = LEGACY_AT + 600_000;
  const legacy: Deployment = {
    ...newEntity(uuidOf('deployment', 'legacy'), LEGACY_AT),
    updatedAt,
    app,
    state: 'FAILED',
    value: 'FINALIZED',
    reason: 'DEGENERATE',
    lastHealthcheck: null,
    lastStatusChange: updatedAt,
    strategy: 'rolling',
    options: { max_in_flight: 1 },
    dropletGuid: uuidOf('droplet', 'legacy'),
    previousDroplet: undefined,
    newProcesses: [],
    revision: undefined,
    legacy: true,
  };
  world.deployments.add(legacy);
}

/** Adds a finished job, a failed one, and one that is done 30 seconds after the epoch. */
export function addJobs(world: World): void {
  const [app] = world.apps.rows;
  if (!app) throw new Error('add the apps before the jobs');
  const add = (name: string, rest: Pick<Job, 'state' | 'errors'>): Job =>
    world.jobs.add({
      ...newEntity(uuidOf('job', name), EPOCH - 60_000),
      operation: `app.${name}`,
      app,
      ...rest,
    });
  add('delete', { state: 'COMPLETE', errors: [] });
  add('apply_manifest', {
    state: 'FAILED',
    errors: [{ code: 10008, title: 'CF-UnprocessableEntity', detail: 'something went wrong' }],
  });
  const running = add('restage', { state: 'PROCESSING', errors: [] });
  world.agenda.plan(EPOCH + 30_000, (at) => {
    Object.assign(running, { state: 'COMPLETE', updatedAt: at });
  });
}

/** Adds the two events that are not about an app: they have no space, one has no organization. */
export function addPlatformEvents(world: World): void {
  const [organization] = world.organizations.rows;
  if (!organization) throw new Error('add the organizations before their events');
  const at = EPOCH - 30 * 86_400_000;
  const { guid, name } = USERS[0];
  world.agenda.plan(at, () => {
    world.events.add({
      ...newEntity(uuidOf('event', 'organization'), at),
      type: 'audit.organization.update',
      actor: { guid, type: 'user', name },
      target: { guid: organization.guid, type: 'organization', name: organization.name },
      data: { request: { suspended: false } },
      space: null,
      organization,
    });
    world.events.add({
      ...newEntity(uuidOf('event', 'platform'), at),
      type: 'audit.service_broker.update',
      actor: null,
      target: null,
      data: {},
      space: null,
      organization: null,
    });
  });
}

/** A droplet of the example, with the build it came from. */
function addDroplet(
  world: World,
  app: Droplet['app'],
  guid: string,
  sinceExampleMs: number,
): Droplet {
  const at = EXAMPLE_AT + sinceExampleMs;
  const packageGuid = uuidOf('package', guid);
  const droplet = world.droplets.add({
    ...newEntity(guid, at),
    app,
    packageGuid,
    state: 'STAGED',
    error: null,
  });
  world.builds.add({
    ...newEntity(uuidOf('build', guid), at),
    app,
    packageGuid,
    state: 'STAGED',
    error: null,
    droplet,
    user: USERS[0],
  });
  return droplet;
}
