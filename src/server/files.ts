import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ErrorCode, GatewayError, toGatewayError } from '../errors.ts';
import { TRANSFER_PATHS } from '../files/links.ts';
import { TransferRefused } from '../files/refusal.ts';
import type { Transfers } from '../files/transfers.ts';
import { lingerOnRefusals } from './linger.ts';

/** The status that stands for what happened; 502 where the provider did not do as it should. */
const STATUSES: Partial<Record<ErrorCode, number>> = {
  [ErrorCode.BAD_USER_INPUT]: 400,
  [ErrorCode.UNSUPPORTED]: 400,
  [ErrorCode.FORBIDDEN]: 403,
  [ErrorCode.NOT_FOUND]: 404,
  [ErrorCode.CONFLICT]: 409,
  [ErrorCode.PROVIDER_REJECTED]: 422,
  [ErrorCode.INTERNAL_SERVER_ERROR]: 500,
  [ErrorCode.PROVIDER_UNAVAILABLE]: 503,
  [ErrorCode.PROVIDER_RATE_LIMITED]: 503,
  [ErrorCode.IDEMPOTENCY_UNAVAILABLE]: 503,
  [ErrorCode.PROVIDER_TIMEOUT]: 504,
};

interface TokenRoute {
  /** A named parameter would not take this many letters. */
  Params: { '*': string };
}

/**
 * `PUT /files/uploads/<token>` and `GET /files/revisions/<token>`: files stream through, as fast as
 * the slower side takes them.
 */
export function serveFiles(app: FastifyInstance, transfers: Transfers): void {
  void app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null));
    scope.setErrorHandler(explain);
    lingerOnRefusals(scope);
    scope.put<TokenRoute>(`${TRANSFER_PATHS.upload}/*`, async (request, reply) => {
      const { params, raw, id } = request;
      const { revision, build } = await transfers.receive(params['*'], raw, id);
      return reply.code(201).send({
        revision: { id: revision.id, nativeId: revision.nativeId },
        build: build && { id: build.id, nativeId: build.nativeId, status: build.status },
      });
    });
    // Without a HEAD route of its own: it would use the URL up.
    scope.get<TokenRoute>(
      `${TRANSFER_PATHS.download}/*`,
      { exposeHeadRoute: false },
      async (request, reply) => {
        const file = await transfers.serve(request.params['*'], whileOpen(reply));
        return reply
          .type('application/zip')
          .headers({
            'cache-control': 'no-store',
            'content-disposition': `attachment; filename="${file.filename}"`,
            'x-content-type-options': 'nosniff',
            ...(file.length !== undefined && { 'content-length': file.length }),
          })
          .send(file.stream);
      },
    );
    done();
  });
}

/** In the shape of every other error. */
function explain(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = unreadable(error) ?? toGatewayError(error, 'gateway');
  const status = known instanceof TransferRefused ? known.status : (STATUSES[known.code] ?? 502);
  if (known.code === ErrorCode.INTERNAL_SERVER_ERROR) {
    request.log.error({ err: error }, 'request failed');
  }
  const { message, code, provider, retryable, complaints } = known;
  const extensions = {
    code,
    retryable,
    requestId: request.id,
    ...(provider !== undefined && { provider }),
  };
  const texts = complaints?.map((complaint) => complaint.message) ?? [message];
  return reply.code(status).send({ errors: texts.map((text) => ({ message: text, extensions })) });
}

/** What Fastify itself refuses: headers that make no sense, for instance. */
function unreadable(error: unknown): TransferRefused | undefined {
  const { statusCode = 500 } = error as Partial<FastifyError>;
  if (error instanceof GatewayError || statusCode >= 500) return undefined;
  const message = 'The request cannot be read. Send the file with the type application/zip.';
  return new TransferRefused(statusCode, message);
}

/** Aborts when the client goes away before it has everything. */
function whileOpen(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}
