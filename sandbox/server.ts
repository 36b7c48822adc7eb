import { setTimeout as sleep } from 'node:timers/promises';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Clock } from './clock.ts';
import { createFaults, type Fault } from './faults.ts';
import {
  addWebhookRoutes,
  createWebhooks,
  type Occasions,
  type Receiver,
  type WebhookStatus,
} from './webhooks.ts';

/** An answer in the provider's own words: for a refused token, a spent budget, an unknown route. */
export interface Refusal {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

/** How much of the rate-limit window is left when a request arrives. Windows run on real time. */
export interface Budget {
  limit: number;
  remaining: number;
  /** When the window ends, in milliseconds since 1970, by the real clock. */
  resetsAt: number;
}

/** What makes a stand-in behave as one provider. */
export interface StandInDefinition {
  name: string;
  /** The token check; `undefined` lets the request in. */
  authenticate(request: FastifyRequest): Refusal | undefined;
  /** The provider's documented budget: requests per window. */
  rateLimit: { limit: number; windowMs: number };
  /** The rate-limit headers of every answer; the provider's own spelling and units. */
  rateLimitHeaders(budget: Budget): Record<string, string>;
  /** The answer when the budget is spent, also used by a `throttle` fault. */
  throttled(budget: Budget): Refusal;
  /** The answer for a route that does not exist. */
  notFound(request: FastifyRequest): Refusal;
  /** Registers the provider's routes. */
  routes(app: FastifyInstance): void;
  /** What it sends webhooks about; absent: it sends none. */
  occasions?: Occasions;
}

/** One line of the request log. `status` 0: the connection ended before there was a whole answer. */
export interface LoggedRequest {
  method: string;
  path: string;
  query: Record<string, string | string[]>;
  status: number;
  /** What a JSON body, or the texts of a form, said: the request as it was understood. */
  body?: unknown;
  /** What arrived of an uploaded file; the digest is empty unless it arrived whole. */
  received?: { bytes: number; sha256: string };
  /** The headers that say what the request is part of, where there are any. */
  partOf?: Record<string, string>;
}

/** Headers that name a request, or the trace that it is part of. */
const NAMING = ['x-request-id', 'x-vcap-request-id', 'traceparent'];

/** A running stand-in. Everything it offers here is also offered over HTTP below `/_control`. */
export interface StandIn {
  name: string;
  url: string;
  requests(): LoggedRequest[];
  clearRequests(): void;
  setFaults(faults: Fault[]): void;
  /** The faults as set, each with the number of requests it has hit. */
  faults(): (Fault & { used: number })[];
  /**
   * Sends webhooks there from now on; `undefined`: nowhere.
   * @throws Error where the provider sends none
   */
  setWebhook(receiver: Receiver | undefined): void;
  webhook(): WebhookStatus | undefined;
  close(): Promise<void>;
}

const CONTROL = '/_control';

/** Starts a stand-in on `port` (0: any free one) of the loopback interface. */
export async function startStandIn(
  definition: StandInDefinition,
  clock: Clock,
  port: number,
): Promise<StandIn> {
  const app = Fastify({
    forceCloseConnections: true,
    routerOptions: { ignoreTrailingSlash: true },
  });
  const log: LoggedRequest[] = [];
  const faults = createFaults();
  const nextBudget = createBudget(definition.rateLimit);
  const webhooks = definition.occasions && createWebhooks(definition.occasions, clock);

  app.addHook('onRequest', async (request, reply) => {
    if (isControl(request)) return;
    const budget = nextBudget();
    const fault = faults.take(request.method, pathOf(request.url));
    if (fault?.latencyMs) await sleep(fault.latencyMs);
    if (fault?.drop) {
      reply.hijack();
      request.raw.socket.destroy();
      return;
    }
    request.fault = fault;
    reply.headers(definition.rateLimitHeaders(budget));
    const refusal = refuse(definition, request, budget, fault);
    if (refusal) return send(reply, refusal);
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const { fault } = request;
    if (fault?.holdAnswerMs) await sleep(fault.holdAnswerMs);
    if (fault?.loseAnswer) {
      reply.hijack();
      // The end of the connection may be told of once more, as the client's.
      request.isAborted = true;
      request.raw.socket.destroy();
      log.push({ ...logLine(request), status: 0 });
      return payload;
    }
    if (!fault || typeof payload !== 'string') return payload;
    if (fault.malformed === 'html') reply.header('content-type', 'text/html');
    return faults.spoil(fault, payload);
  });
  app.addHook('onResponse', async (request, reply) => {
    if (request.method !== 'GET') webhooks?.notice();
    if (isControl(request) || request.isAborted) return;
    const status = reply.raw.writableFinished ? reply.statusCode : 0;
    log.push({ ...logLine(request), status });
  });
  app.addHook('onRequestAbort', async (request) => {
    if (isControl(request) || request.isAborted) return;
    request.isAborted = true;
    log.push({ ...logLine(request), status: 0 });
  });
  app.setNotFoundHandler((request, reply) => send(reply, definition.notFound(request)));
  definition.routes(app);
  addControlRoutes(app, clock, log, faults);
  addWebhookRoutes(app, `${CONTROL}/webhooks`, webhooks);

  const url = await app.listen({ host: '127.0.0.1', port });
  return {
    name: definition.name,
    url,
    requests: () => [...log],
    clearRequests: () => {
      log.length = 0;
    },
    setFaults: faults.set,
    faults: faults.list,
    setWebhook(receiver) {
      if (!webhooks) throw new Error(`${definition.name} sends no webhooks`);
      webhooks.setReceiver(receiver);
    },
    webhook: () => webhooks?.status(),
    close: () => {
      webhooks?.close();
      return app.close();
    },
  };
}

/** Answers with a refusal; a string body is sent as it is. */
export function send(reply: FastifyReply, refusal: Refusal): FastifyReply {
  return reply
    .code(refusal.status)
    .headers({ 'content-type': 'application/json; charset=utf-8', ...refusal.headers })
    .send(typeof refusal.body === 'string' ? refusal.body : JSON.stringify(refusal.body));
}

function refuse(
  definition: StandInDefinition,
  request: FastifyRequest,
  budget: Budget,
  fault: Fault | undefined,
): Refusal | undefined {
  if (fault?.throttle) return definition.throttled({ ...budget, remaining: 0 });
  if (fault?.status) {
    return { status: fault.status, body: fault.body ?? '', headers: fault.headers ?? {} };
  }
  if (budget.remaining < 0) return definition.throttled({ ...budget, remaining: 0 });
  return definition.authenticate(request);
}

function addControlRoutes(
  app: FastifyInstance,
  clock: Clock,
  log: LoggedRequest[],
  faults: ReturnType<typeof createFaults>,
): void {
  app.get(`${CONTROL}/requests`, () => log);
  app.delete(`${CONTROL}/requests`, (_request, reply) => {
    log.length = 0;
    return reply.code(204).send();
  });
  app.get(`${CONTROL}/faults`, () => faults.list());
  app.put<{ Body: Fault[] | Fault }>(`${CONTROL}/faults`, (request) => {
    faults.set(Array.isArray(request.body) ? request.body : [request.body]);
    return faults.list();
  });
  app.post<{ Body: { ms?: unknown; seconds?: unknown } | null }>(
    `${CONTROL}/advance`,
    (request, reply) => {
      const { ms, seconds } = request.body ?? {};
      const wanted = typeof seconds === 'number' ? seconds * 1_000 : ms;
      if (typeof wanted !== 'number' || !(wanted >= 0)) {
        return reply.code(400).send({ error: 'send {"ms": 0 or more} or {"seconds": 0 or more}' });
      }
      clock.advance(wanted);
      return { now: new Date(clock.now()).toISOString() };
    },
  );
}

function createBudget({ limit, windowMs }: { limit: number; windowMs: number }): () => Budget {
  let used = 0;
  let resetsAt = 0;
  return () => {
    const now = Date.now();
    if (now >= resetsAt) {
      used = 0;
      resetsAt = now + windowMs;
    }
    used += 1;
    return { limit, remaining: limit - used, resetsAt };
  };
}

function logLine(request: FastifyRequest): Omit<LoggedRequest, 'status'> {
  const named = Object.entries(request.headers).flatMap(([name, value]) =>
    NAMING.includes(name) ? [[name, String(value)] as const] : [],
  );
  return {
    method: request.method,
    path: pathOf(request.url),
    query: request.query as LoggedRequest['query'],
    ...(bodyOf(request) !== undefined && { body: structuredClone(bodyOf(request)) }),
    ...(request.received && { received: request.received }),
    ...(named.length > 0 && { partOf: Object.fromEntries(named) }),
  };
}

/** Passwords of token requests come in other forms, and stay out of the log. */
function bodyOf({ headers, body, texts }: FastifyRequest): unknown {
  return headers['content-type']?.startsWith('application/json') ? body : texts;
}

function isControl(request: FastifyRequest): boolean {
  return request.url.startsWith(`${CONTROL}/`);
}

function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? url;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The fault that hits this request, if any. */
    fault?: Fault | undefined;
    /** What has arrived of a file that is uploaded. */
    received?: LoggedRequest['received'];
    /** The texts of a form. */
    texts?: Record<string, unknown>;
    /** Whether the connection ended before there was an answer, and this has been logged. */
    isAborted?: boolean;
  }
}
