import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { uuidOf } from '../../sandbox/random.ts';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { createGateway, type Gateway } from '../../src/gateway.ts';
import { refOf, toId } from '../../src/ids.ts';
import { REMEMBER_MS } from '../../src/writes/ledger.ts';
import { ask } from '../helpers/ask.ts';
import {
  sandboxConfig,
  sandboxFile,
  startTestGateway,
  type TestGateway,
} from '../helpers/gateway.ts';
import { describeWithRedis, readAll, startRedis, type TestRedis } from '../helpers/redis.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { type Instances, startInstances } from '../subscriptions/soak/instances.ts';

const appOf = (space: string, name: string) =>
  toId('cloudfoundry', 'Scope', ['app', uuidOf('app', 'orchard', space, name)]);
const hashOf = (key: string) => createHash('sha256').update(key).digest('hex');
const as = (key: string) => ({ authorization: `Bearer ${key}` });

const SET = `mutation ($input: SetEnvironmentVariablesInput!) {
  setEnvironmentVariables(input: $input) { changedNames userErrors { code } } }`;
const START = `mutation ($input: StartDeploymentInput!) {
  startDeployment(input: $input) { deployment { id } userErrors { code } } }`;
interface Started {
  startDeployment: { deployment: { id: string } | null; userErrors: unknown[] } | null;
}

describeWithRedis('writes at two instances that share a Redis', () => {
  const prefix = `instances-${process.pid}`;
  let server: TestRedis;
  let redis: Redis;
  let gateway: TestGateway;
  let other: Gateway;
  beforeAll(async () => {
    server = await startRedis();
    redis = new Redis(server.url);
    const grants = [{ role: 'admin', readVariables: true }];
    const settings = {
      redis: { url: server.url, prefix },
      cache: { enabled: true },
      auth: {
        apiKeys: ['ada', 'bob'].map((name) => ({ name, hash: hashOf(name), grants })),
      },
    };
    gateway = await startTestGateway(settings);
    other = await createGateway(sandboxConfig(gateway.sandbox, settings));
    const name = appOf('development', 'search');
    await waitFor('Redis', async () => {
      const input = { ownerId: name, variables: [{ name: 'A', value: 'a' }], idempotencyKey: 'up' };
      const answers = await Promise.all(
        [gateway, other].map(({ url }) => ask(url, SET, { input }, as('ada'))),
      );
      return answers.every(({ errors }) => errors.length === 0);
    });
  });
  beforeEach(() => gateway.clear());
  afterAll(async () => {
    redis.disconnect();
    await other.close();
    await gateway.close();
    await server.stop();
  });

  const sent = () =>
    gateway.requestsTo('cloudfoundry').filter((line) => line === 'POST /v3/deployments').length;
  const start = async (url: string, input: Record<string, unknown>, viewer = 'ada') => {
    const { data, errors } = await ask<Started>(url, START, { input }, as(viewer));
    return errors[0]?.extensions.code ?? data.startDeployment?.deployment?.id;
  };

  it('no read that began before a write is shown after it, at the other one either', async () => {
    const ownerId = appOf('development', 'cart');
    const look = async (url: string) => {
      const { data } = await ask<{
        node: { environmentVariables: { name: string; value: string }[] };
      }>(
        url,
        'query ($id: ID!) { node(id: $id) { ... on Scope { environmentVariables { name value } } } }',
        { id: ownerId },
        as('ada'),
      );
      return data.node.environmentVariables.find(({ name }) => name === 'ROUND')?.value;
    };
    for (let round = 0; round < 3; round += 1) {
      // Its answer is of the time before the write, and comes after it.
      gateway.sandbox.cloudfoundry.setFaults([
        { method: 'GET', path: '/env(ironment_variables)?$', holdAnswerMs: 1_500, times: 1 },
      ]);
      await other.forget();
      const before = look(other.url);
      await waitFor('the read to begin', () => gateway.sandbox.cloudfoundry.faults()[0]?.used);
      const variables = [{ name: 'ROUND', value: `${round}` }];
      const { errors } = await ask(gateway.url, SET, { input: { ownerId, variables } }, as('ada'));
      expect(errors).toEqual([]);
      expect(await look(other.url)).toBe(`${round}`);
      expect(await before).not.toBe(`${round}`);
      expect(await look(other.url)).toBe(`${round}`);
    }
  });

  it('a rollout that never arrived is not taken to be somebody else’s, whatever the cache holds', async () => {
    const scopeId = appOf('development', 'checkout');
    const latest =
      'query ($id: ID!) { node(id: $id) { ... on Scope { latestDeployment { id } } } }';
    await ask(gateway.url, latest, { id: scopeId }, as('ada'));
    const data = { guid: refOf(scopeId).keys[1] };
    const made = await fetch(`${gateway.sandbox.cloudfoundry.url}/v3/deployments`, {
      method: 'POST',
      headers: { authorization: 'bearer sandbox', 'content-type': 'application/json' },
      body: JSON.stringify({ relationships: { app: { data } } }),
    });
    expect(made.status).toBe(201);
    gateway.sandbox.advance(60_000);
    gateway.sandbox.cloudfoundry.setFaults([
      { method: 'POST', path: '/v3/deployments$', drop: true, times: 1 },
    ]);
    const input = { scopeId, idempotencyKey: 'not-theirs' };
    expect(await start(gateway.url, input)).toBe('OUTCOME_UNKNOWN');
    gateway.sandbox.cloudfoundry.clearRequests();
    await start(other.url, input);
    expect(sent()).toBe(1);
  });

  it('a key is of its viewer, is kept for a day, and nothing of it tells a value', async () => {
    const input = { scopeId: appOf('development', 'search'), idempotencyKey: 'of-a-viewer' };
    const ofAda = await start(gateway.url, input);
    expect(await start(other.url, input)).toBe(ofAda);
    expect(sent()).toBe(1);
    gateway.sandbox.advance(60_000);
    const ofBob = await start(other.url, input, 'bob');
    expect(sent()).toBe(2);
    expect(ofBob).not.toBe(ofAda);

    const value = 'planted-value-51c9';
    const ownerId = appOf('development', 'cart');
    const variables = [{ name: 'PLANTED', value }];
    const keyed = { ownerId, variables, idempotencyKey: 'planted-key-51c9' };
    const { errors } = await ask(gateway.url, SET, { input: keyed }, as('ada'));
    expect(errors).toEqual([]);
    const dump = await readAll(redis);
    expect(dump).toContain('PLANTED');
    expect(dump).not.toContain(value);
    expect(dump).not.toContain('planted-key-51c9');

    const ledger = (await redis.keys(`${prefix}:write:*`)).filter((key) => !/:secret$/.test(key));
    expect(ledger.length).toBeGreaterThan(2);
    for (const key of ledger) {
      const leftMs = await redis.pttl(key);
      expect(leftMs).toBeLessThanOrEqual(REMEMBER_MS);
      expect(leftMs).toBeGreaterThan(REMEMBER_MS - 600_000);
    }
  });

  it('what was sent while Redis went away is told, and not sent again without it', async () => {
    const input = { scopeId: appOf('development', 'cart'), idempotencyKey: 'redis-goes' };
    gateway.sandbox.cloudfoundry.setFaults([
      { method: 'POST', path: '/v3/deployments$', holdAnswerMs: 1_500, times: 1 },
    ]);
    const writing = start(gateway.url, input);
    await waitFor('the write', () => gateway.sandbox.cloudfoundry.faults()[0]?.used);
    await server.stop();
    const id = await writing;
    expect(id).not.toBe('IDEMPOTENCY_UNAVAILABLE');
    expect(await start(gateway.url, input)).toBe('IDEMPOTENCY_UNAVAILABLE');
    expect(await start(other.url, input)).toBe('IDEMPOTENCY_UNAVAILABLE');
    expect(sent()).toBe(1);
    const port = Number(new URL(server.url).port);
    server = await startRedis({ port });
    await waitFor('the instances to be back', async () => {
      const again = { ...input, idempotencyKey: 'redis-is-back', source: { dropletGuid: 'none' } };
      return (await start(gateway.url, again)) !== 'IDEMPOTENCY_UNAVAILABLE';
    });
  });
});

describeWithRedis('a gateway that is killed between a rebase and its deployment', () => {
  let server: TestRedis;
  let sandbox: Sandbox;
  let instances: Instances;
  beforeAll(async () => {
    server = await startRedis();
    sandbox = await startSandbox();
    const redis = { url: server.url, prefix: `killed-${process.pid}` };
    instances = await startInstances(1, (port) =>
      sandboxFile(sandbox, { redis, server: { port } }),
    );
  }, 120_000);
  afterAll(async () => {
    await instances.close();
    await sandbox.close();
    await server.stop();
  });

  it('is followed by one that takes the rebase back', async () => {
    const path = '/orgs/sandbox-org/apps/storefront/envs/staging';
    const base = async () => {
      const answer = await fetch(`${sandbox.humanitec.url}${path}`, {
        headers: { authorization: 'Bearer sandbox' },
      });
      return ((await answer.json()) as { from_deploy?: { id: string } }).from_deploy?.id;
    };
    const [url = ''] = instances.urls;
    const scopeId = toId('humanitec', 'Scope', ['sandbox-org', 'storefront', 'staging']);
    const { data } = await ask<{ deployments: { nodes: { id: string; canRollback: boolean }[] } }>(
      url,
      'query ($id: ID!) { deployments(filter: { scopeIds: [$id] }, first: 30) { nodes { id canRollback } } }',
      { id: scopeId },
    );
    const before = await base();
    const deploymentId = data.deployments.nodes.find(({ canRollback }) => canRollback)?.id;
    sandbox.humanitec.setFaults([
      { method: 'POST', path: '/deploys$', latencyMs: 3_000, drop: true },
    ]);
    const rollback = `mutation ($input: RollbackInput!) { rollback(input: $input) { userErrors { code } } }`;
    const writing = ask(url, rollback, { input: { deploymentId } }).catch(() => 'gone');
    await waitFor('the deployment to be sent', () => sandbox.humanitec.faults()[0]?.used);
    expect(await base()).not.toBe(before);
    await instances.kill(0);
    expect(await writing).toBe('gone');
    expect(await base()).not.toBe(before);

    sandbox.humanitec.clearRequests();
    await instances.start(0);
    await waitFor('the repair', async () => (await base()) === before, 40_000);
    const puts = sandbox.humanitec.requests().filter(({ method }) => method === 'PUT');
    expect(puts).toMatchObject([{ path: `${path}/from_deploy_id`, status: 204 }]);
  }, 90_000);
});
