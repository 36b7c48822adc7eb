import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from '@jest/globals';
import { Redis } from 'ioredis';
import { waitFor } from './wait-for.ts';

export interface TestRedis {
  url: string;
  /** Ends the server; a server that was there before the test is left alone. */
  stop(): Promise<void>;
  /** Lets it stand still, as one that hangs does, until the returned function is called. */
  freeze(): () => void;
}

type Means = { kind: 'url'; url: string } | { kind: 'server' } | { kind: 'container' };

/** How this machine can have a Redis: TEST_REDIS_URL, else redis-server, else a container. */
function findMeans(): Means | undefined {
  const url = process.env.TEST_REDIS_URL;
  if (url) return { kind: 'url', url };
  if (succeeds('redis-server', ['--version'])) return { kind: 'server' };
  if (succeeds('docker', ['info'])) return { kind: 'container' };
  return undefined;
}

const means = findMeans();

/**
 * A describe block that needs Redis. Where none is to be had it is skipped, loudly, and counted by
 * jest; with `CI` set that is a failure.
 */
export function describeWithRedis(name: string, block: () => void): void {
  if (means) {
    describe(name, block);
    return;
  }
  const advice = 'install redis-server, start docker, or set TEST_REDIS_URL';
  if (process.env.CI) throw new Error(`${name}: no Redis is to be had; ${advice}`);
  console.warn(`SKIPPED for want of Redis: ${name} (${advice})`);
  describe.skip(name, block);
}

export interface RedisOptions {
  /** Any free one when absent. */
  port?: number;
  /** Where its data outlives it; without this nothing is kept. Only for a server of the test's own. */
  folder?: string;
}

/** Whether a test can stop and start its Redis without losing the data. */
export const canRestartRedis = means?.kind === 'server';

/** Starts a Redis of the test's own. */
export async function startRedis({ port, folder: kept }: RedisOptions = {}): Promise<TestRedis> {
  if (means?.kind === 'url') {
    const nothing = () => undefined;
    return { url: means.url, stop: async () => undefined, freeze: () => nothing };
  }
  const chosen = port ?? (await freePort());
  const url = `redis://127.0.0.1:${chosen}`;
  const folder = kept ?? mkdtempSync(join(tmpdir(), 'deploygraph-redis-'));
  const keeping = kept
    ? ['--appendonly', 'yes', '--appendfsync', 'always']
    : ['--appendonly', 'no'];
  const options = ['--save', '', ...keeping];
  // What it says is not read: an unread pipe would outlive it and keep jest from ending.
  const silent = { stdio: 'ignore' } as const;
  const server =
    means?.kind === 'container'
      ? spawn(
          'docker',
          ['run', '--rm', '-p', `127.0.0.1:${chosen}:6379`, 'redis:7', 'redis-server', ...options],
          silent,
        )
      : spawn('redis-server', ['--port', String(chosen), '--dir', folder, ...options], silent);
  await waitFor(`Redis at ${url}`, () => answers(url));
  return {
    url,
    freeze: () => {
      server.kill('SIGSTOP');
      return () => server.kill('SIGCONT');
    },
    stop: async () => {
      const ended = once(server, 'exit');
      server.kill('SIGTERM');
      await ended;
      if (!kept) rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function answers(url: string): Promise<boolean> {
  const client = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    disconnectTimeout: 10,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.ping()) === 'PONG';
  } catch {
    return false;
  } finally {
    client.disconnect();
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

function succeeds(command: string, args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore', timeout: 5_000 });
    return true;
  } catch {
    return false;
  }
}

/** All that a Redis holds, keys and values of every type, as one text to search. */
export async function readAll(redis: Redis): Promise<string> {
  const keys = await redis.keys('*');
  const values = await Promise.all(
    keys.map(async (key): Promise<unknown> => {
      switch (await redis.type(key)) {
        case 'hash':
          return redis.hgetall(key);
        case 'list':
          return redis.lrange(key, 0, -1);
        case 'set':
          return redis.smembers(key);
        case 'zset':
          return redis.zrange(key, 0, -1);
        case 'stream':
          return redis.xrange(key, '-', '+');
        default:
          return redis.get(key);
      }
    }),
  );
  return [...keys, ...values.map((value) => JSON.stringify(value))].join('\n');
}
