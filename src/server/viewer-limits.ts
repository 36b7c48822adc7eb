import type { FastifyInstance } from 'fastify';
import { GatewayError } from '../errors.ts';
import type { ViewerGate } from '../limits/gate.ts';
import { viewerOf } from './authentication.ts';
import type { FrontDoor } from './front-door.ts';

/**
 * Counts the requests of each viewer that the front door has not counted, and lets only so many of
 * them be under way: until the answer has left, or the client has hung up.
 */
export function limitViewers(
  app: FastifyInstance,
  gate: ViewerGate,
  door: Pick<FrontDoor, 'toll'> | undefined,
): void {
  app.addHook('onRequest', async (request, reply) => {
    const { viewer } = viewerOf(request).grants;
    const { refusal } = door?.toll(request.raw) ?? { refusal: await gate.request(viewer) };
    if (refusal) throw refusal;
    const leave = gate.enter(viewer);
    if (leave instanceof GatewayError) throw leave;
    reply.raw.once('close', leave);
  });
}
