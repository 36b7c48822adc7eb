import type { FastifyInstance } from 'fastify';
import type { Clock } from './clock.ts';

/** Something that a provider tells its subscribers of. */
export interface Occasion {
  /** The same for the same occasion, however often one asks. */
  key: string;
  /** Sandbox time. */
  at: number;
  /** What is sent, as the provider documents it. */
  payload: object;
}

/** All that happened from one moment to another, both included, oldest first. */
export type Occasions = (from: number, until: number) => Occasion[];

/** Where webhooks go. */
export interface Receiver {
  url: string;
  /** Sent with each: some providers let one choose headers, and none of them signs. */
  headers?: Record<string, string>;
}

/** The receiver, and what has become of what it was to be told. */
export interface WebhookStatus {
  receiver: Receiver | undefined;
  /** Answered with 2xx. */
  delivered: number;
  /** Not answered, or otherwise. Nothing is sent twice. */
  failed: number;
  waiting: number;
}

export interface Webhooks {
  /** What happens from now on is sent there; `undefined`: nowhere. Counts begin anew. */
  setReceiver(receiver: Receiver | undefined): void;
  status(): WebhookStatus;
  /** Sends what has happened since it was last called. Never throws, never waits. */
  notice(): void;
  close(): void;
}

/** How long a receiver may take, as Cloud 66 documents it; Humanitec says nothing. */
const TIMEOUT_MS = 30_000;
/** Beyond these a receiver that is slow is told nothing more. */
const MAX_WAITING = 1_000;
/** How often time that passes by itself is looked at. */
const TICK_MS = 25;

/** Tells a receiver what happens, each once and in order, from the moment it is set. */
export function createWebhooks(occasions: Occasions, clock: Clock): Webhooks {
  let errand: Errand | undefined;
  let noticedAt = 0;
  /** Noticed already, though they are as late as the last moment that was looked at. */
  let latest = new Set<string>();
  let timer: NodeJS.Timeout | undefined;

  const findNew = (): Occasion[] => {
    const now = clock.now();
    const found = occasions(noticedAt, now);
    const fresh = found.filter(({ key }) => !latest.has(key));
    latest = new Set(found.filter(({ at }) => at === now).map(({ key }) => key));
    noticedAt = now;
    return fresh;
  };
  const notice = () => {
    if (errand) errand.send(findNew().map(({ payload }) => payload));
  };
  const setReceiver = (receiver: Receiver | undefined) => {
    errand?.end();
    clearInterval(timer);
    errand = receiver && createErrand(receiver);
    if (!receiver) return;
    noticedAt = clock.now();
    findNew();
    if (clock.isRunning) timer = setInterval(notice, TICK_MS).unref();
  };

  const stopListening = clock.onAdvance(notice);
  return {
    setReceiver,
    notice,
    status: () => errand?.status() ?? NOBODY,
    close() {
      stopListening();
      setReceiver(undefined);
    },
  };
}

const NOBODY: WebhookStatus = { receiver: undefined, delivered: 0, failed: 0, waiting: 0 };

/** What is on its way to one receiver, one payload after the other. */
interface Errand {
  send(payloads: object[]): void;
  status(): WebhookStatus;
  end(): void;
}

function createErrand(receiver: Receiver): Errand {
  const controller = new AbortController();
  const counts = { delivered: 0, failed: 0 };
  const waiting: object[] = [];
  let isSending = false;

  const run = async () => {
    isSending = true;
    for (let payload = waiting[0]; payload; payload = waiting[0]) {
      const isTaken = await post(receiver, payload, controller.signal);
      if (isTaken) counts.delivered += 1;
      else counts.failed += 1;
      waiting.shift();
    }
    isSending = false;
  };
  return {
    send(payloads) {
      const taken = payloads.slice(0, MAX_WAITING - waiting.length);
      waiting.push(...taken);
      counts.failed += payloads.length - taken.length;
      if (!isSending) void run();
    },
    status: () => ({ receiver, ...counts, waiting: waiting.length }),
    end() {
      waiting.length = 0;
      controller.abort();
    },
  };
}

async function post({ url, headers }: Receiver, payload: object, signal: AbortSignal) {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(payload),
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

/** `GET`, `PUT {"url", "headers"?}` and `DELETE` of the one who is told. */
export function addWebhookRoutes(
  app: FastifyInstance,
  path: string,
  webhooks: Webhooks | undefined,
): void {
  const none = { error: 'this provider sends no webhooks; Humanitec and Cloud 66 do' };
  app.get(path, (_request, reply) => webhooks?.status() ?? reply.code(404).send(none));
  app.delete(path, (_request, reply) => {
    webhooks?.setReceiver(undefined);
    return reply.code(204).send();
  });
  app.put<{ Body: unknown }>(path, ({ body }, reply) => {
    if (!webhooks) return reply.code(404).send(none);
    const receiver = toReceiver(body);
    if (!receiver) {
      const advice =
        'send {"url": "http://...", "headers": {"name": "value"}}; headers may be left out';
      return reply.code(400).send({ error: advice });
    }
    webhooks.setReceiver(receiver);
    return webhooks.status();
  });
}

function toReceiver(body: unknown): Receiver | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const { url, headers = {} } = body as { url?: unknown; headers?: unknown };
  if (typeof url !== 'string' || !/^https?:/.test(url) || !URL.canParse(url)) return undefined;
  if (typeof headers !== 'object' || headers === null) return undefined;
  const pairs = Object.entries(headers).map(([name, value]) => [name, String(value)] as const);
  return { url, ...(pairs.length > 0 && { headers: Object.fromEntries(pairs) }) };
}
