import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { REGISTRY } from '../../src/datasources/registry.ts';
import { createSource } from '../../src/datasources/source.ts';
import { connectRedis } from '../../src/redis.ts';
import type { EventLog, StatusChange } from '../../src/subscriptions/events.ts';
import { createEventLog } from '../../src/subscriptions/log/index.ts';
import { eventSettings } from '../../src/subscriptions/settings.ts';
import { sandboxConfig, sandboxFile, startTestGatewayOf, UNWATCHED } from '../helpers/gateway.ts';
import { newCall } from '../helpers/provider.ts';
import {
  canRestartRedis,
  describeWithRedis,
  startRedis,
  type TestRedis,
} from '../helpers/redis.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { type ResumingClient, startClient } from './soak/client.ts';
import { type Instances, startInstances } from './soak/instances.ts';
import { createTruth, type Truth } from './soak/truth.ts';

/**
 * Takes a minute and more, so it runs by a switch: `SOAK_SECONDS=6 npm test -- soak`, and with
 * `SOAK_CLIENTS=200 SOAK_SECONDS=300` the long one.
 */
const describeSoak = process.env.SOAK_SECONDS ? describeWithRedis : describe.skip;
const CLIENTS = Number(process.env.SOAK_CLIENTS ?? 20);
const SECONDS = Number(process.env.SOAK_SECONDS ?? 6);
const STEP_MS = 250;

const NAMES = ['ubiops', 'humanitec', 'cloud66', 'cloudfoundry'] as const;

describeSoak('three instances, whatever happens to them', () => {
  const endings: (() => Promise<void> | void)[] = [];
  let folder: string;
  let server: TestRedis;
  let port: number;
  let sandbox: Sandbox;
  let instances: Instances;
  let log: EventLog;
  let truth: Truth;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'deploygraph-soak-'));
    endings.push(() => rmSync(folder, { recursive: true, force: true }));
    server = await startRedis({ folder });
    port = Number(new URL(server.url).port);
    endings.push(() => server.stop());
    sandbox = await startSandbox();
    endings.push(() => sandbox.close());
    const redis = { url: server.url, prefix: `soak${process.pid}` };
    const cache = { enabled: true };
    instances = await startInstances(3, (port) =>
      sandboxFile(sandbox, { server: { port }, redis, cache }),
    );
    endings.push(() => instances.close());
    const connection = connectRedis(redis, pino({ level: 'silent' }));
    endings.push(() => connection.close());
    await waitFor('Redis', () => connection.isUp());
    log = createEventLog(eventSettings.parse({}), connection);
    endings.push(() => log.close());
    const witness = await startTestGatewayOf(sandbox, { ...UNWATCHED, cache: { enabled: false } });
    endings.push(() => witness.close());
    truth = createTruth(witness);
  }, 120_000);
  afterAll(async () => {
    for (const end of endings.reverse()) await end();
  }, 30_000);

  /** Ids of all that is looked at on its own. */
  const listUnits = async (): Promise<string[]> => {
    const sources = sandboxConfig(sandbox).providers.map((entry) =>
      createSource(REGISTRY[entry.kind], entry, entry.options),
    );
    const units = await Promise.all(sources.map(({ watch }) => watch.listUnits(newCall())));
    return units.flat().map(({ id }) => id);
  };
  const restartRedis = async () => {
    await server.stop();
    await pause(STEP_MS);
    server = await startRedis({ port, folder });
  };
  const throttle = () => {
    for (const name of NAMES) {
      const headers = { 'retry-after': '1' };
      sandbox[name].setFaults([
        { status: 429, headers, times: 2 },
        { drop: true, times: 1 },
        { status: 503, times: 1 },
      ]);
    }
  };
  /** One kind of trouble after the other, each while the world goes on. */
  const trouble = async (turn: number, clients: readonly ResumingClient[]) => {
    const victim = turn % 3;
    if (turn % 8 === 1) await instances.kill(victim);
    if (turn % 8 === 3) await instances.start((turn - 2) % 3);
    if (turn % 8 === 4) throttle();
    if (turn % 16 === 6 && canRestartRedis) await restartRedis();
    clients.filter((_client, index) => (index + turn) % 5 === 0).forEach((each) => each.cut());
  };

  test(
    'every client ends with exactly what the log holds, and the log with what there is',
    async () => {
      const start = await log.head();
      const clients = Array.from({ length: CLIENTS }, (_, index) =>
        startClient(index, instances.urls, start),
      );
      endings.push(async () => void (await Promise.all(clients.map((each) => each.close()))));
      const units = await listUnits();
      await waitFor('the baseline', async () => {
        const known = await Promise.all(units.map((unit) => log.known(unit)));
        return known.every((each) => each !== undefined);
      });
      const before = await truth.read();

      const turns = Math.ceil((SECONDS * 1_000) / STEP_MS / 8) * 8;
      for (let turn = 0; turn < turns; turn += 1) {
        sandbox.advance(8_000);
        await Promise.all([trouble(turn, clients), pause(STEP_MS)]);
      }

      for (const name of NAMES) sandbox[name].setFaults([]);
      const after = await truth.read();
      let changes: StatusChange[] = [];
      let unlike: string[] = [];
      await waitFor(
        'the log to hold what there is',
        async () => {
          changes = (await log.read(start, 100_000)).changes;
          unlike = truth.compare(before, after, changes);
          return unlike.length === 0;
        },
        60_000,
      ).catch(() => undefined);
      expect(unlike).toEqual([]);

      const expected = changes.filter(({ type }) => type === 'Deployment').map(toLine);
      await waitFor(
        'the clients',
        () => clients.every(({ told }) => told.length >= expected.length),
        30_000,
      ).catch(() => undefined);
      const results = clients.map((client) => compare(client, expected));
      console.log(summary(expected.length, results, clients));
      expect(
        results.filter(({ missed, repeated, disordered }) => missed + repeated + disordered),
      ).toEqual([]);
      expect(clients.flatMap(({ refusals }) => refusals)).toEqual([]);
      expect(expected.length).toBeGreaterThan(SECONDS * 4);
      expect(clients.filter((client) => client.returns() === 0)).toEqual([]);
    },
    SECONDS * 1_000 + 120_000,
  );
});

const toLine = ({ cursor, subjectId, from, status }: StatusChange) =>
  [cursor, subjectId, from, status].join(' ');

function compare({ name, told }: ResumingClient, expected: readonly string[]) {
  const lines = told.map(({ cursor, subjectId, from, to }) =>
    [cursor, subjectId, from, to].join(' '),
  );
  const distinct = new Set(lines);
  return {
    name,
    delivered: lines.length,
    missed: expected.filter((line) => !distinct.has(line)).length,
    repeated: lines.length - distinct.size,
    // What is neither missed nor repeated and still is not the log is in another order, or foreign.
    disordered: lines.filter((line, index) => line !== expected[index]).length,
  };
}

function summary(
  count: number,
  results: readonly ReturnType<typeof compare>[],
  clients: readonly ResumingClient[],
): string {
  const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
  const returns = sum(clients.map((client) => client.returns()));
  return [
    `${clients.length} clients, ${count} events, ${returns} returns`,
    `expected ${count * clients.length}`,
    `delivered ${sum(results.map(({ delivered }) => delivered))}`,
    `missed ${sum(results.map(({ missed }) => missed))}`,
    `repeated ${sum(results.map(({ repeated }) => repeated))}`,
  ].join(', ');
}
