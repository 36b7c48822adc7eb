import type { Clock } from '../clock.ts';
import { send, type StandInDefinition } from '../server.ts';
import { errorBody, Refused } from './errors.ts';
import { addApplicationRoutes } from './application-routes.ts';
import { addConfigurationRoutes } from './configuration-routes.ts';
import { addOrganizationRoutes } from './organization-routes.ts';
import { createWorld, settle } from './world.ts';

const TOKEN = 'Bearer sandbox';

/**
 * The Humanitec Platform Orchestrator API with one organization, `sandbox-org`. The provider
 * publishes neither numbers nor headers of its rate limit; the budget here is made up, the 429 is
 * documented.
 */
export function humanitec(clock: Clock): StandInDefinition {
  const world = createWorld();
  return {
    name: 'humanitec',
    authenticate: ({ headers }) =>
      headers.authorization === TOKEN ? undefined : errorBody(401, 'Could not validate token.'),
    rateLimit: { limit: 6000, windowMs: 60_000 },
    rateLimitHeaders: () => ({}),
    throttled: () => errorBody(429, 'Too many requests - request rate limit has been reached.'),
    notFound: ({ method }) =>
      method === 'GET' || method === 'HEAD'
        ? errorBody(404, 'Resource not found.')
        : errorBody(405, 'Method not allowed.'),
    routes: (app) => {
      void app.register(async (api) => {
        api.addHook('onRequest', async () => settle(world, clock.now()));
        api.setErrorHandler((error, _request, reply) => {
          if (error instanceof Refused) return send(reply, error.refusal);
          throw error;
        });
        addOrganizationRoutes(api, world, clock);
        addApplicationRoutes(api, world, clock);
        addConfigurationRoutes(api, world);
      });
    },
  };
}
