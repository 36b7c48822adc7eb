import { once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { Status } from '../../src/schema/enums.ts';
import { readChanges } from '../helpers/changes.ts';
import { follow, type Transport } from '../helpers/follow.ts';
import {
  createRecorder,
  openInitialised,
  openSocket,
  openStream,
  subscribers,
  subscribeTo,
} from '../helpers/connections.ts';
import { startTestGateway, type TestGateway, UNWATCHED } from '../helpers/gateway.ts';
import { leavesNothingBehind } from '../helpers/leftovers.ts';
import { waitFor } from '../helpers/wait-for.ts';

leavesNothingBehind();

const EVENTS = 'subscription { deploymentStatusChanged { cursor rawStatus } }';

/** Twenty times the raw status, so that a few events fill every buffer on the way. */
const LARGE = `subscription Large($since: String) { deploymentStatusChanged(since: $since) { cursor
  ${Array.from({ length: 20 }, (_, index) => `copy${index}: rawStatus`).join(' ')} } }`;

const running: TestGateway[] = [];

async function start(
  live: Record<string, unknown> = {},
  more: Record<string, unknown> = {},
): Promise<TestGateway> {
  const gateway = await startTestGateway({ live, ...UNWATCHED, ...more });
  running.push(gateway);
  return gateway;
}

afterEach(async () => {
  for (const gateway of running.splice(0)) await gateway.close();
});

describe('a WebSocket', () => {
  it.each<[string, (client: Awaited<ReturnType<typeof openSocket>>) => void, number]>([
    ['a message that is no JSON', ({ send }) => send('{'), 4400],
    ['a message of no known type', ({ send }) => send({ type: 'hello' }), 4400],
    ['a message of the server', ({ send }) => send({ type: 'connection_ack' }), 4400],
    ['binary', ({ socket }) => socket.send(Buffer.from('{"type":"ping"}')), 4400],
    ['an operation before connection_init', ({ send }) => send(subscribeTo('1', EVENTS)), 4401],
    ['nothing in time', () => undefined, 4408],
    [
      'connection_init twice',
      ({ send }) => {
        send({ type: 'connection_init' });
        send({ type: 'connection_init' });
      },
      4429,
    ],
    ['too large a message', ({ send }) => send(`"${'x'.repeat(5_000)}"`), 1009],
  ])('is closed after %s', async (_what, act, code) => {
    const { url } = await start({ initTimeoutMs: 300, maxMessageBytes: 4_096 });
    const client = await openSocket(url);
    act(client);
    expect(await client.closed).toBe(code);
  });

  it('is closed for an operation id that is taken, which may be used again later', async () => {
    const gateway = await start();
    const client = await openInitialised(gateway.url);
    client.send(subscribeTo('1', EVENTS));
    await waitFor('the subscription', () => subscribers(gateway) === 1);
    client.send({ id: '1', type: 'complete' });
    await waitFor('its end', () => subscribers(gateway) === 0);
    client.send(subscribeTo('1', EVENTS));
    await waitFor('the subscription', () => subscribers(gateway) === 1);
    client.send(subscribeTo('1', EVENTS));
    expect(await client.closed).toBe(4409);
    await waitFor('its end', () => subscribers(gateway) === 0);
  });

  it('answers pings with their payload', async () => {
    const { url } = await start();
    const client = await openInitialised(url);
    client.send({ type: 'ping', payload: { at: 1 } });
    await waitFor('the pong', () => client.messages.length === 2);
    expect(client.messages[1]).toEqual({ type: 'pong', payload: { at: 1 } });
    client.socket.close();
  });

  it('is pinged, and cut when it does not answer', async () => {
    const { url } = await start({ keepAliveMs: 120 });
    const alive = await openInitialised(url);
    let pings = 0;
    alive.socket.on('ping', () => (pings += 1));
    const dead = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      autoPong: false,
    });
    await once(dead, 'open');
    dead.send('{"type":"connection_init"}');
    expect((await once(dead, 'close'))[0]).toBe(1006);
    await waitFor('pings', () => pings > 2);
    expect(alive.socket.readyState).toBe(WebSocket.OPEN);
    alive.socket.close();
  });

  it('is refused elsewhere, and to pages of origins that are not let in', async () => {
    const { url } = await start({}, { server: { allowedOrigins: ['https://board.example.com'] } });
    const refused = async (options: Parameters<typeof openSocket>[1]) =>
      openSocket(url, options).then(
        ({ socket }) => socket.close(),
        (error: Error) => error.message,
      );
    expect(await refused({ path: '/elsewhere' })).toMatch('404');
    expect(await refused({ headers: { origin: 'https://evil.example.com' } })).toMatch('403');
    expect(await refused({ headers: { origin: 'https://board.example.com' } })).toBeUndefined();
    expect(await refused({ headers: { origin: url } })).toBeUndefined();
  });

  it('has a limited number of operations, which does not touch those under way', async () => {
    const gateway = await start({ subscriptionsPerConnection: 2 });
    const client = await openInitialised(gateway.url);
    for (const id of ['1', '2', '3']) client.send(subscribeTo(id, EVENTS));
    await waitFor('the refusal', () => client.types().includes('error'));
    expect(client.messages.at(-1)).toMatchObject({
      id: '3',
      payload: [{ extensions: { code: 'RATE_LIMITED' } }],
    });
    expect(subscribers(gateway)).toBe(2);
    client.socket.close();
  });
});

describe.each<Transport>(['WebSocket', 'SSE'])('an operation over %s', (transport) => {
  it('is refused when it asks for too much', async () => {
    const { url } = await start({}, { limits: { maxAliases: 1 } });
    const query = 'subscription { deploymentStatusChanged { a: cursor b: cursor } }';
    const follower = follow<unknown>(transport, { url, query });
    await waitFor('the refusal', () => follower.end());
    expect([follower.end(), follower.seen]).toMatchObject(
      transport === 'SSE'
        ? ['complete', [{ errors: [{ extensions: { code: 'OPERATION_TOO_COMPLEX' } }] }]]
        : [[{ extensions: { code: 'OPERATION_TOO_COMPLEX' } }], []],
    );
    follower.stop();
  });
});

describe('an event stream', () => {
  it('has the reasons of refusals in its status', async () => {
    const { url } = await start();
    const post = (body: string, type = 'application/json') =>
      fetch(`${url}/graphql/stream`, { method: 'POST', headers: { 'content-type': type }, body });
    for (const response of [
      await post('{}'),
      await post('{'),
      await post(JSON.stringify({ query: EVENTS }), 'text/plain'),
      await fetch(`${url}/graphql/stream`),
      await fetch(`${url}/graphql/stream?query=${EVENTS}&variables={`),
    ]) {
      expect(response.status).toBe(400);
      await response.text();
    }
  });

  it('has a limit of its own for what is asked, which it names', async () => {
    const { url } = await start({ maxMessageBytes: 2_000 });
    const response = await openStream(url, { query: `${EVENTS} # ${'x'.repeat(2_000)}` });
    let text = '';
    for await (const part of response) text += (part as Buffer).toString();
    expect([response.statusCode, text]).toEqual([413, expect.stringMatching('2000 bytes')]);
  });

  it('can be had by GET, and is kept alive by comments', async () => {
    const gateway = await start({ keepAliveMs: 100 });
    const search = new URLSearchParams({ query: EVENTS, variables: '{"a":1}' });
    const aborter = new AbortController();
    const response = await fetch(`${gateway.url}/graphql/stream?${search.toString()}`, aborter);
    expect(response.headers.get('content-type')).toMatch('text/event-stream');
    let text = '';
    void (async () => {
      for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString();
    })().catch(() => undefined);
    await waitFor('three comments', () => text.split(':\n\n').length > 3);
    aborter.abort();
    await waitFor('its end', () => subscribers(gateway) === 0);
  });
});

describe('connections', () => {
  it('are limited for each viewer, of both kinds together, and free a place when they end', async () => {
    const gateway = await start({ connectionsPerViewer: 2 });
    const first = await openInitialised(gateway.url);
    const stream = await openStream(gateway.url, { query: EVENTS });
    const third = await openSocket(gateway.url);
    third.send({ type: 'connection_init' });
    expect(await third.closed).toBe(4430);
    const refused = await openStream(gateway.url, { query: EVENTS });
    expect(refused.statusCode).toBe(429);
    refused.resume();
    stream.destroy();
    first.socket.close();
    await waitFor('a free place', async () => {
      const again = await openSocket(gateway.url);
      again.send({ type: 'connection_init' });
      const isIn = await Promise.race([
        again.closed.then(() => false),
        once(again.socket, 'message').then(() => true),
      ]);
      again.socket.close();
      return isIn;
    });
  });

  it('are closed when they read too slowly, and lose nothing when they resume', async () => {
    const gateway = await start({ maxBufferedBytes: 65_536 });
    const { put, head } = await createRecorder(gateway);
    const since = await head();
    const socket = await openInitialised(gateway.url);
    socket.send(subscribeTo('1', LARGE));
    const stream = await openStream(gateway.url, { query: LARGE });
    const quick = follow<unknown>('WebSocket', { url: gateway.url, query: EVENTS });
    await waitFor('the subscriptions', () => subscribers(gateway) === 3);
    socket.socket.pause();

    const status = () => gateway.gateway.deliveryStatus();
    let count = 0;
    for (; status().closedAsSlow < 2 && count < 200; count += 1) await put('x'.repeat(50_000));
    expect(status().closedAsSlow).toBe(2);
    await waitFor('all events at the quick one', () => quick.seen.length === count);
    quick.stop();

    let text = '';
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
    stream.on('error', () => undefined);
    await once(stream, 'close');
    expect(text).not.toContain('event: complete');
    socket.socket.resume();
    expect(await socket.closed).toBe(4413);
    const got = socket.messages.flatMap(
      ({ payload }) => payload?.data?.deploymentStatusChanged.cursor ?? [],
    );
    expect(got.length).toBeLessThan(count);

    const resumed = follow<{ deploymentStatusChanged: { cursor: string } }>('WebSocket', {
      url: gateway.url,
      query: LARGE,
      variables: { since: got.at(-1) ?? since },
    });
    await waitFor('the rest', () => resumed.seen.length === count - got.length);
    const rest = resumed.seen.map(({ data }) => data?.deploymentStatusChanged.cursor);
    const all = await readChanges(gateway.gateway.events, since);
    expect([...got, ...rest]).toEqual(all.map(({ cursor }) => cursor));
    resumed.stop();
  });

  it('are told to come back when the gateway stops, which leaves nothing open', async () => {
    const gateway = await startTestGateway(UNWATCHED);
    const socket = await openInitialised(gateway.url);
    socket.send(subscribeTo('1', EVENTS));
    const idle = await openSocket(gateway.url);
    const stream = await openStream(gateway.url, { query: EVENTS });
    let text = '';
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
    await waitFor('the subscriptions', () => subscribers(gateway) === 2);
    const ended = once(stream, 'end');
    await gateway.close();
    expect(await socket.closed).toBe(1012);
    expect(await idle.closed).toBe(1012);
    await ended;
    expect(text).toMatch(/: 1012 /);
    expect(text).not.toContain('event: complete');
    expect(gateway.gateway.deliveryStatus()).toMatchObject({ subscribers: 0, groups: 0 });
  });

  it('end with an error when it cannot be told whether an event is in a scope', async () => {
    const gateway = await start();
    const { data } = await gateway.query<{
      deployments: { nodes: { id: string; scope: { id: string; parent: { id: string } } }[] };
    }>(`{ deployments(first: 1, filter: { providers: ["cloudfoundry"] }) {
          nodes { id scope { id parent { id } } } } }`);
    const [{ id: subjectId, scope } = { id: '', scope: { id: '', parent: { id: '' } } }] =
      data.deployments.nodes;
    const follower = follow<unknown>('SSE', {
      url: gateway.url,
      query: `subscription($filter: StatusEventFilter) {
        deploymentStatusChanged(filter: $filter) { cursor } }`,
      variables: { filter: { scopeIds: [scope.parent.id] } },
    });
    await waitFor('the subscription', () => subscribers(gateway) === 1);
    gateway.sandbox.cloudfoundry.setFaults([{ status: 502 }]);
    for (const status of [Status.QUEUED, Status.PAUSED]) {
      const seen = { subjectId, scopeId: scope.id, status, rawStatus: '', occurredAt: null };
      await gateway.gateway.events.record(scope.id, [{ type: 'Deployment', ...seen }], 1);
    }
    await waitFor('the end', () => follower.end());
    expect(follower.seen).toMatchObject([
      { errors: [{ extensions: { code: 'PROVIDER_UNAVAILABLE', retryable: true } }] },
    ]);
    expect(subscribers(gateway)).toBe(0);
  });
});
