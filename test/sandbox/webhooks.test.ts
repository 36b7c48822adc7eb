import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { type Sandbox, startSandbox, type StandInName } from '../../sandbox/index.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { at, control, get, type Row, rowsOf, write } from './http.ts';

const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function start(clock: 'running' | 'frozen' = 'frozen'): Promise<Sandbox> {
  const sandbox = await startSandbox({ clock });
  endings.push(() => sandbox.close());
  return sandbox;
}

interface Delivery {
  headers: IncomingHttpHeaders;
  body: Row;
}

/** Somebody who takes webhooks, and answers each as `answer` says: a status, or never. */
async function receive(answer: () => number | 'never' = () => 204) {
  const deliveries: Delivery[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      deliveries.push({ headers: request.headers, body: JSON.parse(text) as Row });
      const status = answer();
      if (status !== 'never') response.writeHead(status).end();
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  endings.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/hook`, deliveries, server };
}

const put = (sandbox: Sandbox, name: StandInName, body: unknown) =>
  control(sandbox, name, 'PUT', '/webhooks', body);

const DEVELOPMENT = '/orgs/sandbox-org/apps/storefront/envs/development/deploys';

test('Humanitec tells of each deployment that starts and finishes, with the default payload', async () => {
  const sandbox = await start();
  const { url, deliveries } = await receive();
  const headers = { 'X-Hook': 'secret' };
  const set = await put(sandbox, 'humanitec', { url, headers });
  expect(set.body).toEqual({ receiver: { url, headers }, delivered: 0, failed: 0, waiting: 0 });

  sandbox.advance(44_999);
  sandbox.humanitec.setWebhook({ url, headers });
  sandbox.advance(15_001);
  await waitFor('three webhooks', () => deliveries.length === 3);
  const about = { org_id: 'sandbox-org', triggered_by: expect.any(String) };
  expect(deliveries.map(({ body }) => body)).toEqual([
    {
      event: 'deployment.finished',
      triggered_at: '2026-06-01T12:00:45Z',
      app_id: 'payments',
      env_id: 'staging',
      ...about,
    },
    {
      event: 'deployment.finished',
      triggered_at: '2026-06-01T12:00:50Z',
      app_id: 'orders',
      env_id: 'development',
      ...about,
    },
    {
      event: 'deployment.started',
      triggered_at: '2026-06-01T12:01:00Z',
      app_id: 'storefront',
      env_id: 'development',
      ...about,
    },
  ]);
  expect(deliveries[0]?.headers).toMatchObject({
    'x-hook': 'secret',
    'content-type': 'application/json',
  });
  await waitFor('the count', () => sandbox.humanitec.webhook()?.delivered === 3);
});

test('a deployment that somebody starts is told at once, once, and its end when it comes', async () => {
  const sandbox = await start();
  const { url, deliveries } = await receive();
  sandbox.advance(30_000);
  await put(sandbox, 'humanitec', { url });
  const { status } = await write(sandbox, 'humanitec', ['POST', DEVELOPMENT], {});
  expect(status).toBe(201);
  await waitFor('the start', () => deliveries.length === 1);
  const { body } = await get(sandbox, 'humanitec', DEVELOPMENT);
  expect(at(body, '/0/status')).toBe('pending');
  for (let second = 0; second < 60; second += 1) sandbox.advance(1_000);
  await waitFor('what was under way', () => sandbox.humanitec.webhook()?.waiting === 0);
  const words = deliveries
    .filter(({ body }) => body['env_id'] === 'development' && body['app_id'] === 'storefront')
    .map(({ body }) => body['event']);
  expect(words).toEqual(['deployment.started', 'deployment.finished']);
});

test('Cloud 66 sends the stack as it is then, with the deployment as context', async () => {
  const sandbox = await start();
  const { url, deliveries } = await receive();
  await put(sandbox, 'cloud66', { url });
  const stacks = async () => [
    ...rowsOf((await get(sandbox, 'cloud66', '/api/3/stacks')).body, '/response'),
    ...rowsOf((await get(sandbox, 'cloud66', '/api/3/stacks?page=2')).body, '/response'),
  ];
  const nameOf = ({ name, environment }: Row) => `${String(name)}/${String(environment)}`;

  sandbox.advance(30_000);
  await waitFor('a start', () => deliveries.length === 1);
  const billing = (await stacks()).find((row) => nameOf(row) === 'billing/production');
  expect(deliveries[0]?.body).toEqual({
    ...billing,
    timestamp: Date.parse('2026-06-01T12:00:30Z') / 1_000,
    event_type: 'stack.deploy.started',
    deploy_context: {
      triggered_by: expect.stringContaining('@'),
      outcome: 'pending',
      started_at: '2026-06-01T12:00:30Z',
      finished_at: null,
    },
  });
  // In one go, and still each as it was at its time.
  sandbox.advance(70_000);
  await waitFor('all', () => deliveries.length === 7);
  const told = deliveries.slice(1).map(({ body }) => {
    const { outcome } = body['deploy_context'] as Row;
    const { status, event_type: type } = body;
    return `${nameOf(body)} ${String(type)} ${String(outcome)} ${String(status)}`;
  });
  expect(told).toEqual([
    'search/staging stack.redeploy.ok success 5',
    'search/staging stack.deploy.started pending 6',
    'shop/staging stack.redeploy.ok success 1',
    'shop/production stack.deploy.started pending 6',
    'catalog/production stack.redeploy.fail failed 2',
    'warehouse/development stack.provision.ok success 1',
  ]);
});

test('time that passes by itself is told of as well', async () => {
  const sandbox = await start('running');
  const { url, deliveries } = await receive();
  sandbox.humanitec.setWebhook({ url });
  const ends = () =>
    deliveries.filter(
      ({ body }) => body.event === 'deployment.finished' && body.app_id === 'payments',
    );
  // To a second before the end of a deployment; a busy machine may have let it pass by now.
  sandbox.advance(43_500);
  await waitFor('the end', () => ends().length === 1);
});

test('receivers that refuse, hang or are down disturb nobody, and nothing is sent twice', async () => {
  const sandbox = await start();
  const ask = () => get(sandbox, 'humanitec', '/orgs/sandbox-org/apps');
  const ready = (done: number) =>
    waitFor('the deliveries', () => {
      const { delivered = 0, failed = 0, waiting } = sandbox.humanitec.webhook() ?? {};
      return waiting === 0 && delivered + failed === done;
    });

  const refusing = await receive(() => 500);
  await put(sandbox, 'humanitec', { url: refusing.url });
  sandbox.advance(60_000);
  await ready(4);
  expect(sandbox.humanitec.webhook()).toMatchObject({ delivered: 0, failed: 4 });
  expect(refusing.deliveries).toHaveLength(4);

  const hanging = await receive(() => 'never');
  await put(sandbox, 'humanitec', { url: hanging.url });
  for (let minute = 0; minute < 10; minute += 1) sandbox.advance(60_000);
  await waitFor('the first', () => hanging.deliveries.length === 1);
  expect((await ask()).status).toBe(200);
  expect(hanging.deliveries).toHaveLength(1);
  expect(sandbox.humanitec.webhook()?.waiting).toBeGreaterThan(10);

  const down = await receive();
  down.server.close();
  await put(sandbox, 'humanitec', { url: down.url });
  sandbox.advance(60_000);
  await waitFor('failures', () => (sandbox.humanitec.webhook()?.failed ?? 0) > 0);
  expect((await ask()).status).toBe(200);

  expect((await control(sandbox, 'humanitec', 'DELETE', '/webhooks')).status).toBe(204);
  sandbox.advance(600_000);
  const { body } = await control(sandbox, 'humanitec', 'GET', '/webhooks');
  expect(body).toEqual({ delivered: 0, failed: 0, waiting: 0 });
});

test('more than a thousand that wait for a slow receiver are let go', async () => {
  const sandbox = await start();
  const { url } = await receive(() => 'never');
  sandbox.humanitec.setWebhook({ url });
  sandbox.advance(24 * 3_600_000);
  expect(sandbox.humanitec.webhook()).toMatchObject({ waiting: 1_000 });
  expect(sandbox.humanitec.webhook()?.failed).toBeGreaterThan(1_000);
});

test.each(['ubiops', 'cloudfoundry'] as const)('%s sends none, and says so', async (name) => {
  const sandbox = await start();
  const url = 'http://127.0.0.1:9/';
  for (const { status, body } of [
    await put(sandbox, name, { url }),
    await control(sandbox, name, 'GET', '/webhooks'),
  ]) {
    expect(status).toBe(404);
    expect(body).toEqual({ error: expect.stringContaining('sends no webhooks') });
  }
  expect(() => sandbox[name].setWebhook({ url })).toThrow('sends no webhooks');
});

test.each([null, {}, { url: 7 }, { url: 'ftp://x' }, { url: 'http://' }, { url: 'x', headers: 1 }])(
  'a receiver like %j is refused with what to send',
  async (body) => {
    const sandbox = await start();
    const answer = await put(sandbox, 'humanitec', body);
    expect(answer.status).toBe(400);
    expect(at(answer.body, '/error')).toEqual(expect.stringContaining('"url"'));
    expect(sandbox.humanitec.webhook()?.receiver).toBeUndefined();
  },
);
