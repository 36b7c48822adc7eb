import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

/** The responses that each open connection still owes. */
type UnderWay = Map<Socket, Set<ServerResponse>>;

/**
 * Lets requests under way finish before the server closes, for at most `graceMs`, and then closes
 * every connection, also those that a client opened and never used. From the beginning of the close
 * no connection is taken, and each that is there ends with its next answer. To be called after
 * whatever stands before Fastify, whose answers count too.
 */
export function drainOnClose(app: FastifyInstance, graceMs: number): void {
  const underWay: UnderWay = new Map();
  let isClosing = false;
  app.server.on('request', ({ socket }, response) => {
    // The client may have gone already; nobody waits for an answer then.
    if (socket.destroyed) return;
    const owed = underWay.get(socket) ?? new Set();
    if (!underWay.has(socket)) socket.once('close', () => underWay.delete(socket));
    underWay.set(socket, owed.add(response));
    response.once('close', () => owed.delete(response));
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

/**
 * Whoever asks over a connection that is still open, while others finish, is waited for too. A
 * response that stood behind another one on a connection that is cut is never closed: Node does not
 * know it yet.
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
