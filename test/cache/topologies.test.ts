import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createGateway } from '../../src/gateway.ts';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { ask } from '../helpers/ask.ts';
import { sandboxConfig } from '../helpers/gateway.ts';
import { canRestartRedis, describeWithRedis, freePort, startRedis } from '../helpers/redis.ts';
import { waitFor } from '../helpers/wait-for.ts';

const LIST = '{ deployments(first: 3, filter: { providers: ["humanitec"] }) { nodes { id } } }';

describeWithRedis('Redis in every form', () => {
  let sandbox: Sandbox;
  const endings: (() => Promise<void> | void)[] = [];

  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(async () => {
    for (const end of endings.reverse()) await end();
    await sandbox.close();
  });

  const startGateway = async (redis: Record<string, unknown>) => {
    const gateway = await createGateway(
      sandboxConfig(sandbox, { cache: { enabled: true }, redis }),
    );
    endings.push(() => gateway.close());
    return gateway;
  };
  const redisOf = async (url: string) => {
    const ready = (await (await fetch(`${url}/health/ready`)).json()) as {
      parts: { redis: string };
    };
    return ready.parts.redis;
  };

  /** Reads and the log of two instances that share what they keep. */
  const worksOn = async (redis: Record<string, unknown>) => {
    const [first, second] = [await startGateway(redis), await startGateway(redis)];
    for (const { url } of [first, second]) {
      await waitFor('Redis', async () => (await redisOf(url)) === 'up');
    }
    const { data } = await ask<{ deployments: { nodes: { id: string }[] } }>(first.url, LIST);
    expect(data.deployments.nodes).toHaveLength(3);
    await waitFor('what the other instance read', async () => {
      sandbox.humanitec.clearRequests();
      await ask(second.url, LIST);
      return sandbox.humanitec.requests().length === 0;
    });
    expect(await first.events.head()).toBe(await second.events.head());
    await first.forget();
    await second.forget();
  };

  const run = async (command: string, port: number, options: string[], more: string[] = []) => {
    const folder = mkdtempSync(join(tmpdir(), 'deploygraph-redis-'));
    const file = join(folder, 'redis.conf');
    writeFileSync(file, [`port ${port}`, `dir ${folder}`, ...options].join('\n'));
    const server = spawn(command, [file, ...more], { stdio: 'ignore' });
    endings.push(async () => {
      const ended = once(server, 'exit');
      server.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    });
    const cli = (...words: string[]) =>
      execFileSync('redis-cli', ['-p', String(port), ...words], { encoding: 'utf8' });
    await waitFor(command, () => {
      try {
        return cli('ping').includes('PONG');
      } catch {
        return false;
      }
    });
    return cli;
  };

  (canRestartRedis ? describe : describe.skip)('where redis-server is at hand', () => {
    it('works on a Cluster', async () => {
      const port = await freePort();
      const options = ['cluster-enabled yes', 'save ""', 'cluster-announce-ip 127.0.0.1'];
      const cli = await run('redis-server', port, options);
      cli('cluster', 'addslotsrange', '0', '16383');
      await waitFor('the slots', () => cli('cluster', 'info').includes('cluster_state:ok'));
      await worksOn({ cluster: { nodes: [{ host: '127.0.0.1', port }] } });
    });

    it('works behind a Sentinel', async () => {
      const [port, sentinel] = [await freePort(), await freePort()];
      await run('redis-server', port, ['save ""']);
      const options = [`sentinel monitor main 127.0.0.1 ${port} 1`];
      await run('redis-server', sentinel, options, ['--sentinel']);
      await worksOn({ sentinel: { name: 'main', nodes: [{ host: '127.0.0.1', port: sentinel }] } });
    });
  });

  (canRestartRedis ? it : it.skip)(
    'goes on when it is killed, and uses it again when it is back without its data',
    async () => {
      const server = await startRedis();
      const gateway = await startGateway({ url: server.url });
      await waitFor('Redis', async () => (await redisOf(gateway.url)) === 'up');
      await ask(gateway.url, LIST);
      await server.stop();
      await gateway.forget();
      const { errors } = await ask(gateway.url, LIST);
      expect(errors ?? []).toEqual([]);
      expect(await redisOf(gateway.url)).toBe('down');
      const back = await startRedis({ port: Number(new URL(server.url).port) });
      endings.push(() => back.stop());
      await waitFor('Redis', async () => (await redisOf(gateway.url)) === 'up');
      await gateway.forget();
      expect((await ask(gateway.url, LIST)).errors ?? []).toEqual([]);
    },
  );
});
