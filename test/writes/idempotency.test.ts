import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createGateway, type Gateway } from '../../src/gateway.ts';
import { sandboxConfig, startTestGateway, type TestGateway } from '../helpers/gateway.ts';
import { describeWithRedis, startRedis, type TestRedis } from '../helpers/redis.ts';
import { waitFor } from '../helpers/wait-for.ts';

const START = `mutation ($input: StartDeploymentInput!) {
  startDeployment(input: $input) {
    deployment { id status scope { id } }
    userErrors { field code message providerCode }
    clientMutationId
  }
}`;
const CREATIONS = 'POST /v3/deployments';

interface Started {
  startDeployment: {
    deployment: { id: string; status: string; scope: { id: string } } | null;
    userErrors: { field: string[]; code: string; message: string }[];
    clientMutationId: string | null;
  };
}
type Send = (input: Record<string, unknown>) => Promise<{
  data: Started;
  errors: { message: string; extensions: { code: string } }[];
}>;

let apps: string[];
let turn = 0;
/** An app that no other test has started anything in, and a key of its own. */
const fresh = () => {
  turn += 1;
  const scopeId = apps[turn];
  if (!scopeId) throw new Error('the sandbox has no more apps');
  return { scopeId, idempotencyKey: `key-${turn}` };
};

async function findApps(gateway: TestGateway): Promise<void> {
  const { data } = await gateway.query<{ scopes: { nodes: { id: string }[] } }>(
    '{ scopes(filter: { providers: ["cloudfoundry"], kinds: [APPLICATION] }, first: 40) { nodes { id } } }',
  );
  apps = data.scopes.nodes.map(({ id }) => id);
}

/** What holds of one gateway, with Redis and without, and of several with Redis. */
function promises(under: () => { gateway: TestGateway; first: Send; second: Send }): void {
  const creations = () =>
    under()
      .gateway.requestsTo('cloudfoundry')
      .filter((it) => it === CREATIONS);

  it('does a write once, and shows its result again in the state of now', async () => {
    const { first, second, gateway } = under();
    const input = fresh();
    const one = await first({ ...input, clientMutationId: 'a' });
    expect(one.data.startDeployment).toMatchObject({
      deployment: { status: 'IN_PROGRESS', scope: { id: input.scopeId } },
      userErrors: [],
      clientMutationId: 'a',
    });
    gateway.sandbox.advance(60_000);
    const again = await second({ ...input, clientMutationId: 'b' });
    expect(again.data.startDeployment).toMatchObject({
      deployment: { id: one.data.startDeployment.deployment?.id, status: 'SUCCEEDED' },
      clientMutationId: 'b',
    });
    expect(creations()).toHaveLength(1);
  });

  it('waits for one that is under way', async () => {
    const { first, second, gateway } = under();
    gateway.sandbox.cloudfoundry.setFaults([
      { method: 'POST', path: '/v3/deployments$', latencyMs: 300 },
    ]);
    const input = fresh();
    const [one, two] = await Promise.all([first(input), second(input)]);
    expect(one.data.startDeployment.deployment?.id).toBeDefined();
    expect(two.data.startDeployment.deployment?.id).toBe(one.data.startDeployment.deployment?.id);
    expect(creations()).toHaveLength(1);
  });

  it('refuses a key that was used for something else', async () => {
    const { first, second } = under();
    const input = fresh();
    await first(input);
    const { errors } = await second({ ...input, strategy: { canary: {} } });
    expect(errors[0]?.extensions.code).toBe('CONFLICT');
    expect(creations()).toHaveLength(1);
  });

  it('keeps what was wrong with an input', async () => {
    const { first, second } = under();
    const input = { ...fresh(), source: { dropletGuid: 'no-such-droplet' } };
    const one = await first(input);
    expect(one.data.startDeployment.userErrors[0]).toMatchObject({ code: 'PROVIDER_REJECTED' });
    const again = await second(input);
    expect(again.data.startDeployment.userErrors).toEqual(one.data.startDeployment.userErrors);
    expect(creations()).toHaveLength(1);
  });

  it('looks a write up whose answer was lost, and finds it', async () => {
    const { first, second, gateway } = under();
    gateway.sandbox.cloudfoundry.setFaults([
      { method: 'POST', path: '/v3/deployments$', loseAnswer: true, times: 1 },
    ]);
    const input = fresh();
    const { errors } = await first(input);
    expect(errors[0]?.extensions.code).toBe('OUTCOME_UNKNOWN');
    const again = await second(input);
    expect(again.errors).toEqual([]);
    expect(again.data.startDeployment.deployment?.scope.id).toBe(input.scopeId);
    expect(creations()).toHaveLength(1);
  });

  it('sends a write again that did not arrive, once it has looked', async () => {
    const { first, second, gateway } = under();
    gateway.sandbox.cloudfoundry.setFaults([
      { method: 'POST', path: '/v3/deployments$', drop: true, times: 1 },
    ]);
    const input = fresh();
    const { errors } = await first(input);
    expect(errors[0]?.extensions.code).toBe('OUTCOME_UNKNOWN');
    const again = await second(input);
    expect(again.data.startDeployment.deployment?.scope.id).toBe(input.scopeId);
    expect(creations()).toHaveLength(2);
  });

  it('does not keep a failure that sent nothing', async () => {
    const { first, second, gateway } = under();
    gateway.sandbox.cloudfoundry.setFaults([
      { method: 'POST', path: '/v3/deployments$', status: 403, body: '{}', times: 1 },
    ]);
    const input = fresh();
    const { errors } = await first(input);
    expect(errors[0]?.extensions.code).toBe('PROVIDER_UNAUTHORIZED');
    const again = await second(input);
    expect(again.data.startDeployment.deployment?.scope.id).toBe(input.scopeId);
  });
}

const sender =
  (url: string): Send =>
  async (input) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: START, variables: { input } }),
    });
    const { data, errors } = (await response.json()) as Awaited<ReturnType<Send>>;
    return { data, errors: errors ?? [] };
  };

describe('idempotency keys in one process', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway();
    turn = 0;
    await findApps(gateway);
  });
  beforeEach(() => gateway.clear());
  afterAll(() => gateway.close());

  promises(() => ({ gateway, first: sender(gateway.url), second: sender(gateway.url) }));
});

describeWithRedis('idempotency keys of two instances', () => {
  let redis: TestRedis;
  let gateway: TestGateway;
  let other: Gateway;
  beforeAll(async () => {
    redis = await startRedis();
    const settings = { redis: { url: redis.url, prefix: `writes-${process.pid}` } };
    gateway = await startTestGateway(settings);
    other = await createGateway(sandboxConfig(gateway.sandbox, settings));
    turn = 0;
    await findApps(gateway);
    await waitFor('Redis', async () => (await sender(other.url)(fresh())).errors.length === 0);
    await waitFor('Redis', async () => (await sender(gateway.url)(fresh())).errors.length === 0);
  });
  beforeEach(() => gateway.clear());
  afterAll(async () => {
    await other.close();
    await gateway.close();
    await redis.stop();
  });

  promises(() => ({ gateway, first: sender(gateway.url), second: sender(other.url) }));

  it('sends no write with a key while Redis is gone, and those without one as ever', async () => {
    await redis.stop();
    const input = fresh();
    const { errors } = await sender(gateway.url)(input);
    expect(errors[0]?.extensions.code).toBe('IDEMPOTENCY_UNAVAILABLE');
    expect(gateway.requestsTo('cloudfoundry')).not.toContain(CREATIONS);
    const { data } = await sender(gateway.url)({ scopeId: input.scopeId });
    expect(data.startDeployment.deployment?.scope.id).toBe(input.scopeId);
    redis = await startRedis();
  });
});
