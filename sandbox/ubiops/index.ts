import type { FastifyRequest } from 'fastify';
import type { Clock } from '../clock.ts';
import type { Budget, Refusal, StandInDefinition } from '../server.ts';
import { addRoutes } from './routes.ts';
import { createWorld } from './world.ts';

/**
 * UbiOps API v2.1: one address, two generations of shapes. The project `seed` answers as the client
 * library 3.13 expects, the project `current` as 4.12 does. The token is `sandbox`.
 */
export function ubiops(clock: Clock): StandInDefinition {
  const world = createWorld();
  return {
    name: 'ubiops',
    authenticate,
    /** Ten times the documented 300 a minute, so that a sandbox is not spent by one test run. */
    rateLimit: { limit: 3_000, windowMs: 60_000 },
    rateLimitHeaders: (budget) => ({
      'x-ratelimit-limit': String(budget.limit),
      'x-ratelimit-remaining': String(Math.max(0, budget.remaining)),
      'x-ratelimit-reset': String(secondsUntilReset(budget)),
    }),
    throttled: (budget) => ({
      status: 429,
      body: { error: `Too many requests, try again in ${secondsUntilReset(budget)} seconds` },
      headers: { 'x-ratelimit-remaining': '0' },
    }),
    notFound: () => ({ status: 404, body: { error: 'Not found' } }),
    routes: (app) => {
      void app.register(
        (scope, _options, done) => {
          addRoutes(scope, world, clock);
          done();
        },
        { prefix: '/v2.1' },
      );
    },
  };
}

/** The scheme is the word `Token`; a bearer token is as good as none. */
function authenticate(request: FastifyRequest): Refusal | undefined {
  const { authorization } = request.headers;
  if (authorization === 'Token sandbox') return undefined;
  const error = authorization?.startsWith('Token ')
    ? 'Invalid token'
    : 'Authentication credentials were not provided';
  return { status: 401, body: { error } };
}

/** Windows run on real time, as the frame counts them; the header holds seconds, not a time. */
function secondsUntilReset(budget: Budget): number {
  return Math.max(0, Math.ceil((budget.resetsAt - Date.now()) / 1_000));
}
