import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';

/** How long what a refused client still sends is read, and thrown away. */
const LINGER_MS = 2_000;

/**
 * Lets those who are answered while they still send read the answer: a connection that is closed
 * with something unread in it is reset, and most clients, and proxies, then lose the answer that was
 * on its way. The answer is sent whole at once; only the end of the connection waits. To be called
 * after whatever else changes what is sent.
 */
export function lingerOnRefusals(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    if (request.raw.complete || typeof payload !== 'string') return payload;
    reply.headers({ 'content-length': Buffer.byteLength(payload), connection: 'close' });
    return endLate(payload, request.raw);
  });
}

/** The text, and its end when the request has ended, or when it has been waited for long enough. */
function endLate(text: string, request: IncomingMessage): Readable {
  // As text: Node would put headers in front of a `100 Continue` where bytes follow them.
  const stream = new Readable({ encoding: 'utf8', read: () => undefined });
  stream.push(text);
  const end = () => {
    clearTimeout(timer);
    request.off('end', end).off('close', end);
    if (!stream.readableEnded) stream.push(null);
  };
  const timer = setTimeout(end, LINGER_MS);
  request.once('end', end).once('close', end).resume();
  return stream;
}
