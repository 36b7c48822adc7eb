import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ServerSettings } from './settings.ts';

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;

/**
 * `/metrics` for Prometheus. Where nothing is said it is there for this machine only, and what a
 * proxy on it passes on does not come from this machine. Everybody else is told that there is none.
 */
export function serveMetrics(
  app: FastifyInstance,
  setting: ServerSettings['metrics'],
  text: () => Promise<string>,
): void {
  if (setting === false) return;
  app.get('/metrics', async (request, reply) => {
    if (!mayScrape(request, setting)) return reply.callNotFound();
    return reply.type('text/plain; version=0.0.4; charset=utf-8').send(await text());
  });
}

function mayScrape({ headers, ip }: FastifyRequest, setting: ServerSettings['metrics']): boolean {
  if (setting === true) return true;
  if (setting) return isSame(headers.authorization ?? '', `Bearer ${setting.token}`);
  const isPassedOn = headers.forwarded ?? headers['x-forwarded-for'] ?? headers.via;
  return isPassedOn === undefined && LOOPBACK.test(ip);
}

function isSame(left: string, right: string): boolean {
  const [one, other] = [left, right].map((value) => createHash('sha256').update(value).digest());
  return one !== undefined && other !== undefined && timingSafeEqual(one, other);
}
