import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ProviderSource } from '../datasources/provider.ts';
import { ErrorCode, GatewayError } from '../errors.ts';
import { text } from '../settings.ts';

const secret = (what: string) => text(what).min(24, `write ${what} of at least 24 characters`);

/** What a provider's webhooks must show; no provider signs them. Holds secrets. */
export const webhookSettings = z.union([
  /** The last part of the address: `/webhooks/<name>/<token>`. */
  z.strictObject({ token: secret('a token') }),
  /** A header of the request to `/webhooks/<name>`. */
  z.strictObject({ header: text('the name of a header'), secret: secret('a secret') }),
]);
export type WebhookSettings = z.infer<typeof webhookSettings>;

/** Payloads are objects of a platform with little in them. */
const MAX_BYTES = 262_144;

interface Route {
  Params: { name: string; token?: string };
}

export interface WebhookOptions {
  providers: ReadonlyMap<string, ProviderSource>;
  /** What to ask for, by the name of the provider; `undefined`: it has no webhooks. */
  settingsOf: (name: string) => WebhookSettings | undefined;
  nudge: (targetId: string) => void;
}

/**
 * Takes the providers' webhooks. What they say is only a hint: what it is about is fetched and
 * compared, so that a forged or repeated one costs a look and no more. Names and tokens that are
 * not right are answered alike, before the body is read.
 */
export function serveWebhooks(app: FastifyInstance, options: WebhookOptions): void {
  const { providers, settingsOf, nudge } = options;
  const isRight = (request: FastifyRequest<Route>): boolean => {
    const wanted = settingsOf(request.params.name);
    if (!wanted) return false;
    if ('token' in wanted) return equals(request.params.token, wanted.token);
    const given = request.headers[wanted.header.toLowerCase()];
    return request.params.token === undefined && equals(given, wanted.secret);
  };
  const route = {
    method: 'POST' as const,
    bodyLimit: MAX_BYTES,
    onRequest: async (request: FastifyRequest<Route>) => {
      if (!isRight(request)) throw notFound();
    },
    handler: async (request: FastifyRequest<Route>, reply: Reply) => {
      const { watch } = providers.get(request.params.name) ?? {};
      const target = watch?.readWebhook?.(request.body);
      if (target) nudge(target.id);
      return reply.code(202).send();
    },
  };
  app.route<Route>({ ...route, url: '/webhooks/:name' });
  app.route<Route>({ ...route, url: '/webhooks/:name/:token' });
}

interface Reply {
  code(status: number): { send(): unknown };
}

/** Takes as long for a wrong secret as for the right one, whatever its length. */
function equals(given: string | string[] | undefined, wanted: string): boolean {
  const text = typeof given === 'string' ? given : '';
  return timingSafeEqual(digest(text), digest(wanted));
}

function digest(value: string): Buffer {
  return createHash('sha256').update(value).digest();
}

/** The words for an address where nothing is. */
function notFound(): GatewayError {
  return new GatewayError(ErrorCode.NOT_FOUND, 'There is nothing at this address.');
}
