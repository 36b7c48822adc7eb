import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { Status } from '../../src/schema/enums.ts';
import type { EventLog, Observation } from '../../src/subscriptions/events.ts';
import type { TestGateway } from './gateway.ts';
import { waitFor } from './wait-for.ts';

export interface Message {
  id?: string;
  type: string;
  payload?: { data?: { deploymentStatusChanged: { cursor: string; subjectId: string } } } & Record<
    string,
    unknown
  >;
}

/** A WebSocket without a client's manners: it sends what it is told, and keeps what comes. */
export async function openSocket(
  url: string,
  options: { protocol?: string; headers?: Record<string, string>; path?: string } = {},
) {
  const { protocol = 'graphql-transport-ws', headers = {}, path = '/graphql' } = options;
  const socket = new WebSocket(`${url.replace('http', 'ws')}${path}`, protocol, { headers });
  const messages: Message[] = [];
  socket.on('message', (data) => messages.push(JSON.parse((data as Buffer).toString()) as Message));
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  await once(socket, 'open');
  return {
    socket,
    messages,
    send: (message: unknown) =>
      socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    closed,
    types: () => messages.map(({ type }) => type),
  };
}

export const openInitialised = (url: string) => openAs(url, {});

/** The same as whoever these headers name. */
export async function openAs(url: string, headers: Record<string, string>) {
  const client = await openSocket(url, { headers });
  client.send({ type: 'connection_init' });
  await waitFor('connection_ack', () => client.types().includes('connection_ack'));
  return client;
}

/** The message that begins an operation. */
export const subscribeTo = (
  id: string,
  query: string,
  variables: Record<string, unknown> = {},
) => ({
  id,
  type: 'subscribe',
  payload: { query, variables },
});

/** Opens an event stream, and reads nothing of it before it is told to. */
export async function openStream(
  url: string,
  body: Record<string, unknown>,
  headers: Record<string, string> = {},
): Promise<IncomingMessage> {
  const request = httpRequest(`${url}/graphql/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
  });
  request.end(JSON.stringify(body));
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return response;
}

/** Records changes of one deployment, each with another status than the last. */
export async function createRecorder(gateway: TestGateway) {
  const { data } = await gateway.query<{
    deployments: { nodes: { id: string; scope: { id: string } }[] };
  }>(
    '{ deployments(first: 1, filter: { providers: ["humanitec"] }) { nodes { id scope { id } } } }',
  );
  const [{ id, scope } = { id: '', scope: { id: '' } }] = data.deployments.nodes;
  const events: EventLog = gateway.gateway.events;
  let turn = 0;
  const put = (rawStatus = 'any') => {
    turn += 1;
    const status = turn % 2 ? Status.QUEUED : Status.IN_PROGRESS;
    const seen: Observation = {
      type: 'Deployment',
      subjectId: id,
      scopeId: scope.id,
      status,
      rawStatus,
      occurredAt: null,
    };
    return events.record(scope.id, [seen], 1);
  };
  await put();
  return { put, head: () => events.head(), id };
}

export const subscribers = (gateway: TestGateway) => gateway.gateway.deliveryStatus().subscribers;
