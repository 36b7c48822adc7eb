import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

/**
 * Lets requests under way finish before the server closes, for at most `graceMs`, and then closes
 * every connection, also those that a client opened and never used. From the beginning of the close
 * no connection is taken, and each that is there ends with its next answer. To be called after
 * whatever stands before Fastify, whose answers count too.
 */
export function drainOnClose(app: FastifyInstance, graceMs: number): void {
  const underWay = new Set<ServerResponse>();
  let isClosing = false;
  app.server.on('request', (_request, response) => {
    underWay.add(response);
    response.once('close', () => underWay.delete(response));
    if (isClosing) response.setHeader('connection', 'close');
  });
  app.addHook('preClose', async () => {
    isClosing = true;
    app.server.close();
    const grace = new AbortController();
    await Promise.race([
      allClosed(underWay),
      pause(graceMs, undefined, { signal: grace.signal, ref: false }).catch(() => undefined),
    ]);
    grace.abort();
    app.server.closeAllConnections();
  });
}

/** Whoever asks over a connection that is still open, while others finish, is waited for too. */
async function allClosed(underWay: ReadonlySet<ServerResponse>): Promise<void> {
  for (const response of underWay) {
    if (!response.closed) await once(response, 'close');
  }
}
