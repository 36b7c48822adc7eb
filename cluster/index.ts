import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Balancer, startBalancer } from './balancer.ts';
import { freePort, startRedis } from './redis.ts';

/** A gateway as a process of its own. */
export interface Instance {
  url: string;
  child: ChildProcess;
}

/** Gateways over one Redis, behind one address: what docker-compose.yml has, without containers. */
export interface Cluster {
  url: string;
  instances: readonly Instance[];
  balancer: Balancer;
  close(): Promise<void>;
}

export interface ClusterOptions {
  /** The built program, `dist/src/main.js`. */
  program: string;
  /**
   * The configuration of every instance, but for its port and Redis. The URLs of files lead to the
   * load balancer, and every instance takes those of the others.
   */
  config: Record<string, unknown>;
  instances?: number;
  /** Where the load balancer listens; any free port when it is 0. */
  port: number;
  /** A Redis that is there already; without it one is started. */
  redisUrl?: string | undefined;
  /** Options of Node for each instance, for instance `--inspect=0`. */
  nodeOptions?: readonly string[];
  /** Is given what the instances write. */
  log?: (text: string) => void;
}

/** How long an instance may take to start, and after it is told to stop. */
const START_MS = 60_000;
const STOP_MS = 20_000;

export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { config, instances: count = 2, redisUrl } = options;
  const port = options.port || (await freePort());
  const folder = mkdtempSync(join(tmpdir(), 'deploygraph-cluster-'));
  const endings: (() => Promise<void> | void)[] = [
    () => rmSync(folder, { recursive: true, force: true }),
  ];
  const close = async () => {
    for (const end of endings.splice(0).reverse()) await end();
  };
  try {
    const redis = redisUrl === undefined ? await startRedis() : undefined;
    if (redis) endings.push(() => redis.close());
    const file = join(folder, 'deploygraph.yaml');
    const url = redisUrl ?? redis?.url;
    const files = {
      secret: randomBytes(32).toString('base64url'),
      publicUrl: `http://127.0.0.1:${port}`,
      ...(config.files as Record<string, unknown> | undefined),
    };
    writeFileSync(file, JSON.stringify({ ...config, files, redis: { url } }));
    const starts = Array.from({ length: count }, () => startInstance(options, file));
    endings.push(async () => void (await Promise.all(starts.map(stopInstance))));
    const instances = await Promise.all(starts);
    const targets = instances.map((each) => each.url);
    const balancer = await startBalancer({ targets, port });
    endings.push(() => balancer.close());
    return { url: balancer.url, instances, balancer, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startInstance(
  { program, nodeOptions = [], log }: ClusterOptions,
  file: string,
): Promise<Instance> {
  const child = spawn(process.execPath, [...nodeOptions, program], {
    env: { PATH: process.env.PATH, HOST: '127.0.0.1', PORT: '0', DEPLOYGRAPH_CONFIG: file },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`an instance did not start: ${said}`));
    }, START_MS);
    const take = (chunk: Buffer) => {
      log?.(chunk.toString());
      said = (said + chunk.toString()).slice(-10_000);
      const [, address] = /GraphQL at (\S+)\/graphql/.exec(said) ?? [];
      if (address === undefined) return;
      clearTimeout(timer);
      resolve(address);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.once('exit', () => {
      clearTimeout(timer);
      reject(new Error(`an instance ended before it was there: ${said}`));
    });
  });
  return { url, child };
}

async function stopInstance(starting: Promise<Instance>): Promise<void> {
  const { child } = (await starting.catch(() => undefined)) ?? {};
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  // As Ctrl-C: nobody is sent here any more, so there is no load balancer to wait for.
  child.kill('SIGINT');
  await ended;
  clearTimeout(timer);
}
