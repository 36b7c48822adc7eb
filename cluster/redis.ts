import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A Redis of this machine. */
export interface RedisServer {
  url: string;
  close(): Promise<void>;
}

/** Needs `redis-server`. Every write is on disk before it is answered, as the event log wants it. */
export async function startRedis(): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'deploygraph-redis-'));
  const port = await freePort();
  const keeping = ['--save', '', '--appendonly', 'yes', '--appendfsync', 'always'];
  const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder];
  const server = spawn('redis-server', [...place, ...keeping], {
    stdio: ['ignore', 'pipe', 'ignore'],
    // Ctrl-C reaches every process of the terminal's group; this one is ended last.
    detached: true,
  });
  await new Promise<void>((resolve, reject) => {
    server.stdout.on('data', (text: Buffer) => {
      if (text.includes('Ready to accept connections')) resolve();
    });
    server.once('error', (cause) => {
      reject(new Error('redis-server cannot be started. Install it, or name a Redis.', { cause }));
    });
    server.once('exit', () => reject(new Error('redis-server ended before it was ready.')));
  });
  return {
    url: `redis://127.0.0.1:${port}`,
    async close() {
      if (server.exitCode === null) {
        const ended = once(server, 'exit');
        server.kill('SIGTERM');
        await ended;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
