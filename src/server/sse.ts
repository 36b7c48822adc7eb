import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { OperationTypeNode } from 'graphql';
import { z } from 'zod';
import { ErrorCode, GatewayError } from '../errors.ts';
import { GRAPHQL_PATH } from './graphql.ts';
import { SAFE_HEADERS } from './headers.ts';
import { CLOSE, type Close } from './live/codes.ts';
import type { ConnectionOptions } from './live/connection.ts';
import type { Ask } from './live/ask.ts';
import { format } from './live/format.ts';
import type { Operations, Sink } from './live/operations.ts';
import { at, type Connected } from './live/session.ts';
import type { WithText } from './live/texts.ts';
import { whenOver } from './over.ts';
import { sayWhenToRetry } from './refusals.ts';
import { REQUEST_ID_HEADER } from './request-id.ts';

/** Where event streams are. */
export const STREAM_PATH = `${GRAPHQL_PATH}/stream`;

const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  connection: 'keep-alive',
  // nginx would otherwise keep events back until it has a bufferful.
  'x-accel-buffering': 'no',
};

const STATUSES: Partial<Record<ErrorCode, number>> = {
  [ErrorCode.UNAUTHENTICATED]: 401,
  [ErrorCode.FORBIDDEN]: 403,
  [ErrorCode.BAD_USER_INPUT]: 400,
  [ErrorCode.RATE_LIMITED]: 429,
};

const askSchema = z.object({
  query: z.string().nullish(),
  documentId: z.string().nullish(),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  extensions: z.record(z.string(), z.unknown()).nullish(),
});

/**
 * Serves operations over Server-Sent Events at `/graphql/stream`, one operation a stream: the
 * distinct connections mode of graphql-sse, by POST, or by GET for clients that can do no other.
 */
export function serveStreams(app: FastifyInstance, options: ConnectionOptions): void {
  const { settings, openSession, operations, findText, seats, gate, log } = options;
  const streams = new Set<Stream>();
  const heartbeat = setInterval(() => {
    for (const stream of streams) stream.keepAlive();
  }, settings.keepAliveMs);
  heartbeat.unref();

  const begin = (found: WithText, session: Connected, reply: FastifyReply) => {
    const leaveSeat = seats.take(session.grants.viewer);
    if (!leaveSeat) throw tooManyStreams(settings.connectionsPerViewer);
    reply.hijack();
    const stream = openStream(reply);
    const callOffExpiry = at(session.grants.expiresAt, () => stream.end(CLOSE.expired));
    const leaveSession = session.attend((why) => stream.end(why));
    const stop = 'ask' in found ? operations.start(found.ask, session, stream.sink) : undefined;
    if ('errors' in found) stream.sink.fail(found.errors);
    streams.add(stream);
    // The client may have gone while it was found out who it is.
    whenOver(reply.request.raw, reply.raw, () => {
      streams.delete(stream);
      callOffExpiry();
      leaveSeat();
      leaveSession();
      stop?.();
    });
  };

  app.route({
    method: ['GET', 'POST'],
    url: STREAM_PATH,
    exposeHeadRoute: false,
    bodyLimit: settings.maxMessageBytes,
    handler: async (request, reply) => {
      try {
        const session = await openSession(request.headers, undefined);
        const refusal = await gate.request(session.grants.viewer);
        if (refusal) throw refusal;
        const found = await findText(readAsk(request));
        if (request.method === 'GET') refuseMutation(found, operations);
        begin(found, session, reply);
        return reply;
      } catch (error) {
        const code = error instanceof GatewayError ? error.code : ErrorCode.INTERNAL_SERVER_ERROR;
        sayWhenToRetry(reply, error);
        return reply.code(STATUSES[code] ?? 500).send({ errors: format([error], request.id, log) });
      }
    },
  });

  app.addHook('preClose', async () => {
    clearInterval(heartbeat);
    for (const stream of streams) stream.end(CLOSE.restart);
  });
}

interface Stream {
  sink: Sink;
  keepAlive(): void;
  /** Ends the stream before its operation is complete, with the reason as a comment. */
  end(why: Close): void;
}

/** How long what was written may take to leave before the connection is cut. */
const FLUSH_MS = 1_000;

function openStream(reply: FastifyReply): Stream {
  const { raw, request } = reply;
  // Which pages may read it was decided when the request came.
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) raw.setHeader(name, value);
  }
  raw.writeHead(200, { ...SAFE_HEADERS, ...STREAM_HEADERS, [REQUEST_ID_HEADER]: request.id });
  // Some browsers report a stream as open only once something has come.
  raw.write(':\n\n');
  const finish = (text: string) => {
    if (raw.writableEnded) return;
    raw.end(text);
    const timer = setTimeout(() => raw.destroy(), FLUSH_MS);
    raw.once('close', () => clearTimeout(timer));
  };
  const end = ({ code, reason }: Close) => finish(`: ${code} ${reason}\n\n`);
  const next = (payload: string, sent?: () => void) => {
    if (raw.writableEnded) sent?.();
    else raw.write(`event: next\ndata: ${payload}\n\n`, () => sent?.());
  };
  const complete = () => finish('event: complete\ndata:\n\n');
  let wasStuck = false;
  return {
    end,
    keepAlive: () => {
      if (raw.writableLength === 0) wasStuck = false;
      // A client that took nothing for a whole interval is gone, or might as well be.
      else if (wasStuck) raw.destroy();
      else wasStuck = true;
      if (!raw.writableEnded) raw.write(':\n\n');
    },
    sink: {
      next,
      complete,
      bufferedBytes: () => raw.writableLength,
      fail: (errors) => {
        next(JSON.stringify({ errors }));
        complete();
      },
      closeAsSlow: () => end(CLOSE.slow),
    },
  };
}

/** The operation of a request. @throws GatewayError BAD_USER_INPUT */
function readAsk({ method, query, body }: FastifyRequest): Ask {
  const { data } = askSchema.safeParse(method === 'GET' ? fromSearch(query) : body);
  if (!data || !(data.query ?? data.documentId ?? data.extensions?.persistedQuery)) {
    throw badRequest(
      'Send { query, operationName, variables, extensions } as JSON, or in the search of a GET with variables and extensions as JSON.',
    );
  }
  return data;
}

/** Any page can have a browser send a GET. @throws GatewayError BAD_USER_INPUT */
function refuseMutation(found: WithText, operations: Operations): void {
  if ('errors' in found || operations.kindOf(found.ask) !== OperationTypeNode.MUTATION) return;
  throw badRequest('A mutation cannot be sent by GET; send it by POST.');
}

function fromSearch(search: unknown): unknown {
  const { variables, extensions, ...rest } = z.record(z.string(), z.unknown()).parse(search ?? {});
  try {
    return { ...rest, variables: fromText(variables), extensions: fromText(extensions) };
  } catch {
    return undefined;
  }
}

function fromText(value: unknown): unknown {
  return typeof value === 'string' && value !== '' ? (JSON.parse(value) as unknown) : undefined;
}

function badRequest(problem: string): GatewayError {
  return new GatewayError(ErrorCode.BAD_USER_INPUT, problem);
}

function tooManyStreams(limit: number): GatewayError {
  return new GatewayError(
    ErrorCode.RATE_LIMITED,
    `This viewer has ${limit} connections open, as many as one may have. Close some.`,
    { retryable: true },
  );
}
