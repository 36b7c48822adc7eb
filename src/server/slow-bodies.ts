import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { refuseUnreadable } from './unreadable.ts';

/** Where files are sent to and fetched from. */
const FILES_PREFIX = '/files/';

/**
 * Ends the connections of requests whose bodies do not come to their end in time: each would hold a
 * socket and what it has sent so far. Files take as long as their bytes do. To be called after
 * whatever stands before Fastify.
 */
export function endSlowBodies(app: FastifyInstance, withinMs: number): void {
  app.server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    if (!hasBody(request) || request.url?.startsWith(FILES_PREFIX)) return;
    const end = () => clearTimeout(timer);
    const timer = setTimeout(() => {
      request.off('end', end).off('close', end);
      // Whoever was refused already has an answer.
      if (response.headersSent) {
        request.socket.destroy();
        return;
      }
      const slow = Object.assign(new Error('slow'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
      refuseUnreadable(slow, request.socket);
    }, withinMs);
    request.once('end', end).once('close', end);
  });
}

function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length'];
  return length === undefined ? headers['transfer-encoding'] !== undefined : length !== '0';
}
