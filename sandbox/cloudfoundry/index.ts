import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Clock } from '../clock.ts';
import { uuidOf } from '../random.ts';
import { send, type Budget, type Refusal, type StandInDefinition } from '../server.ts';
import { refusal, RequestRefused } from './errors.ts';
import { PUBLIC_PATHS, RATE_LIMIT } from './root.ts';
import { cloudControllerRoutes } from './routes.ts';
import { createSeededWorld } from './seed.ts';
import { createUaa, type Uaa } from './uaa.ts';

/**
 * A Cloud Foundry installation: the Cloud Controller's `/v3` and the UAA that issues its tokens,
 * both on the same port.
 */
export function cloudFoundry(clock: Clock): StandInDefinition {
  const world = createSeededWorld();
  const uaa = createUaa(clock);
  return {
    name: 'cloudfoundry',
    authenticate: (request) => authenticate(request, uaa),
    rateLimit: RATE_LIMIT,
    rateLimitHeaders,
    throttled,
    notFound: () => refusal(404, 10000, 'NotFound', 'Unknown request'),
    routes: (app) => {
      addRequestIds(app);
      app.register(async (scope) => {
        scope.setErrorHandler((error, _request, reply) => send(reply, refusalOf(error)));
        scope.addHook('onRequest', async () => world.agenda.catchUp(clock.now()));
        uaa.routes(scope);
        cloudControllerRoutes(scope, world, {
          clock,
          isAdmin: (request) => uaa.rightOf(tokenOf(request)) === 'admin',
        });
      });
    },
  };
}

function authenticate(request: FastifyRequest, uaa: Uaa): Refusal | undefined {
  if (PUBLIC_PATHS.has(request.url.split('?', 1)[0] ?? '')) return undefined;
  const { authorization } = request.headers;
  if (!authorization) return refusal(401, 10002, 'NotAuthenticated', 'Authentication error');
  const right = uaa.rightOf(tokenOf(request));
  if (right === undefined) return refusal(401, 1000, 'InvalidAuthToken', 'Invalid Auth Token');
  if (right !== 'read' || request.method === 'GET') return undefined;
  return refusal(
    403,
    10007,
    'InsufficientScope',
    'Your token lacks the necessary scopes to access this resource.',
  );
}

function tokenOf({ headers }: FastifyRequest): string {
  return /^bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
}

/** What remains is an estimate: the share that is left, rounded down to a tenth, of the limit. */
function rateLimitHeaders({ limit, remaining, resetsAt }: Budget): Record<string, string> {
  const tenths = Math.floor(Math.max(0, (remaining / limit) * 10));
  return {
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(Math.floor((tenths * limit) / 10)),
    'x-ratelimit-reset': String(Math.ceil(resetsAt / 1000)),
  };
}

/** "Content-Type is `text/plain; charset=utf-8` though the body is JSON." */
function throttled({ resetsAt }: Budget): Refusal {
  const secondsLeft = Math.max(1, Math.ceil((resetsAt - Date.now()) / 1000));
  return refusal(429, 10013, 'RateLimitExceeded', 'Rate Limit Exceeded', {
    'content-type': 'text/plain; charset=utf-8',
    'retry-after': String(secondsLeft),
    'x-ratelimit-remaining': '0',
  });
}

/** Every answer has an id to find it by in the logs; it begins with the caller's own, if any. */
function addRequestIds(app: FastifyInstance): void {
  let count = 0;
  app.addHook('onSend', async (request, reply) => {
    count += 1;
    const own = request.headers['x-vcap-request-id'];
    const first = typeof own === 'string' ? own : uuidOf('router', count);
    reply.header('x-vcap-request-id', `${first}::${uuidOf('request', count)}`);
  });
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof RequestRefused) return error.refusal;
  if (error instanceof Error && 'statusCode' in error && error.statusCode === 415) {
    return refusal(415, 10001, 'UnsupportedMediaType', 'Unsupported media type');
  }
  if (error instanceof Error && 'statusCode' in error && error.statusCode === 400) {
    return refusal(
      400,
      1001,
      'MessageParseError',
      'Request invalid due to parse error: invalid request body',
    );
  }
  return refusal(500, 10001, 'UnknownError', 'An unknown error occurred.');
}
