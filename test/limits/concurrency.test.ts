import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { uuidOf } from '../../sandbox/random.ts';
import { toId } from '../../src/ids.ts';
import { openAs, openSocket, openStream, subscribeTo } from '../helpers/connections.ts';
import { AUDIENCE, ISSUER, startIssuer } from '../auth/issuer.ts';
import { startTestGateway, startTestGatewayOf, type TestGateway } from '../helpers/gateway.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { VIEWERS } from './keys.ts';

describe('operations under way', () => {
  let gateway: TestGateway;
  beforeEach(async () => {
    gateway = await startTestGateway(
      {
        auth: { apiKeys: VIEWERS },
        limits: { concurrentOperations: 2 },
        events: { watch: false },
      },
      // Longer than anything here is waited for.
      { timeoutMs: 60_000 },
    );
  });
  afterEach(() => gateway.close());

  const SLOW = '{ deployments(first: 1, filter: { providers: ["cloud66"] }) { nodes { id } } }';
  const ask = (viewer: string, query: string, signal?: AbortSignal) =>
    fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': viewer },
      body: JSON.stringify({ query }),
      ...(signal && { signal }),
    });

  it('are limited for each viewer, and make room when a client hangs up', async () => {
    gateway.sandbox.cloud66.setFaults([{ latencyMs: 40_000 }]);
    const [gone, stays] = [new AbortController(), new AbortController()];
    const first = ask('ada', SLOW, gone.signal).catch(() => 'gone');
    const socket = await openSocket(gateway.url, { headers: { 'x-api-key': 'ada' } });
    socket.send({ type: 'connection_init' });
    await waitFor('connection_ack', () => socket.messages.length === 1);
    socket.send(subscribeTo('1', SLOW));
    await waitFor('no room', async () => (await ask('ada', '{ viewer { name } }')).status === 429);
    socket.send(subscribeTo('2', '{ viewer { name } }'));
    await waitFor('the refusal', () => socket.types().includes('error'));
    const { id, payload } = socket.messages.find(({ type }) => type === 'error') ?? {};
    expect([id, payload]).toMatchObject(['2', [{ extensions: { code: 'RATE_LIMITED' } }]]);

    const refused = await ask('ada', '{ viewer { name } }');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
    expect(await refused.json()).toMatchObject({
      errors: [
        {
          message: expect.stringMatching(/2 operations under way.*limits\.concurrent/) as unknown,
          extensions: { code: 'RATE_LIMITED', retryable: true },
        },
      ],
    });
    expect((await ask('bob', '{ viewer { name } }')).status).toBe(200);
    // Subscriptions have limits of their own.
    socket.send(subscribeTo('3', 'subscription { deploymentStatusChanged { cursor } }'));
    await waitFor('the subscription', () => gateway.gateway.deliveryStatus().subscribers === 1);

    gone.abort();
    expect(await first).toBe('gone');
    await waitFor('room', async () => (await ask('ada', '{ viewer { name } }')).status === 200);
    const second = ask('ada', SLOW, stays.signal).catch(() => 'gone');
    await waitFor('no room', async () => (await ask('ada', '{ viewer { name } }')).status === 429);
    socket.send({ id: '1', type: 'complete' });
    await waitFor('room', async () => (await ask('ada', '{ viewer { name } }')).status === 200);
    stays.abort();
    await second;
    socket.socket.close();
  });
});

describe('a write that its client has left', () => {
  let gateway: TestGateway;
  beforeEach(async () => {
    const hash = createHash('sha256').update('writer').digest('hex');
    gateway = await startTestGateway({
      auth: { apiKeys: [{ name: 'writer', hash, grants: [{ role: 'admin' }] }] },
      limits: { concurrentOperations: 1 },
      // The front door reads bodies by itself: what comes over it goes another way.
      cache: { enabled: true },
      events: { watch: false },
    });
  });
  afterEach(() => gateway.close());

  const KEY = { 'x-api-key': 'writer' };
  const ownerId = toId('cloudfoundry', 'Scope', [
    'app',
    uuidOf('app', 'orchard', 'development', 'search'),
  ]);
  const WRITE = {
    query: `mutation ($input: SetEnvironmentVariablesInput!) {
      setEnvironmentVariables(input: $input) { changedNames } }`,
    variables: { input: { ownerId, variables: [{ name: 'A', value: 'a' }] } },
  };
  const body = JSON.stringify(WRITE);
  const isWrite = ({ method }: { method: string }) => method === 'PATCH';
  const written = () => gateway.sandbox.cloudfoundry.requests().filter(isWrite);
  const status = async () => (await gateway.query('{ viewer { name } }', {}, KEY)).status;

  /** What each transport sends, and how its client leaves. */
  const SENDERS: [string, () => Promise<() => void>][] = [
    [
      'HTTP',
      async () => {
        const leaving = new AbortController();
        const headers = { 'content-type': 'application/json', ...KEY };
        const { signal } = leaving;
        fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body, signal }).catch(
          () => undefined,
        );
        return () => leaving.abort();
      },
    ],
    [
      'WebSocket',
      async () => {
        const client = await openAs(gateway.url, KEY);
        client.send(subscribeTo('1', WRITE.query, WRITE.variables));
        return () => client.socket.terminate();
      },
    ],
    [
      'SSE',
      async () => {
        const stream = await openStream(gateway.url, WRITE, KEY);
        stream.on('error', () => undefined);
        return () => stream.destroy();
      },
    ],
  ];

  it.each(SENDERS)('keeps its place until it has ended, over %s', async (_name, send) => {
    gateway.sandbox.cloudfoundry.setFaults([{ method: 'PATCH', holdAnswerMs: 1_500, times: 1 }]);
    const leave = await send();
    await waitFor('the write', () => gateway.sandbox.cloudfoundry.faults()[0]?.used);
    leave();
    const during: number[] = [];
    while (written().length === 0) {
      const each = await status();
      if (written().length === 0) during.push(each);
    }
    expect(during.length).toBeGreaterThan(5);
    expect(new Set(during)).toEqual(new Set([429]));
    expect(written()).toMatchObject([{ status: 200 }]);
    await waitFor('room', async () => (await status()) === 200);
  });

  it('is not begun where its client has gone before it was known who that is', async () => {
    const issuer = await startIssuer();
    await issuer.rotate('key');
    const jwt = {
      ...{ jwksUrl: issuer.url, issuer: ISSUER, audience: AUDIENCE },
      roles: { team: [{ role: 'admin' }] },
    };
    const guarded = await startTestGatewayOf(gateway.sandbox, {
      auth: { jwt },
      limits: { concurrentOperations: 1 },
      cache: { enabled: true },
      events: { watch: false },
    });
    const token = await issuer.sign('key', { sub: 'ada', roles: ['team'] });
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const release = issuer.hold();
    const leaving = new AbortController();
    const { signal } = leaving;
    const left = Array.from({ length: 5 }, () =>
      fetch(`${guarded.url}/graphql`, { method: 'POST', headers, body, signal }).catch(
        () => 'left',
      ),
    );
    await waitFor('the keys to be asked for', () => issuer.fetched() > 0);
    // All of them have been read when another one has been answered.
    await fetch(`${guarded.url}/health/live`);
    leaving.abort();
    expect(new Set(await Promise.all(left))).toEqual(new Set(['left']));
    for (let turn = 0; turn < 2; turn += 1) await fetch(`${guarded.url}/health/live`);
    release();
    const answer = await fetch(`${guarded.url}/graphql`, { method: 'POST', headers, body });
    expect(await answer.json()).not.toHaveProperty('errors');
    await guarded.close();
    await issuer.close();
    expect(written()).toHaveLength(1);
  });
});
