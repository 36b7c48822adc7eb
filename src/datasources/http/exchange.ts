import type { IncomingHttpHeaders } from 'node:http';
import { RequestError } from 'got';
import { ErrorCode, type GatewayError } from '../../errors.ts';
import { createBreaker, type Verdict } from './breaker.ts';
import { createBudget, type Ticket } from './budget.ts';
import type { Call } from './call.ts';
import type { Dialect } from './dialect.ts';
import { translateFailure, translateStatus } from './errors.ts';
import { createMonitor, type Monitor } from './monitor.ts';
import { invalid, type Origin } from './parse.ts';
import { retryAfter } from './retry-after.ts';
import { createSlots } from './slots.ts';
import { createTransport, type WireAnswer } from './transport.ts';

/** A successful answer, its JSON not yet looked at. */
export interface Answer {
  body: unknown;
  headers: IncomingHttpHeaders;
  origin: Origin;
}

/** One request, before it is known who sends it. */
export interface Outgoing {
  method: 'GET' | 'POST';
  /** Path and query. */
  target: string;
  /** What errors call it, for instance "GET /projects". */
  what: string;
  form?: Record<string, string>;
}

export interface ExchangeOptions {
  /** Name of the provider entry, for errors. */
  provider: string;
  /** Without a slash at its end. */
  baseUrl: string;
  dialect: Pick<Dialect, 'explain' | 'rateLimit' | 'windowMs'>;
  /** Time for one request, in milliseconds. */
  timeoutMs: number;
  /** Requests under way at a time. */
  concurrency: number;
  /** Milliseconds since 1970; the clock's unless a test drives it. */
  now?: (() => number) | undefined;
}

/** Sends a request once: breaker, budget, slot, wire, and what the answer means. */
export interface Exchange {
  /** @throws GatewayError for every answer that is no success; the signal's reason. */
  send(outgoing: Outgoing, headers: Record<string, string>, call: Call): Promise<Answer>;
  monitor: Monitor;
}

export function createExchange(options: ExchangeOptions): Exchange {
  const { provider, dialect, timeoutMs, concurrency, now = Date.now } = options;
  const breaker = createBreaker(provider, now);
  const budget = createBudget({ provider, windowMs: dialect.windowMs, now });
  const monitor = createMonitor({
    circuit: () => breaker.state(),
    isSpent: () => budget.isSpent(),
    now,
  });
  const slots = createSlots(concurrency);
  const transport = createTransport({ timeoutMs, concurrency });

  /** Learns from an answer and tells what it means. */
  const interpret = ({ status, headers, text }: WireAnswer, origin: Origin, ticket: Ticket) => {
    const told = dialect.rateLimit(headers, new Date(now()));
    const retryAt = retryAfter(headers, now());
    monitor.learn(told);
    const body = parseJson(text);
    if (status >= 200 && status < 300) {
      budget.learn(ticket, { told, throttled: false, retryAt });
      if (body.ok) return { body: body.value, headers, origin };
      throw invalid(origin, text === '' ? 'it is empty' : 'it is not JSON');
    }
    const explanation = dialect.explain(status, body.ok ? body.value : text);
    const throttled = status === 429 || explanation.throttled === true;
    const opensAt = budget.learn(ticket, { told, throttled, retryAt });
    throw translateStatus(status, headers, explanation, origin, opensAt ?? retryAt);
  };

  const overTheWire = async (
    { method, target, what, form }: Outgoing,
    headers: Record<string, string>,
    call: Call,
    ticket: Ticket,
    settle: (verdict: Verdict) => void,
  ): Promise<Answer> => {
    const startedAt = performance.now();
    call.sent.set(provider, (call.sent.get(provider) ?? 0) + 1);
    // A read ends when nobody waits for it. What may change something upstream is not called off
    // once it is sent; it has what is left of the operation's time.
    const isRead = method === 'GET';
    const signal = isRead ? call.signal : undefined;
    const leftMs = isRead ? timeoutMs : Math.max(1, call.deadline - now());
    try {
      const answer = await transport({
        method,
        url: options.baseUrl + target,
        headers,
        form,
        timeoutMs: Math.min(timeoutMs, leftMs),
        signal,
      });
      const understood = interpret(answer, { provider, what }, ticket);
      monitor.record(performance.now() - startedAt, undefined);
      settle('answered');
      return understood;
    } catch (error) {
      const failure = translateFailure(error, { provider, what }, signal);
      const isCutShort = failure?.upstreamStatus === undefined && leftMs < timeoutMs;
      settle(failure ? verdictOf(failure, isCutShort) : 'nothing');
      if (failure) monitor.record(performance.now() - startedAt, failure);
      throw failure ?? call.signal.reason;
    }
  };

  return {
    async send(outgoing, headers, call) {
      breaker.check();
      const ticket = await budget.take(call);
      let isSent = false;
      try {
        return await slots.run(call, () => {
          const settle = breaker.enter();
          isSent = true;
          return overTheWire(outgoing, headers, call, ticket, settle);
        });
      } finally {
        if (!isSent) budget.giveBack();
      }
    },
    monitor,
  };
}

/** Looks at the content, not at its declared type: Cloud Foundry sends JSON as text/plain. */
function parseJson(text: string): { ok: true; value: unknown } | { ok: false } {
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch {
    return { ok: false };
  }
}

/**
 * What a failure shows. A 500 is about the one request and tells neither; so does a request that
 * the operation's deadline left too little time.
 */
function verdictOf({ code, upstreamStatus, cause }: GatewayError, isCutShort: boolean): Verdict {
  if (code !== ErrorCode.PROVIDER_UNAVAILABLE && code !== ErrorCode.PROVIDER_TIMEOUT) {
    return 'answered';
  }
  if (upstreamStatus === undefined) {
    if (!(cause instanceof RequestError)) return 'nothing';
    return isCutShort && code === ErrorCode.PROVIDER_TIMEOUT ? 'nothing' : 'unavailable';
  }
  if (upstreamStatus < 500) return 'answered';
  return upstreamStatus === 500 ? 'nothing' : 'unavailable';
}
