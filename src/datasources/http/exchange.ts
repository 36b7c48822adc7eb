import type { IncomingHttpHeaders } from 'node:http';
import { RequestError } from 'got';
import { ErrorCode, type GatewayError } from '../../errors.ts';
import { type Attempt, beginAttempt } from './attempt.ts';
import type { Verdict } from './breaker.ts';
import { createBudget, type Ticket } from './budget.ts';
import type { ShareBudget } from './budget-talk.ts';
import type { Call } from './call.ts';
import type { Dialect } from './dialect.ts';
import { translateFailure, translateStatus } from './errors.ts';
import { createLine, type Line } from './line.ts';
import { createMonitor, type Monitor } from './monitor.ts';
import { invalid, type Origin } from './parse.ts';
import { retryAfter } from './retry-after.ts';
import { type Sending, translateLostWrite, translateRefusal, type WriteMethod } from './sending.ts';
import type { WireAnswer } from './transport.ts';

/** A successful answer, its JSON not yet looked at. */
export interface Answer {
  /** The JSON; the Readable where a stream was asked for. */
  body: unknown;
  headers: IncomingHttpHeaders;
  origin: Origin;
}

/** One request, before it is known who sends it. */
export interface Outgoing {
  method: 'GET' | WriteMethod;
  /** Path and query. */
  target: string;
  /** What errors call it, for instance "GET /projects". */
  what: string;
  form?: Record<string, string>;
  /** There: it is a write, which goes to its end once it is sent. */
  sending?: Sending;
  /** The body of the answer is wanted as it arrives. */
  streams?: boolean;
  /** 1 for the first, and where it is absent. */
  attempt?: number;
}

export interface ExchangeOptions {
  /** Name of the provider entry, for errors. */
  provider: string;
  /** Without a slash at its end. */
  baseUrl: string;
  dialect: Pick<
    Dialect,
    'explain' | 'complaints' | 'rateLimit' | 'windowMs' | 'requestIdHeader' | 'words'
  >;
  /** Time for one request, in milliseconds. */
  timeoutMs: number;
  /** Requests under way at a time. */
  concurrency: number;
  /** What is shared with other clients of the same service; a line of its own where absent. */
  line?: Line | undefined;
  /** Joins the instances that spend the same budget; absent: nobody else does. */
  share?: ShareBudget | undefined;
  /** Is told of each request that was sent. */
  report?: ((attempt: Attempt) => void) | undefined;
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
  const { provider, dialect, timeoutMs, now = Date.now } = options;
  const { breaker, slots, transport, onEnd } = options.line ?? createLine(options);
  const budget = createBudget({ provider, windowMs: dialect.windowMs, share: options.share, now });
  const monitor = createMonitor({
    circuit: () => breaker.state(),
    isSpent: () => budget.isSpent(),
    now,
  });

  const record = (latencyMs: number, error: GatewayError | undefined) => {
    monitor.record(latencyMs, error);
    onEnd?.(latencyMs, error);
  };

  /** Learns from an answer and tells what it means. */
  const interpret = (
    { status, headers, text, stream }: WireAnswer,
    sending: Sending | undefined,
    origin: Origin,
    ticket: Ticket,
  ) => {
    const told = dialect.rateLimit(headers, new Date(now()));
    const retryAt = retryAfter(headers, now());
    monitor.learn(told);
    const body = parseJson(text);
    if (status >= 200 && status < 300) {
      budget.learn(ticket, { told, throttled: false, retryAt });
      if (stream) return { body: stream, headers, origin };
      if (body.ok) return { body: body.value, headers, origin };
      if (sending) return { body: text === '' ? undefined : text, headers, origin };
      throw invalid(origin, text === '' ? 'it is empty' : 'it is not JSON');
    }
    const explanation = dialect.explain(status, body.ok ? body.value : text);
    const throttled = status === 429 || explanation.throttled === true;
    const opensAt = budget.learn(ticket, { told, throttled, retryAt });
    const comeBackAt = opensAt ?? retryAt;
    if (!sending) throw translateStatus(status, headers, explanation, origin, comeBackAt);
    const answer = { status, headers, body: body.ok ? body.value : text };
    throw translateRefusal(answer, sending, dialect, origin, comeBackAt);
  };

  const overTheWire = async (
    outgoing: Outgoing,
    headers: Record<string, string>,
    call: Call,
    ticket: Ticket,
    settle: (verdict: Verdict) => void,
  ): Promise<Answer> => {
    const { method, target, what, form, sending, streams } = outgoing;
    const trial = beginAttempt(options, outgoing, call);
    call.sent.set(provider, (call.sent.get(provider) ?? 0) + 1);
    // A read ends when nobody waits for it, and so does a file that is not whole yet. What may
    // change something upstream is not called off once it is sent.
    const canEnd = method === 'GET' || sending?.stream !== undefined;
    const signal = canEnd ? call.signal : undefined;
    const isLogin = method !== 'GET' && !sending;
    const leftMs = isLogin ? Math.max(1, call.deadline - now()) : timeoutMs;
    let answer: WireAnswer | undefined;
    try {
      answer = await transport({
        method,
        url: options.baseUrl + target,
        headers: { ...headers, ...trial.headers },
        form,
        sending,
        streams,
        timeoutMs: Math.min(timeoutMs, leftMs),
        signal,
      });
      const understood = interpret(answer, sending, { provider, what }, ticket);
      record(trial.durationMs(), undefined);
      settle('answered');
      trial.end(answer.status, undefined, answer.headers);
      return understood;
    } catch (error) {
      const origin = { provider, what };
      const failure = sending
        ? translateLostWrite(error, sending, origin, signal)
        : translateFailure(error, origin, signal);
      const isCutShort = failure?.upstreamStatus === undefined && leftMs < timeoutMs;
      settle(failure ? verdictOf(failure, isCutShort) : 'nothing');
      if (failure) record(trial.durationMs(), failure);
      trial.end(failure?.upstreamStatus, failure?.code ?? 'ABORTED', answer?.headers);
      throw failure ?? call.signal.reason;
    }
  };

  return {
    async send(outgoing, headers, call) {
      breaker.check();
      const ticket = await budget.take(call);
      let isSent = false;
      try {
        const go = () => {
          const settle = breaker.enter();
          isSent = true;
          return overTheWire(outgoing, headers, call, ticket, settle);
        };
        // A file takes as long as its sender does; nothing else must wait for it.
        return await (outgoing.sending?.stream ? go() : slots.run(call, go));
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

/** Failures that may be the provider's, not the request's. */
const TELLING = new Set([
  ErrorCode.PROVIDER_UNAVAILABLE,
  ErrorCode.PROVIDER_TIMEOUT,
  ErrorCode.OUTCOME_UNKNOWN,
]);

/**
 * What a failure shows. A 500 is about the one request and tells neither; so does a request that
 * the operation's deadline left too little time.
 */
function verdictOf({ code, upstreamStatus, cause }: GatewayError, isCutShort: boolean): Verdict {
  if (!TELLING.has(code)) return 'answered';
  if (upstreamStatus === undefined) {
    if (!(cause instanceof RequestError)) return 'nothing';
    return isCutShort && code === ErrorCode.PROVIDER_TIMEOUT ? 'nothing' : 'unavailable';
  }
  if (upstreamStatus < 500) return 'answered';
  return upstreamStatus === 500 ? 'nothing' : 'unavailable';
}
