import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { describeWithRedis, startRedis, type TestRedis, readAll } from '../helpers/redis.ts';
import { sandboxConfig, startTestGateway, type TestGateway } from '../helpers/gateway.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { createGateway } from '../../src/gateway.ts';

const LIST = `query ($first: Int) {
  deployments(first: $first, filter: { providers: ["cloudfoundry", "cloud66"] }) {
    nodes { id name status live version { name revision { nativeId } } environmentVariables { name value } }
    failures { code stale }
  }
}`;

interface List {
  deployments: {
    nodes: { id: string; environmentVariables: { value: string | null }[] | null }[];
    failures: { code: string; stale: boolean }[];
  };
}

describeWithRedis('a gateway that keeps what it read', () => {
  let server: TestRedis;
  let gateway: TestGateway;

  beforeAll(async () => {
    server = await startRedis();
    gateway = await startTestGateway({ cache: { enabled: true }, redis: { url: server.url } });
    await waitFor('Redis', async () => (await readiness()).parts.redis === 'up');
  });
  afterEach(() => gateway.clear());
  afterAll(async () => {
    await gateway.close();
    await server.stop();
  });

  const readiness = async () =>
    (await (await fetch(`${gateway.url}/health/ready`)).json()) as {
      status: string;
      parts: Record<string, string>;
    };
  const asked = () => [...gateway.requestsTo('cloudfoundry'), ...gateway.requestsTo('cloud66')];

  it('answers the second time without asking anybody, and counts that as nothing', async () => {
    const cold = await gateway.query<List>(LIST, { first: 5 });
    expect(cold.errors).toEqual([]);
    expect(asked().length).toBeGreaterThan(0);
    gateway.sandbox.cloudfoundry.clearRequests();
    gateway.sandbox.cloud66.clearRequests();
    const warm = await gateway.query<List>(
      LIST,
      { first: 5 },
      {
        'x-deploygraph-upstream': '1',
      },
    );
    expect(warm.data).toEqual(cold.data);
    expect(asked()).toEqual([]);
    expect(warm.extensions?.upstream).toEqual({ requests: 0, byProvider: {} });
  });

  it('has no value of a variable and no token in Redis', async () => {
    const { data } = await gateway.query<List>(LIST, { first: 20 });
    const values = data.deployments.nodes.flatMap(({ environmentVariables }) =>
      (environmentVariables ?? []).flatMap(({ value }) =>
        value && value.length > 16 ? value : [],
      ),
    );
    expect(values.length).toBeGreaterThan(5);
    const redis = new Redis(server.url);
    await waitFor('entries in Redis', async () => {
      const found = await redis.keys('*:deployments:*');
      return found.length > 1;
    });
    const written = await readAll(redis);
    redis.disconnect();
    expect(values.filter((value) => written.includes(value))).toEqual([]);
    expect(written).not.toMatch(/\\*"sandbox\\*"/);
  });

  it('has 500 equal operations at two instances asked for once', async () => {
    const config = sandboxConfig(gateway.sandbox, {
      cache: { enabled: true },
      redis: { url: server.url },
    });
    const other = await createGateway(config);
    const query = '{ scopes(filter: { providers: ["cloudfoundry"] }) { totalCount } }';
    try {
      await waitFor('Redis', async () => {
        const ready = await (await fetch(`${other.url}/health/ready`)).json();
        return (ready as { parts: { redis: string } }).parts.redis === 'up';
      });
      const answers = await Promise.all(
        Array.from({ length: 500 }, async (_, index) => {
          const response = await fetch(`${index % 2 ? gateway.url : other.url}/graphql`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ query }),
          });
          return response.text();
        }),
      );
      expect(new Set(answers).size).toBe(1);
      const requests = gateway.requestsTo('cloudfoundry');
      expect(requests.length).toBe(new Set(requests).size);
      expect(requests.length).toBeGreaterThan(0);
    } finally {
      await other.close();
    }
  });

  it('goes on where Redis never was, and says that it is degraded', async () => {
    const nowhere = sandboxConfig(gateway.sandbox, {
      cache: { enabled: true },
      redis: { url: 'redis://127.0.0.1:1' },
    });
    const alone = await createGateway(nowhere);
    try {
      const ask = () =>
        fetch(`${alone.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query: LIST, variables: { first: 2 } }),
        }).then((response) => response.json());
      const cold = await ask();
      expect(cold).not.toHaveProperty('errors');
      const { length } = asked();
      expect(await ask()).toEqual(cold);
      expect(asked()).toHaveLength(length);
      const ready = await (await fetch(`${alone.url}/health/ready`)).json();
      expect(ready).toMatchObject({ status: 'degraded', parts: { redis: 'down' } });
    } finally {
      await alone.close();
    }
  });

  it('goes on while Redis hangs, and when it is back', async () => {
    const query = async () => (await gateway.query<List>(LIST, { first: 2 })).errors;
    const redis = new Redis(server.url);
    const pid = Number(/process_id:(\d+)/.exec(await redis.info('server'))?.[1]);
    redis.disconnect();
    process.kill(pid, 'SIGSTOP');
    try {
      expect(await query()).toEqual([]);
      expect(await readiness()).toMatchObject({ status: 'degraded', parts: { redis: 'down' } });
      gateway.clear();
      expect(await query()).toEqual([]);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await waitFor('Redis', async () => (await readiness()).parts.redis === 'up');
    expect(await query()).toEqual([]);
  });
});
