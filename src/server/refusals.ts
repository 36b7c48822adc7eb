import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ErrorCode, GatewayError } from '../errors.ts';

/**
 * What is refused before it is an operation, or asked for where nothing is: in the same shape as
 * every other error, with the request id, and with no word of Fastify's own.
 */
export function explainRefusals(app: FastifyInstance, { maxBodyBytes }: { maxBodyBytes: number }) {
  app.setNotFoundHandler((request, reply) =>
    refuse(request, reply, 404, ErrorCode.NOT_FOUND, 'There is nothing at this address.'),
  );
  app.addHook('preHandler', async (request, reply) => {
    if (!Array.isArray(request.body)) return undefined;
    const message = 'Several operations in one request are not taken. Send one at a time.';
    return refuse(request, reply, 400, ErrorCode.OPERATION_TOO_COMPLEX, message);
  });
  app.setErrorHandler((error: FastifyError, request, reply) => {
    if (error instanceof GatewayError) {
      const { code, message, retryable, resetsAt } = error;
      sayWhenToRetry(reply, error);
      const known = { retryable, ...(resetsAt && { resetsAt: resetsAt.toISOString() }) };
      return refuse(request, reply, STATUS[code] ?? 400, code, message, known);
    }
    const status = error.statusCode ?? 500;
    if (status >= 500) {
      request.log.error({ err: error }, 'request failed');
      const message = 'The gateway failed. Its log has the details under the request id.';
      return refuse(request, reply, status, ErrorCode.INTERNAL_SERVER_ERROR, message);
    }
    const message =
      status === 413
        ? `The body is larger than ${request.routeOptions.bodyLimit ?? maxBodyBytes} bytes. Send less at a time.`
        : 'The body cannot be read. Send JSON, with its content type and length.';
    return refuse(request, reply, status, ErrorCode.BAD_USER_INPUT, message);
  });
}

/** Refuses bodies that Apollo Server would take for a fault of its own: it reads objects only. */
export function refuseOtherBodies(app: FastifyInstance): void {
  app.addHook('preHandler', async (request, reply) => {
    const { method, body } = request;
    if (method !== 'POST' || (typeof body === 'object' && body !== null)) return undefined;
    const message = 'The body is no operation. Send { query, operationName, variables } as JSON.';
    return refuse(request, reply, 400, ErrorCode.BAD_USER_INPUT, message);
  });
}

/**
 * Puts the request id into the errors of what Apollo Server refuses before it is an operation:
 * its plugins are not told of that.
 */
export function nameRefusals(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    if (reply.statusCode < 400 || typeof payload !== 'string') return payload;
    if (payload.includes(`"requestId":"${request.id}"`) || !payload.startsWith('{"errors":')) {
      return payload;
    }
    const body = JSON.parse(payload) as { errors: { extensions?: object }[] };
    const errors = body.errors.map((error) => ({
      ...error,
      extensions: { ...error.extensions, requestId: request.id },
    }));
    return JSON.stringify({ ...body, errors });
  });
}

/** What an HTTP client that knows no GraphQL goes by; everything else is 400. */
const STATUS: Partial<Record<ErrorCode, number>> = {
  [ErrorCode.UNAUTHENTICATED]: 401,
  [ErrorCode.FORBIDDEN]: 403,
  [ErrorCode.NOT_FOUND]: 404,
  [ErrorCode.RATE_LIMITED]: 429,
};

function refuse(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  code: ErrorCode,
  message: string,
  known: { retryable: boolean; resetsAt?: string } = { retryable: false },
): FastifyReply {
  const extensions = { code, ...known, requestId: request.id };
  return reply.code(status).send({ errors: [{ message, extensions }] });
}

/** Tells HTTP clients how long to wait, where a viewer asked too often or for too much at a time. */
export function sayWhenToRetry(reply: FastifyReply, error: unknown): void {
  if (!(error instanceof GatewayError) || error.code !== ErrorCode.RATE_LIMITED) return;
  const waitMs = error.resetsAt ? error.resetsAt.getTime() - Date.now() : 0;
  reply.header('retry-after', Math.max(1, Math.ceil(waitMs / 1_000)));
}
