import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyBaseLogger } from 'fastify';
import { type Message, MessageType, parseMessage, type SubscribeMessage } from 'graphql-ws';
import type { RawData, WebSocket } from 'ws';
import { ErrorCode, GatewayError } from '../../errors.ts';
import type { ViewerGate } from '../../limits/gate.ts';
import type { Seats } from '../../limits/seats.ts';
import type { LiveSettings } from './settings.ts';
import { CLOSE, type Close, subscriberExists } from './codes.ts';
import { format } from './format.ts';
import type { Operations, Sink } from './operations.ts';
import { at, type Connected, type OpenSession } from './session.ts';
import type { TextFinder } from './texts.ts';

export interface ConnectionOptions {
  settings: LiveSettings;
  openSession: OpenSession;
  operations: Operations;
  findText: TextFinder;
  seats: Seats;
  gate: ViewerGate;
  log: FastifyBaseLogger;
}

/** Speaks graphql-transport-ws over one socket, until that closes. */
export function serveConnection(
  socket: WebSocket,
  headers: IncomingHttpHeaders,
  options: ConnectionOptions,
): void {
  const { settings, operations, log } = options;
  const running = new Map<string, () => void>();
  let session: Connected | undefined;
  let wasInitialised = false;
  let leaveSeat = () => undefined as void;
  let callOffExpiry = () => undefined as void;
  let leaveSession = () => undefined as void;

  const close = ({ code, reason }: Close) => socket.close(code, reason);
  const send = (text: string, sent?: () => void) => socket.send(text, sent);
  const initTimer = setTimeout(() => close(CLOSE.initTimeout), settings.initTimeoutMs);

  const initialise = async (parameters: Record<string, unknown> | undefined): Promise<void> => {
    if (wasInitialised) return close(CLOSE.tooManyInits);
    wasInitialised = true;
    clearTimeout(initTimer);
    let opened: Connected;
    try {
      opened = await options.openSession(headers, parameters);
    } catch (error) {
      const isRefusal =
        error instanceof GatewayError && error.code !== ErrorCode.INTERNAL_SERVER_ERROR;
      if (!isRefusal) log.error({ err: error }, 'a viewer could not be authenticated');
      return close(isRefusal ? CLOSE.unauthorized : CLOSE.failed);
    }
    if (socket.readyState !== socket.OPEN) return;
    const leave = options.seats.take(opened.grants.viewer);
    if (!leave) return close(CLOSE.tooManyConnections);
    leaveSeat = leave;
    callOffExpiry = at(opened.grants.expiresAt, () => close(CLOSE.expired));
    leaveSession = opened.attend(close);
    session = opened;
    send('{"type":"connection_ack"}');
  };

  const sinkOf = (id: string): Sink => {
    const start = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
    return {
      next: (payload, sent) => send(`${start}${payload}}`, sent),
      bufferedBytes: () => socket.bufferedAmount,
      fail: (errors) => {
        if (running.delete(id)) send(JSON.stringify({ id, type: 'error', payload: errors }));
      },
      complete: () => {
        if (running.delete(id)) send(JSON.stringify({ id, type: 'complete' }));
      },
      closeAsSlow: () => close(CLOSE.slow),
    };
  };

  const answerPing = (payload: unknown): void => {
    const pong = stringify({ type: 'pong', payload });
    if (pong === undefined) return close(CLOSE.badRequest);
    return send(pong);
  };

  const subscribe = async ({ id, payload }: SubscribeMessage): Promise<void> => {
    if (!session) return close(CLOSE.unauthorized);
    if (running.has(id)) return close(subscriberExists(id));
    const sink = sinkOf(id);
    const fail = (error: GatewayError) => sink.fail(format([error], id, log));
    const notYet = () => undefined;
    running.set(id, notYet);
    if (running.size > settings.subscriptionsPerConnection) {
      return fail(tooMany(settings.subscriptionsPerConnection));
    }
    // The client may have ended it meanwhile, and have begun another under its id.
    const wasEnded = () => running.get(id) !== notYet;
    const refusal = await options.gate.request(session.grants.viewer);
    if (wasEnded()) return;
    if (refusal) return fail(refusal);
    const found = await options.findText(payload);
    if (wasEnded()) return;
    if ('errors' in found) return sink.fail(found.errors);
    const stop = operations.start(found.ask, session, sink);
    if (running.has(id)) running.set(id, stop);
  };

  const take = async (message: Message): Promise<void> => {
    switch (message.type) {
      case MessageType.ConnectionInit:
        return initialise(message.payload);
      case MessageType.Ping:
        return answerPing(message.payload);
      case MessageType.Pong:
        return;
      case MessageType.Subscribe:
        return subscribe(message);
      case MessageType.Complete: {
        const stop = running.get(message.id);
        running.delete(message.id);
        return stop?.();
      }
      default:
        return close(CLOSE.badRequest);
    }
  };

  socket.on('message', (data, isBinary) => {
    if (socket.readyState !== socket.OPEN) return;
    const message = isBinary ? undefined : parse(textOf(data));
    if (!message) return close(CLOSE.badRequest);
    take(message).catch((error: unknown) => {
      log.error({ err: error }, 'a message could not be handled');
      close(CLOSE.failed);
    });
  });
  socket.once('close', () => {
    clearTimeout(initTimer);
    callOffExpiry();
    leaveSeat();
    leaveSession();
    for (const stop of running.values()) stop();
    running.clear();
  });
}

function textOf(data: RawData): string {
  // ws hands a message over whole, as one buffer, unless it is told otherwise.
  return (data as Buffer).toString('utf8');
}

function parse(text: string): Message | undefined {
  try {
    return parseMessage(text);
  } catch {
    return undefined;
  }
}

/** Undefined where it is nested so deeply that it can be read and not be written. */
function stringify(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

function tooMany(limit: number): GatewayError {
  return new GatewayError(
    ErrorCode.RATE_LIMITED,
    `This connection has ${limit} operations under way. End some, or open another connection.`,
    { retryable: true },
  );
}
