import type { FastifyInstance } from 'fastify';
import { GatewayError } from '../errors.ts';
import type { ViewerGate } from '../limits/gate.ts';
import { viewerOf } from './authentication.ts';
import type { FrontDoor } from './front-door.ts';
import { whenOver } from './over.ts';

/** A request's place among those that its viewer has under way. */
export interface Place {
  /** Keeps it until this has ended, also where the client has hung up meanwhile. */
  keepUntil(work: Promise<unknown>): void;
}

/**
 * Counts the requests of each viewer that the front door has not counted, and lets only so many of
 * them be under way: until the answer has left, or the client has hung up and nothing that was begun
 * for it goes on.
 */
export function limitViewers(
  app: FastifyInstance,
  gate: ViewerGate,
  door: Pick<FrontDoor, 'toll'> | undefined,
): void {
  app.decorateRequest('place');
  app.addHook('onRequest', async (request, reply) => {
    const { viewer } = viewerOf(request).grants;
    const { refusal } = door?.toll(request.raw) ?? { refusal: await gate.request(viewer) };
    if (refusal) throw refusal;
    const leave = gate.enter(viewer);
    if (leave instanceof GatewayError) throw leave;
    let holders = 1;
    const letGo = () => {
      holders -= 1;
      if (holders === 0) leave();
    };
    whenOver(request.raw, reply.raw, letGo);
    request.place = {
      keepUntil(work) {
        // Whatever begins after the client has gone is refused as soon as it would write.
        if (holders === 0) return;
        holders += 1;
        work.then(letGo, letGo);
      },
    };
  });
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Absent on routes that are not limited. */
    place?: Place;
  }
}
