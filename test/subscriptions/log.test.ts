import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { connectRedis, type RedisConnection } from '../../src/redis.ts';
import { Status } from '../../src/schema/enums.ts';
import type { EventLog } from '../../src/subscriptions/events.ts';
import { createMemoryLog } from '../../src/subscriptions/log/memory.ts';
import { createRedisLog } from '../../src/subscriptions/log/redis.ts';
import { readChanges } from '../helpers/changes.ts';
import { leavesNothingBehind } from '../helpers/leftovers.ts';
import { describeWithRedis, startRedis, type TestRedis } from '../helpers/redis.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { type Bounds, BOUNDS, describeLog, follow, saw, told } from './log-suite.ts';
import { describeWrites } from './log-writes-suite.ts';

leavesNothingBehind();

describe('the event log in memory', () => {
  const create = async (bounds: Bounds) => createMemoryLog(bounds);
  describeLog(create);
  describeWrites(create);
});

describeWithRedis('the event log in Redis', () => {
  let server: TestRedis;
  let admin: Redis;
  let made = 0;
  const connections: RedisConnection[] = [];
  const logs: EventLog[] = [];
  const quiet = pino({ level: 'silent' });
  const { QUEUED, IN_PROGRESS, SUCCEEDED } = Status;

  const connect = async (prefix: string) => {
    const connection = connectRedis({ url: server.url, prefix }, quiet);
    connections.push(connection);
    await waitFor('the connection', () => connection.isUp());
    return connection;
  };
  const open = async (prefix: string, bounds = BOUNDS) => {
    const log = createRedisLog(await connect(prefix), bounds);
    logs.push(log);
    return log;
  };
  const newPrefix = () => `log${process.pid}-${(made += 1)}`;

  beforeAll(async () => {
    server = await startRedis();
    admin = new Redis(server.url);
    admin.on('error', () => undefined);
  });
  afterEach(async () => {
    await Promise.all(logs.splice(0).map((log) => log.close()));
    for (const connection of connections.splice(0)) connection.close();
  });
  afterAll(async () => {
    admin.disconnect();
    await server.stop();
  });

  const create = (bounds: Bounds) => open(newPrefix(), bounds);
  describeLog(create);
  describeWrites(create);

  it('lets one of two instances append what both saw, and tells both once', async () => {
    const prefix = newPrefix();
    const [left, right] = [await open(prefix), await open(prefix)];
    await left.record('scope', [], 1);
    const heard = [follow(left), follow(right)];
    await Promise.all([left.head(), right.head()]);
    const ids = Array.from({ length: 20 }, (_, index) => saw(`s${index}`, QUEUED));
    const made = await Promise.all([left.record('scope', ids, 1), right.record('scope', ids, 1)]);
    expect(made.flat()).toHaveLength(20);
    await left.record('scope', [saw('end', QUEUED)], 1);
    for (const { changes } of heard) {
      await waitFor('the last', () => changes.at(-1)?.subjectId === 'end');
      expect(changes).toHaveLength(21);
    }
  });

  it('goes on after a restart: nothing again, nothing missed', async () => {
    const prefix = newPrefix();
    const before = await open(prefix);
    await before.record('scope', [saw('a', QUEUED), saw('b', SUCCEEDED)], 3);
    const cursor = await before.head();
    await before.close();
    const after = await open(prefix);
    const seen = [saw('a', SUCCEEDED), saw('b', SUCCEEDED), saw('c', IN_PROGRESS)];
    expect(told(await after.record('scope', seen, 4))).toEqual([
      ['a', QUEUED, SUCCEEDED, 1],
      ['c', null, IN_PROGRESS, 1],
    ]);
    expect(await readChanges(after, cursor)).toHaveLength(2);
  });

  it('says so when the log was lost, and begins anew', async () => {
    const prefix = newPrefix();
    const log = await open(prefix);
    await log.record('scope', [], 1);
    const live = follow(log);
    const [change] = await log.record('scope', [saw('a', QUEUED)], 1);
    await waitFor('the event', () => live.changes.length === 1);
    await admin.flushall();
    expect(await log.record('scope', [saw('a', SUCCEEDED)], 1)).toEqual([]);
    await log.record('scope', [saw('b', QUEUED)], 1);
    await waitFor('the new log', () => live.changes.length === 2);
    expect(live.resets()).toBe(1);
    expect(live.changes[1]?.subjectId).toBe('b');
    await expect(log.read(change?.cursor ?? '', 1)).rejects.toMatchObject({
      code: 'CURSOR_EXPIRED',
    });
    await admin.flushall();
    await waitFor('the loss to be noticed in silence', () => live.resets() === 2);
  });

  it('hears what was appended while its connections were cut', async () => {
    const prefix = newPrefix();
    const [log, other] = [await open(prefix), await open(prefix)];
    await log.record('scope', [], 1);
    const live = follow(log);
    for (let index = 0; index < 3; index += 1) {
      await admin.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      await waitFor('the other instance to append', () =>
        other.record('scope', [saw(`s${index}`, QUEUED)], 1).then(
          (made) => made.length > 0,
          () => false,
        ),
      );
    }
    await waitFor('all events', () => live.changes.length >= 3);
    expect(told(live.changes).map(([id]) => id)).toEqual(['s0', 's1', 's2']);
  });

  it('fails with a clear error while Redis is not there, and loses nothing by it', async () => {
    const prefix = newPrefix();
    const log = await open(prefix);
    await log.record('scope', [saw('a', QUEUED)], 1);
    connections.at(-1)?.close();
    await expect(log.record('scope', [saw('a', SUCCEEDED)], 1)).rejects.toMatchObject({
      code: 'INTERNAL_SERVER_ERROR',
      retryable: true,
    });
    const again = await open(prefix);
    expect(told(await again.record('scope', [saw('a', SUCCEEDED)], 1))).toHaveLength(1);
  });
});
