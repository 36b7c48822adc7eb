import type { FastifyInstance } from 'fastify';
import type { Providers } from '../loaders/loader.ts';
import { HealthStatus } from '../schema/enums.ts';

/** How a part of the gateway is. `down` parts make it degraded, not unready: the rest is served. */
export type PartStatus = 'up' | 'degraded' | 'down';

/** Parts beside the providers, by name, for instance Redis. */
export type Parts = Record<string, () => PartStatus>;

const WORDS: Record<HealthStatus, PartStatus> = {
  [HealthStatus.UP]: 'up',
  [HealthStatus.DEGRADED]: 'degraded',
  [HealthStatus.DOWN]: 'down',
};

/**
 * `/health/live`: the process answers. `/health/ready`: it serves, with the state of each part;
 * always 200, because one provider or Redis being down is no reason to send nobody here.
 */
export function serveHealth(app: FastifyInstance, providers: Providers, parts: Parts): void {
  app.get('/health/live', () => ({ status: 'up' }));
  app.get('/health/ready', () => {
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
    return { status: isWhole ? 'up' : 'degraded', parts: states };
  });
}
