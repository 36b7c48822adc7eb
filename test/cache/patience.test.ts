import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { connectRedis, type RedisConnection } from '../../src/redis.ts';
import { leavesNothingBehind } from '../helpers/leftovers.ts';
import { describeWithRedis, startRedis, type TestRedis } from '../helpers/redis.ts';
import { waitFor } from '../helpers/wait-for.ts';

leavesNothingBehind();

const PATIENCE_MS = 100;

describeWithRedis('a Redis that hesitates', () => {
  let server: TestRedis;
  let redis: RedisConnection;
  beforeAll(async () => {
    server = await startRedis();
    const settings = { url: server.url, prefix: 'test', patienceMs: PATIENCE_MS };
    redis = connectRedis(settings, pino({ level: 'silent' }));
  });
  beforeEach(() => waitFor('Redis', () => redis.isUp()));
  afterAll(async () => {
    redis.close();
    await server.stop();
  });

  const ask = (withinMs?: number) => redis.ask((client) => client.ping(), withinMs);

  it('is not asked where it only saves work, and waited for where it is needed', async () => {
    const goOn = server.freeze();
    await expect(ask()).rejects.toThrow(`did not answer within ${PATIENCE_MS} ms`);
    expect(redis.isUp()).toBe(false);
    const needed = ask(20_000);
    await expect(ask()).rejects.toThrow('Redis is not there');
    goOn();
    expect(await needed).toBe('PONG');
    expect(redis.isUp()).toBe(true);
  });

  it('is given up by those who need it when their time is over, and is sent nothing then', async () => {
    const goOn = server.freeze();
    const name = 'test:late';
    await expect(ask()).rejects.toThrow('did not answer');
    const late = redis.ask((client) => client.set(name, '1'), PATIENCE_MS + 100);
    await expect(late).rejects.toThrow('did not answer within');
    goOn();
    await waitFor('Redis', () => redis.isUp());
    expect(await redis.ask((client) => client.exists(name), 20_000)).toBe(0);
  });
});
