import { beforeAll, describe, expect, test } from '@jest/globals';
import { EPOCH } from '../../sandbox/clock.ts';
import type { Sandbox, StandInName } from '../../sandbox/index.ts';
import { at, control, get, NAMES, rowsOf } from './http.ts';
import { createStarter } from './started.ts';

const start = createStarter();
const MINUTE = 60_000;
const STOREFRONT = '/orgs/sandbox-org/apps/storefront';
const CHECKOUT = '/v3/apps?names=checkout&include=space';
const V = '/v2.1/projects/seed/deployments/showcase/versions';

/** Paths whose answers have what moves, and what does not. */
const PATHS: Record<StandInName, string[]> = {
  ubiops: [
    '/v2.1/projects',
    '/v2.1/projects/seed/deployments',
    '/v2.1/projects/current/deployments',
    '/v2.1/projects/seed/audit?limit=1000',
    `${V}/all-builds/builds`,
    `${V}/running-build`,
    '/v2.1/projects/current/deployments/showcase/versions/all-builds/revisions',
    '/v2.1/projects/current/deployments/order-router/environment-variables',
  ],
  humanitec: [
    `${STOREFRONT}/envs`,
    `${STOREFRONT}/envs/development/deploys`,
    '/orgs/sandbox-org/apps/payments/envs/staging/deploys',
    `${STOREFRONT}/sets`,
    `${STOREFRONT}/deltas`,
    `${STOREFRONT}/envs/production/values`,
    `${STOREFRONT}/envs/staging/runtime`,
    '/orgs/sandbox-org/audit-logs',
  ],
  cloud66: ['/api/3/stacks', '/api/3/stacks?page=2', '/api/3/accounts'],
  cloudfoundry: [
    ...['deployments', 'builds', 'droplets', 'processes', 'audit_events'].map(
      (list) => `/v3/${list}?per_page=150&order_by=-created_at`,
    ),
    '/v3/environment_variable_groups/running',
    CHECKOUT,
  ],
};

/** Everything that the paths answer, with the stand-in's own address left out. */
async function readAll(from: Sandbox): Promise<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const name of NAMES) {
    for (const path of PATHS[name]) {
      const { status, text, headers } = await get(from, name, path);
      const link = headers.get('link') ?? '';
      texts[`${name} ${path}`] = `${status} ${link} ${text}`.replaceAll(from[name].url, '');
    }
  }
  const stacks = rowsOf((await get(from, 'cloud66', '/api/3/stacks')).body, '/response');
  for (const { uid } of stacks.slice(0, 16)) {
    for (const list of ['deployments', 'actions', 'environments']) {
      const path = `/api/3/stacks/${String(uid)}/${list}`;
      texts[path] = (await get(from, 'cloud66', path)).text;
    }
  }
  return texts;
}

test('time that is not advanced stands still, and a later start serves the same bytes', async () => {
  const [first, later] = [await start(), await start()];
  const texts = await readAll(first);
  expect(Object.values(texts).filter((text) => /^[45]\d\d /.test(text))).toEqual([]);
  expect(await readAll(first)).toEqual(texts);
  expect(await readAll(later)).toEqual(texts);

  // However often one asks on the way.
  for (let minute = 0; minute < 30; minute += 1) {
    first.advance(MINUTE);
    for (const name of NAMES) await get(first, name, PATHS[name].at(-1) ?? '');
  }
  later.advance(30 * MINUTE);
  const moved = await readAll(first);
  expect(await readAll(later)).toEqual(moved);
  expect(moved).not.toEqual(texts);
});

test('every run serves the same ids, so that what was bookmarked is found again', async () => {
  const sandbox = await start();
  const ids = [
    await value(sandbox, 'ubiops', '/v2.1/projects/current/deployments', '/0/id'),
    await value(sandbox, 'humanitec', `${STOREFRONT}/envs/production`, '/last_deploy/id'),
    await value(sandbox, 'cloud66', '/api/3/stacks', '/response/0/uid'),
    await value(sandbox, 'cloudfoundry', '/v3/apps?names=storefront', '/resources/0/guid'),
  ];
  expect(ids).toEqual([
    '953f5b4e-ca10-4f8a-a086-657023c004f1',
    '3c19e4f9ddf5',
    'd1b1802d24e83eb1ac8259e98944b3e4',
    'e388409e-3201-4abb-af62-c7c5ff840736',
  ]);
});

/** What is under way at the start of a provider, and how it ends. */
interface Course {
  name: StandInName;
  /** Where it is now. */
  state: (sandbox: Sandbox) => Promise<unknown>;
  /** The states, each with the seconds from the start after which it is seen. */
  states: [number, unknown][];
}

const value = async (
  sandbox: Sandbox,
  name: StandInName,
  path: string,
  pointer: string,
): Promise<unknown> => at((await get(sandbox, name, path)).body, pointer);

async function stackPath(
  sandbox: Sandbox,
  stackName: string,
  environment: string,
): Promise<string> {
  const path = `/api/3/stacks?filter_name=${stackName}&filter_environment=${environment}`;
  return `/api/3/stacks/${String(await value(sandbox, 'cloud66', path, '/response/0/uid'))}`;
}

async function checkoutGuid(sandbox: Sandbox): Promise<string> {
  const { body } = await get(sandbox, 'cloudfoundry', CHECKOUT);
  const production = rowsOf(body, '/included/spaces').find(
    (space) => space['name'] === 'production',
  );
  const app = rowsOf(body, '/resources').find(
    (each) => at(each, '/relationships/space/data/guid') === production?.['guid'],
  );
  return String(app?.['guid']);
}

const COURSES: Course[] = [
  {
    name: 'ubiops',
    state: async (sandbox) => {
      const builds = rowsOf((await get(sandbox, 'ubiops', `${V}/running-build/builds`)).body);
      return builds.map(({ status }) => status);
    },
    states: [
      [0, ['building']],
      [65, ['deploying']],
      [105, ['validating']],
      [145, ['success']],
    ],
  },
  {
    name: 'ubiops',
    state: (sandbox) => value(sandbox, 'ubiops', `${V}/queued-build`, '/status'),
    states: [
      [0, 'unavailable'],
      [240, 'available'],
    ],
  },
  {
    name: 'humanitec',
    state: async (sandbox) => {
      const path = '/orgs/sandbox-org/apps/payments/envs/staging';
      const deploy = await value(sandbox, 'humanitec', path, '/last_deploy/id');
      const errors = rowsOf(
        (await get(sandbox, 'humanitec', `${path}/deploys/${String(deploy)}/errors`)).body,
      );
      return [await value(sandbox, 'humanitec', path, '/last_deploy/status'), errors.length > 0];
    },
    states: [
      [0, ['pending', false]],
      [10, ['in progress', false]],
      [50, ['failed', true]],
    ],
  },
  {
    name: 'cloud66',
    state: async (sandbox) => {
      const stack = await stackPath(sandbox, 'catalog', 'production');
      const { body } = await get(sandbox, 'cloud66', `${stack}/deployments`);
      const status = await value(sandbox, 'cloud66', stack, '/response/status');
      return [
        status,
        at(body, '/response/0/is_deploying'),
        at(body, '/response/0/outcome/meaning'),
      ];
    },
    states: [
      [0, [6, true, 'pending']],
      [90, [2, false, 'failed']],
    ],
  },
  {
    name: 'cloudfoundry',
    state: async (sandbox) => {
      const guid = await checkoutGuid(sandbox);
      const path = `/v3/deployments?app_guids=${guid}&order_by=-created_at&per_page=1`;
      const { body } = await get(sandbox, 'cloudfoundry', path);
      const row = rowsOf(body, '/resources')[0];
      const isCancelable = at(row, '/links/cancel') !== undefined;
      return [at(row, '/status/value'), at(row, '/status/reason'), isCancelable];
    },
    states: [
      [0, ['ACTIVE', 'DEPLOYING', true]],
      [50, ['FINALIZED', 'DEPLOYED', false]],
    ],
  },
];

describe('what is under way comes to its end', () => {
  const seen = new Map<Course, [number, unknown][]>(COURSES.map((course) => [course, []]));

  beforeAll(async () => {
    const sandbox = await start();
    const moments = new Set(COURSES.flatMap(({ states }) => states.map(([after]) => after)));
    let now = 0;
    for (const moment of [...moments].sort((one, other) => one - other)) {
      sandbox.advance((moment - now) * 1_000);
      now = moment;
      for (const course of COURSES) {
        if (!course.states.some(([after]) => after === moment)) continue;
        seen.get(course)?.push([moment, await course.state(sandbox)]);
      }
    }
  });

  test.each(COURSES)('in $name', (course) => {
    expect(seen.get(course)).toEqual(course.states);
  });
});

describe('time that is advanced', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await start();
  });

  test('is the same for all stand-ins, and each of them moves it', async () => {
    for (const [index, name] of NAMES.entries()) {
      const { status, body } = await control(sandbox, name, 'POST', '/advance', { ms: 30_000 });
      const now = new Date(EPOCH + (index + 1) * 30_000).toISOString();
      expect({ status, body }).toEqual({ status: 200, body: { now } });
    }
  });

  test('brings UbiOps new deployments, in both projects, and events about them', async () => {
    const namesAndEvents = async () => {
      const names: unknown[] = [];
      let events = 0;
      for (const project of ['seed', 'current']) {
        const path = `/v2.1/projects/${project}`;
        const deployments = rowsOf((await get(sandbox, 'ubiops', `${path}/deployments`)).body);
        names.push(...deployments.map(({ name }) => name));
        events += rowsOf((await get(sandbox, 'ubiops', `${path}/audit?limit=100000`)).body).length;
      }
      return { names, events };
    };
    const before = await namesAndEvents();
    sandbox.advance(10 * MINUTE);
    const after = await namesAndEvents();
    const added = after.names.filter((name) => !before.names.includes(name));
    expect(added).toEqual([expect.stringMatching(/^trial-/), expect.stringMatching(/^trial-/)]);
    expect(after.events).toBeGreaterThanOrEqual(before.events + 10);
  });

  test('brings each busy environment of Humanitec one deployment in seven minutes', async () => {
    const path = `${STOREFRONT}/envs/development/deploys`;
    const before = rowsOf((await get(sandbox, 'humanitec', path)).body);
    sandbox.advance(7 * MINUTE);
    const [first, ...others] = rowsOf((await get(sandbox, 'humanitec', path)).body);
    expect(others.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    expect(first?.['from_id']).toEqual(expect.any(String));
  });

  test('brings each busy stack of Cloud 66 one deployment in twelve minutes', async () => {
    const path = `${await stackPath(sandbox, 'shop', 'production')}/deployments`;
    const before = await value(sandbox, 'cloud66', path, '/response/0/id');
    sandbox.advance(12 * MINUTE);
    const { body } = await get(sandbox, 'cloud66', path);
    expect(at(body, '/response/0')).toMatchObject({ id: Number(before) + 1, is_head: true });
    expect(at(body, '/response/1')).toMatchObject({ id: before, is_head: false });
  });

  test('brings Cloud Foundry deployments with their builds and events', async () => {
    const total = async (list: string): Promise<number> => {
      const path = `/v3/${list}?per_page=1`;
      return Number(await value(sandbox, 'cloudfoundry', path, '/pagination/total_results'));
    };
    const totals = () => Promise.all(['deployments', 'builds', 'audit_events'].map(total));
    const before = await totals();
    sandbox.advance(16 * MINUTE);
    const added = (await totals()).map((count, index) => count - (before[index] ?? 0));
    expect(Math.min(...added)).toBeGreaterThan(8);
  });
});
