import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { type Allowance, createAllowance } from '../../src/limits/allowance.ts';
import { settleViewerLimits } from '../../src/limits/settings.ts';
import { connectRedis, type RedisConnection } from '../../src/redis.ts';
import { openSocket, openStream, subscribeTo } from '../helpers/connections.ts';
import { startTestGatewayOf, type TestGateway } from '../helpers/gateway.ts';
import { describeWithRedis, startRedis, type TestRedis } from '../helpers/redis.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { VIEWERS } from './keys.ts';

/** Takes until it is refused; how many there were. */
async function exhaust(allowances: readonly Allowance[], viewer = 'ada'): Promise<number> {
  let taken = 0;
  for (let refused = 0; refused < allowances.length;) {
    refused = 0;
    for (const allowance of allowances) {
      if (await allowance.take(viewer)) refused += 1;
      else taken += 1;
    }
  }
  return taken;
}

describe('an allowance without Redis', () => {
  const alone = (limit: number, windowMs = 60_000) =>
    createAllowance({ limit, windowMs, redis: undefined });

  it.each([1, 7, 100, 1_001])('is %i, also for many who ask at once', async (limit) => {
    expect(await exhaust([alone(limit)])).toBe(limit);
    const allowance = alone(limit);
    const asked = await Promise.all(
      Array.from({ length: limit + 5 }, async () => allowance.take('ada')),
    );
    expect(asked.filter(Boolean)).toHaveLength(5);
  });

  it('is each viewer’s own, and begins anew when its window ends', async () => {
    const allowance = alone(3, 200);
    expect(await exhaust([allowance])).toBe(3);
    expect(await allowance.take('bob')).toBeUndefined();
    await waitFor('the next window', async () => !(await allowance.take('ada')));
    expect(await exhaust([allowance])).toBe(2);
  });

  it('forgets viewers when there are too many to keep in mind', async () => {
    const allowance = alone(1);
    expect(await exhaust([allowance])).toBe(1);
    for (let each = 0; each < 20_000; each += 1) await allowance.take(`viewer ${each}`);
    expect(await allowance.take('ada')).toBeUndefined();
  });
});

describeWithRedis('an allowance that instances share', () => {
  let redis: TestRedis;
  let client: Redis;
  const connections: RedisConnection[] = [];
  beforeEach(async () => {
    redis = await startRedis();
    client = new Redis(redis.url);
    client.on('error', () => undefined);
    await client.flushall();
  });
  afterEach(async () => {
    connections.splice(0).forEach((connection) => connection.close());
    client.disconnect();
    await redis.stop();
  });

  const instance = async (limit: number, windowMs = 60_000) => {
    const connection = connectRedis({ url: redis.url, prefix: 'shared' }, pino({ enabled: false }));
    connections.push(connection);
    await waitFor('Redis', () => connection.isUp());
    return createAllowance({ limit, windowMs, redis: connection });
  };
  /** Commands that were sent, by name, but for those that look. */
  const scripts = async () => {
    const stats = await client.info('commandstats');
    const counts = [...stats.matchAll(/cmdstat_eval(?:sha)?:calls=(\d+)/g)];
    return counts.reduce((sum, [, calls]) => sum + Number(calls), 0);
  };

  it.each([1, 40, 1_000])('is %i among all of them', async (limit) => {
    expect(await exhaust([await instance(limit), await instance(limit)])).toBe(limit);
    const all = [await instance(limit), await instance(limit)];
    const asked = Array.from({ length: 2 * limit }, async (_, at) => all[at % 2]?.take('bob'));
    const refused = (await Promise.all(asked)).filter(Boolean).length;
    // Of those who ask at once, some may be refused while another instance holds the last few.
    expect(refused).toBeGreaterThanOrEqual(limit);
    expect((await exhaust(all, 'bob')) + 2 * limit - refused).toBe(limit);
  });

  it('is asked for in blocks, and no more when it is spent', async () => {
    const allowance = await instance(1_000);
    await allowance.take('ada');
    const before = await scripts();
    for (let turn = 1; turn < 100; turn += 1) expect(allowance.take('ada')).toBeUndefined();
    expect(await scripts()).toBe(before);
    expect(await exhaust([allowance])).toBe(900);
    const spent = await scripts();
    expect(spent).toBeLessThan(45);
    for (let turn = 0; turn < 1_000; turn += 1) {
      expect(allowance.take('ada')).toMatchObject({ endsAt: expect.any(Number) as unknown });
    }
    expect(await scripts()).toBe(spent);
  });

  it('begins anew for all when the window ends, and leaves nothing in Redis', async () => {
    const all = [await instance(20, 400), await instance(20, 400)];
    expect(await exhaust(all)).toBe(20);
    const [key = ''] = await client.keys('*');
    expect(key).not.toContain('ada');
    expect(await client.pttl(key)).toBeGreaterThan(0);
    await waitFor('the next window', async () => !(await all[0]?.take('ada')));
    expect(await exhaust(all)).toBe(19);
    await waitFor('nothing', async () => (await client.keys('*')).length === 0);
  });

  it('is counted by each instance while Redis is away, with what it had before', async () => {
    const all = [await instance(100), await instance(100)];
    for (let turn = 0; turn < 30; turn += 1) for (const each of all) await each.take('ada');
    await redis.stop();
    await waitFor('the loss', () => connections.every((connection) => !connection.isUp()));
    expect(await exhaust(all)).toBe(2 * 70);
    redis = await startRedis();
  });
});

describeWithRedis('two gateways over one Redis', () => {
  let redis: TestRedis;
  let client: Redis;
  let sandbox: Sandbox;
  const gateways: TestGateway[] = [];
  beforeEach(async () => {
    redis = await startRedis();
    client = new Redis(redis.url);
    client.on('error', () => undefined);
    await client.flushall();
    sandbox = await startSandbox();
  });
  afterEach(async () => {
    for (const gateway of gateways.splice(0)) await gateway.close();
    await sandbox.close();
    client.disconnect();
    await redis.stop();
  });
  const start = async (requestsPerMinute: number) => {
    const gateway = await startTestGatewayOf(sandbox, {
      auth: { apiKeys: VIEWERS },
      limits: { requestsPerMinute },
      redis: { url: redis.url },
      cache: { enabled: true },
      events: { watch: false },
    });
    gateways.push(gateway);
    await waitFor('Redis', async () => {
      const ready = await fetch(`${gateway.url}/health/ready`);
      return ((await ready.json()) as { parts: { redis: string } }).parts.redis === 'up';
    });
    return gateway;
  };
  const QUERY = '{ deployments(first: 2, filter: { providers: ["cloud66"] }) { nodes { id } } }';
  const as = (name: string) => ({ 'x-api-key': name });

  it('share what a viewer may ask, stored answers and other transports included', async () => {
    const [here, there] = [await start(40), await start(40)];
    const statuses: number[] = [];
    for (let turn = 0; turn < 22; turn += 1) {
      for (const each of [here, there])
        statuses.push((await each.query(QUERY, {}, as('ada'))).status);
    }
    expect(statuses.filter((status) => status === 200)).toHaveLength(40);

    const refused = await here.query(QUERY, {}, as('ada'));
    expect(refused.status).toBe(429);
    expect(refused.data).toBeUndefined();
    const [{ message, extensions } = { message: '', extensions: undefined }] = refused.errors;
    expect(message).toMatch(/asked 40 times within a minute.*limits\.requestsPerMinute/);
    expect(extensions).toMatchObject({ code: 'RATE_LIMITED', retryable: true });
    expect(extensions?.requestId).toBe(refused.headers.get('x-request-id'));
    const inMs = Date.parse(extensions?.resetsAt ?? '') - Date.now();
    expect(inMs).toBeGreaterThan(30_000);
    expect(inMs).toBeLessThanOrEqual(60_000);
    const wait = Number(refused.headers.get('retry-after')) * 1_000;
    expect(Math.abs(wait - inMs)).toBeLessThanOrEqual(1_000);

    const large = await there.query(`${QUERY} # ${'x'.repeat(70_000)}`, {}, as('ada'));
    expect([large.status, (await there.query(QUERY, {}, as('bob'))).status]).toEqual([429, 200]);
    const stream = await openStream(here.url, { query: QUERY }, as('ada'));
    expect([stream.statusCode, Number(stream.headers['retry-after']) > 30]).toEqual([429, true]);
    stream.resume();
    const socket = await openSocket(there.url, { headers: as('ada') });
    socket.send({ type: 'connection_init' });
    await waitFor('connection_ack', () => socket.messages.length === 1);
    socket.send(subscribeTo('1', QUERY));
    await waitFor('the refusal', () => socket.types().includes('error'));
    expect(socket.messages[1]).toMatchObject({
      id: '1',
      payload: [{ extensions: { code: 'RATE_LIMITED', retryable: true } }],
    });
    socket.socket.close();
    const metrics = await (await fetch(`${there.url}/metrics`)).text();
    expect(Number(/responses_total\{use="stored"\} (\d+)/.exec(metrics)?.[1])).toBeGreaterThan(15);
    const counted = /refused_requests_total\{limit="requests"\} (\d+)/.exec(metrics);
    // Two at the end of the turns, the large one, and the one over the WebSocket.
    expect(Number(counted?.[1])).toBe(
      statuses.filter((status, at) => at % 2 && status === 429).length + 2,
    );
  });

  it('send Redis nothing for an answer that is stored', async () => {
    const gateway = await start(1_000);
    for (let turn = 0; turn < 3; turn += 1) await gateway.query(QUERY, {}, as('ada'));
    const monitor = await client.duplicate().monitor();
    const seen: string[][] = [];
    monitor.on('monitor', (_time: string, command: string[]) => seen.push(command));
    try {
      for (let turn = 0; turn < 60; turn += 1) {
        expect((await gateway.query(QUERY, {}, as('ada'))).status).toBe(200);
      }
      await client.echo('done');
      await waitFor('all that was sent', () => seen.some(([, text]) => text === 'done'));
      // What an instance does by itself is not about this viewer.
      const own = /^(echo|xread|ping|info)$/i;
      const sent = seen.filter(([name = '']) => !own.test(name)).map((parts) => parts.join(' '));
      expect(sent.filter((text) => /:requests:|:c\d+:/.test(text))).toEqual([]);
      // They would be there: the rest of the block is asked for.
      for (let turn = 0; turn < 60; turn += 1) await gateway.query(QUERY, {}, as('ada'));
      await waitFor('the next block', () =>
        seen.some((parts) => parts.join(' ').includes('requests:')),
      );
    } finally {
      monitor.disconnect();
    }
  });

  it('go on when Redis stops, each with a count of its own', async () => {
    const [here, there] = [await start(30), await start(30)];
    await redis.stop();
    const statuses = await Promise.all(
      [here, there].flatMap((each) =>
        Array.from({ length: 33 }, async () => (await each.query(QUERY, {}, as('ada'))).status),
      ),
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(60);
    expect(statuses.filter((status) => status === 429)).toHaveLength(6);
    redis = await startRedis();
  });
});

it('nobody is limited who is not asked who they are, unless it is written', () => {
  expect(settleViewerLimits({}, 'none')).toEqual({
    requestsPerMinute: 0,
    concurrentOperations: 0,
  });
  expect(settleViewerLimits({}, 'required')).toEqual({
    requestsPerMinute: 12_000,
    concurrentOperations: 200,
  });
  const written = { requestsPerMinute: 5, concurrentOperations: 0 };
  expect([settleViewerLimits(written, 'none'), settleViewerLimits(written, 'required')]).toEqual([
    written,
    written,
  ]);
});
