import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';
import { REQUEST_ID_HEADER } from './request-id.ts';

/** The same for all; answers that are written past Fastify must have them too. */
export const SAFE_HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
} as const;

/**
 * What every answer tells browsers: not to guess its type, not to frame it, not to keep it, and
 * whose pages may read it. Answers depend on who asks, so no cache between here and there may keep
 * them.
 */
export async function sendSafeHeaders(
  app: FastifyInstance,
  { allowedOrigins }: { allowedOrigins: readonly string[] },
): Promise<void> {
  if (allowedOrigins.length > 0) {
    await app.register(cors, {
      origin: allowedOrigins.includes('*') ? '*' : [...allowedOrigins],
      methods: ['GET', 'POST', 'PUT'],
      exposedHeaders: [REQUEST_ID_HEADER, 'retry-after'],
      maxAge: 3_600,
    });
  }
  app.addHook('onSend', async (request, reply) => {
    reply.header(REQUEST_ID_HEADER, request.id);
    reply.headers(SAFE_HEADERS);
    if (reply.hasHeader('cache-control')) return;
    reply.header('cache-control', 'private, no-store');
    reply.header('vary', 'authorization, origin');
  });
}
