import { EPOCH, type Step } from '../clock.ts';
import { hexOf, pick } from '../random.ts';
import { record } from './audit.ts';
import { toApplication, toEnvironment } from './build.ts';
import { APPLICATIONS, type ApplicationPlan, type ValuePlan } from './catalogue.ts';
import { deploy, usualSteps } from './deployments.ts';
import { exampleApplications } from './examples.ts';
import {
  isActive,
  type Application,
  type Deployment,
  type Environment,
  type Status,
  type World,
} from './model.ts';
import { emailOf } from './people.ts';
import { addDelta, followingSet } from './sets.ts';
import { changeValue } from './values.ts';

const DAY = 86_400_000;
/** A new deployment begins each minute, in these environments in turn. */
const ARRIVAL_EVERY_MS = 60_000;
const ARRIVALS = [
  ['storefront', 'development'],
  ['payments', 'staging'],
  ['storefront', 'staging'],
  ['orders', 'development'],
  ['storefront', 'production'],
  ['catalog', 'development'],
  ['payments', 'production'],
] as const;

/** What is under way when the sandbox begins. */
const UNDER_WAY: { appId: string; envId: string; at: number; steps: Step<Status>[] }[] = [
  {
    appId: 'storefront',
    envId: 'development',
    at: EPOCH - 20_000,
    steps: courseOf(4_000, 45_000, 'succeeded'),
  },
  {
    appId: 'payments',
    envId: 'staging',
    at: EPOCH - 2_000,
    steps: courseOf(6_000, 47_000, 'failed'),
  },
  {
    appId: 'orders',
    envId: 'development',
    at: EPOCH - 1_000,
    steps: courseOf(11_000, 51_000, 'succeeded'),
  },
];

/** The organization as it is when the sandbox begins. */
export function createWorld(): World {
  const world: World = { applications: [], audit: [], arrived: 0 };
  for (const plan of APPLICATIONS) world.applications.push(grow(world, plan));
  world.applications.push(...exampleApplications());
  for (const { appId, envId, at, steps } of UNDER_WAY) {
    const [application, environment] = find(world, appId, envId);
    if (application && environment) {
      note(world, application, deploy(application, environment, { at, steps }));
    }
  }
  world.audit.sort((a, b) => a.at - b.at);
  return world;
}

/** Begins the scheduled deployments that are due at `now`. */
export function settle(world: World, now: number): void {
  for (;;) {
    const number = world.arrived + 1;
    const at = EPOCH + number * ARRIVAL_EVERY_MS;
    if (at > now) return;
    world.arrived = number;
    const [appId, envId] = ARRIVALS[(number - 1) % ARRIVALS.length] ?? ARRIVALS[0];
    const [application, environment] = find(world, appId, envId);
    if (!application || !environment || isActive(environment, at)) continue;
    const steps = usualSteps(number % 4 === 3, 'arrival', number);
    note(world, application, deploy(application, environment, { at, steps }));
  }
}

function find(
  world: World,
  appId: string,
  envId: string,
): [Application | undefined, Environment | undefined] {
  const application = world.applications.find((each) => each.id === appId);
  return [application, application?.environments.find((each) => each.id === envId)];
}

/** Plays the history of one application, in the order of time. */
function grow(world: World, plan: ApplicationPlan): Application {
  const createdAt = EPOCH - 200 * DAY + pick(DAY, plan.id);
  const by = emailOf(pick(100, plan.id));
  const application = toApplication(plan.id, plan.name, createdAt, by, plan.workloads);
  record(world, createdAt, by, 'POST', '/apps', 201);
  const events: { at: number; happen: () => void }[] = [];
  for (const each of plan.environments) {
    const environment = toEnvironment(each.id, each.name, each.type, createdAt + 600_000, by);
    if (each.source) environment.source = each.source;
    if (each.deletingSinceDays) {
      const since = EPOCH - each.deletingSinceDays * DAY;
      environment.deleting = { since, message: 'Waiting for resources to be removed.' };
    }
    application.environments.push(environment);
    record(world, environment.createdAt, by, 'POST', `/apps/${plan.id}/envs`, 201);
    events.push(...historyOf(world, application, environment, each));
  }
  for (const [index, change] of plan.values.entries()) {
    const at = EPOCH - change.daysAgo * DAY + index * 1_000;
    events.push({ at, happen: () => edit(world, application, change, at) });
  }
  for (const event of events.sort((a, b) => a.at - b.at)) event.happen();
  addDrafts(application);
  addWebhooks(application);
  return application;
}

function historyOf(
  world: World,
  application: Application,
  environment: Environment,
  plan: ApplicationPlan['environments'][number],
): { at: number; happen: () => void }[] {
  const { count, days } = plan.history ?? { count: 0, days: 0 };
  const spacing = (days * DAY) / Math.max(count, 1);
  return Array.from({ length: count }, (_, number) => {
    const seed = [application.id, plan.id, number] as const;
    const at =
      EPOCH - Math.floor((count - number) * spacing) + pick(Math.floor(spacing / 2), 'at', ...seed);
    const failed = number > 0 && pick(100, 'failed', ...seed) < 12;
    const happen = (): void => {
      const older = environment.deployments[number - 10];
      const deployment = deploy(application, environment, {
        at,
        steps: usualSteps(failed, ...seed),
        ...(plan.firstFromId !== undefined && { firstFromId: plan.firstFromId }),
        ...(number === plan.rollbackAt && older && { rollbackTo: older }),
      });
      note(world, application, deployment);
    };
    return { at, happen };
  });
}

function edit(world: World, application: Application, plan: ValuePlan, at: number): void {
  const by = emailOf(pick(100, 'value', application.id, at));
  const { value, ...rest } = plan;
  const verb = changeValue(application, { ...rest, ...(value !== null && { value }), at, by });
  const level = plan.envId
    ? `/apps/${application.id}/envs/${plan.envId}`
    : `/apps/${application.id}`;
  if (verb === 'create') record(world, at, by, 'POST', `${level}/values`, 201);
  if (verb === 'update') record(world, at, by, 'PATCH', `${level}/values/${plan.key}`, 200);
  if (verb === 'delete') record(world, at, by, 'DELETE', `${level}/values/${plan.key}`, 204);
}

/** The audit log of a deployment: the delta it was made from, then the deployment. */
function note(world: World, application: Application, deployment: Deployment): void {
  const { createdAt, envId, fields } = deployment;
  const path = `/apps/${application.id}`;
  if (fields.delta_id) record(world, createdAt, fields.created_by, 'POST', `${path}/deltas`, 200);
  record(world, createdAt, fields.created_by, 'POST', `${path}/envs/${envId}/deploys`, 201);
}

/** Two deltas that nobody has deployed yet. */
function addDrafts(application: Application): void {
  const current = application.sets.at(-1);
  if (!current) return;
  const next = followingSet(application);
  for (const name of ['Draft: try the next release', 'Draft: for review']) {
    const id = hexOf(40, 'draft', application.id, name);
    const made = { at: EPOCH - 2 * DAY, by: emailOf(1), archived: false };
    addDelta(application, { ...made, id, envId: 'development', name }, next, current);
  }
}

function addWebhooks(application: Application): void {
  if (application.id !== 'storefront') return;
  const payload = { event: '${event}', app_id: '${app_id}', env_id: '${env_id}' };
  for (const id of ['deploy-notifier', 'old-notifier']) {
    application.webhooks.push({
      id,
      disabled: id === 'old-notifier',
      triggers: [
        { scope: 'deployment', type: 'started' },
        { scope: 'deployment', type: 'finished' },
      ],
      url: `hooks.example.com/${id}`,
      headers: { 'x-shared-secret': 'sandbox' },
      payload,
      created_at: '2026-01-12T10:30:00Z',
      created_by: emailOf(1),
    });
  }
}

function courseOf(startsAfterMs: number, endsAfterMs: number, end: Status): Step<Status>[] {
  return [
    { afterMs: 0, state: 'pending' },
    { afterMs: startsAfterMs, state: 'in progress' },
    { afterMs: endsAfterMs, state: end },
  ];
}
