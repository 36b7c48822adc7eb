import { existsSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Browser, chromium } from 'playwright-core';
import { startTestGateway, type TestGateway } from '../helpers/gateway.ts';
import { describeWithRedis, startRedis } from '../helpers/redis.ts';
import { waitFor } from '../helpers/wait-for.ts';

const LIST = '{ deployments(first: 2) { nodes { id } failures { code provider { name } } } }';

describe('the server', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startTestGateway();
  });
  beforeEach(() => gateway.clear());
  afterAll(() => gateway.close());

  it('is live, and ready with the state of each part', async () => {
    await gateway.query(LIST);
    const live = await fetch(`${gateway.url}/health/live`);
    expect(await live.json()).toEqual({ status: 'up' });
    const ready = await fetch(`${gateway.url}/health/ready`);
    expect(await ready.json()).toEqual({
      status: 'up',
      parts: {
        'provider:ubiops': 'up',
        'provider:humanitec': 'up',
        'provider:cloud66': 'up',
        'provider:cloudfoundry': 'up',
      },
    });
  });

  it('says which provider is down, in its health and in the API', async () => {
    const broken = await startTestGateway();
    broken.sandbox.ubiops.setFaults([{ status: 502 }]);
    for (let turn = 0; turn < 3; turn += 1) await broken.query(LIST);
    const ready = await fetch(`${broken.url}/health/ready`);
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({
      status: 'degraded',
      parts: { 'provider:ubiops': 'down', 'provider:cloud66': 'up' },
    });
    const { data } = await broken.query<{ provider: { health: Record<string, unknown> } }>(
      `{ provider(name: "ubiops") { health {
        status circuit lastError lastErrorAt latencyMs rateLimit { limit remaining resetsAt } } } }`,
    );
    expect(data.provider.health).toMatchObject({
      status: 'DOWN',
      circuit: 'CLOSED',
      lastError: expect.stringMatching(/^ubiops answered 502 to GET \/projects/),
      rateLimit: { limit: 3_000, remaining: expect.any(Number), resetsAt: expect.any(String) },
    });
    await broken.close();
  });

  it('keeps a request id that is harmless, and makes one otherwise', async () => {
    const own = await gateway.query(
      '{ node(id: "x") { id } }',
      {},
      { 'x-request-id': 'build-7:a' },
    );
    expect(own.errors[0]?.extensions.requestId).toBe('build-7:a');
    expect(own.headers.get('x-request-id')).toBe('build-7:a');
    const made = await gateway.query('{ node(id: "x") { id } }', {}, { 'x-request-id': 'a b"c' });
    expect(made.errors[0]?.extensions.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('refuses what a foreign page could send without asking', async () => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: JSON.stringify({ query: '{ viewer { name } }' }),
    });
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(await response.text()).not.toContain('anonymous');
  });

  it('tells the upstream cost only where it is asked for', async () => {
    expect((await gateway.query(LIST)).extensions).toBeUndefined();
    gateway.clear();
    const { extensions } = await gateway.query(LIST, {}, { 'x-deploygraph-upstream': '1' });
    const names = ['ubiops', 'humanitec', 'cloud66', 'cloudfoundry'] as const;
    for (const name of names) {
      expect(extensions?.upstream?.byProvider[name]).toBe(gateway.requestsTo(name).length);
    }
  });

  it('shows what it has when the time of an operation is over', async () => {
    const hurried = await startTestGateway({ limits: { operationTimeoutMs: 700 } });
    hurried.sandbox.cloudfoundry.setFaults([{ latencyMs: 5_000 }]);
    const { data, errors } = await hurried.query<{ viewer: { name: string } }>(
      '{ viewer { name } deployments(filter: { providers: ["cloudfoundry"] }) { nodes { id } } }',
    );
    expect(errors[0]).toMatchObject({
      message: expect.stringMatching(/took longer than 700 ms/),
      extensions: { code: 'PROVIDER_TIMEOUT' },
    });
    expect(data).toBeNull();
    await hurried.close();
  });

  it('treats a slow provider as a failure beside the others', async () => {
    const impatient = await startTestGateway({}, { timeoutMs: 300 });
    impatient.sandbox.humanitec.setFaults([{ latencyMs: 3_000 }]);
    const { data, errors } = await impatient.query<{
      deployments: { nodes: unknown[]; failures: unknown[] };
    }>(LIST);
    expect(errors).toEqual([]);
    expect(data.deployments.nodes).toHaveLength(2);
    expect(data.deployments.failures).toEqual([
      { code: 'PROVIDER_TIMEOUT', provider: { name: 'humanitec' } },
    ]);
    await impatient.close();
  });

  it('stops asking upstream when the client hangs up', async () => {
    gateway.sandbox.ubiops.setFaults([{ path: '/projects$', latencyMs: 400 }]);
    const controller = new AbortController();
    const answer = fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        query: '{ deployments(filter: { providers: ["ubiops"] }) { nodes { id status } } }',
      }),
      signal: controller.signal,
    });
    await waitFor('the first read', () => gateway.sandbox.ubiops.faults()[0]?.used);
    controller.abort();
    await expect(answer).rejects.toThrow();
    await waitFor('the end of that read', () => gateway.requestsTo('ubiops').length);
    expect(gateway.sandbox.ubiops.requests()).toMatchObject([
      { path: '/v2.1/projects', status: 0 },
    ]);
  });

  it('has no explorer and no introspection when that is switched off', async () => {
    const closed = await startTestGateway({ server: { port: 0, explorer: false } });
    expect((await fetch(`${closed.url}/`)).status).toBe(404);
    const { errors } = await closed.query('{ __schema { types { name } } }');
    expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
    await closed.close();
  });
});

describeWithRedis('Redis', () => {
  it('is a part of readiness that may come and go', async () => {
    const redis = await startRedis();
    const gateway = await startTestGateway({ redis: { url: redis.url } });
    const state = async () => {
      const response = await fetch(`${gateway.url}/health/ready`);
      expect(response.status).toBe(200);
      return ((await response.json()) as { parts: { redis: string } }).parts.redis;
    };
    await waitFor('Redis to be up', async () => (await state()) === 'up');
    await redis.stop();
    await waitFor('Redis to be down', async () => (await state()) === 'down');
    const { data } = await gateway.query<{ deployments: { nodes: unknown[] } }>(LIST);
    expect(data.deployments.nodes).toHaveLength(2);
    const again = await startRedis({ port: Number(new URL(redis.url).port) });
    await waitFor('Redis to be back', async () => (await state()) === 'up');
    await gateway.close();
    await again.stop();
  });
});

const CHROMIUM = '/usr/bin/chromium';
const hasBrowser = existsSync(CHROMIUM);
if (!hasBrowser) {
  if (process.env.CI) throw new Error(`${CHROMIUM} is missing; install Debian's chromium`);
  console.warn(`SKIPPED for want of ${CHROMIUM}: the explorer in a browser`);
}

(hasBrowser ? describe : describe.skip)('the explorer', () => {
  let gateway: TestGateway;
  let browser: Browser;

  beforeAll(async () => {
    gateway = await startTestGateway();
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await gateway.close();
  });

  it('shows deployments of all platforms after one click, asking nobody but the gateway', async () => {
    const page = await browser.newPage();
    const foreign: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(gateway.url) && /^https?:/.test(request.url())) {
        foreign.push(request.url());
      }
    });
    // Passed on by this process: a browser forgets an answer's bytes when its page moves on.
    const answers: string[] = [];
    await page.route('**/graphql', async (route) => {
      const response = await route.fetch();
      answers.push(await response.text());
      await route.fulfill({ response });
    });
    await page.goto(`${gateway.url}/`);
    await page.getByText('Send Request').first().click();
    await waitFor('an answer with all four', () =>
      answers.some((answer) => answer.includes('"cloudfoundry"')),
    );
    // The editor shows the first lines of the answer.
    await page
      .getByText(/^"(QUEUED|IN_PROGRESS|SUCCEEDED|FAILED)"$/)
      .first()
      .waitFor();
    expect(foreign).toEqual([]);
    await page.close();
  }, 60_000);
});
