import { once } from 'node:events';
import { expect } from '@jest/globals';
import { WebSocket } from 'ws';
import {
  createRecorder,
  openInitialised,
  openSocket,
  openStream,
  subscribers,
  subscribeTo,
} from '../../helpers/connections.ts';
import { waitFor } from '../../helpers/wait-for.ts';
import { type Provocation, seenIn } from './provocation.ts';

const EVENTS =
  'subscription ($since: String) { deploymentStatusChanged(since: $since) { cursor } }';
/** Twenty times the raw status, so that a few events fill every buffer on the way. */
const LARGE = `subscription { deploymentStatusChanged { cursor
  ${Array.from({ length: 20 }, (_, index) => `copy${index}: rawStatus`).join(' ')} } }`;

type Client = Awaited<ReturnType<typeof openSocket>>;

async function errorsAt({ messages }: Client, id: string): Promise<string[]> {
  const { payload } = await waitFor('the error', () =>
    messages.find((message) => message.id === id && message.type === 'error'),
  );
  return seenIn(200, payload as unknown as { extensions: { code: string } }[]);
}

/** Connections that stay open. */
export const LIVE: Record<string, Provocation> = {
  async 'live.connectionsPerViewer'({ start }) {
    const { url } = await start({ live: { connectionsPerViewer: 1 } });
    const first = await openInitialised(url);
    const second = await openSocket(url);
    second.send({ type: 'connection_init' });
    const closed = String(await second.closed);
    const stream = await openStream(url, { query: EVENTS });
    const text = Buffer.concat(await stream.toArray()).toString();
    const { errors } = JSON.parse(text) as { errors: { extensions: { code: string } }[] };
    first.socket.terminate();
    return [closed, ...seenIn(stream.statusCode ?? 0, errors)];
  },

  async 'live.subscriptionsPerConnection'({ start }) {
    const gateway = await start({ live: { subscriptionsPerConnection: 1 } });
    const client = await openInitialised(gateway.url);
    for (const id of ['1', '2']) client.send(subscribeTo(id, EVENTS));
    const seen = await errorsAt(client, '2');
    expect(subscribers(gateway)).toBe(1);
    client.socket.terminate();
    return seen;
  },

  async 'live.maxMessageBytes'({ start }) {
    const { url } = await start({ live: { maxMessageBytes: 1_024 } });
    const client = await openSocket(url);
    client.send(`"${'x'.repeat(1_024)}"`);
    const stream = await openStream(url, { query: 'x'.repeat(1_024) });
    stream.resume();
    return [String(await client.closed), ...seenIn(stream.statusCode ?? 0)];
  },

  async 'live.initTimeoutMs'({ start }) {
    const { url } = await start({ live: { initTimeoutMs: 100 } });
    return [String(await (await openSocket(url)).closed)];
  },

  async 'live.keepAliveMs'({ start }) {
    const { url } = await start({ live: { keepAliveMs: 120 } });
    const address = `${url.replace('http', 'ws')}/graphql`;
    const dead = new WebSocket(address, 'graphql-transport-ws', { autoPong: false });
    await once(dead, 'open');
    dead.send('{"type":"connection_init"}');
    return [String((await once(dead, 'close'))[0])];
  },

  async 'live.maxBufferedBytes'({ start }) {
    const gateway = await start({ live: { maxBufferedBytes: 65_536 } });
    const { put } = await createRecorder(gateway);
    const client = await openInitialised(gateway.url);
    client.send(subscribeTo('1', LARGE));
    const stream = await openStream(gateway.url, { query: LARGE });
    await waitFor('the subscriptions', () => subscribers(gateway) === 2);
    client.socket.pause();
    const slow = () => gateway.gateway.deliveryStatus().closedAsSlow;
    for (let turn = 0; slow() < 2 && turn < 200; turn += 1) await put('x'.repeat(50_000));
    stream.on('error', () => undefined).resume();
    await once(stream, 'close');
    client.socket.resume();
    return [String(await client.closed)];
  },

  async 'live.maxQueuedEvents'({ start }) {
    const gateway = await start({ live: { maxQueuedEvents: 1 } });
    const { put, head } = await createRecorder(gateway);
    const since = await head();
    const client = await openInitialised(gateway.url);
    client.send(subscribeTo('1', EVENTS));
    await waitFor('the subscription', () => subscribers(gateway) === 1);
    await Promise.all(Array.from({ length: 20 }, () => put()));
    const closed = String(await client.closed);

    const resumed = await openInitialised(gateway.url);
    resumed.send(subscribeTo('1', EVENTS, { since }));
    const told = () => resumed.messages.flatMap(({ payload }) => payload?.data ?? []);
    await waitFor('all events', () => told().length === 20);
    resumed.socket.terminate();
    return [closed];
  },

  async 'events.maxEvents, events.maxAgeHours'({ start }) {
    const gateway = await start({ events: { watch: false, maxEvents: 100 } });
    const { put, head } = await createRecorder(gateway);
    const since = await head();
    for (let turn = 0; turn < 120; turn += 1) await put();
    const client = await openInitialised(gateway.url);
    client.send(subscribeTo('1', EVENTS, { since }));
    const seen = await errorsAt(client, '1');
    client.socket.terminate();
    return seen;
  },
};
