import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { connectRedis } from '../../src/redis.ts';
import { Status } from '../../src/schema/enums.ts';
import type { EventLog } from '../../src/subscriptions/events.ts';
import { createRedisLog } from '../../src/subscriptions/log/redis.ts';
import { readChanges } from '../helpers/changes.ts';
import { leavesNothingBehind } from '../helpers/leftovers.ts';
import {
  canRestartRedis,
  describeWithRedis,
  startRedis,
  type TestRedis,
} from '../helpers/redis.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { BOUNDS, follow, saw, told } from './log-suite.ts';

leavesNothingBehind();

const restartable = canRestartRedis ? describeWithRedis : describe.skip;

restartable('the event log and a Redis in trouble', () => {
  const endings: (() => Promise<void> | void)[] = [];
  const { QUEUED, IN_PROGRESS, SUCCEEDED } = Status;
  let folder: string;
  let server: TestRedis;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'deploygraph-log-'));
    endings.push(() => rmSync(folder, { recursive: true, force: true }));
    server = await startRedis({ folder });
    endings.push(() => server.stop());
  });
  afterEach(async () => {
    for (const end of endings.splice(0).reverse()) await end();
  });

  const open = async (bounds = BOUNDS) => {
    const connection = connectRedis({ url: server.url, prefix: 'log' }, pino({ level: 'silent' }));
    endings.push(() => connection.close());
    await waitFor('the connection', () => connection.isUp());
    const log = createRedisLog(connection, bounds);
    endings.push(() => log.close());
    return log;
  };
  const startAgain = async () => {
    server = await startRedis({ folder, port: Number(new URL(server.url).port) });
  };
  /** Records as the watcher does: again until it is done. */
  const recordInTime = (log: EventLog, subject: string, status: Status) =>
    waitFor('the log', () =>
      log.record('scope', [saw(subject, status)], 1, { isFirst: false }).catch(() => undefined),
    );
  const failure = { code: 'INTERNAL_SERVER_ERROR', retryable: true };

  it('goes on where it was when Redis comes back with its data', async () => {
    const [log, other] = [await open(), await open()];
    await log.record('scope', [], 1);
    const start = await log.head();
    const heard = [follow(log), follow(other)];
    await other.record('scope', [saw('a', QUEUED)], 1);
    await server.stop();
    const lost = log.record('scope', [saw('a', SUCCEEDED)], 1);
    await expect(lost).rejects.toMatchObject(failure);
    await expect(log.read(start, 10)).rejects.toMatchObject(failure);
    await startAgain();
    await recordInTime(log, 'a', IN_PROGRESS);
    await recordInTime(other, 'a', SUCCEEDED);
    const all = [
      ['a', null, QUEUED, 1],
      ['a', QUEUED, IN_PROGRESS, 2],
      ['a', IN_PROGRESS, SUCCEEDED, 3],
    ];
    for (const { changes, resets } of heard) {
      await waitFor('all events', () => changes.length >= 3);
      expect(told(changes)).toEqual(all);
      expect(resets()).toBe(0);
    }
    expect(told(await readChanges(log, start))).toEqual(all);
  });

  it('begins anew when Redis comes back empty: silently, and only with a look at everything', async () => {
    const [log, other] = [await open(), await open()];
    await log.record('scope', [saw('a', SUCCEEDED), saw('b', QUEUED)], 5);
    const heard = [follow(log), follow(other)];
    const [change] = await log.record('scope', [saw('b', IN_PROGRESS)], 5);
    for (const { changes } of heard) await waitFor('it', () => changes.length === 1);
    await server.stop();
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
    await startAgain();

    const difference = () => log.record('scope', [saw('b', SUCCEEDED)], 5, { isFirst: false });
    await waitFor('a refusal', () =>
      difference().then(
        () => true,
        ({ code }: { code: string }) => code === 'CONFLICT',
      ),
    );
    expect(await log.known('scope')).toBeUndefined();
    // Fencing tokens begin again too.
    const everything = [saw('a', SUCCEEDED), saw('b', SUCCEEDED)];
    expect(await log.record('scope', everything, 1, { isFirst: true })).toEqual([]);
    await expect(log.read(change?.cursor ?? '', 1)).rejects.toMatchObject({
      code: 'CURSOR_EXPIRED',
    });
    await other.record('scope', [saw('c', QUEUED)], 1, { isFirst: false });
    for (const { changes, resets } of heard) {
      await waitFor('the new log', () => changes.length >= 2);
      expect(told(changes.slice(1))).toEqual([['c', null, QUEUED, 1]]);
      expect(resets()).toBe(1);
    }
  });

  it('neither hangs nor loses anything while Redis stands still', async () => {
    const [log, other] = [await open(), await open()];
    await log.record('scope', [], 1);
    const start = await log.head();
    const heard = [follow(log), follow(other)];
    await log.record('scope', [saw('a', QUEUED)], 1);
    for (const { changes } of heard) await waitFor('it', () => changes.length === 1);
    const goOn = server.freeze();
    endings.push(goOn);
    const asked = [
      log.record('scope', [saw('a', IN_PROGRESS)], 1, { isFirst: false }),
      other.read(start, 10),
      log.known('scope'),
      log.head(),
      log.history('a', { first: 1, after: undefined }),
    ];
    for (const answer of await Promise.allSettled(asked)) {
      expect(answer).toMatchObject({ status: 'rejected', reason: failure });
    }
    goOn();
    // Whether the frozen one was recorded after all, nobody can tell: both are right.
    await recordInTime(other, 'a', SUCCEEDED);
    await recordInTime(log, 'b', QUEUED);
    const changes = await waitFor('the log', () => readChanges(log, start).catch(() => undefined));
    expect(changes.map(({ subjectId, status }) => [subjectId, status])).toEqual(
      expect.arrayContaining([
        ['a', SUCCEEDED],
        ['b', QUEUED],
      ]),
    );
    for (const { changes: live, resets } of heard) {
      await waitFor('all events', () => live.length >= changes.length);
      expect(live).toEqual(changes);
      expect(resets()).toBe(0);
    }
  });

  it('lets one of several instances append what all saw, also while Redis is away', async () => {
    const logs = [await open(), await open(), await open()];
    await logs[0]?.record('scope', [], 1);
    const start = await logs[0]?.head();
    const course = [QUEUED, IN_PROGRESS, SUCCEEDED];
    const subjects = Array.from({ length: 10 }, (_, index) => `s${index}`);
    for (const [turn, status] of course.entries()) {
      if (turn === 1) await server.stop();
      const all = subjects.map((subject) => saw(subject, status));
      const recording = logs.map((log) =>
        waitFor('the log', () =>
          log.record('scope', all, 1, { isFirst: false }).catch(() => undefined),
        ),
      );
      if (turn === 1) await startAgain();
      const made = (await Promise.all(recording)).flat();
      expect(made.map(({ subjectId }) => subjectId).sort()).toEqual(subjects);
    }
    const { events } = (await logs[1]?.read(start ?? '', 100)) ?? {};
    expect(events).toHaveLength(30);
  });

  it('says so when more was let go than a listener has heard', async () => {
    const [log, other] = [await open(), await open({ ...BOUNDS, maxEvents: 5 })];
    await log.record('scope', [], 1);
    const live = follow(log);
    const admin = new Redis(server.url);
    endings.push(() => admin.disconnect());
    await other.record('scope', [saw('first', QUEUED)], 1);
    await waitFor('it', () => live.changes.length === 1);
    let made = 0;
    await waitFor('the listener to be told', async () => {
      // Its own connection, as the network may cut it; the others stay.
      const clients = String(await admin.client('LIST')).split('\n');
      const tails = clients.filter((line) => line.includes('cmd=xread'));
      for (const line of tails) {
        await admin.client('KILL', 'ID', /^id=(\d+)/.exec(line)?.[1] ?? '').catch(() => undefined);
      }
      for (let count = 0; count < 8; count += 1) {
        await other.record('scope', [saw(`s${(made += 1)}`, QUEUED)], 1);
      }
      return live.resets() > 0;
    });
    await other.record('scope', [saw('last', QUEUED)], 1);
    await waitFor('what comes then', () => live.changes.at(-1)?.subjectId === 'last');
  });
});
