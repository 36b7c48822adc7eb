import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AuthenticateRequest } from '../auth/recent.ts';
import type { Viewer } from '../auth/viewers.ts';
import { ErrorCode, GatewayError } from '../errors.ts';

/** The HTTP status of what keeps a request from having a viewer. */
const STATUSES: Partial<Record<ErrorCode, number>> = {
  [ErrorCode.UNAUTHENTICATED]: 401,
  [ErrorCode.AUTHENTICATION_UNAVAILABLE]: 503,
};

/**
 * Finds out who asks before anything else of a request is read, once for each request, for all
 * routes of this instance. Who cannot be told is answered here, in the form of GraphQL.
 */
export function authenticateRequests(
  app: FastifyInstance,
  authenticate: AuthenticateRequest,
): void {
  app.decorateRequest('viewer');
  app.addHook('onRequest', async (request, reply) => {
    try {
      request.viewer = await authenticate(request.headers);
    } catch (error) {
      return refuse(request, reply, error);
    }
  });
}

/** Who sent a request to a route that `authenticateRequests` guards. */
export function viewerOf({ viewer }: FastifyRequest): Viewer {
  if (!viewer) throw new TypeError('this route is not guarded');
  return viewer;
}

function refuse(request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply {
  const status = error instanceof GatewayError ? STATUSES[error.code] : undefined;
  if (!(error instanceof GatewayError) || status === undefined) throw error;
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  else request.log.warn({ err: error.cause }, error.message);
  const { code, retryable, provider, message } = error;
  const extensions = { code, retryable, ...(provider && { provider }), requestId: request.id };
  return reply.code(status).send({ errors: [{ message, extensions }] });
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Absent on routes that anybody may use. */
    viewer?: Viewer;
  }
}
