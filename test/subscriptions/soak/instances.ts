import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';

/** Gateways as processes of their own, each with an address that outlives it. */
export interface Instances {
  urls: string[];
  /** SIGKILL: nothing is given back, and nobody is told. */
  kill(index: number): Promise<void>;
  start(index: number): Promise<void>;
  close(): Promise<void>;
}

const PROGRAM = join(import.meta.dirname, 'instance.mjs');

/** Builds the gateway into a folder of its own: other tests may build at the same time. */
export async function startInstances(
  count: number,
  toConfig: (port: number) => Record<string, unknown>,
): Promise<Instances> {
  const folder = join(import.meta.dirname, '../../../dist', `soak-${process.pid}`);
  const compiler = 'node_modules/typescript/bin/tsc';
  execFileSync(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--outDir', folder]);
  const ports = await Promise.all(Array.from({ length: count }, freePort));
  const running: (ChildProcess | undefined)[] = [];

  const start = async (index: number) => {
    const config = JSON.stringify(toConfig(ports[index] ?? 0));
    const child = fork(PROGRAM, [folder, config], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    running[index] = child;
    await once(child, 'message');
  };
  const kill = async (index: number) => {
    const child = running[index];
    if (!child) return;
    running[index] = undefined;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  const all = ports.map((_port, index) => index);
  await Promise.all(all.map(start));
  return {
    urls: ports.map((port) => `http://127.0.0.1:${port}`),
    kill,
    start,
    async close() {
      await Promise.all(all.map(kill));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
