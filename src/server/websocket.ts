import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { handleProtocols } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { GRAPHQL_PATH } from './graphql.ts';
import { CLOSE } from './live/codes.ts';
import { type ConnectionOptions, serveConnection } from './live/connection.ts';

/** How long a client may take to answer a close before its connection is cut. */
const CLOSE_MS = 1_000;

/** Pings are spread over this many turns, so that thousands of them do not come at once. */
const TURNS = 12;

/** Serves subscriptions, and any other operation, over WebSockets at `/graphql`. */
export function serveWebSockets(
  app: FastifyInstance,
  options: ConnectionOptions,
  allowedOrigins: readonly string[],
): void {
  const { settings } = options;
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: settings.maxMessageBytes,
    handleProtocols: (protocols) => handleProtocols(protocols),
  });
  /** Each open socket, and whether it has answered since its last ping. */
  const sockets = new Map<WebSocket, { isAlive: boolean; turn: number }>();
  let opened = 0;
  let turn = 0;

  const heartbeat = setInterval(() => {
    turn = (turn + 1) % TURNS;
    for (const [socket, state] of sockets) {
      if (state.turn === turn) ping(socket, state);
    }
  }, settings.keepAliveMs / TURNS);
  heartbeat.unref();

  const accept = (socket: WebSocket, { headers }: IncomingMessage) => {
    const state = { isAlive: true, turn: opened % TURNS };
    opened += 1;
    sockets.set(socket, state);
    socket.on('pong', () => {
      state.isAlive = true;
    });
    // What is wrong with a connection ends it; ws closes it, and there is nobody to tell.
    socket.on('error', (error) => options.log.debug({ err: error }, 'a WebSocket failed'));
    socket.once('close', () => sockets.delete(socket));
    serveConnection(socket, headers, options);
  };

  const onUpgrade = (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const refusal = refusalOf(request, allowedOrigins);
    if (refusal) {
      stream.end(`HTTP/1.1 ${refusal}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    server.handleUpgrade(request, stream, head, accept);
  };
  app.server.on('upgrade', onUpgrade);

  app.addHook('preClose', async () => {
    clearInterval(heartbeat);
    app.server.off('upgrade', onUpgrade);
    await Promise.all([...sockets.keys()].map(closeOrCut));
  });
}

function ping(socket: WebSocket, state: { isAlive: boolean }): void {
  if (!state.isAlive) {
    socket.terminate();
    return;
  }
  state.isAlive = false;
  if (socket.readyState === socket.OPEN) socket.ping();
}

/** Tells a client to connect again, and cuts the connection where it does not answer. */
async function closeOrCut(socket: WebSocket): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => socket.terminate(), CLOSE_MS);
    socket.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    socket.close(CLOSE.restart.code, CLOSE.restart.reason);
  });
}

/**
 * Why an upgrade is refused. Browsers let any page open a WebSocket to anywhere, so a page of
 * another origin must be among those that are let in.
 */
function refusalOf(
  { url = '', headers }: IncomingMessage,
  origins: readonly string[],
): string | undefined {
  const [path] = url.split('?', 1);
  if (path !== GRAPHQL_PATH) return '404 Not Found';
  const { origin, host } = headers;
  if (origin === undefined || origins.includes(origin) || origins.includes('*')) return undefined;
  return URL.canParse(origin) && new URL(origin).host === host ? undefined : '403 Forbidden';
}
