import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Sandbox } from '../../sandbox/index.ts';
import { at, get, rowsOf, write, type Reply } from './http.ts';
import { createStarter } from './started.ts';

const start = createStarter();
const SECOND = 1_000;

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await start();
});

const cf = (path: string) => get(sandbox, 'cloudfoundry', path);
const post = (path: string, body?: unknown, token?: string) =>
  write(sandbox, 'cloudfoundry', ['POST', path], body, token);
const patch = (path: string, body: unknown, token?: string) =>
  write(sandbox, 'cloudfoundry', ['PATCH', path], body, token);

async function appGuid(name: string, space: string): Promise<string> {
  const apps = await cf(`/v3/apps?names=${name}&include=space`);
  const spaces = rowsOf(apps.body, '/included/spaces');
  const row = rowsOf(apps.body, '/resources').find((app) => {
    const spaceGuid = at(app, '/relationships/space/data/guid');
    return spaces.some((each) => each.guid === spaceGuid && each.name === space);
  });
  return String(row?.guid);
}

const deploy = (app: string, more: Record<string, unknown> = {}) =>
  post('/v3/deployments', { relationships: { app: { data: { guid: app } } }, ...more });
const detail = ({ body }: Reply) => at(body, '/errors/0/detail');
const guidOf = ({ body }: Reply) => String(at(body, '/guid'));
const reasonOf = async (guid: string) =>
  at((await cf(`/v3/deployments/${guid}`)).body, '/status/reason');

describe('a deployment that is started', () => {
  test('rolls until it is deployed, with the metadata and options it was given', async () => {
    const app = await appGuid('archive', 'production');
    const reply = await deploy(app, {
      options: { max_in_flight: 2, web_instances: 3 },
      metadata: { labels: { release: '9' }, annotations: { why: 'because' } },
    });
    expect(reply.status).toBe(201);
    expect(reply.body).toMatchObject({
      status: { value: 'ACTIVE', reason: 'DEPLOYING' },
      strategy: 'rolling',
      options: { max_in_flight: 2, web_instances: 3 },
      metadata: { labels: { release: '9' }, annotations: { why: 'because' } },
    });
    sandbox.advance(30 * SECOND);
    expect(await reasonOf(guidOf(reply))).toBe('DEPLOYED');
    expect((await post(`/v3/deployments/${guidOf(reply)}/actions/cancel`)).status).toBe(422);
  });

  test('as a canary stops at each step until it is continued', async () => {
    const app = await appGuid('kyc', 'production');
    const steps = [{ instance_weight: 10 }, { instance_weight: 50 }];
    const guid = guidOf(await deploy(app, { strategy: 'canary', options: { canary: { steps } } }));
    const refused = await post(`/v3/deployments/${guid}/actions/continue`);
    expect(detail(refused)).toBe(
      'Cannot continue a deployment with status: ACTIVE and reason: DEPLOYING',
    );
    for (const current of [1, 2]) {
      sandbox.advance(30 * SECOND);
      const { body } = await cf(`/v3/deployments/${guid}`);
      expect(at(body, '/status/reason')).toBe('PAUSED');
      expect(at(body, '/status/canary/steps')).toEqual({ current, total: 2 });
      const reply = await post(`/v3/deployments/${guid}/actions/continue`);
      expect([reply.status, reply.text]).toEqual([200, '']);
    }
    sandbox.advance(30 * SECOND);
    expect(await reasonOf(guid)).toBe('DEPLOYED');
  });

  test('is cancelled when somebody says so, also one that the sandbox began', async () => {
    const app = await appGuid('mailer', 'production');
    const guid = guidOf(await deploy(app));
    const seeded = await appGuid('dispatch', 'production');
    const list = await cf(`/v3/deployments?app_guids=${seeded}&status_values=ACTIVE`);
    for (const each of [guid, String(rowsOf(list.body, '/resources')[0]?.guid)]) {
      expect((await post(`/v3/deployments/${each}/actions/cancel`)).status).toBe(200);
      expect(await reasonOf(each)).toBe('CANCELING');
    }
    sandbox.advance(600 * SECOND);
    expect(await reasonOf(guid)).toBe('CANCELED');
  });

  test('supersedes the active one, and of a stopped app is over at once', async () => {
    const app = await appGuid('scheduler', 'production');
    const first = guidOf(await deploy(app));
    await deploy(app);
    expect(await reasonOf(first)).toBe('SUPERSEDED');
    const stopped = await appGuid('load-test', 'sandbox');
    expect(at((await deploy(stopped)).body, '/status/reason')).toBe('DEPLOYED');
    expect(at((await cf(`/v3/apps/${stopped}`)).body, '/state')).toBe('STARTED');
  });

  test('goes back to a revision, with its variables', async () => {
    const app = await appGuid('statements', 'production');
    const revisions = rowsOf((await cf(`/v3/apps/${app}/revisions`)).body, '/resources');
    const older = revisions.find((revision) => revision.deployable === true)?.guid;
    const reply = await deploy(app, { revision: { guid: older } });
    expect(reply.status).toBe(201);
    const current = String(at(reply.body, '/revision/guid'));
    const env = async (guid: string) =>
      at((await cf(`/v3/revisions/${guid}/environment_variables`)).body, '/var');
    expect(await env(current)).toEqual(await env(String(older)));
    expect(detail(await deploy(app, { revision: { guid: current } }))).toBe(
      'Unable to rollback. The code and configuration you are rolling back to is the same as the deployed revision.',
    );
  });
});

describe('what the Cloud Controller refuses', () => {
  test.each([
    [{ strategy: 'recreate' }, "Strategy 'recreate' is not a supported deployment strategy"],
    [
      { droplet: { guid: 'a' }, revision: { guid: 'b' } },
      "Droplet Cannot set both fields 'droplet' and 'revision'",
    ],
    [{ options: { max_in_flight: 0 } }, 'Max in flight must be an integer greater than 0'],
    [{ options: { speed: 1 } }, 'Options has unsupported key(s): speed'],
    [
      { options: { canary: { steps: [] } } },
      'Options.canary are only valid for Canary deployments',
    ],
    [
      {
        strategy: 'canary',
        options: { canary: { steps: [{ instance_weight: 20 }, { instance_weight: 10 }] } },
      },
      'Options.canary.steps.instance weight must be sorted in ascending order',
    ],
    [{ droplet: { guid: 'nowhere' } }, /^Unable to assign current droplet/],
    [{ revision: { guid: 'nowhere' } }, 'The revision does not exist'],
    [{ nothing: 1 }, "Unknown field(s): 'nothing'"],
    [{ metadata: [] }, 'Metadata must be an object'],
    [{ metadata: { tags: {} } }, "Metadata has unexpected field(s): 'tags'"],
    [{ metadata: { labels: [] } }, "Metadata 'labels' is not an object"],
    ...['two words', '_a', 'a_', '', 'a/b/c', '-x.com/a', 'x'.repeat(64)].flatMap((key) =>
      ['label', 'annotation'].map((what): [object, RegExp] => [
        { metadata: { [`${what}s`]: { [key]: 'x' } } },
        new RegExp(`^Metadata ${what} key error: `),
      ]),
    ),
    ...['two words', '_a', 'x'.repeat(64), 7].map((value): [object, RegExp] => [
      { metadata: { labels: { a: value } } },
      /^Metadata label value error: /,
    ]),
    [{ metadata: { annotations: { a: 'x'.repeat(5_001) } } }, /^Metadata annotation value error: /],
  ])('%j', async (more: object, text) => {
    const reply = await deploy(await appGuid('onboarding', 'production'), { ...more });
    expect([reply.status, at(reply.body, '/errors/0/title')]).toEqual([
      422,
      'CF-UnprocessableEntity',
    ]);
    expect(detail(reply)).toEqual(typeof text === 'string' ? text : expect.stringMatching(text));
  });

  test('an app without revisions, and an app that is not there', async () => {
    const app = await appGuid('scheduler', 'production');
    expect(detail(await deploy(app, { revision: { guid: 'a' } }))).toMatch(/without revisions/);
    expect(detail(await deploy('nowhere'))).toMatch(/^Unable to use app/);
  });

  test('a token that may only read', async () => {
    const reply = await post('/v3/deployments', {}, 'sandbox-reader');
    expect([reply.status, at(reply.body, '/errors/0/title')]).toEqual([
      403,
      'CF-InsufficientScope',
    ]);
  });
});

describe('variables', () => {
  test('of an app are merged, and null deletes', async () => {
    const path = `/v3/apps/${await appGuid('gateway', 'staging')}/environment_variables`;
    const before = at((await cf(path)).body, '/var') as Record<string, unknown>;
    const reply = await patch(path, { var: { NEW: 'one', APP_ENV: null } });
    const { APP_ENV, ...rest } = before;
    expect(APP_ENV).toBe('staging');
    expect(at(reply.body, '/var')).toEqual({ ...rest, NEW: 'one' });
    expect(at((await cf(path)).body, '/var')).toEqual({ ...rest, NEW: 'one' });
  });

  test('have names and values that are refused', async () => {
    const path = `/v3/apps/${await appGuid('gateway', 'staging')}/environment_variables`;
    const names = { VCAP_X: 'a', vmcY: 'a', port: 'a', '': 'a' };
    for (const [name, value] of Object.entries({ ...names, N: 7 })) {
      expect((await patch(path, { var: { [name]: value } })).status).toBe(422);
    }
  });

  test('of a group are for admins', async () => {
    const path = '/v3/environment_variable_groups/running';
    const refused = await patch(path, { var: { A: 'b' } });
    expect([refused.status, at(refused.body, '/errors/0/title')]).toEqual([
      403,
      'CF-NotAuthorized',
    ]);
    expect((await patch(path, { var: { A: 'b', TZ: null } }, 'sandbox-admin')).status).toBe(200);
    const after = at((await cf(path)).body, '/var');
    expect(after).toMatchObject({ A: 'b' });
    expect(after).not.toHaveProperty('TZ');
  });
});

test('metadata has keys with a prefix, values that are empty, and annotations of any kind', async () => {
  const app = await appGuid('fleet', 'production');
  const metadata = {
    labels: { 'example.com/a-b_c.1': '', z: 'A.b-c_9' },
    annotations: { 'example.com/why': 'because, “as we said”' },
  };
  expect((await deploy(app, { metadata })).body).toMatchObject({ metadata });
});

test('metadata of a deployment is added to', async () => {
  const app = await appGuid('catalog', 'development');
  const guid = guidOf(await deploy(app, { metadata: { labels: { a: '1' } } }));
  const reply = await patch(`/v3/deployments/${guid}`, { metadata: { labels: { b: '2' } } });
  expect(at(reply.body, '/metadata/labels')).toEqual({ a: '1', b: '2' });
  const odd = { metadata: { labels: { 'b c': '2' } } };
  expect((await patch(`/v3/deployments/${guid}`, odd)).status).toBe(422);
});

test('an answer that is lost was given all the same', async () => {
  const app = await appGuid('search', 'development');
  sandbox.cloudfoundry.setFaults([{ method: 'POST', loseAnswer: true, times: 1 }]);
  sandbox.cloudfoundry.clearRequests();
  await expect(deploy(app)).rejects.toThrow('fetch failed');
  expect(sandbox.cloudfoundry.requests()).toEqual([
    {
      ...{ method: 'POST', path: '/v3/deployments', query: {}, status: 0 },
      body: { relationships: { app: { data: { guid: app } } } },
    },
  ]);
  const list = await cf(`/v3/deployments?app_guids=${app}&status_values=ACTIVE`);
  expect(rowsOf(list.body, '/resources')).toHaveLength(1);
});
