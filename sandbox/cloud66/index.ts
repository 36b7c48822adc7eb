import type { FastifyRequest } from 'fastify';
import type { Clock } from '../clock.ts';
import type { StandInDefinition } from '../server.ts';
import { ApiError, notFound, toRefusal } from './envelope.ts';
import { HOUR } from './model.ts';
import { addRoutes, BASE } from './routes.ts';
import { occasionsOf } from './webhooks.ts';
import { createWorld } from './world.ts';

/** What each token may do; "env vars (even reading) = admin". */
const SCOPES = new Map([
  ['Bearer sandbox', ['public', 'redeploy', 'admin']],
  ['Bearer sandbox-redeploy', ['public', 'redeploy']],
  ['Bearer sandbox-public', ['public']],
]);

/**
 * Cloud 66, API version 3. The documented budget is 3,000 requests an hour; ten times as much is
 * allowed here, so that nobody runs dry while playing. No header says when the window ends, and a
 * spent budget and an unimplemented route share the status 503: only `error` tells them apart.
 */
export function cloud66(clock: Clock): StandInDefinition {
  const world = createWorld(clock);
  return {
    name: 'cloud66',
    authenticate: (request) => {
      const scopes = SCOPES.get(request.headers.authorization ?? '');
      if (!scopes) {
        const text = 'The access token is missing or invalid';
        return toRefusal(new ApiError(401, 'unauthenticated', text));
      }
      const needed = scopeOf(request);
      if (scopes.includes(needed)) return undefined;
      return toRefusal(new ApiError(403, 'forbidden', `The scope ${needed} is required`));
    },
    rateLimit: { limit: 30_000, windowMs: HOUR },
    rateLimitHeaders: ({ limit, remaining }) => ({
      'X-RateLimit-Limit': String(limit),
      'X-RateLimit-Remaining': String(Math.max(0, remaining)),
    }),
    throttled: () =>
      toRefusal(new ApiError(503, 'throttled', 'The request limit of this hour is used up')),
    notFound: (request) =>
      toRefusal(
        request.url.startsWith(`${BASE}/`)
          ? new ApiError(503, 'not_implemented', 'This request is not implemented')
          : notFound('page'),
      ),
    occasions: (from, until) => {
      world.catchUp();
      return occasionsOf(world.stacks, from, until);
    },
    routes: (app) => addRoutes(app, world),
  };
}

function scopeOf({ method, url }: FastifyRequest): string {
  if (/^[^?]*\/environments\b/.test(url)) return 'admin';
  return method === 'GET' ? 'public' : 'redeploy';
}
