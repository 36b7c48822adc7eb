import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { connectRedis, type RedisConnection } from '../../src/redis.ts';
import { createMemoryLeases } from '../../src/subscriptions/leases/memory.ts';
import { createRedisLeases } from '../../src/subscriptions/leases/redis.ts';
import { leavesNothingBehind } from '../helpers/leftovers.ts';
import { describeWithRedis, startRedis, type TestRedis } from '../helpers/redis.ts';
import { waitFor } from '../helpers/wait-for.ts';

leavesNothingBehind();

describe('leases of the only instance', () => {
  it('are always held', async () => {
    const leases = createMemoryLeases();
    const token = await leases.hold('a', 1_000);
    expect(token).toBeGreaterThan(0);
    await leases.release('a');
    expect(await leases.hold('a', 1_000)).toBeGreaterThanOrEqual(token ?? Infinity);
  });
});

describeWithRedis('leases among instances', () => {
  let server: TestRedis;
  let redis: RedisConnection;
  const LONG_MS = 600_000;

  beforeAll(async () => {
    server = await startRedis();
    redis = connectRedis(
      { url: server.url, prefix: `leases${process.pid}` },
      pino({ level: 'silent' }),
    );
    await waitFor('the connection', () => redis.isUp());
  });
  afterAll(async () => {
    redis.close();
    await server.stop();
  });
  const pair = () => [createRedisLeases(redis, 'left'), createRedisLeases(redis, 'right')] as const;

  it('are held by one, who keeps its token while it extends them', async () => {
    const [left, right] = pair();
    const tokens = await Promise.all([left.hold('one', LONG_MS), right.hold('one', LONG_MS)]);
    expect(tokens.filter((token) => token !== undefined)).toHaveLength(1);
    const [holder, other] = tokens[0] === undefined ? [right, left] : [left, right];
    expect(await holder.hold('one', LONG_MS)).toBe(tokens[0] ?? tokens[1]);
    expect(await other.hold('one', LONG_MS)).toBeUndefined();
    expect(await other.hold('another', LONG_MS)).toBeDefined();
  });

  it('pass on when they are given up, by their holder only, with a higher token', async () => {
    const [left, right] = pair();
    const first = await left.hold('two', LONG_MS);
    await right.release('two');
    expect(await right.hold('two', LONG_MS)).toBeUndefined();
    await left.release('two');
    const second = await right.hold('two', LONG_MS);
    expect(second).toBeGreaterThan(first ?? Infinity);
    await right.release('two');
    expect(await left.hold('two', LONG_MS)).toBeGreaterThan(second ?? Infinity);
  });

  it('pass on when their holder is gone; an extension counts from now', async () => {
    const [left, right] = pair();
    const first = await left.hold('three', LONG_MS);
    expect(await left.hold('three', 40)).toBe(first);
    const second = await waitFor('the lease to end', () => right.hold('three', LONG_MS));
    expect(second).toBeGreaterThan(first ?? Infinity);
    expect(await left.hold('three', LONG_MS)).toBeUndefined();
  });

  it('are not held where nobody can tell', async () => {
    const lost = connectRedis({ url: server.url, prefix: 'lost' }, pino({ level: 'silent' }));
    lost.close();
    const leases = createRedisLeases(lost, 'left');
    expect(await leases.hold('four', LONG_MS)).toBeUndefined();
    await leases.release('four');
  });
});
