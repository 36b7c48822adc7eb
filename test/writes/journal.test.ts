import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { pino } from 'pino';
import type { UndoStep } from '../../src/datasources/writes.ts';
import { connectRedis, type RedisConnection } from '../../src/redis.ts';
import { createRedisJournal } from '../../src/writes/journal.ts';
import { describeWithRedis, startRedis, type TestRedis } from '../helpers/redis.ts';
import { waitFor } from '../helpers/wait-for.ts';

const STEP: UndoStep = { name: 'rebase', targetId: 'id', data: { from: 'a', to: null } };

describeWithRedis('the journal of half-done writes', () => {
  let server: TestRedis;
  let redis: RedisConnection;
  const prefix = `journal-${process.pid}`;
  beforeAll(async () => {
    server = await startRedis();
    redis = connectRedis({ url: server.url, prefix }, pino({ level: 'silent' }));
    await waitFor('Redis', () => redis.isUp());
  });
  afterAll(async () => {
    redis.close();
    await server.stop();
  });

  /** As if the process that wrote the notes had ended: its sign of life runs out. */
  const die = () =>
    redis.ask(async (client) => {
      const names = await client.keys(`${prefix}:write-journal:alive:*`);
      await client.del(...names);
    });

  it('takes back, once, what a process left behind that is no more', async () => {
    const dead = createRedisJournal(redis);
    await dead.note('humanitec', STEP);
    dead.close();
    const undone: unknown[] = [];
    const undo = async (provider: string, step: UndoStep) => void undone.push([provider, step]);
    const next = createRedisJournal(redis);
    expect(await next.repair(undo)).toBe(1);
    expect(undone).toEqual([]);
    await die();
    expect(
      await Promise.all([next.repair(undo), createRedisJournal(redis).repair(undo)]),
    ).toContain(0);
    expect(undone).toEqual([['humanitec', STEP]]);
    expect(await next.repair(undo)).toBe(0);
  });

  it('keeps what could not be taken back, and forgets what was ended', async () => {
    const dead = createRedisJournal(redis);
    const end = await dead.note('humanitec', STEP);
    await end();
    await dead.note('humanitec', { ...STEP, name: 'other' });
    dead.close();
    await die();
    const next = createRedisJournal(redis);
    const fail = async () => Promise.reject(new Error('not now'));
    await expect(next.repair(fail)).rejects.toMatchObject({ errors: [{ message: 'not now' }] });
    const undone: string[] = [];
    expect(await next.repair(async (_provider, { name }) => void undone.push(name))).toBe(0);
    expect(undone).toEqual(['other']);
  });
});
