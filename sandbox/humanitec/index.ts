import type { Clock } from '../clock.ts';
import { send, type StandInDefinition } from '../server.ts';
import { errorBody, Refused } from './errors.ts';
import { addApplicationRoutes } from './application-routes.ts';
import { addConfigurationRoutes } from './configuration-routes.ts';
import { addDeploymentWrites } from './deployment-writes.ts';
import { addOrganizationRoutes } from './organization-routes.ts';
import { addValueWrites } from './value-writes.ts';
import { occasionsOf } from './webhooks.ts';
import { createWorld, settle } from './world.ts';

const TOKEN = 'Bearer sandbox';
/** Of somebody who may look at everything and change nothing. */
const VIEWER_TOKEN = 'Bearer sandbox-viewer';

/**
 * The Humanitec Platform Orchestrator API with one organization, `sandbox-org`. The provider
 * publishes neither numbers nor headers of its rate limit; the budget here is made up, the 429 is
 * documented.
 */
export function humanitec(clock: Clock): StandInDefinition {
  const world = createWorld();
  return {
    name: 'humanitec',
    authenticate: ({ headers, method }) => {
      if (headers.authorization === TOKEN) return undefined;
      if (headers.authorization !== VIEWER_TOKEN)
        return errorBody(401, 'Could not validate token.');
      return method === 'GET' ? undefined : errorBody(403, 'You are not allowed to do this.');
    },
    rateLimit: { limit: 6000, windowMs: 60_000 },
    rateLimitHeaders: () => ({}),
    throttled: () => errorBody(429, 'Too many requests - request rate limit has been reached.'),
    notFound: ({ method }) =>
      method === 'GET' || method === 'HEAD'
        ? errorBody(404, 'Resource not found.')
        : errorBody(405, 'Method not allowed.'),
    occasions: (from, until) => {
      settle(world, until);
      return occasionsOf(world, from, until);
    },
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
        addDeploymentWrites(api, world, clock);
        addValueWrites(api, world, clock);
      });
    },
  };
}
