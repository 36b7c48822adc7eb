import { afterEach, describe, expect, it, test } from '@jest/globals';
import {
  RebuildRevisionDocument,
  RequestRevisionUploadDocument,
  StartDeploymentDocument,
} from '../../examples/generated/operations.ts';
import { uuidOf } from '../../sandbox/random.ts';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { zipOf } from '../../sandbox/ubiops/zip.ts';
import { toId } from '../../src/ids.ts';
import { type Follower, follow, type Transport } from '../helpers/follow.ts';
import { startTestGatewayOf, type TestGateway } from '../helpers/gateway.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { ASLEEP, FAST } from './harness.ts';

const TRANSPORTS: Transport[] = ['WebSocket', 'SSE'];
const TOKEN = 'a-token-that-nobody-can-guess';

interface StatusEvent {
  cursor: string;
  subjectId: string;
  from: string | null;
  to: string;
  rawStatus: string;
  object: { status: string } | null;
}

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

/** A gateway whose watcher looks once, and then only when it is told to; cache as in production. */
async function start(
  sandbox: Sandbox,
  more: Record<string, unknown> = {},
  everyProvider: Record<string, unknown> = {},
  timing = ASLEEP,
): Promise<TestGateway> {
  const settings = { cache: { enabled: true }, ...more };
  const gateway = await startTestGatewayOf(sandbox, settings, everyProvider, timing);
  endings.push(() => gateway.close());
  return gateway;
}

async function sandboxed(): Promise<Sandbox> {
  const sandbox = await startSandbox();
  endings.push(() => sandbox.close());
  return sandbox;
}

const EVENTS = (noun: string) => `subscription ($filter: StatusEventFilter, $since: String) {
  event: ${noun}StatusChanged(filter: $filter, since: $since) {
    cursor subjectId from to rawStatus object: ${noun} { status }
  }
}`;

function open(
  { url }: TestGateway,
  transport: Transport,
  variables: Record<string, unknown>,
  noun = 'deployment',
): Follower<{ event: StatusEvent }> {
  const query = EVENTS(noun);
  const follower = follow<{ event: StatusEvent }>(transport, { url, query, variables });
  endings.push(() => follower.stop());
  return follower;
}

const eventsOf = ({ seen }: Follower<{ event: StatusEvent }>) =>
  seen.flatMap(({ data }) => data?.event ?? []);

/** A follower of one provider that has made its baseline. */
async function followOne(gateway: TestGateway, name: string, noun = 'deployment') {
  const follower = open(gateway, 'WebSocket', { filter: { providers: [name] } }, noun);
  const units = () => gateway.gateway.watcher.status();
  await waitFor('units', () => units().length > 0);
  await waitFor('first looks', () => units().every(({ looks }) => looks === 1), 30_000);
  const before = new Map(units().map(({ unitId, looks }) => [unitId, looks]));
  const looks = () =>
    units().reduce((sum, unit) => sum + unit.looks - (before.get(unit.unitId) ?? 0), 0);
  return { follower, looks };
}

describe('what somebody does through the gateway reaches a subscriber without waiting', () => {
  const STAGING = toId('humanitec', 'Scope', ['sandbox-org', 'storefront', 'staging']);
  const CART = toId('cloudfoundry', 'Scope', [
    'app',
    uuidOf('app', 'orchard', 'development', 'cart'),
  ]);

  const rowsOf = async (gateway: TestGateway, scopeId: string) => {
    const { data } = await gateway.query<{ deployments: { nodes: { id: string }[] } }>(
      'query ($id: ID!) { deployments(filter: { scopeIds: [$id] }, first: 30) { nodes { id } } }',
      { id: scopeId },
    );
    return data.deployments.nodes.map(({ id }) => id);
  };
  const stackOf = async (gateway: TestGateway) => {
    const { data } = await gateway.query<{
      scopes: { nodes: { id: string; name: string; environment: string }[] };
    }>(
      '{ scopes(filter: { providers: ["cloud66"] }, first: 100) { nodes { id name environment } } }',
    );
    const { nodes } = data.scopes;
    return nodes.find(({ name }) => name.startsWith('blog'))?.id ?? '';
  };

  it.each([
    ['humanitec', async () => STAGING, { to: 'QUEUED', rawStatus: 'pending' }],
    ['cloudfoundry', async () => CART, { to: 'IN_PROGRESS', rawStatus: 'ACTIVE/DEPLOYING' }],
    ['cloud66', stackOf, { to: 'QUEUED', rawStatus: 'pending' }],
  ] as const)(
    'a rollout of %s',
    async (name, find, expected) => {
      const gateway = await start(await sandboxed());
      const scopeId = await find(gateway);
      const known = await rowsOf(gateway, scopeId);
      const { follower, looks } = await followOne(gateway, name);
      const source = name === 'humanitec' ? { deploymentId: known[0] ?? '' } : undefined;
      const { data, errors } = await gateway.run(StartDeploymentDocument, {
        input: { scopeId, source },
      });
      expect(errors).toEqual([]);
      expect(data.startDeployment.userErrors).toEqual([]);
      const [event] = await waitFor('the event', () => {
        const events = eventsOf(follower);
        return events.length > 0 ? events : undefined;
      });
      const subjectId = event?.subjectId ?? '';
      expect(event).toMatchObject({ from: null, ...expected, object: { status: expected.to } });
      expect(known).not.toContain(subjectId);
      expect(await rowsOf(gateway, scopeId)).toContain(subjectId);
      const { deployment } = data.startDeployment;
      if (deployment) expect(deployment.id).toBe(subjectId);
      expect(looks()).toBeLessThanOrEqual(2);
      expect(eventsOf(follower)).toHaveLength(1);
    },
    60_000,
  );

  it('an upload to UbiOps, and a build that is done again', async () => {
    const gateway = await start(await sandboxed());
    const id = uuidOf('ubiops', 'current', 'showcase');
    const version = ['current', 'showcase', id, 'available', uuidOf('ubiops', id, 'available')];
    const { follower, looks } = await followOne(gateway, 'ubiops', 'build');
    const asked = await gateway.run(RequestRevisionUploadDocument, {
      input: { versionId: toId('ubiops', 'Version', version) },
    });
    const { url } = asked.data.requestRevisionUpload.upload ?? { url: '' };
    const stored = await fetch(url, { method: 'PUT', body: zipOf('deployment.py', 'pass\n') });
    expect(stored.status).toBe(201);
    const file = (await stored.json()) as { revision: { id: string }; build: { id: string } };
    await waitFor('the build', () => eventsOf(follower).length === 1);
    const told = eventsOf(follower)[0];
    expect(told).toMatchObject({ subjectId: file.build.id, from: null, to: 'QUEUED' });
    expect(looks()).toBeLessThanOrEqual(2);

    gateway.sandbox.advance(3_600_000);
    const before = looks();
    const rebuilt = await gateway.run(RebuildRevisionDocument, {
      input: { revisionId: file.revision.id },
    });
    expect(rebuilt.errors).toEqual([]);
    const again = rebuilt.data.rebuildRevision.build?.id ?? '';
    const isTold = () =>
      eventsOf(follower).some(({ subjectId, to }) => subjectId === again && to === 'QUEUED');
    await waitFor('the new build', isTold);
    expect(looks() - before).toBeLessThanOrEqual(2);
  }, 60_000);
});

test.each([
  ['humanitec', [10_000, 60_000]],
  ['cloud66', [40_000, 100_000]],
] as const)('a webhook that %s sends arrives while the watcher sleeps', async (name, steps) => {
  const sandbox = await sandboxed();
  const gateway = await start(sandbox, {}, { webhook: { token: TOKEN } });
  const { follower, looks } = await followOne(gateway, name);
  sandbox[name].setWebhook({ url: `${gateway.url}/webhooks/${name}/${TOKEN}` });
  let told = 0;
  for (const ms of steps) {
    const seen = eventsOf(follower).length;
    sandbox.advance(ms);
    const isDone = () => sandbox[name].webhook()?.waiting === 0;
    await waitFor('the webhooks', isDone);
    const { delivered = 0, failed } = sandbox[name].webhook() ?? {};
    expect(failed).toBe(0);
    if (delivered > told) await waitFor('the change', () => eventsOf(follower).length > seen);
    told = delivered;
  }
  expect(told).toBeGreaterThan(1);
  // Looks are told of, not timed: at most one for each webhook, and one behind it.
  expect(looks()).toBeLessThanOrEqual(2 * told);
  for (const { to, object } of eventsOf(follower).slice(-1)) expect(object?.status).toBe(to);
});

describe.each(TRANSPORTS)('over %s', (transport) => {
  /** What a client is told that is refused: graphql-sse has it as a message, graphql-ws as the end. */
  const refusalOf = async (follower: Follower<unknown>) => {
    const errors = await waitFor('the refusal', () => {
      const end = follower.end();
      return Array.isArray(end) ? (end as unknown[]) : follower.seen[0]?.errors;
    });
    expect(errors).toHaveLength(1);
    return errors[0] as { message: string; extensions: { code: string; provider?: string } };
  };

  it('what nobody can watch for its viewers is UNSUPPORTED', async () => {
    const gateway = await start(await sandboxed(), {}, { credentials: 'passthrough' });
    const scopeId = toId('humanitec', 'Scope', ['sandbox-org', 'payments']);
    for (const filter of [{ providers: ['humanitec'] }, { scopeIds: [scopeId] }]) {
      const { message, extensions } = await refusalOf(open(gateway, transport, { filter }));
      expect(extensions).toMatchObject({ code: 'UNSUPPORTED', provider: 'humanitec' });
      expect(message).toContain('watchCredentials');
    }
    expect(gateway.gateway.deliveryStatus().subscribers).toBe(0);
    expect(gateway.sandbox.humanitec.requests()).toEqual([]);
  });

  it('credentials for watching alone are enough to follow', async () => {
    const gateway = await start(
      await sandboxed(),
      {},
      { credentials: 'passthrough', watchCredentials: { token: 'sandbox' } },
    );
    const { follower } = await followOne(gateway, 'humanitec');
    gateway.sandbox.advance(10_000);
    for (const { unitId } of gateway.gateway.watcher.status())
      gateway.gateway.watcher.nudge(unitId);
    await waitFor('the change', () => eventsOf(follower).length > 0);
    // Its viewer brought no token, so that the object cannot be read for them.
    expect(eventsOf(follower)[0]).toMatchObject({ to: 'IN_PROGRESS', object: null });
  });

  it('a cursor that is too old, or of a log that was lost, is CURSOR_EXPIRED', async () => {
    const sandbox = await sandboxed();
    const first = await start(sandbox, { events: { maxEvents: 100 } }, {}, FAST);
    const old = await first.events.head();
    const filter = { providers: ['humanitec'] };
    const follower = open(first, 'WebSocket', { filter });
    await waitFor('looks', () => {
      const units = first.gateway.watcher.status();
      return units.length > 0 && units.every(({ looks }) => looks > 0);
    });
    for (let hour = 0; hour < 4; hour += 1) {
      const seen = eventsOf(follower).length;
      sandbox.advance(3_600_000);
      await waitFor('an hour', () => eventsOf(follower).length >= seen + 50);
    }
    const expired = await refusalOf(open(first, transport, { filter, since: old }));
    expect(expired.extensions.code).toBe('CURSOR_EXPIRED');

    const last = eventsOf(follower).at(-1)?.cursor;
    const kept = open(first, transport, { filter, since: last });
    await waitFor('one that goes on', () => first.gateway.deliveryStatus().subscribers === 2);
    expect(kept.end()).toBeUndefined();
    const second = await start(sandbox);
    const lost = await refusalOf(open(second, transport, { filter, since: last }));
    expect(lost.extensions.code).toBe('CURSOR_EXPIRED');
  }, 60_000);
});
