import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { refuseUnreadable } from './unreadable.ts';

/** Where files are sent to and fetched from. */
const FILES_PREFIX = '/files/';

/** How often it is looked who is late, at the least. */
const LOOK_MS = 1_000;

interface Arriving {
  response: ServerResponse;
  since: number;
}

/**
 * Ends the connections of requests whose bodies do not come to their end in time: each would hold a
 * socket and what it has sent so far. Files take as long as their bytes do. To be called after
 * whatever stands before Fastify.
 */
export function endSlowBodies(app: FastifyInstance, withinMs: number): void {
  // Looked through now and then: of a request that is answered before its end, and cut, nobody tells.
  const arriving = new Map<IncomingMessage, Arriving>();
  app.server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    if (!hasBody(request) || request.url?.startsWith(FILES_PREFIX)) return;
    arriving.set(request, { response, since: performance.now() });
    request.once('end', () => arriving.delete(request));
  });
  const look = () => {
    const latest = performance.now() - withinMs;
    for (const [request, { response, since }] of arriving) {
      const isGone = request.socket.destroyed;
      if (since > latest && !isGone) continue;
      arriving.delete(request);
      if (!isGone) end(request, response);
    }
  };
  const timer = setInterval(look, Math.min(LOOK_MS, withinMs)).unref();
  app.addHook('onClose', async () => clearInterval(timer));
}

function end({ socket }: IncomingMessage, { headersSent }: ServerResponse): void {
  // Whoever was refused already has an answer.
  if (headersSent) socket.destroy();
  else refuseUnreadable(Object.assign(new Error('slow'), { code: TOO_SLOW }), socket);
}

/** Node's own word for it. */
const TOO_SLOW = 'ERR_HTTP_REQUEST_TIMEOUT';

function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length'];
  return length === undefined ? headers['transfer-encoding'] !== undefined : length !== '0';
}
