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
        ? `The body is larger than ${maxBodyBytes} bytes. Send less at a time.`
        : 'The body cannot be read. Send JSON, with its content type and length.';
    return refuse(request, reply, status, ErrorCode.BAD_USER_INPUT, message);
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
