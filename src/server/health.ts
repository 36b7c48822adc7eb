import type { FastifyInstance } from 'fastify';
import type { Providers } from '../loaders/loader.ts';
import { HealthStatus } from '../schema/enums.ts';

/** How a part of the gateway is. `down` parts make it degraded, not unready: the rest is served. */
export type PartStatus = 'up' | 'degraded' | 'down';

export interface HealthOptions {
  providers: Providers;
  /** Parts beside the providers, by name, for instance Redis. */
  parts: Parts;
  /** The gateway is about to stop: nobody new is to be sent here. */
  isDraining: () => boolean;
}

/** Parts beside the providers, by name, for instance Redis. */
export type Parts = Record<string, () => PartStatus>;

const WORDS: Record<HealthStatus, PartStatus> = {
  [HealthStatus.UP]: 'up',
  [HealthStatus.DEGRADED]: 'degraded',
  [HealthStatus.DOWN]: 'down',
};

/**
 * `/health/live`: the process answers. `/health/ready`: it serves, with the state of each part; 200
 * until it is about to stop, because one provider or Redis being down is no reason to send nobody
 * here.
 */
export function serveHealth(app: FastifyInstance, options: HealthOptions): void {
  const { providers, parts, isDraining } = options;
  app.get('/health/live', () => ({ status: 'up' }));
  app.get('/health/ready', (_request, reply) => {
    const states = {
      ...Object.fromEntries(Object.entries(parts).map(([name, state]) => [name, state()])),
      ...Object.fromEntries(
        [...providers].map(([name, provider]) => [
          `provider:${name}`,
          WORDS[provider.health().status],
        ]),
      ),
    };
    const isWhole = Object.values(states).every((state) => state === 'up');
    if (isDraining()) return reply.code(503).send({ status: 'draining', parts: states });
    return reply.send({ status: isWhole ? 'up' : 'degraded', parts: states });
  });
}
