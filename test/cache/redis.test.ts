import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { type Cache, createCache } from '../../src/cache/cache.ts';
import { FORMAT } from '../../src/cache/codec.ts';
import { createRemote } from '../../src/cache/remote.ts';
import { connectRedis, type RedisConnection } from '../../src/redis.ts';
import { useUpstream } from '../http/upstream.ts';
import { describeWithRedis, startRedis, type TestRedis } from '../helpers/redis.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { LIFETIME, newCall, tag, things } from './harness.ts';

const log = pino({ level: 'silent' });

describeWithRedis('the cache in Redis', () => {
  const upstream = useUpstream();
  let server: TestRedis;
  let redis: Redis;
  let connections: RedisConnection[] = [];
  let caches: Cache[] = [];
  let now = Date.now();

  const instance = async (): Promise<Cache> => {
    const connection = connectRedis({ url: server.url, prefix: 'test', patienceMs: 5_000 }, log);
    await waitFor('Redis', () => connection.isUp());
    const cache = createCache({ memoryBytes: 2 ** 20, redis: connection, now: () => now });
    connections.push(connection);
    caches.push(cache);
    await waitFor('the subscription', async () => {
      const [, count] = (await redis.pubsub('NUMSUB', `test:c${FORMAT}:invalidate`)) as number[];
      return count === caches.length;
    });
    return cache;
  };

  beforeAll(async () => {
    server = await startRedis();
    redis = new Redis(server.url);
  });
  beforeEach(async () => {
    now = Date.now();
    await redis.flushall();
  });
  afterEach(() => {
    for (const cache of caches) cache.close();
    for (const connection of connections) connection.close();
    connections = [];
    caches = [];
  });
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });

  const reader = (options = {}) => things(upstream.client({ retries: 0 }), options);
  const written = async (id: string) =>
    waitFor(`${id} in Redis`, async () => redis.exists(entryKey(id)));
  const entryKey = (id: string) => `test:c${FORMAT}:{under-test}:mine:thing:${id}`;

  it('serves one instance what another has read, dates and all', async () => {
    const [here, there] = [await instance(), await instance()];
    const { one, read } = reader();
    await one(here, 'a');
    await written('a');
    const { values } = await there.read(read(['a']), newCall());
    expect(values.get('a')).toEqual({ turn: 1, at: new Date(1) });
    expect(upstream.arrived).toEqual(['GET /a']);
  });

  it('has 500 equal reads of two instances asked for once', async () => {
    const [here, there] = [await instance(), await instance()];
    const { one } = reader();
    await redis.config('RESETSTAT');
    upstream.will('hold');
    const reads = Array.from({ length: 500 }, (_, index) => one(index % 2 ? here : there, 'a'));
    await waitFor('the request', () => upstream.arrived.length === 1);
    await waitFor('the other one to be waiting', async () => {
      const stats = await redis.info('commandstats');
      return Number(/cmdstat_eval:calls=(\d+)/.exec(stats)?.[1]) >= 3;
    });
    upstream.release();
    expect(new Set(await Promise.all(reads))).toEqual(new Set([1]));
    expect(upstream.arrived).toEqual(['GET /a']);
  });

  it('lets nobody load what has come since it was looked for', async () => {
    const connection = connectRedis({ url: server.url, prefix: 'test', patienceMs: 5_000 }, log);
    connections.push(connection);
    await waitFor('Redis', () => connection.isUp());
    const nobody = { onInvalidate: () => undefined, onReturn: () => undefined };
    const remote = createRemote({ redis: connection, now: () => now, ...nobody });
    const key = 'mine:thing:a';
    const { present } = await remote.find('under-test', [key]);
    await redis.set(entryKey('a'), 'another instance has read it');
    expect(await remote.acquire('under-test', [key], present)).toEqual([]);
    const again = await remote.find('under-test', [key]);
    expect(await remote.acquire('under-test', [key], again.present)).toEqual([key]);
  });

  it('does not wait for ever for an instance that has gone', async () => {
    const here = await instance();
    const { one } = reader();
    await redis.set(`test:c${FORMAT}:{under-test}:lock:mine:thing:a`, 'gone', 'PX', 60_000);
    expect(await one(here, 'a')).toBe(1);
  });

  it('forgets on every instance, also what is being read while it is invalidated', async () => {
    const [here, there] = [await instance(), await instance()];
    const { one } = reader();
    await one(here, 'a');
    await written('a');
    await one(there, 'a');
    await here.invalidate([tag('a')]);
    expect(await one(here, 'a')).toBe(2);
    await waitFor('the other instance', async () => (await one(there, 'a')) === 2);

    upstream.will('hold');
    const early = one(there, 'b');
    await waitFor('the request', () => upstream.arrived.length === 3);
    await here.invalidate([tag('b')]);
    upstream.release();
    await early;
    expect(await one(here, 'b')).toBe(4);
  });

  it('does not believe what was read before an invalidation and written after it', async () => {
    const here = await instance();
    const { one } = reader();
    await one(here, 'a');
    await written('a');
    const early = (await redis.get(entryKey('a'))) ?? '';
    await here.invalidate([tag('a')]);
    await redis.set(entryKey('a'), early);
    expect(await one(here, 'a')).toBe(2);
  });

  it('writes nothing private, and finds nothing under another format', async () => {
    const here = await instance();
    const { one } = reader({ isPrivate: true });
    await one(here, 'a');
    expect(await redis.keys('*:thing:*')).toEqual([]);

    await redis.set(entryKey('b'), 'what nobody can read');
    await redis.set(entryKey('c').replace(`c${FORMAT}`, `c${FORMAT + 1}`), '{"v":{"turn":99}}');
    const open = reader();
    expect(await open.one(here, 'b')).toBe(2);
    expect(await open.one(here, 'c')).toBe(3);
  });

  it('has an answer of Redis stand in for a provider that is not there', async () => {
    const { one } = reader();
    await one(await instance(), 'a');
    await written('a');
    now += LIFETIME.hardMs + 1;
    upstream.will(503);
    expect(await one(await instance(), 'a')).toBe('stale 1');
  });

  it('believes nothing it kept after its connection was lost, for it may have missed something', async () => {
    const here = await instance();
    const { one } = reader({ isPrivate: true });
    await one(here, 'a');
    const before = here.invalidations.moment();
    await redis.client('KILL', 'TYPE', 'pubsub');
    await waitFor('the return', () => here.invalidations.isVoid([], before));
    expect(await one(here, 'a')).toBe(2);
  });
});
