import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { toId } from '../../src/ids.ts';
import { connectRedis } from '../../src/redis.ts';
import { createLeases } from '../../src/subscriptions/leases/index.ts';
import { createEventLog } from '../../src/subscriptions/log/index.ts';
import { eventSettings } from '../../src/subscriptions/settings.ts';
import { leavesNothingBehind } from '../helpers/leftovers.ts';
import { describeWithRedis, startRedis, type TestRedis } from '../helpers/redis.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { ASLEEP, FAST, type Station, toWords, watchStandIn } from './harness.ts';

leavesNothingBehind();

const STAGING = toId('humanitec', 'Scope', ['sandbox-org', 'payments', 'staging']);
const CHANGE = 'Deployment sandbox-org/payments/staging/055fed3a8f93: QUEUED > IN_PROGRESS';

describeWithRedis('watching with several instances', () => {
  let server: TestRedis;
  let sandbox: Sandbox;
  let made = 0;
  const endings: (() => Promise<void> | void)[] = [];

  beforeAll(async () => {
    server = await startRedis();
  });
  afterEach(async () => {
    for (const end of endings.splice(0).reverse()) await end();
  });
  afterAll(() => server.stop());

  /** An instance of the gateway as far as watching goes. */
  const start = async (prefix: string) => {
    const redis = connectRedis({ url: server.url, prefix }, pino({ level: 'silent' }));
    endings.push(() => redis.close());
    await waitFor('Redis', () => redis.isUp());
    const log = createEventLog(eventSettings.parse({}), redis);
    endings.push(() => log.close());
    const timing = { ...ASLEEP, leaseMs: 300 };
    const leases = createLeases(redis);
    const instance = watchStandIn(sandbox, 'humanitec', { redis, log, leases, timing });
    endings.push(() => instance.watcher.close());
    instance.watcher.interest({ ids: [STAGING] });
    return { ...instance, redis };
  };
  const prepare = async () => {
    sandbox = await startSandbox();
    endings.push(() => sandbox.close());
    const prefix = `watch${process.pid}-${(made += 1)}`;
    const first = await start(prefix);
    await first.looked(1);
    const second = await start(prefix);
    return { first, second };
  };

  test('one of them polls, and a nudge of another one reaches it', async () => {
    const { first, second } = await prepare();
    await second.looked(0);
    sandbox.humanitec.clearRequests();
    sandbox.advance(10_000);
    // Until the subscription to the nudges is there, nobody hears them.
    const seen = await waitFor('the change', async () => {
      second.watcher.nudge(STAGING);
      const changes = await first.changes();
      return changes.length > 0 ? changes : undefined;
    });
    expect(seen.map(toWords)).toEqual([CHANGE]);
    expect(second.watcher.status()).toMatchObject([{ isHolder: false, looks: 0 }]);
    expect(first.watcher.status()).toMatchObject([{ isHolder: true }]);
    const looks = (first.watcher.status()[0]?.looks ?? 0) - 1;
    expect(sandbox.humanitec.requests().length).toBeGreaterThanOrEqual(looks);
    expect(sandbox.humanitec.requests().length).toBeLessThanOrEqual(looks + 1);
  });

  test('another one takes over from one that is gone, and misses nothing', async () => {
    const { first, second } = await prepare();
    expect(second.watcher.status()).toMatchObject([{ isHolder: false, looks: 0 }]);
    // As if killed: it gives nothing back.
    first.redis.close();
    sandbox.advance(10_000);
    await waitFor('the takeover', () => second.watcher.status()[0]?.isHolder);
    const seen = await waitFor('the change', async () => {
      const changes = await second.changes();
      return changes.length > 0 ? changes : undefined;
    });
    expect(seen.map(toWords)).toEqual([CHANGE]);
    await waitFor('the end', () => first.watcher.status()[0]?.isHolder === false);
  });

  test.each(['cloud66', 'cloudfoundry', 'ubiops', 'humanitec'] as const)(
    '%s: what could not be recorded while Redis was away is told when it is back',
    async (name) => {
      const folder = mkdtempSync(join(tmpdir(), 'deploygraph-watch-'));
      endings.push(() => rmSync(folder, { recursive: true, force: true }));
      let own = await startRedis({ folder });
      endings.push(() => own.stop());
      sandbox = await startSandbox();
      endings.push(() => sandbox.close());
      const redis = connectRedis({ url: own.url, prefix: 'away' }, pino({ level: 'silent' }));
      endings.push(() => redis.close());
      await waitFor('Redis', () => redis.isUp());
      const log = createEventLog(eventSettings.parse({}), redis);
      endings.push(() => log.close());
      // Both look at the same; the second one's log is never away. Neither ever loses its lease.
      const timing = { ...FAST, longestBackOffMs: 50 };
      const stations = [{ log }, {}].map((own) => watchStandIn(sandbox, name, { ...own, timing }));
      for (const { watcher } of stations) endings.push(() => watcher.close());
      for (const { watcher } of stations) watcher.interest({});
      for (const each of stations) {
        await waitFor('units', () => each.watcher.status().length > 0);
        await each.looked(1);
      }
      const [away, steady] = stations;

      await own.stop();
      sandbox.advance(61_000);
      const look = () => steady?.looked(4);
      await look();
      const inTrouble = away?.watcher.status().some(({ failures }) => failures > 0);
      expect(inTrouble).toBe(true);
      own = await startRedis({ folder, port: Number(new URL(own.url).port) });
      const lastOf = async (station: Station | undefined) =>
        new Map((await station?.changes())?.map((change) => [change.subjectId, change.status]));
      const expected = await lastOf(steady);
      expect(expected.size).toBeGreaterThan(0);
      let found = new Map();
      await waitFor('all of it', async () => {
        found = await lastOf(away).catch(() => new Map());
        return found.size === expected.size;
      }).catch(() => undefined);
      expect(found).toEqual(expected);
    },
    40_000,
  );

  test('one that leaves in order hands over at once', async () => {
    const { first, second } = await prepare();
    await first.watcher.close();
    await waitFor('the takeover', () => second.watcher.status()[0]?.isHolder);
    await waitFor('its look', () => (second.watcher.status()[0]?.looks ?? 0) > 0);
    expect(await second.changes()).toEqual([]);
  });
});
