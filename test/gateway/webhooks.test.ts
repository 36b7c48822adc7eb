import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { startSandbox, type Sandbox } from '../../sandbox/index.ts';
import { createGateway, type Gateway } from '../../src/gateway.ts';
import { readChanges } from '../helpers/changes.ts';
import { ask } from '../helpers/ask.ts';
import { sandboxConfig } from '../helpers/gateway.ts';
import { waitFor } from '../helpers/wait-for.ts';

const TOKEN = 'a-token-that-nobody-can-guess';
const SECRET = 'a-secret-that-nobody-can-guess';

let sandbox: Sandbox;
let gateway: Gateway;

beforeAll(async () => {
  sandbox = await startSandbox();
  const config = sandboxConfig(sandbox);
  const settings = new Map<string, object>([
    ['humanitec', { header: 'X-Hook', secret: SECRET }],
    ['cloud66', { token: TOKEN }],
  ]);
  gateway = await createGateway({
    ...config,
    providers: config.providers.map((entry) => ({
      ...entry,
      webhook: settings.get(entry.name) as typeof entry.webhook,
    })),
  });
});
afterAll(async () => {
  await gateway.close();
  await sandbox.close();
});
beforeEach(() => {
  sandbox.humanitec.clearRequests();
  sandbox.cloud66.clearRequests();
});

async function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${gateway.url}/webhooks/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}

const STARTED = {
  event: 'deployment.started',
  org_id: 'sandbox-org',
  app_id: 'payments',
  env_id: 'staging',
};

test('wrong names, tokens and secrets are answered alike, before the body is read', async () => {
  const answers = await Promise.all([
    post('nobody/at/all', STARTED),
    post('nobody', STARTED),
    post(`nobody/${TOKEN}`, STARTED),
    post('ubiops/x', STARTED),
    post('cloud66', STARTED),
    post('cloud66/wrong', '{ no json'),
    post(`cloud66/${TOKEN}x`, STARTED),
    post('humanitec', STARTED),
    post('humanitec', STARTED, { 'x-hook': `${SECRET}x` }),
    post(`humanitec/${SECRET}`, STARTED),
  ]);
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404));
  const texts = answers.map(({ text }) => text.replace(/"requestId":"[^"]+"/, ''));
  expect(new Set(texts).size).toBe(1);
  expect(gateway.watcher.status()).toEqual([]);
});

test('events that are not known are accepted, and nobody is asked', async () => {
  for (const body of [{}, 'null', { event_type: 'app.auth' }, { uid: '../x' }]) {
    expect((await post(`cloud66/${TOKEN}`, body)).status).toBe(202);
  }
  const foreign = { ...STARTED, org_id: 'another-org' };
  expect((await post('humanitec', foreign, { 'x-hook': SECRET })).status).toBe(202);
  expect(gateway.watcher.status()).toEqual([]);
  expect([...sandbox.cloud66.requests(), ...sandbox.humanitec.requests()]).toEqual([]);
});

test('a payload that is too large is refused', async () => {
  const body = { ...STARTED, comment: 'x'.repeat(300_000) };
  expect((await post('humanitec', body, { 'x-hook': SECRET })).status).toBe(413);
});

test('what a webhook is about is fetched, compared and published, once', async () => {
  const head = await gateway.events.head();
  const published = () => readChanges(gateway.events, head);
  expect((await post('humanitec', STARTED, { 'x-hook': SECRET })).status).toBe(202);
  await waitFor('the first look', () => gateway.watcher.status().some(({ looks }) => looks > 0));
  expect(await published()).toEqual([]);

  sandbox.advance(10_000);
  for (let times = 0; times < 3; times += 1) {
    expect((await post('humanitec', STARTED, { 'x-hook': SECRET })).status).toBe(202);
  }
  await waitFor('the change', async () => (await published()).length > 0);
  const looks = gateway.watcher.status()[0]?.looks ?? 0;
  await post('humanitec', STARTED, { 'x-hook': SECRET });
  await waitFor('one more look', () => (gateway.watcher.status()[0]?.looks ?? 0) > looks);
  expect(await published()).toMatchObject([
    { type: 'Deployment', from: 'QUEUED', status: 'IN_PROGRESS', rawStatus: 'in progress' },
  ]);
});

test('capabilities name webhooks only where they are taken', async () => {
  const { data } = await ask<{ providers: { name: string; capabilities: string[] }[] }>(
    gateway.url,
    '{ providers { name capabilities } }',
  );
  const takers = data.providers.filter(({ capabilities }) => capabilities.includes('WEBHOOKS'));
  expect(takers.map(({ name }) => name)).toEqual(['humanitec', 'cloud66']);
  const other = await createGateway(
    sandboxConfig(sandbox, {}, { credentials: 'passthrough', webhook: { token: TOKEN } }),
  );
  const { text } = await ask(other.url, '{ providers { capabilities } }');
  await other.close();
  expect(text).toContain('START_DEPLOYMENT');
  expect(text).not.toContain('WEBHOOKS');
});

test('a stack of Cloud 66 is looked at when its webhook comes', async () => {
  const stacks = await fetch(`${sandbox.cloud66.url}/api/3/stacks`, {
    headers: { authorization: 'Bearer sandbox' },
  });
  const { response } = (await stacks.json()) as { response: { uid: string }[] };
  const uid = response[0]?.uid ?? '';
  const event = { event_type: 'stack.redeploy.ok', uid, timestamp: 1 };
  expect((await post(`cloud66/${TOKEN}`, event)).status).toBe(202);
  await waitFor('the look', () =>
    sandbox.cloud66.requests().some(({ path }) => path.includes(`${uid}/deployments`)),
  );
});
