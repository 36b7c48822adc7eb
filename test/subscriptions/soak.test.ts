import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { REGISTRY } from '../../src/datasources/registry.ts';
import { createSource } from '../../src/datasources/source.ts';
import { connectRedis } from '../../src/redis.ts';
import type { Status } from '../../src/schema/enums.ts';
import type { EventLog, StatusChange } from '../../src/subscriptions/events.ts';
import { createEventLog } from '../../src/subscriptions/log/index.ts';
import { eventSettings } from '../../src/subscriptions/settings.ts';
import { readChanges } from '../helpers/changes.ts';
import { sandboxConfig, sandboxFile, startTestGatewayOf, UNWATCHED } from '../helpers/gateway.ts';
import { leavesNothingBehind } from '../helpers/leftovers.ts';
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
import { compareWithClient, type Difference, isDifferent, summaryOf } from './soak/report.ts';
import { endFaults, ROUND, trouble } from './soak/troubles.ts';
import { compareWithLog, createTruth, type Truth } from './soak/truth.ts';

leavesNothingBehind();

/** The long one: `SOAK_CLIENTS=200 SOAK_SECONDS=60 npm test -- subscriptions/soak.test`. */
const CLIENTS = Number(process.env.SOAK_CLIENTS ?? 30);
const SECONDS = Number(process.env.SOAK_SECONDS ?? 6);
const TURN_MS = 250;
/** How far the time of the stand-ins moves in a turn. */
const STEP_MS = Number(process.env.SOAK_STEP_MS ?? 30_000);
/** What is waited for comes in a second or two; a busy machine may take this long. */
const PATIENCE_MS = 90_000;

describeWithRedis('three instances, whatever happens to them', () => {
  const endings: (() => Promise<void> | void)[] = [];
  let folder: string;
  let server: TestRedis;
  let sandbox: Sandbox;
  let instances: Instances;
  let log: EventLog;
  let truth: Truth;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'deploygraph-soak-'));
    endings.push(() => rmSync(folder, { recursive: true, force: true }));
    server = await startRedis({ folder });
    endings.push(() => server.stop());
    sandbox = await startSandbox({ budgets: 'endless' });
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

  const restartRedis = async () => {
    await server.stop();
    await pause(TURN_MS);
    server = await startRedis({ port: Number(new URL(server.url).port), folder });
  };

  /** Ids of all that is looked at on its own. */
  const listUnits = async () => {
    const sources = sandboxConfig(sandbox).providers.map((entry) =>
      createSource(REGISTRY[entry.kind], entry, entry.options),
    );
    const units = await Promise.all(sources.map(({ watch }) => watch.listUnits(newCall())));
    return units.flat().map(({ id }) => id);
  };
  /** All that the log knows; undefined before each unit was looked at. */
  const readKnown = async (units: readonly string[]) => {
    const known = await Promise.all(units.map((id) => log.known(id)));
    if (known.includes(undefined)) return undefined;
    return new Map(known.flatMap((each) => [...(each ?? [])]));
  };

  /** Until the log holds what there is; what it does not hold, if it never comes to it. */
  const settle = async (start: string, units: readonly string[]) => {
    const deployments = await truth.deployments();
    // Time stands still: what was read once stays so.
    const statuses = new Map<string, Status>();
    let changes: StatusChange[] = [];
    let unlike: string[] = [];
    await waitFor(
      'the log to hold what there is',
      async () => {
        changes = await readChanges(log, start);
        const ids = new Set(changes.map(({ subjectId }) => subjectId));
        const unread = [...ids].filter((id) => !statuses.has(id));
        for (const [id, status] of await truth.statuses(unread)) statuses.set(id, status);
        const known = (await readKnown(units)) ?? new Map<string, Status>();
        unlike = compareWithLog(known, changes, deployments, statuses);
        return unlike.length === 0;
      },
      PATIENCE_MS,
    ).catch(() => undefined);
    const watching = unlike.length > 0 ? await instances.status() : [];
    return { changes, left: { unlike, watching } };
  };

  test(
    'every client ends with exactly what the log holds, and the log with what there is',
    async () => {
      const start = await log.head();
      const clients: ResumingClient[] = Array.from({ length: CLIENTS }, (_, index) =>
        startClient(index, instances.urls, start),
      );
      endings.push(async () => void (await Promise.all(clients.map((each) => each.close()))));
      const units = await listUnits();
      await waitFor('the baseline', () => readKnown(units), PATIENCE_MS);

      const turns = Math.ceil((SECONDS * 1_000) / TURN_MS / ROUND) * ROUND;
      const surroundings = {
        sandbox,
        instances,
        clients,
        restartRedis: canRestartRedis ? restartRedis : undefined,
        freezeRedis: () => server.freeze(),
      };
      for (let turn = 0; turn < turns; turn += 1) {
        sandbox.advance(STEP_MS);
        await Promise.all([trouble(turn, surroundings), pause(TURN_MS)]);
      }
      endFaults(sandbox);

      expect((await settle(start, units)).left).toEqual({ unlike: [], watching: [] });
      let changes: StatusChange[] = [];
      let differences: Difference[] = [];
      await waitFor(
        'the clients',
        async () => {
          // A look that was under way may still have had something to tell.
          changes = await readChanges(log, start);
          differences = clients.map((client) => compareWithClient(client, changes));
          return !differences.some(isDifferent);
        },
        PATIENCE_MS,
      ).catch(() => undefined);
      console.log(summaryOf(changes, differences, clients));
      expect(differences.filter(isDifferent)).toEqual([]);
      // What is found from now on comes after what was compared.
      expect((await settle(start, units)).left).toEqual({ unlike: [], watching: [] });
      expect(clients.flatMap(({ refusals }) => refusals)).toEqual([]);
      // Something has happened, to everybody.
      expect(changes.length).toBeGreaterThan(turns * 2);
      expect(differences.filter(({ expected }) => expected === 0)).toEqual([]);
      expect(clients.filter((client) => client.returns() === 0)).toEqual([]);
    },
    SECONDS * 12_000 + 3 * PATIENCE_MS,
  );
});
