import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { type Cluster, startCluster } from '../../cluster/index.ts';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { providerNameOf } from '../../src/ids.ts';
import { connectRedis } from '../../src/redis.ts';
import { Status } from '../../src/schema/enums.ts';
import type { EventLog, StatusChange } from '../../src/subscriptions/events.ts';
import { createEventLog } from '../../src/subscriptions/log/index.ts';
import { eventSettings } from '../../src/subscriptions/settings.ts';
import { ask } from '../helpers/ask.ts';
import { readChanges } from '../helpers/changes.ts';
import { openInitialised } from '../helpers/connections.ts';
import { sandboxFile, startTestGatewayOf, UNWATCHED } from '../helpers/gateway.ts';
import { leavesNothingBehind } from '../helpers/leftovers.ts';
import { build } from '../helpers/process.ts';
import {
  canRestartRedis,
  describeWithRedis,
  startRedis,
  type TestRedis,
} from '../helpers/redis.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { startClient } from '../subscriptions/soak/client.ts';
import { compareWithClient, type Difference, isDifferent } from '../subscriptions/soak/report.ts';
import { type Memory, memoryOf } from './heap.ts';
import { createTroubles, PHASES, type Troubles } from './troubles.ts';
import { runUser, type Tally } from './user.ts';
import { createWorld, type World } from './world.ts';

leavesNothingBehind();

/** `LOAD_SECONDS=600 npm test -- test/load` is the long one: ten rounds, each of a minute. */
const SECONDS = Number(process.env.LOAD_SECONDS ?? 60);
const ROUND_MS = Math.min(SECONDS, 60) * 1_000;
const USERS = 16;
const CLIENTS = 12;
/** Looking at the whole world costs as much as a hundred queries: it is done once in a phase. */
const STEP_MS = ROUND_MS / PHASES.length;
/** How far the time of the stand-ins moves in a step: enough for several changes. */
const WORLD_STEP_MS = 30_000;
/** Keyed writes wait for Redis for a second; one that takes half of it here may take more there. */
const SLOW_MS = 500;
/** What is waited for comes in seconds; a busy machine may take this long. */
const PATIENCE_MS = 60_000;

/** Room for what is kept of a provider, small enough to be full soon. */
const CACHE = { enabled: true, memoryMib: 8, responseMib: 2 };
/** What a heap may have grown from the middle to the end: a leak of each operation would be more. */
const GROWTH = { factor: 1.15, mib: 12 };

const OWNERS = ['ubiops', 'humanitec', 'cloudfoundry'];
const LEAVES = `{ providers { name deployments(first: 1) { nodes { scope { id } } } } }`;

describeWithRedis('a cluster', () => {
  const endings: (() => Promise<void> | void)[] = [];
  /** Addresses at which the instances can be inspected. */
  const inspectors = new Set<string>();
  let sandbox: Sandbox;
  let server: TestRedis;
  let cluster: Cluster;
  let log: EventLog;
  let world: World;
  let troubles: Troubles;
  /** Where variables are written, one of each of `OWNERS`. */
  let scopeIds: string[];
  let advance: (ms: number) => Promise<void>;
  let pingRedis: () => Promise<unknown>;

  const startWorld = async () => {
    sandbox = await startSandbox({ budgets: 'endless' });
    endings.push(() => sandbox.close());
    const mirror = await startSandbox({ budgets: 'endless' });
    endings.push(() => mirror.close());
    const off = { cache: { enabled: false } };
    const witness = await startTestGatewayOf(mirror, { ...UNWATCHED, ...off });
    endings.push(() => witness.close());
    world = createWorld(witness);
    await world.look();
    world.settle();
    // What they are about to say is known before they say it.
    advance = async (ms) => {
      mirror.advance(ms);
      await world.look();
      sandbox.advance(ms);
      world.settle();
    };
    const { data } = await witness.query<{
      providers: { name: string; deployments: { nodes: { scope: { id: string } }[] } }[];
    }>(LEAVES);
    scopeIds = OWNERS.flatMap((owner) => {
      const found = data.providers.find(({ name }) => name === owner);
      return found?.deployments.nodes.map(({ scope }) => scope.id) ?? [];
    });
  };
  const startServers = async () => {
    const folder = mkdtempSync(join(tmpdir(), 'deploygraph-load-'));
    endings.push(() => rmSync(folder, { recursive: true, force: true }));
    server = await startRedis({ folder });
    endings.push(() => server.stop());
    const start = async () => {
      server = await startRedis({ port: Number(new URL(server.url).port), folder });
    };
    const failing = { stop: () => server.stop(), start, freeze: () => server.freeze() };
    troubles = createTroubles(sandbox, canRestartRedis ? failing : undefined);
    const built = build();
    const file = sandboxFile(sandbox, { cache: CACHE }, { retries: 2 });
    cluster = await startCluster({
      program: join(built.folder, 'src/main.js'),
      config: { ...file, server: { executor: file.server.executor } },
      port: 0,
      redisUrl: server.url,
      nodeOptions: ['--inspect=127.0.0.1:0'],
      log: (text) => /ws:\/\/[\w.:/-]+/.exec(text)?.forEach((each) => inspectors.add(each)),
    });
    endings.push(() => cluster.close());
    const connection = connectRedis(
      { url: server.url, prefix: 'deploygraph' },
      pino({ level: 'silent' }),
    );
    endings.push(() => connection.close());
    await waitFor('Redis', () => connection.isUp());
    log = createEventLog(eventSettings.parse({}), connection);
    pingRedis = () => connection.ask((client) => client.ping(), SLOW_MS);
    endings.push(() => log.close());
  };
  beforeAll(async () => {
    await startWorld();
    await startServers();
  }, 300_000);
  afterAll(async () => {
    for (const end of endings.reverse()) await end();
  }, 60_000);

  const measureMemory = () => Promise.all([...inspectors].map(memoryOf));

  const watchRedis = async (signal: AbortSignal) => {
    while (!signal.aborted) {
      await pingRedis().catch(() => troubles.noteSlowRedis());
      await pause(250);
    }
  };

  /** Lets time pass and parts fail. Tells what the instances held in the middle. */
  const passTime = async (): Promise<Memory[]> => {
    let inTheMiddle: Memory[] | undefined;
    const startedAt = Date.now();
    try {
      for (let elapsed = 0; elapsed < SECONDS * 1_000; elapsed = Date.now() - startedAt) {
        const index = Math.floor(((elapsed % ROUND_MS) / ROUND_MS) * PHASES.length);
        await troubles.enter(PHASES[index] ?? {});
        if (elapsed * 2 > SECONDS * 1_000) inTheMiddle ??= await measureMemory();
        await Promise.all([advance(WORLD_STEP_MS), pause(STEP_MS)]);
      }
    } finally {
      await troubles.enter({});
    }
    return inTheMiddle ?? [];
  };

  it(
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
          ...{ url: cluster.url, world, troubles, tally, signal: ending.signal },
          scopeId: scopeIds[index % scopeIds.length] ?? '',
          number: index,
        }),
      );
      const running = Promise.all([...users, watchRedis(ending.signal)]);
      const before = await passTime();
      ending.abort();
      await running;

      let events: readonly StatusChange[] = [];
      let differences: Difference[] = [];
      await waitFor(
        'the clients',
        async () => {
          events = await readChanges(log, start);
          differences = clients.map((client) => compareWithClient(client, events));
          return !differences.some(isDifferent);
        },
        PATIENCE_MS,
      ).catch(() => undefined);
      const after = await measureMemory();
      // What waits at Cloud 66 has no date and ranks last, where the world does not look.
      const told = events.filter(({ subjectId, status }) => {
        const isUndated = status === Status.QUEUED && providerNameOf(subjectId) === 'cloud66';
        return !isUndated && world.wasEver(subjectId, status) !== undefined;
      });
      const untrue = told.filter(({ subjectId, status }) => !world.wasEver(subjectId, status));
      const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
      const mib = ({ heap, resident }: Memory) => `${heap.toFixed(0)} (${resident.toFixed(0)})`;
      console.log(
        [
          `${SECONDS} s, ${USERS} users: ${tally.queries} queries, ${tally.mutations} mutations`,
          `${tally.partial} partial, ${tally.wrong.length} wrong, ${tally.unexplained.length} unexplained`,
          `${CLIENTS} subscribers: ${events.length} events, ${sum(differences.map(({ delivered }) => delivered))} delivered`,
          `${sum(differences.map(({ missed }) => missed))} missed, ${sum(differences.map(({ repeated }) => repeated))} repeated`,
          `${sum(clients.map((client) => client.returns()))} returns, ${untrue.length} untrue of ${told.length} events`,
          `requests spoilt: ${[...troubles.hits()].map((each) => each.join(' ')).join(', ')}`,
          `MiB of heap (resident): ${before.map(mib).join(' and ')} in the middle, ${after.map(mib).join(' and ')} at the end`,
        ].join('; '),
      );
      const { wrong, unexplained } = tally;
      const problems = { wrong: wrong.slice(0, 9), unexplained: unexplained.slice(0, 9), untrue };
      expect(problems).toEqual({ wrong: [], unexplained: [], untrue: [] });
      expect(differences.filter(isDifferent)).toEqual([]);
      expect(clients.flatMap(({ refusals }) => refusals)).toEqual([]);
      after.forEach(({ heap }, index) =>
        expect(heap).toBeLessThan((before[index]?.heap ?? 0) * GROWTH.factor + GROWTH.mib),
      );
      // Something has happened, to everybody.
      expect(tally.queries).toBeGreaterThan(SECONDS * 2);
      expect(tally.mutations).toBeGreaterThan(SECONDS / 4);
      expect(tally.partial).toBeGreaterThan(0);
      expect(events.length).toBeGreaterThan(SECONDS / 4);
      expect(told.length).toBeGreaterThan(events.length / 4);
      expect([...troubles.hits().values()].filter((hits) => hits === 0)).toEqual([]);
    },
    SECONDS * 1_000 + 3 * PATIENCE_MS,
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
