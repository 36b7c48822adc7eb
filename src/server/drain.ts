import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

/** The responses that each open connection still owes. */
type UnderWay = Map<Socket, Set<ServerResponse>>;

/**
 * Lets requests under way finish before the server closes, for at most `graceMs`, and then closes
 * every connection, also those that a client opened and never used.
 */
export function drainOnClose(app: FastifyInstance, graceMs: number): void {
  const underWay: UnderWay = new Map();
  app.addHook('onRequest', async ({ raw: { socket } }, { raw: response }) => {
    // The client may have gone while its body was read; nobody waits for an answer then.
    if (socket.destroyed) return;
    const owed = underWay.get(socket) ?? new Set();
    if (!underWay.has(socket)) socket.once('close', () => underWay.delete(socket));
    underWay.set(socket, owed.add(response));
    response.once('close', () => owed.delete(response));
  });
  app.addHook('preClose', async () => {
    const grace = new AbortController();
    await Promise.race([
      allClosed(underWay),
      pause(graceMs, undefined, { signal: grace.signal, ref: false }).catch(() => undefined),
    ]);
    grace.abort();
    app.server.closeAllConnections();
  });
}

/**
 * A response that stood behind another one on a connection that is cut is never closed: Node does
 * not know it yet.
 */
async function allClosed(underWay: UnderWay): Promise<void> {
  for (const [socket, owed] of underWay) {
    for (const response of owed) {
      if (socket.destroyed || response.closed) continue;
      // A connection that fails has ended as well.
      await Promise.race([once(response, 'close'), once(socket, 'close')]).catch(() => undefined);
    }
  }
}
