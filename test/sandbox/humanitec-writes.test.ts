import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Sandbox } from '../../sandbox/index.ts';
import { at, get, rowsOf, write } from './http.ts';
import { createStarter } from './started.ts';

const start = createStarter();
const APP = '/orgs/sandbox-org/apps/storefront';
const STAGING = `${APP}/envs/staging`;
const PRODUCTION = `${APP}/envs/production`;

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await start();
});

const read = (path: string) => get(sandbox, 'humanitec', path);
const send = (method: string, path: string, body?: unknown, token?: string) =>
  write(sandbox, 'humanitec', [method, path], body, token);
const idOf = (body: unknown) => String(at(body, '/id'));

describe('a deployment', () => {
  test('is made from a delta, a comment, a value set version and a mode', async () => {
    const drafts = rowsOf((await read(`${APP}/deltas?env=development`)).body);
    const [version] = rowsOf((await read(`${STAGING}/value-set-versions`)).body).slice(-1);
    const before = (await read(STAGING)).body;
    const request = {
      delta_id: drafts[0]?.id,
      comment: 'Try it',
      value_set_version_id: version?.id,
      mode: 'incremental',
      pipeline: { id: 'release', run_id: 'run-7', job_id: 'deploy', step_index: 2 },
    };
    const { status, body } = await send('POST', `${STAGING}/deploys`, request);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      ...request,
      status: 'pending',
      env_id: 'staging',
      from_id: at(before, '/from_deploy/id'),
    });
    expect(at(body, '/set_id')).not.toBe(at(before, '/from_deploy/set_id'));
    const diff = await read(
      `${APP}/sets/${String(at(body, '/set_id'))}/diff/${String(at(before, '/from_deploy/set_id'))}`,
    );
    const [, release] = rowsOf(drafts[0], '/modules/update/web');
    expect(release).toMatchObject({ path: '/spec/containers/web/variables/RELEASE' });
    expect(rowsOf(diff.body, '/modules/update/web')).toContainEqual(release);

    expect((await send('POST', `${STAGING}/deploys`, {})).status).toBe(409);
    sandbox.advance(60_000);
    const after = (await read(`${STAGING}/deploys/${idOf(body)}`)).body;
    expect(at(after, '/status')).toBe('succeeded');
    expect(at((await read(STAGING)).body, '/from_deploy/id')).toBe(idOf(body));
  });

  test('after a rebase is based on what was chosen, of any environment', async () => {
    const [, , third] = rowsOf((await read(`${PRODUCTION}/deploys`)).body).filter(
      (row) => row.status === 'succeeded' && row.set_id !== undefined,
    );
    expect((await send('PUT', `${PRODUCTION}/from_deploy_id`, third?.id)).status).toBe(204);
    const environment = (await read(PRODUCTION)).body;
    expect(at(environment, '/from_deploy/id')).toBe(third?.id);
    expect(at(environment, '/last_deploy/id')).not.toBe(third?.id);
    const { body } = await send('POST', `${PRODUCTION}/deploys`, { comment: 'Back' });
    expect(body).toMatchObject({ from_id: third?.id, set_id: third?.set_id });
    const clone = await send('PUT', `${STAGING}/from_deploy_id`, idOf(body));
    expect([clone.status, clone.text]).toEqual([204, '']);
  });

  test.each([
    [{ delta_id: 'none' }, 'Delta none does not exist.'],
    [{ set_id: 'none' }, 'Deployment Set none does not exist.'],
    [{ value_set_version_id: 'none' }, 'Value Set Version none does not exist.'],
    [{ mode: 'half' }, 'mode must be "full" or "incremental".'],
    [{ comment: 7 }, 'comment must be a string.'],
    [{ pipeline: 'release' }, 'pipeline must be an object.'],
    [{ pipeline: { step_index: '2' } }, 'pipeline.step_index is of the wrong type.'],
    [{ pipeline: { run_id: 7 } }, 'pipeline.run_id is of the wrong type.'],
  ])('is refused for %j', async (request, message) => {
    sandbox.advance(120_000);
    const { status, body } = await send('POST', `${APP}/envs/load-test/deploys`, request);
    expect([status, body]).toEqual([400, { error: 'API-400', message }]);
  });

  test('is refused to who may only look, and a rebase to what is not there', async () => {
    const refused = await send('POST', `${STAGING}/deploys`, {}, 'sandbox-viewer');
    expect(refused.status).toBe(403);
    expect((await send('PUT', `${STAGING}/from_deploy_id`, 'none')).status).toBe(400);
    expect((await send('PUT', `${APP}/envs/none/from_deploy_id`, 'x')).status).toBe(404);
  });
});

describe('a shared value', () => {
  const keys = async (path: string) =>
    new Map(rowsOf((await read(`${path}/values`)).body).map((row) => [row.key, row]));

  test('is created, overridden, changed and deleted, each with a new version', async () => {
    const values = `${APP}/values`;
    const created = await send('POST', values, { key: 'NEW', description: null, value: 'one' });
    expect([created.status, at(created.body, '/source')]).toEqual([201, 'app']);
    expect((await send('POST', values, { key: 'NEW', description: '' })).status).toBe(409);
    const override = { key: 'NEW', description: 'here', value: 'two' };
    expect((await send('POST', `${STAGING}/values`, override)).status).toBe(201);
    expect((await keys(STAGING)).get('NEW')).toMatchObject({ value: 'two', source: 'env' });
    await send('PATCH', `${STAGING}/values/NEW`, { value: 'three' });
    expect((await keys(STAGING)).get('NEW')).toMatchObject({ value: 'three', description: 'here' });
    const [newest] = rowsOf((await read(`${STAGING}/value-set-versions`)).body);
    expect(newest).toMatchObject({ result_of: 'env_value_update' });
    expect((await send('DELETE', `${STAGING}/values/NEW`)).status).toBe(204);
    expect((await keys(STAGING)).get('NEW')).toMatchObject({ value: 'one', source: 'app' });
    expect((await send('PATCH', `${STAGING}/values/NEW`, { value: 'x' })).status).toBe(404);
    expect((await send('DELETE', `${STAGING}/values/NEW`)).status).toBe(404);
  });

  test('that is secret is kept nowhere', async () => {
    const secret = { key: 'HIDDEN', description: '', value: 'shh', is_secret: true };
    const { text, body } = await send('POST', `${APP}/values`, secret);
    expect(text).not.toContain('shh');
    expect(body).toMatchObject({ value: '', is_secret: true, secret_version: '1' });
    const changed = await send('PUT', `${APP}/values/HIDDEN`, { description: '', value: 'shhh' });
    expect(changed.body).toMatchObject({ value: '', is_secret: true, secret_version: '2' });
  });

  test('can be where a store of the organization keeps it', async () => {
    const stored = { key: 'STORED', description: '' };
    const reference = { store: 'vault', ref: 'orders/key', version: '3' };
    const created = await send('POST', `${APP}/values`, { ...stored, secret_ref: reference });
    const place = { secret_store_id: 'vault', secret_key: 'orders/key', secret_version: '3' };
    expect(created.body).toMatchObject({ value: '', is_secret: true, ...place });
    const elsewhere = { secret_ref: { store: 'safe', ref: 'other' } };
    const changed = await send('PATCH', `${APP}/values/STORED`, elsewhere);
    expect(changed.body).toMatchObject({ secret_store_id: 'safe', secret_key: 'other' });
    for (const wrong of [
      ...['vault', { store: 7, ref: 'r' }, { ref: 'r' }, { store: 'humanitec', ref: 'r' }],
      ...[{ store: 's', ref: 'r', value: 'v' }, { store: 's', value: 'v' }, { version: '1' }],
    ]) {
      const body = { key: 'WRONG', description: '', secret_ref: wrong };
      expect((await send('POST', `${APP}/values`, body)).status).toBe(400);
    }
    const plain = await send('PATCH', `${APP}/values/LOG_LEVEL`, elsewhere);
    expect(plain.status).toBe(400);
  });

  test('needs a proper key and a description', async () => {
    for (const body of [{ key: 'a b', description: '' }, { key: 'AB' }, { description: '' }]) {
      expect((await send('POST', `${APP}/values`, body)).status).toBe(400);
    }
  });
});

test('what was written is in the audit log', async () => {
  const { body } = await read('/orgs/sandbox-org/audit-logs?per_page=100');
  const lines = rowsOf(body).map(
    (row) => `${String(row.request_method)} ${String(row.request_path)}`,
  );
  expect(lines).toContain(`PUT ${PRODUCTION}/from_deploy_id`);
  expect(lines).toContain(`DELETE ${STAGING}/values/NEW`);
  expect(lines).not.toContain('POST none');
});
