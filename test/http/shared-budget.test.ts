import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { startSandbox } from '../../sandbox/index.ts';
import { type BudgetTalk, createBudgetTalk } from '../../src/datasources/http/budget-talk.ts';
import { createCall } from '../../src/datasources/http/call.ts';
import type { HttpClient } from '../../src/datasources/http/client.ts';
import { ErrorCode } from '../../src/errors.ts';
import { createGateway } from '../../src/gateway.ts';
import { connectRedis, type RedisConnection } from '../../src/redis.ts';
import { HealthStatus } from '../../src/schema/enums.ts';
import { sandboxConfig } from '../helpers/gateway.ts';
import { newCall } from '../helpers/provider.ts';
import { describeWithRedis, startRedis, type TestRedis } from '../helpers/redis.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { PLAIN, useUpstream } from './upstream.ts';

describeWithRedis('a budget that instances share', () => {
  let redis: TestRedis;
  const instances: { redis: RedisConnection; talk: BudgetTalk }[] = [];
  const upstream = useUpstream();
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterEach(() => {
    for (const instance of instances.splice(0)) {
      instance.talk.close();
      instance.redis.close();
    }
  });
  afterAll(() => redis.stop());

  /** Tells "limit" and "left" as headers, and the window ends in an hour. */
  const dialect = {
    ...PLAIN,
    windowMs: 3_600_000,
    rateLimit: (headers: Record<string, unknown>) =>
      headers.left === undefined
        ? null
        : { limit: 10, remaining: Number(headers.left), resetsAt: new Date(Date.now() + 3.6e6) },
  };
  const left = (count: number) => ({ status: 200, headers: { left: String(count) } });

  /** One instance: a Redis connection, a talk and a client of its own. */
  const start = async (scope = 'one'): Promise<HttpClient> => {
    const connection = connectRedis({ url: redis.url, prefix: 'shared' }, pino({ enabled: false }));
    const before = instances.length;
    instances.push({ redis: connection, talk: createBudgetTalk(connection) });
    const share = instances[before]?.talk.share(scope);
    await waitFor('the talk', async () => {
      if (!connection.isUp()) return false;
      const answer = await connection.ask((client) => client.pubsub('NUMSUB', 'shared:budgets'));
      return answer[1] === before + 1;
    });
    return upstream.client({ dialect, share });
  };
  const soon = () => createCall(new AbortController().signal, Date.now() + 5_000);

  it('counts what others take', async () => {
    const [here, there] = [await start(), await start()];
    upstream.will(left(4), left(4));
    await here.read('/first', newCall());
    await there.read('/first', newCall());
    for (let turn = 1; turn <= 4; turn += 1) await there.read(`/${turn}`, newCall());
    await waitFor('word of it', () => here.monitor.health().status === HealthStatus.DEGRADED);
    await expect(here.read('/more', soon())).rejects.toMatchObject({
      code: ErrorCode.PROVIDER_RATE_LIMITED,
    });
    expect(upstream.arrived).toHaveLength(6);
  });

  it('leaves alone whom another was refused by, and not those with other credentials', async () => {
    const [here, there, other] = [await start(), await start(), await start('two')];
    upstream.will({ status: 429, headers: { 'retry-after': '600' } });
    await expect(there.read('/a', newCall())).rejects.toMatchObject({
      code: ErrorCode.PROVIDER_RATE_LIMITED,
    });
    await waitFor('word of it', () => here.monitor.health().status === HealthStatus.DEGRADED);
    await expect(here.read('/a', soon())).rejects.toMatchObject({
      code: ErrorCode.PROVIDER_RATE_LIMITED,
    });
    await other.read('/a', soon());
    expect(upstream.arrived).toEqual(['GET /a', 'GET /a']);
  });

  it('hears nothing that is no note', async () => {
    const here = await start();
    const [instance] = instances;
    for (const text of ['{', '[]', '{"from":"x","notes":[{"scope":"one","taken":"9"}]}']) {
      await instance?.redis.ask((client) => client.publish('shared:budgets', text));
    }
    upstream.will(left(4));
    await here.read('/a', soon());
    await here.read('/b', soon());
    expect(upstream.arrived).toHaveLength(2);
  });

  it('goes on alone without Redis', async () => {
    const here = await start();
    instances[0]?.redis.close();
    upstream.will(left(2));
    for (let turn = 0; turn < 3; turn += 1) await here.read(`/${turn}`, soon());
    await expect(here.read('/more', soon())).rejects.toMatchObject({
      code: ErrorCode.PROVIDER_RATE_LIMITED,
    });
    expect(upstream.arrived).toHaveLength(3);
  });

  it('is shared by gateways', async () => {
    const sandbox = await startSandbox();
    const config = sandboxConfig(sandbox, { redis: { url: redis.url, prefix: 'gateways' } });
    const gateways = [await createGateway(config), await createGateway(config)];
    const probe = await start();
    await waitFor('both to listen', async () => {
      const connection = instances[0]?.redis;
      const answer = await connection?.ask((client) => client.pubsub('NUMSUB', 'gateways:budgets'));
      return answer?.[1] === 2;
    });
    expect(probe.monitor.health().status).not.toBe('DEGRADED');
    const ask = async (at: number, query: string): Promise<string> => {
      const response = await fetch(`${gateways[at]?.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
      return response.text();
    };
    const list =
      '{ deployments(first: 3, filter: { providers: ["cloud66"] }) { nodes { id } failures { code } } }';
    sandbox.cloud66.setFaults([{ throttle: true, times: 1 }]);
    expect(await ask(0, list)).toContain('PROVIDER_RATE_LIMITED');
    await waitFor('word of it', async () =>
      (await ask(1, '{ providers { name health { status } } }')).includes('DEGRADED'),
    );
    sandbox.cloud66.clearRequests();
    expect(await ask(1, list)).toContain('PROVIDER_RATE_LIMITED');
    expect(sandbox.cloud66.requests()).toEqual([]);
    for (const gateway of gateways) await gateway.close();
    await sandbox.close();
  });
});
