import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePort } from '../../helpers/redis.ts';

/** Gateways as processes of their own, each with an address that outlives it. */
export interface Instances {
  urls: string[];
  /** SIGKILL: nothing is given back, and nobody is told. */
  kill(index: number): Promise<void>;
  start(index: number): Promise<void>;
  /** How watching goes in those that run, for whoever wants to know why it does not. */
  status(): Promise<unknown[]>;
  close(): Promise<void>;
}

const PROGRAM = join(import.meta.dirname, 'instance.mjs');
const HOOKS = ['--import', join(import.meta.dirname, 'typescript.mjs')];

export async function startInstances(
  count: number,
  toConfig: (port: number) => Record<string, unknown>,
): Promise<Instances> {
  const ports = await Promise.all(Array.from({ length: count }, freePort));
  const running: (ChildProcess | undefined)[] = [];

  const start = async (index: number) => {
    const config = JSON.stringify(toConfig(ports[index] ?? 0));
    const child = fork(PROGRAM, [config], {
      execArgv: HOOKS,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    running[index] = child;
    // One that is killed while it starts tells nobody.
    await Promise.race([once(child, 'message'), once(child, 'exit')]);
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
    status: () =>
      Promise.all(
        running.map(async (child) => {
          if (!child) return 'killed';
          const answer = once(child, 'message');
          child.send('status');
          return (await answer)[0] as unknown;
        }),
      ),
    async close() {
      await Promise.all(all.map(kill));
    },
  };
}
