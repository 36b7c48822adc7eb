import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Sandbox } from '../../sandbox/index.ts';
import { at, get, rowsOf, write } from './http.ts';
import { createStarter } from './started.ts';

const start = createStarter();
const SECOND = 1_000;

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await start();
});

const read = (path: string, name = '') => get(sandbox, 'cloud66', path + name);
const send = (method: string, path: string, body?: unknown, token?: string) =>
  write(sandbox, 'cloud66', [method, path], body, token);

async function stackPath(name: string, environment: string): Promise<string> {
  const query = `filter_name=${name}&filter_environment=${environment}`;
  const [stack] = rowsOf((await read(`/api/3/stacks?${query}`)).body, '/response');
  return `/api/3/stacks/${String(stack?.uid)}`;
}

const newest = async (stack: string) =>
  rowsOf((await read(`${stack}/deployments`)).body, '/response')[0];

describe('a redeployment', () => {
  test('of a free stack tells an action, which leads to a deployment that runs and ends', async () => {
    const stack = await stackPath('identity', 'production');
    const before = await newest(stack);
    const gitRef = 'a'.repeat(40);
    const body = { git_ref: gitRef, services: 'web,worker:2', user_reference: 'mine' };
    const reply = await send('POST', `${stack}/deployments`, body);
    expect(reply.body).toEqual({
      response: {
        ok: true,
        message: 'Stack queued for redeployment',
        queued: true,
        async_action_id: expect.any(Number),
      },
    });
    const id = Number(at(reply.body, '/response/async_action_id'));
    const action = (await read(`${stack}/actions/${id}`)).body;
    expect(action).toMatchObject({
      action: 'application_deployment',
      finished_at: null,
      metadata: { user_reference: 'mine' },
    });
    const row = await newest(stack);
    expect(row).toMatchObject({ git_ref: gitRef, git_hash: gitRef, started_at: null });
    expect(row?.id).not.toBe(before?.id);
    sandbox.advance(5 * SECOND);
    expect(await newest(stack)).toMatchObject({ is_deploying: true, finished_at: null });
    sandbox.advance(60 * SECOND);
    expect(await newest(stack)).toMatchObject({ is_live: true, outcome: { meaning: 'success' } });
  });

  test('of a busy stack waits, and comes when the stack is free', async () => {
    const stack = await stackPath('support', 'production');
    await send('POST', `${stack}/deployments`);
    const first = await newest(stack);
    const reply = await send('POST', `${stack}/deployments`, {});
    expect(at(reply.body, '/response/async_action_id')).toBeNull();
    expect((await newest(stack))?.id).toBe(first?.id);
    sandbox.advance(65 * SECOND);
    expect((await newest(stack))?.id).toBe(Number(first?.id) + 1);
  });

  test('is cancelled once, and then counts as failed', async () => {
    const stack = await stackPath('mailer', 'production');
    const reply = await send('POST', `${stack}/deployments`);
    const path = `${stack}/deployments/${String((await newest(stack))?.id)}`;
    const cancelled = await send('DELETE', path);
    expect(at(cancelled.body, '/response')).toEqual({ ok: true, message: 'Cancelling deployment' });
    sandbox.advance(10 * SECOND);
    expect(await newest(stack)).toMatchObject({ outcome: { meaning: 'failed' } });
    const id = String(at(reply.body, '/response/async_action_id'));
    expect((await read(`${stack}/actions/${id}`)).body).toMatchObject({ finished_success: false });
    expect(at((await send('DELETE', path)).body, '/response/ok')).toBe(false);
  });

  test('is refused with ok: false, or for what was sent', async () => {
    const [idle, plain] = [
      await stackPath('media', 'development'),
      await stackPath('shop', 'production'),
    ];
    for (const [path, body] of [
      [idle, {}],
      [plain, { services: 'web' }],
    ] as const) {
      const reply = await send('POST', `${path}/deployments`, body);
      expect([reply.status, at(reply.body, '/response/ok')]).toEqual([200, false]);
    }
    expect((await send('POST', `${plain}/deployments`, { git_ref: 7 })).status).toBe(400);
    for (const percentage of [0, 101, 2.5, 'many']) {
      const body = { canary_percentage: percentage };
      expect((await send('POST', `${plain}/deployments`, body)).status).toBe(400);
    }
    for (const name of ['deployment_profile', 'deploy_strategy', 'rollout_strategy']) {
      expect((await send('POST', `${plain}/deployments`, { [name]: 7 })).status).toBe(400);
    }
    const long = { user_reference: 'x'.repeat(256) };
    expect((await send('POST', `${plain}/deployments`, long)).status).toBe(400);
  });
});

describe('a variable', () => {
  const variable = async (stack: string, key: string) =>
    rowsOf((await read(`${stack}/environments`)).body, '/response').find((row) => row.key === key);

  test('is there once its action is over, and changes and goes likewise', async () => {
    const stack = await stackPath('docs', 'staging');
    const created = await send('POST', `${stack}/environments`, { key: 'NEW', value: 'one' });
    expect(at(created.body, '/response')).toMatchObject({
      action: 'env-var-new',
      finished_at: null,
    });
    expect(await variable(stack, 'NEW')).toBeUndefined();
    sandbox.advance(5 * SECOND);
    expect(await variable(stack, 'NEW')).toMatchObject({ value: 'one', is_password: false });
    const id = String(at(created.body, '/response/id'));
    expect((await read(`${stack}/actions/${id}`)).body).toMatchObject({ finished_success: true });
    const change = { value: 'two', apply_strategy: 'immediately' };
    expect((await send('PUT', `${stack}/environments/NEW`, change)).status).toBe(200);
    sandbox.advance(5 * SECOND);
    expect(await variable(stack, 'NEW')).toMatchObject({
      value: 'two',
      history: [{ value: 'one' }],
    });
    const deleted = await send('DELETE', `${stack}/environments/NEW`);
    expect([deleted.status, deleted.text]).toEqual([200, '']);
    expect(await variable(stack, 'NEW')).toBeUndefined();
  });

  test('is refused where it is there, is not there, is read-only or wrong', async () => {
    const stack = await stackPath('docs', 'staging');
    const statuses = [];
    for (const [method, path, body] of [
      ['POST', '', { key: 'LOG_LEVEL', value: 'x' }],
      ['PUT', '/NOTHING', { value: 'x' }],
      ['PUT', '/STACK_PATH', { value: 'x' }],
      ['DELETE', '/LICENSE_KEY', undefined],
      ['POST', '', { key: 'A B', value: 'x' }],
      ['PUT', '/LOG_LEVEL', { value: 'x', apply_strategy: 'never' }],
    ] as const) {
      statuses.push((await send(method, `${stack}/environments${path}`, body)).status);
    }
    expect(statuses).toEqual([409, 404, 400, 400, 400, 400]);
  });
});

test('each scope allows what is its own', async () => {
  const stack = await stackPath('docs', 'production');
  const asks = [
    ['GET', `${stack}/deployments`],
    ['POST', `${stack}/deployments`],
    ['GET', `${stack}/environments`],
  ] as const;
  const statuses = async (token: string) => {
    const found = [];
    for (const [method, path] of asks)
      found.push((await send(method, path, undefined, token)).status);
    return found;
  };
  expect(await statuses('sandbox-public')).toEqual([200, 403, 403]);
  expect(await statuses('sandbox-redeploy')).toEqual([200, 200, 403]);
  expect(await statuses('sandbox')).toEqual([200, 200, 200]);
});
