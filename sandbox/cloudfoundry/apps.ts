import { EPOCH } from '../clock.ts';
import { pick, uuidOf } from '../random.ts';
import type { App, Organization, Sidecar, Space, User, Variables } from './model.ts';
import { newEntity, type World } from './world.ts';

const DAY_MS = 86_400_000;

/** The app names of each space, by organization. */
const LAYOUT: Record<string, Record<string, readonly string[]>> = {
  orchard: {
    development: namesOf('storefront checkout catalog search cart payments'),
    staging: namesOf('storefront checkout catalog search cart payments'),
    production: namesOf('storefront checkout catalog search cart payments'),
  },
  harbor: {
    staging: namesOf('tracking dispatch fleet customs pricing documents partner-api gateway'),
    production: namesOf('tracking dispatch fleet customs pricing documents partner-api gateway'),
  },
  meridian: {
    production: namesOf(
      'ledger statements fraud-check onboarding kyc reports mailer scheduler archive',
    ),
    sandbox: namesOf('playground load-test chaos demo'),
  },
};

/** These run in all three spaces of `orchard`, too. */
const ORCHARD_SHARED = namesOf('accounts notifications recommendations inventory');

const WITHOUT_REVISIONS = new Set(['inventory', 'gateway', 'mailer', 'scheduler']);

const RUNTIMES = [
  { buildpack: 'nodejs_buildpack', command: 'node server.js' },
  { buildpack: 'java_buildpack', command: 'java -jar app.jar' },
  { buildpack: 'ruby_buildpack', command: 'bundle exec rackup config.ru -p $PORT' },
  { buildpack: 'python_buildpack', command: 'gunicorn app:server' },
] as const;

const PROXY_SIDECAR: Sidecar = {
  name: 'auth-proxy',
  command: 'bin/auth-proxy',
  memory_in_mb: 128,
  process_types: ['web'],
};

/** The people and machines that deploy. */
export const USERS: readonly [User, User, User] = [
  { guid: uuidOf('user', 'maya'), name: 'maya@orchard.example.com' },
  { guid: uuidOf('user', 'tomas'), name: 'tomas@harbor.example.com' },
  { guid: uuidOf('user', 'pipeline'), name: 'pipeline' },
];

/** Who works on an app in general. */
export function userOf(...parts: (string | number)[]): User {
  return USERS[pick(USERS.length, 'user', ...parts)] ?? USERS[0];
}

/** Adds the organizations, the spaces, and the apps with their processes; nothing is deployed. */
export function addApps(world: World): void {
  for (const [organizationName, spaces] of Object.entries(LAYOUT)) {
    const organization = addOrganization(world, organizationName);
    for (const [spaceName, names] of Object.entries(spaces)) {
      const space = addSpace(world, organization, spaceName);
      const shared = organizationName === 'orchard' ? ORCHARD_SHARED : [];
      for (const name of [...names, ...shared]) addApp(world, space, name);
    }
  }
}

/** The app of that key (`organization/space/name`). */
export function appOf(world: World, key: string): App {
  const app = world.apps.rows.find((candidate) => candidate.key === key);
  if (!app) throw new Error(`the sandbox has no app "${key}"; see LAYOUT in apps.ts`);
  return app;
}

/** An app before its first deployment. */
export function newApp(space: Space, name: string, guid: string, at: number): App {
  const key = `${space.organization.name}/${space.name}/${name}`;
  const runtime = RUNTIMES[pick(RUNTIMES.length, 'runtime', name)] ?? RUNTIMES[0];
  const isCritical = space.name === 'production' && pick(3, 'tier', name) === 0;
  return {
    ...newEntity(guid, at, {
      labels: isCritical ? { tier: 'critical', team: space.organization.name } : {},
      annotations: isCritical ? { contact: `${name}@example.com` } : {},
    }),
    key,
    name,
    space,
    state: 'STARTED',
    lifecycle: name === 'partner-api' ? 'docker' : name === 'kyc' ? 'cnb' : 'buildpack',
    ...runtime,
    sidecars: name === 'payments' || name === 'gateway' ? [PROXY_SIDECAR] : [],
    webInstances: space.name === 'production' ? 2 + pick(4, 'instances', name) : 1,
    environment: variablesOf(space, name),
    hasDatabase: name === 'storefront' || pick(3, 'database', name) !== 0,
    revisionsEnabled: !WITHOUT_REVISIONS.has(name),
    droplet: undefined,
    revision: undefined,
    revisionCount: 0,
  };
}

/** Adds the app with its first process, which has the guid of the app. */
export function registerApp(world: World, app: App): App {
  const base = { app, command: app.command, instances: app.webInstances, revision: undefined };
  world.processes.add({
    ...newEntity(app.guid, app.createdAt),
    ...base,
    type: 'web',
    state: 'RUNNING',
  });
  if (pick(4, 'worker', app.name) === 0) {
    world.processes.add({
      ...newEntity(uuidOf('process', app.key, 'worker'), app.createdAt),
      ...base,
      type: 'worker',
      instances: 1,
      state: 'RUNNING',
    });
  }
  return world.apps.add(app);
}

function addApp(world: World, space: Space, name: string): void {
  const guid = uuidOf('app', space.organization.name, space.name, name);
  const at = EPOCH - (250 + pick(100, 'app age', guid)) * DAY_MS;
  registerApp(world, newApp(space, name, guid, at));
}

function addOrganization(world: World, name: string): Organization {
  const at = EPOCH - 3200 * DAY_MS;
  return world.organizations.add({
    ...newEntity(uuidOf('organization', name), at, {
      labels: { segment: name === 'meridian' ? 'finance' : 'commerce' },
      annotations: {},
    }),
    name,
  });
}

function addSpace(world: World, organization: Organization, name: string): Space {
  const guid = uuidOf('space', organization.name, name);
  const metadata = { labels: { stage: name }, annotations: {} };
  return world.spaces.add({
    ...newEntity(guid, organization.createdAt, metadata),
    name,
    organization,
  });
}

/** Numbers and booleans stay what they are: "stored non-strings come back as bool/int/float". */
function variablesOf(space: Space, name: string): Variables {
  return {
    APP_ENV: space.name,
    SERVICE_NAME: name,
    DATABASE_POOL: 5 + pick(10, 'pool', name),
    SESSION_SECRET: uuidOf('session secret', space.guid, name),
    ...(pick(3, 'rate', name) === 0 && { SAMPLE_RATE: 0.25, METRICS_ENABLED: true }),
    ...(pick(4, 'level', name) === 0 && { LOG_LEVEL: 'warn' }),
    ...(name === 'storefront' && { LOG_LEVEL: 'debug', FEATURE_GIFT_CARDS: true }),
  };
}

function namesOf(names: string): readonly string[] {
  return names.split(' ');
}
