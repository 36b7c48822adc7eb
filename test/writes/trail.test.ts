import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { print } from 'graphql';
import { AuditTrailDocument } from '../../examples/generated/operations.ts';
import { uuidOf } from '../../sandbox/random.ts';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { zipOf } from '../../sandbox/ubiops/zip.ts';
import { createGateway, type Gateway } from '../../src/gateway.ts';
import { toId } from '../../src/ids.ts';
import { ask } from '../helpers/ask.ts';
import { type Follower, follow, type Transport } from '../helpers/follow.ts';
import { sandboxConfig, UNWATCHED } from '../helpers/gateway.ts';
import { leavesNothingBehind } from '../helpers/leftovers.ts';
import { canRestartRedis, describeWithRedis, startRedis } from '../helpers/redis.ts';
import { waitFor } from '../helpers/wait-for.ts';

leavesNothingBehind();

const spaceOf = (name: string) => `space/${uuidOf('space', 'orchard', name)}`;
const appOf = (space: string, name: string) =>
  toId('cloudfoundry', 'Scope', ['app', uuidOf('app', 'orchard', space, name)]);
const CART = appOf('development', 'cart');
const ELSEWHERE = appOf('production', 'cart');
const SPACE = toId('cloudfoundry', 'Scope', spaceOf('development').split('/'));
const REFUSAL = { errors: [{ code: 10008, title: 'CF-UnprocessableEntity', detail: 'No.' }] };
const PLANTED = 'planted-value-of-a-variable';

const SET = `mutation ($input: SetEnvironmentVariablesInput!) {
  setEnvironmentVariables(input: $input) { userErrors { code } } }`;
const UPLOAD = `mutation ($input: RequestRevisionUploadInput!) {
  requestRevisionUpload(input: $input) { upload { url } userErrors { code } } }`;
const WRITES = print(AuditTrailDocument);

interface Write {
  cursor: string;
  viewerName: string;
  mutation: string;
  targetId: string;
  result: string;
  code: string | null;
  changedIds: string[];
  requestId: string;
  at: string;
  durationMs: number;
  provider: { name: string };
}
type Writes = Follower<{ writePerformed: Write }>;

const VIEWERS = {
  admin: [{ role: 'admin' }],
  deployer: [{ role: 'deployer' }],
  // Administers one space of one provider, and deploys in the others.
  local: [
    { role: 'deployer' },
    { role: 'admin', providers: ['cloudfoundry'], scopes: [spaceOf('development')] },
  ],
};
type Viewer = keyof typeof VIEWERS;
const AUTH = {
  apiKeys: Object.entries(VIEWERS).map(([name, grants]) => ({
    name,
    hash: createHash('sha256').update(name).digest('hex'),
    grants,
  })),
};
const as = (viewer: Viewer) => ({ authorization: `Bearer ${viewer}` });

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function sandboxed(): Promise<Sandbox> {
  const sandbox = await startSandbox();
  endings.push(() => sandbox.close());
  return sandbox;
}

async function start(sandbox: Sandbox, more: Record<string, unknown> = {}): Promise<Gateway> {
  const gateway = await createGateway(
    sandboxConfig(sandbox, { ...UNWATCHED, auth: AUTH, ...more }),
  );
  endings.push(() => gateway.close());
  return gateway;
}

function open(
  { url }: Gateway,
  viewer: Viewer,
  variables: Record<string, unknown> = {},
  transport: Transport = 'WebSocket',
): Writes {
  const { authorization } = as(viewer);
  const follower: Writes = follow(transport, { url, query: WRITES, variables, authorization });
  endings.push(() => follower.stop());
  return follower;
}

const set = async (
  { url }: Gateway,
  ownerId: string,
  { as: viewer = 'deployer', ...more }: { as?: Viewer; [key: string]: unknown } = {},
) => {
  const input = { ownerId, variables: [{ name: 'A', value: PLANTED }], ...more };
  return ask(url, SET, { input }, as(viewer));
};
const writesOf = ({ seen }: Writes) => seen.flatMap(({ data }) => data?.writePerformed ?? []);
const all = (follower: Writes, count: number) =>
  waitFor('the writes', () => {
    const writes = writesOf(follower);
    return writes.length >= count ? writes : undefined;
  });
const settled = (gateway: Gateway, count: number) =>
  waitFor('the subscribers', () => gateway.deliveryStatus().subscribers === count);

describe.each(['WebSocket', 'SSE'] as const)('what is written, over %s', (transport) => {
  it('is told with who, what, where and what came of it, and no value', async () => {
    const sandbox = await sandboxed();
    const gateway = await start(sandbox);
    const follower = open(gateway, 'admin', {}, transport);
    await settled(gateway, 1);
    const done = await set(gateway, CART, { idempotencyKey: 'one' });
    await set(gateway, CART, { idempotencyKey: 'one' });
    // Refused before anybody is asked: that is no write.
    await set(gateway, CART, { variables: [{ name: 'VCAP_A', value: PLANTED }] });
    sandbox.cloudfoundry.setFaults([{ method: 'PATCH', status: 422, body: REFUSAL }]);
    await set(gateway, CART);
    sandbox.cloudfoundry.setFaults([{ method: 'PATCH', status: 403, body: REFUSAL }]);
    await set(gateway, CART);
    sandbox.cloudfoundry.setFaults([{ method: 'PATCH', loseAnswer: true }]);
    await set(gateway, CART);

    const writes = await all(follower, 5);
    const outcomes = writes.map(({ result, code }) => [result, code]);
    expect(outcomes).toEqual([
      ['DONE', null],
      ['REPLAYED', null],
      ['REFUSED', 'PROVIDER_REJECTED'],
      ['FAILED', 'PROVIDER_UNAUTHORIZED'],
      ['UNKNOWN', 'OUTCOME_UNKNOWN'],
    ]);
    expect(writes[0]).toMatchObject({
      viewerName: 'deployer',
      mutation: 'setEnvironmentVariables',
      targetId: CART,
      changedIds: [CART],
      requestId: done.headers.get('x-request-id'),
      provider: { name: 'cloudfoundry' },
      durationMs: expect.any(Number),
    });
    expect(new Set(writes.map(({ requestId }) => requestId)).size).toBe(5);
    expect(JSON.stringify(follower.seen)).not.toContain(PLANTED);
  });
});

describe('writes', () => {
  it('are told of a file that was sent to an upload URL', async () => {
    const gateway = await start(await sandboxed());
    const follower = open(gateway, 'admin');
    await settled(gateway, 1);
    const id = uuidOf('ubiops', 'current', 'showcase');
    const keys = ['current', 'showcase', id, 'available', uuidOf('ubiops', id, 'available')];
    const versionId = toId('ubiops', 'Version', keys);
    const { data } = await ask<{ requestRevisionUpload: { upload: { url: string } } }>(
      gateway.url,
      UPLOAD,
      { input: { versionId } },
      as('deployer'),
    );
    const body = zipOf('deployment.py', 'pass\n');
    const { url } = data.requestRevisionUpload.upload;
    const sent = await fetch(url, { method: 'PUT', body });
    const { revision, build } = (await sent.json()) as Record<string, { id: string }>;
    const [write] = await all(follower, 1);
    expect(write).toMatchObject({
      viewerName: 'deployer',
      mutation: 'uploadRevision',
      targetId: versionId,
      result: 'DONE',
      changedIds: [revision?.id, build?.id],
    });
  });

  it('are told to those who may administer what was written to, and refused to the others', async () => {
    const gateway = await start(await sandboxed());
    const since = await gateway.events.head();
    const local = open(gateway, 'local');
    const admin = open(gateway, 'admin');
    const refused = open(gateway, 'deployer');
    expect(JSON.stringify(await waitFor('the refusal', () => refused.end()))).toContain(
      '"FORBIDDEN"',
    );
    await settled(gateway, 2);
    await set(gateway, ELSEWHERE);
    await set(gateway, CART);
    expect((await all(admin, 2)).map(({ targetId }) => targetId)).toEqual([ELSEWHERE, CART]);
    expect((await all(local, 1)).map(({ targetId }) => targetId)).toEqual([CART]);
    const again = open(gateway, 'local', { since });
    await all(again, 1);
    await set(gateway, CART);
    const targets = (await all(again, 2)).map(({ targetId }) => targetId);
    expect(targets).toEqual([CART, CART]);
  });

  it('can be narrowed to targets, scopes, providers and results', async () => {
    const sandbox = await sandboxed();
    const gateway = await start(sandbox);
    const filters = {
      target: { targetIds: [ELSEWHERE] },
      scope: { scopeIds: [SPACE] },
      provider: { providers: ['humanitec'] },
      result: { results: ['REFUSED'] },
      none: { scopeIds: [] },
    };
    const followers = Object.entries(filters).map(
      ([name, filter]) => [name, open(gateway, 'admin', { filter })] as const,
    );
    const everything = open(gateway, 'admin');
    await settled(gateway, followers.length + 1);
    const staging = toId('humanitec', 'Scope', ['sandbox-org', 'storefront', 'staging']);
    await set(gateway, ELSEWHERE);
    await set(gateway, CART);
    sandbox.cloudfoundry.setFaults([{ method: 'PATCH', status: 422, body: REFUSAL }]);
    await set(gateway, CART);
    await set(gateway, staging);
    const [elsewhere, cart, wrong, other] = (await all(everything, 4)).map(({ cursor }) => cursor);
    const expected = {
      target: [elsewhere],
      scope: [cart, wrong],
      provider: [other],
      result: [wrong],
      none: [],
    };
    await waitFor('all of them', () => gateway.deliveryStatus().delivered >= 9);
    const told = followers.map(([name, each]) => [
      name,
      writesOf(each).map(({ cursor }) => cursor),
    ]);
    expect(Object.fromEntries(told)).toEqual(expected);
    const wrongFilters = [
      { targetIds: ['x'] },
      { scopeIds: [toId('humanitec', 'Deployment', ['a'])] },
      { providers: ['nowhere'] },
    ];
    for (const filter of wrongFilters) {
      const follower = open(gateway, 'admin', { filter });
      const refusal = await waitFor('the refusal', () => follower.end());
      expect(JSON.stringify(refusal)).toContain('BAD_USER_INPUT');
    }
  });
});

describeWithRedis('writes at two instances', () => {
  const restartable = canRestartRedis ? it : it.skip;

  restartable('are told once at both, also where Redis was away when they were done', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'deploygraph-trail-'));
    endings.push(() => rmSync(folder, { recursive: true, force: true }));
    let server = await startRedis({ folder });
    endings.push(() => server.stop());
    const port = Number(new URL(server.url).port);
    const sandbox = await sandboxed();
    const settings = { redis: { url: server.url, prefix: 'trail' } };
    const one = await start(sandbox, settings);
    const two = await start(sandbox, settings);
    const since = await waitFor('the log', () => one.events.head().catch(() => undefined));
    await waitFor('the other’s', () => two.events.head().catch(() => undefined));
    const followers = [open(one, 'admin'), open(two, 'admin')];
    await Promise.all([settled(one, 1), settled(two, 1)]);
    await set(one, CART);
    await server.stop();
    await set(one, CART);
    await set(one, ELSEWHERE);
    server = await startRedis({ folder, port });
    await waitFor('the log again', () => two.events.head().catch(() => undefined));
    for (const follower of [...followers, open(two, 'admin', { since })]) {
      const writes = await all(follower, 3);
      expect(writes.map(({ targetId }) => targetId)).toEqual([CART, CART, ELSEWHERE]);
      expect(new Set(writes.map(({ requestId }) => requestId)).size).toBe(3);
    }
  });
});
