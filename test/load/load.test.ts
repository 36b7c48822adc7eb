import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { type Cluster, startCluster } from '../../cluster/index.ts';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { toId } from '../../src/ids.ts';
import { connectRedis } from '../../src/redis.ts';
import type { EventLog, StatusChange } from '../../src/subscriptions/events.ts';
import { createEventLog } from '../../src/subscriptions/log/index.ts';
import { eventSettings } from '../../src/subscriptions/settings.ts';
import { readChanges } from '../helpers/changes.ts';
import { ask } from '../helpers/ask.ts';
import { openInitialised } from '../helpers/connections.ts';
import { sandboxFile, startTestGatewayOf, UNWATCHED } from '../helpers/gateway.ts';
import { build, type Build } from '../helpers/process.ts';
import { canRestartRedis, describeWithRedis } from '../helpers/redis.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { type ResumingClient, startClient } from '../subscriptions/soak/client.ts';
import { runUser, type Tally } from './user.ts';
import { createWorld, type World } from './world.ts';

/** `LOAD_SECONDS=600 npm test -- test/load` is the long one. */
const SECONDS = Number(process.env.LOAD_SECONDS ?? 0);
/** It needs a machine of its own, so it runs by the switch only. */
const itLoads = SECONDS > 0 ? it : it.skip;
const USERS = 4;
const CLIENTS = 10;
const STEP_MS = 500;
/** How long a part may still be missing when it is back: its breaker rests, and looks again. */
const RECOVERY_MS = 25_000;
/** What may have grown when all is said and done, beside a share of what there was. */
const MEMORY_MIB = 40;

type Part = 'redis' | 'cloudfoundry' | 'humanitec';
/** What is down in turn, each for an equal time. */
const PHASES: Part[][] = [
  [],
  ['redis'],
  ['cloudfoundry'],
  [],
  ['humanitec'],
  ['redis', 'cloudfoundry'],
  [],
  [],
];

describeWithRedis('a cluster', () => {
  const endings: (() => Promise<void> | void)[] = [];
  let built: Build;
  let sandbox: Sandbox;
  let cluster: Cluster;
  let log: EventLog;
  let world: World;
  let advance: (ms: number) => Promise<void>;

  beforeAll(async () => {
    built = build('load');
    endings.push(() => built.remove());
    sandbox = await startSandbox();
    endings.push(() => sandbox.close());
    const mirror = await startSandbox();
    endings.push(() => mirror.close());
    const off = { cache: { enabled: false } };
    const witness = await startTestGatewayOf(mirror, { ...UNWATCHED, ...off });
    endings.push(() => witness.close());
    world = createWorld(witness);
    await world.look();
    // What they are about to say is known before they say it.
    advance = async (ms) => {
      mirror.advance(ms);
      await world.look();
      sandbox.advance(ms);
    };

    const file = sandboxFile(sandbox, { cache: { enabled: true } }, { retries: 2 });
    const { server, ...config } = file;
    const program = join(built.folder, 'src/main.js');
    const auth = { mode: 'none', readVariables: true };
    const shared = { ...config, auth, server: { executor: server.executor } };
    cluster = await startCluster({ program, config: shared, port: 0 });
    endings.push(() => cluster.close());
    const silent = pino({ level: 'silent' });
    const connection = connectRedis(
      { url: cluster.redis?.url ?? '', prefix: 'deploygraph' },
      silent,
    );
    endings.push(() => connection.close());
    await waitFor('Redis', () => connection.isUp());
    log = createEventLog(eventSettings.parse({}), connection);
    endings.push(() => log.close());
  }, 300_000);
  afterAll(async () => {
    for (const end of endings.reverse()) await end();
  }, 60_000);

  /** Parts by name that are down, or were until a moment ago. */
  const downUntil = new Map<Part, number>();
  const down = new Set<Part>();
  const setDown = async (wanted: readonly Part[]) => {
    for (const name of ['cloudfoundry', 'humanitec'] as const) {
      if (down.has(name) && !wanted.includes(name)) downUntil.set(name, Date.now() + RECOVERY_MS);
      if (wanted.includes(name)) down.add(name);
      else down.delete(name);
      const fault = name === 'humanitec' ? { drop: true } : { status: 503 };
      sandbox[name].setFaults(down.has(name) ? [fault] : []);
    }
    const { redis } = cluster;
    if (!redis || !canRestartRedis) return;
    const isDown = down.has('redis');
    if (wanted.includes('redis') && !isDown) await redis.stop();
    if (!wanted.includes('redis') && isDown) await redis.start();
    if (wanted.includes('redis')) down.add('redis');
    else down.delete('redis');
  };
  const mayFail = (provider: string | undefined) => {
    const part = provider as Part;
    return down.has(part) || (downUntil.get(part) ?? 0) > Date.now();
  };
  const memoryMib = () =>
    cluster.instances.map(({ child: { pid } }) => {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      return Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1_024);
    });

  itLoads(
    'answers rightly while its parts fail in turn, and loses no event',
    async () => {
      const tally: Tally = { queries: 0, mutations: 0, partial: 0, wrong: [], unexplained: [] };
      const start = await log.head();
      const clients = Array.from({ length: CLIENTS }, (_, index) =>
        startClient(index, [cluster.url], start),
      );
      endings.push(async () => void (await Promise.all(clients.map((each) => each.close()))));
      const ending = new AbortController();
      const users = Array.from({ length: USERS }, (_, index) =>
        runUser({
          url: cluster.url,
          world,
          tally,
          scopeId: toId('ubiops', 'Scope', ['seed']),
          name: `LOAD_${index}`,
          signal: ending.signal,
          mayFail,
        }),
      );
      const running = Promise.all(users);

      // Rounds of a minute at most, so that in a long run everything fails often.
      const roundMs = Math.min(SECONDS, 60) * 1_000;
      const startedAt = Date.now();
      let memoryBefore: number[] = [];
      for (let elapsed = 0; elapsed < SECONDS * 1_000; elapsed = Date.now() - startedAt) {
        const phase = Math.floor(((elapsed % roundMs) / roundMs) * PHASES.length);
        await setDown(PHASES[phase] ?? []);
        if (elapsed * 3 < SECONDS * 1_000) memoryBefore = memoryMib();
        await Promise.all([advance(8_000), pause(STEP_MS)]);
      }
      await setDown([]);
      ending.abort();
      await running;
      const memoryAfter = memoryMib();

      let events: readonly StatusChange[] = [];
      const expectedOf = ({ subject }: ResumingClient) =>
        events.filter(({ type }) => type === subject).map(({ cursor }) => cursor);
      await waitFor(
        'the log to rest',
        async () => {
          const before = events.length;
          events = await readChanges(log, start);
          const rests =
            events.length === before &&
            clients.every((client) => client.told.length >= expectedOf(client).length);
          if (!rests) await pause(1_000);
          return rests;
        },
        60_000,
      );
      const lost = clients.flatMap((client) => {
        const own = new Set(client.told.map(({ cursor }) => cursor));
        return expectedOf(client).filter((cursor) => !own.has(cursor));
      });
      console.log(
        [
          `${SECONDS} s, ${USERS} users: ${tally.queries} queries, ${tally.mutations} mutations`,
          `${tally.partial} partial, ${tally.wrong.length} wrong, ${tally.unexplained.length} unexplained`,
          `${CLIENTS} subscribers: ${events.length} events, ${lost.length} lost`,
          `${clients.reduce((sum, client) => sum + client.returns(), 0)} returns`,
          `MiB ${memoryBefore.join(' and ')} after a third, ${memoryAfter.join(' and ')} at the end`,
        ].join('; '),
      );
      expect(tally.wrong.slice(0, 5)).toEqual([]);
      expect(tally.unexplained.slice(0, 5)).toEqual([]);
      for (const client of clients) {
        expect(client.told.map(({ cursor }) => cursor)).toEqual(expectedOf(client));
      }
      expect(clients.flatMap(({ refusals }) => refusals)).toEqual([]);
      expect(tally.partial).toBeGreaterThan(0);
      expect(events.length).toBeGreaterThan(SECONDS / 2);
      expect(tally.queries).toBeGreaterThan(SECONDS * 5);
      memoryAfter.forEach((mib, index) =>
        expect(mib).toBeLessThan((memoryBefore[index] ?? 0) * 1.25 + MEMORY_MIB),
      );
    },
    SECONDS * 1_000 + 180_000,
  );

  it('sends nobody to an instance that drains, and none of its clients is lost', async () => {
    const [first, second] = cluster.instances;
    if (!first || !second) throw new Error('there are no two instances');
    await waitFor('both', () => cluster.balancer.ready().length === 2);
    const sockets = await Promise.all([cluster.url, cluster.url].map(openInitialised));
    const statuses: number[] = [];
    const ending = new AbortController();
    const asking = (async () => {
      while (!ending.signal.aborted)
        statuses.push((await ask(cluster.url, '{ __typename }')).status);
    })();
    const ended = once(first.child, 'exit');
    first.child.kill('SIGTERM');
    await waitFor('the balancer to know', () => cluster.balancer.ready().length === 1);
    expect(first.child.exitCode).toBeNull();
    expect(cluster.balancer.ready()).toEqual([second.url]);
    const client = await openInitialised(cluster.url);
    expect(await ended).toEqual([0, null]);
    ending.abort();
    await asking;
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    // One of the two was there, and is told to come again; the new one never was.
    const states = sockets.map(({ socket }) => socket.readyState);
    expect(states.filter((state) => state === 1)).toHaveLength(1);
    expect(client.socket.readyState).toBe(1);
    for (const { socket } of [...sockets, client]) socket.terminate();
  }, 60_000);
});
