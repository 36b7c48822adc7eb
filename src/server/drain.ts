import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

/**
 * Lets requests under way finish before the server closes, for at most `graceMs`, and then closes
 * every connection, also those that a client opened and never used.
 */
export function drainOnClose(app: FastifyInstance, graceMs: number): void {
  const underWay = new Set<Promise<void>>();
  app.addHook('onRequest', async (_request, reply) => {
    const ended = new Promise<void>((resolve) => reply.raw.once('close', resolve));
    underWay.add(ended);
    void ended.then(() => underWay.delete(ended));
  });
  app.addHook('preClose', async () => {
    const grace = new AbortController();
    await Promise.race([
      Promise.all(underWay),
      pause(graceMs, undefined, { signal: grace.signal, ref: false }).catch(() => undefined),
    ]);
    grace.abort();
    app.server.closeAllConnections();
  });
}
