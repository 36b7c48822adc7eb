import 'reflect-metadata';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { startRedis } from '../cluster/redis.ts';
import { startSandbox } from '../sandbox/index.ts';
import { parseConfig } from '../src/config.ts';
import { createGateway } from '../src/gateway.ts';
import { toId } from '../src/ids.ts';
import { Status } from '../src/schema/enums.ts';

/**
 * What watching and events cost, for the capacity notes of docs/operations.md:
 * `npm run build && node dist/scripts/measure-capacity.js [minutes]`. Needs `redis-server`.
 */
const minutes = Number(process.argv[2] ?? 5);
const SETTLE_MS = 45_000;
const SCOPES = 1_000;
const SUBJECTS = 10;
const ROUNDS = 5;
const NAMES = ['ubiops', 'humanitec', 'cloud66', 'cloudfoundry'] as const;

const sandbox = await startSandbox();
// What was under way at the start has ended; the stand-ins have begun other work by then.
sandbox.advance(24 * 3_600_000);
const server = await startRedis();
const redis = new Redis(server.url);
const common = { credentials: { token: 'sandbox' }, watch: ['*'] };
const config = parseConfig(
  JSON.stringify({
    logLevel: 'warn',
    server: { port: 0 },
    redis: { url: server.url },
    providers: [
      { name: 'ubiops', kind: 'ubiops', baseUrl: `${sandbox.ubiops.url}/v2.1` },
      {
        name: 'humanitec',
        kind: 'humanitec',
        baseUrl: sandbox.humanitec.url,
        organization: 'sandbox-org',
      },
      { name: 'cloud66', kind: 'cloud66', baseUrl: `${sandbox.cloud66.url}/api/3` },
      { name: 'cloudfoundry', kind: 'cloudfoundry', baseUrl: sandbox.cloudfoundry.url },
    ].map((entry) => ({ ...entry, ...common })),
  }),
  'measure',
  {},
);

/** Commands since the start, those of this script's own readings left out. */
async function commands(): Promise<number> {
  const info = await redis.info('commandstats');
  const calls = [...info.matchAll(/cmdstat_([^:]+):calls=(\d+)/g)];
  const counted = calls.filter(([, name]) => name !== 'info' && name !== 'dbsize');
  return counted.reduce((sum, [, , count]) => sum + Number(count), 0);
}

async function usedBytes(): Promise<number> {
  return Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1]);
}

/** What each stand-in is asked while nothing happens. */
async function measureIdle(gateway: Awaited<ReturnType<typeof createGateway>>): Promise<void> {
  await pause(SETTLE_MS);
  for (const name of NAMES) sandbox[name].clearRequests();
  const before = await commands();
  await pause(minutes * 60_000);
  const units = gateway.watcher.status();
  for (const name of NAMES) {
    const own = units.filter(({ provider }) => provider === name);
    const hourly = (sandbox[name].requests().length * 60) / minutes;
    const intervals = own.map(({ intervalMs }) => Math.round(intervalMs / 1_000));
    console.log(
      `${name}: ${own.length} units, ${hourly.toFixed(0)} requests an hour, ${(hourly / Math.max(1, own.length)).toFixed(0)} a unit; intervals ${[...new Set(intervals)].join(', ')} s`,
    );
  }
  const each = ((await commands()) - before) / (minutes * 60);
  console.log(
    `Redis: ${each.toFixed(1)} commands a second, ${(each / units.length).toFixed(2)} a unit`,
  );
}

/** What scopes that are known, and events, take in Redis. */
async function measureEvents(gateway: Awaited<ReturnType<typeof createGateway>>): Promise<void> {
  const record = (scope: number, status: Status) =>
    gateway.events.record(
      toId('humanitec', 'Scope', ['sandbox-org', `app-${scope}`, 'production']),
      Array.from({ length: SUBJECTS }, (_, subject) => ({
        type: 'Deployment' as const,
        subjectId: toId('humanitec', 'Deployment', [
          'sandbox-org',
          `app-${scope}`,
          'production',
          `deployment-${subject}`,
        ]),
        scopeId: toId('humanitec', 'Scope', ['sandbox-org', `app-${scope}`, 'production']),
        status,
        rawStatus: 'in progress',
        occurredAt: null,
      })),
      1,
    );
  const round = async (status: Status) => {
    const [bytes, count] = [await usedBytes(), await commands()];
    for (let scope = 0; scope < SCOPES; scope += 1) await record(scope, status);
    return { bytes: (await usedBytes()) - bytes, count: (await commands()) - count };
  };
  const baseline = await round(Status.QUEUED);
  console.log(
    `${SCOPES} scopes of ${SUBJECTS} subjects: ${(baseline.bytes / SCOPES).toFixed(0)} bytes a scope, ${(baseline.bytes / SCOPES / SUBJECTS).toFixed(0)} a subject, ${(baseline.count / SCOPES).toFixed(1)} commands a first look`,
  );
  const events = SCOPES * SUBJECTS;
  for (let turn = 0; turn < ROUNDS; turn += 1) {
    const { bytes, count } = await round(turn % 2 ? Status.QUEUED : Status.IN_PROGRESS);
    console.log(
      `${events} events: ${(bytes / events).toFixed(0)} bytes, ${(count / events).toFixed(2)} commands each`,
    );
  }
}

const gateway = await createGateway(config);
await measureIdle(gateway);
await measureEvents(gateway);
await gateway.close();
redis.disconnect();
await server.close();
await sandbox.close();
