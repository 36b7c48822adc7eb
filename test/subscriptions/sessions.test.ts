import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Grants } from '../../src/auth/grants.ts';
import { parseConfig } from '../../src/config.ts';
import { createCall } from '../../src/datasources/http/call.ts';
import { ErrorCode, GatewayError } from '../../src/errors.ts';
import { createExecutor } from '../../src/execution/executor.ts';
import { toId } from '../../src/ids.ts';
import { createLoaders } from '../../src/loaders/index.ts';
import { createSchema } from '../../src/resolvers/index.ts';
import { Status } from '../../src/schema/enums.ts';
import { createSessions } from '../../src/server/live/sessions.ts';
import { serveLive } from '../../src/server/live.ts';
import { liveSettings } from '../../src/server/live/settings.ts';
import {
  createPersistedQueries,
  persistedQuerySettings,
} from '../../src/server/persisted-queries.ts';
import { createDocumentFinder } from '../../src/server/trusted-documents.ts';
import { createDelivery, type Delivery } from '../../src/subscriptions/delivery/delivery.ts';
import type { Selection } from '../../src/subscriptions/delivery/selection.ts';
import type { EventLog } from '../../src/subscriptions/events.ts';
import { createEventLog } from '../../src/subscriptions/log/index.ts';
import { eventSettings } from '../../src/subscriptions/settings.ts';
import { createPlaces } from '../../src/wiring/places.ts';
import { openSocket, openStream, subscribeTo } from '../helpers/connections.ts';
import { leavesNothingBehind } from '../helpers/leftovers.ts';
import { waitFor } from '../helpers/wait-for.ts';

leavesNothingBehind();

const EVENTS = 'subscription { deploymentStatusChanged { cursor subjectId } }';

interface Server {
  url: string;
  app: FastifyInstance;
  delivery: Delivery;
  events: EventLog;
  /** What somebody wants to know of now. */
  interests: Set<Selection>;
}

const servers: Server[] = [];

afterEach(async () => {
  for (const { app, delivery, events } of servers.splice(0)) {
    await app.close();
    delivery.close();
    await events.close();
  }
});

/** Serves subscriptions for viewers that `grantsOf` makes of a token: header or connection_init. */
async function serve(
  grantsOf: (token: string) => Grants,
  check: (selection: Selection) => void = () => undefined,
): Promise<Server> {
  const app = Fastify();
  const schema = await createSchema();
  const events = createEventLog(eventSettings.parse(undefined), undefined);
  const providers = new Map();
  const { limits } = parseConfig(
    '{ providers: [{ name: cf, kind: cloudfoundry, baseUrl: "http://127.0.0.1:9", credentials: { token: t } }] }',
    'test',
    {},
  );
  const interests = new Set<Selection>();
  const settings = liveSettings.parse(undefined);
  const delivery = createDelivery({
    log: events,
    limits: settings,
    places: createPlaces(providers, () => undefined),
    onInterest: (selection) => {
      check(selection);
      interests.add(selection);
      return () => interests.delete(selection);
    },
  });
  const sessions = createSessions({
    async authenticate(presented) {
      const { authorization } = presented as { authorization?: unknown };
      const grants = grantsOf(typeof authorization === 'string' ? authorization : '');
      return { grants, sources: providers, locate: async () => undefined };
    },
    createContext: ({ grants }, requestId, signal, deadline) => {
      const call = createCall(signal, deadline);
      const loaders = createLoaders(providers, call, grants);
      const writing = {
        files: { issueUpload: unused, issueDownload: unused },
        writes: unused,
        forget: unused,
        locate: unused,
      };
      return { requestId, grants, providers, loaders, events, call, limits, ...writing };
    },
  });
  const execute = createExecutor('compiled', schema);
  const introspection = false;
  serveLive(app, {
    schema,
    introspection,
    execute,
    limits,
    findDocument: createDocumentFinder(undefined),
    persisted: createPersistedQueries(persistedQuerySettings.parse(undefined), undefined),
    allowedOrigins: [],
    settings,
    delivery,
    metrics: { operation: () => undefined },
    gate: { request: () => undefined, enter: () => () => undefined },
    openSession: sessions.open,
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const server = { url: `http://127.0.0.1:${port}`, app, delivery, events, interests };
  servers.push(server);
  return server;
}

/** Nothing here writes. */
const unused = () => {
  throw new Error('no test needs it');
};

const grants = (over: Partial<Grants> = {}): Grants => ({
  viewer: 'somebody',
  fingerprint: 'everything',
  expiresAt: Infinity,
  may: () => true,
  partsOf: () => [],
  ...over,
});

const unauthenticated = () =>
  new GatewayError(ErrorCode.UNAUTHENTICATED, 'No such key. Send a valid one.');

async function initialise(url: string, authorization?: string) {
  const client = await openSocket(url);
  client.send({ type: 'connection_init', ...(authorization && { payload: { authorization } }) });
  await waitFor('connection_ack', () => client.types().includes('connection_ack'));
  return client;
}

describe('a viewer', () => {
  it('who is not known gets no connection', async () => {
    const { url } = await serve((token) => {
      if (token !== 'right') throw unauthenticated();
      return grants();
    });
    const wrong = await openSocket(url);
    wrong.send({ type: 'connection_init', payload: { authorization: 'wrong' } });
    expect(await wrong.closed).toBe(4401);
    const stream = await openStream(url, { query: EVENTS });
    expect(stream.statusCode).toBe(401);
    stream.resume();
    (await initialise(url, 'right')).socket.close();
    const byHeader = await openSocket(url, { headers: { authorization: 'right' } });
    byHeader.send({ type: 'connection_init' });
    await waitFor('connection_ack', () => byHeader.types().includes('connection_ack'));
    byHeader.socket.close();
  });

  it('is cut off when the credentials expire, over both transports', async () => {
    const { url, delivery } = await serve(() => grants({ expiresAt: Date.now() + 400 }));
    const client = await initialise(url);
    client.send(subscribeTo('1', EVENTS));
    const stream = await openStream(url, { query: EVENTS });
    let text = '';
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
    const ended = once(stream, 'end');
    expect(await client.closed).toBe(4403);
    await ended;
    expect(text).toMatch(/: 4403 /);
    await waitFor('the end of both', () => delivery.status().subscribers === 0);
  });

  it('is sent only what may be read, asked anew for each event', async () => {
    const ids = ['allowed', 'hidden', 'later'].map((key) => toId('p', 'Deployment', [key]));
    const [allowed = '', , later = ''] = ids;
    const readable = new Set([allowed]);
    const { url, delivery, events, interests } = await serve((token) =>
      grants(
        token === 'limited'
          ? { fingerprint: 'some', may: (_permission, { id }) => readable.has(id) }
          : {},
      ),
    );
    const limited = await initialise(url, 'limited');
    const all = await initialise(url);
    limited.send(subscribeTo('1', EVENTS));
    all.send(subscribeTo('1', EVENTS));
    await waitFor('the subscriptions', () => delivery.status().subscribers === 2);
    expect(delivery.status().groups).toBe(2);
    expect(interests.size).toBe(2);
    const record = (status: Status) =>
      events.record(
        'scope',
        ids.map((subjectId) => ({
          type: 'Deployment' as const,
          subjectId,
          scopeId: 'scope',
          status,
          rawStatus: '',
          occurredAt: null,
        })),
        1,
      );
    await record(Status.QUEUED);
    await record(Status.IN_PROGRESS);
    await waitFor('the first events', () => all.types().filter((type) => type === 'next')[2]);
    readable.add(later);
    await record(Status.SUCCEEDED);
    await waitFor('all events', () => all.types().filter((type) => type === 'next')[5]);
    await waitFor('the readable ones', () => limited.types().filter((type) => type === 'next')[2]);
    const seen = limited.messages.flatMap(
      ({ payload }) => payload?.data?.deploymentStatusChanged.subjectId ?? [],
    );
    expect(seen).toEqual([allowed, allowed, later]);
    limited.socket.close();
    all.socket.close();
    await waitFor('the end of all interest', () => interests.size === 0);
  });

  it('is told what cannot be watched', async () => {
    const { url, delivery } = await serve(
      () => grants(),
      () => {
        throw new GatewayError(ErrorCode.UNSUPPORTED, 'p cannot be watched.', { provider: 'p' });
      },
    );
    const client = await initialise(url);
    client.send(subscribeTo('1', EVENTS));
    await waitFor('the refusal', () => client.types().includes('error'));
    expect(client.messages.at(-1)?.payload).toMatchObject([
      { message: 'p cannot be watched.', extensions: { code: 'UNSUPPORTED', provider: 'p' } },
    ]);
    expect(delivery.status()).toMatchObject({ subscribers: 0, groups: 0 });
    client.socket.close();
  });
});
