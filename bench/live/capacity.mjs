// @ts-check
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { startRedis } from '../../dist/cluster/redis.js';
import { cpuOf, memoryOf } from '../lib/processes.mjs';

/**
 * What gateways hold and ask for while nothing happens, by watched scopes, instances and
 * subscribers. Needs `redis-server`.
 */
const HERE = import.meta.dirname;
/** Two of Humanitec's slow intervals, so that each scope is looked at twice. */
const WINDOW_MS = 60_000;
const SETTLE_MS = 5_000;
const POINTS = [
  { scopes: 1, instances: 1, subscribers: 0 },
  { scopes: 10, instances: 1, subscribers: 0 },
  { scopes: 100, instances: 1, subscribers: 0 },
  { scopes: 1_000, instances: 1, subscribers: 0 },
  { scopes: 100, instances: 2, subscribers: 0 },
  { scopes: 100, instances: 3, subscribers: 0 },
  { scopes: 1, instances: 1, subscribers: 100 },
  { scopes: 1, instances: 1, subscribers: 1_000 },
  { scopes: 1, instances: 1, subscribers: 10_000 },
];

/** @param {string} path @param {string[]} [args] */
function start(path, args = []) {
  return fork(join(HERE, path), args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
}

/** @param {import('node:child_process').ChildProcess} child @param {object} [question] @returns {Promise<any>} */
async function ask(child, question) {
  const answer = once(child, 'message');
  if (question) child.send(question);
  const [message] = await answer;
  if (message.error) throw new Error(message.error);
  return message;
}

/** @param {Redis} redis */
async function readRedis(redis) {
  const calls = [...(await redis.info('commandstats')).matchAll(/cmdstat_([^:]+):calls=(\d+)/g)];
  const commands = calls
    .filter(([, name]) => name !== 'info')
    .reduce((sum, [, , count]) => sum + Number(count), 0);
  const bytes = Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1]);
  return { commands, bytes };
}

/** @param {{ scopes: number, instances: number, subscribers: number }} point */
async function measure({ scopes, instances, subscribers }) {
  const upstream = start('applications.mjs', [String(scopes)]);
  const { port } = await ask(upstream);
  const server = await startRedis();
  const redis = new Redis(server.url);
  const empty = await readRedis(redis);
  const entry = { name: 'cf', kind: 'humanitec', organization: 'o', watch: ['*'] };
  const access = { baseUrl: `http://127.0.0.1:${port}`, credentials: { token: 't' } };
  const config = JSON.stringify({
    logLevel: 'error',
    server: { port: 0, explorer: false },
    live: { connectionsPerViewer: 100_000 },
    redis: { url: server.url },
    providers: [{ ...entry, ...access }],
  });
  const gateways = Array.from({ length: instances }, () => start('servers/resting.mjs', [config]));
  const load = start('load.mjs');
  try {
    const ports = await Promise.all(gateways.map(async (each) => (await ask(each)).port));
    const [first] = gateways;
    if (subscribers > 0) {
      await ask(load, { order: 'open', port: ports[0], count: subscribers, isEqual: true });
    }
    for (;;) {
      const states = await Promise.all(gateways.map((each) => ask(each, {})));
      const looked = states.reduce((sum, each) => sum + each.looked, 0);
      if (looked >= scopes) break;
      await pause(500);
    }
    await pause(SETTLE_MS);

    const cpu = cpuOf(first.pid ?? 0);
    const before = { ...(await readRedis(redis)), ...(await ask(upstream, {})) };
    await pause(WINDOW_MS);
    const after = { ...(await readRedis(redis)), ...(await ask(upstream, {})) };
    return {
      ...{ scopes, instances, subscribers },
      cpu: (cpuOf(first.pid ?? 0) - cpu) / WINDOW_MS / 10,
      resident: memoryOf(first.pid ?? 0, 'VmRSS') / 1_048_576,
      requests: ((after.requests - before.requests) * 60_000) / WINDOW_MS,
      commands: ((after.commands - before.commands) * 1_000) / WINDOW_MS,
      redis: (after.bytes - empty.bytes) / 1_024,
    };
  } finally {
    for (const child of [...gateways, load, upstream]) child.kill('SIGKILL');
    redis.disconnect();
    await server.close();
  }
}

export async function measureCapacity() {
  const measured = [];
  for (const point of POINTS) {
    const result = await measure(point);
    console.error(JSON.stringify(result));
    measured.push(result);
  }
  return measured;
}
