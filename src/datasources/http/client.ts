import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { z } from 'zod';
import { ErrorCode, GatewayError } from '../../errors.ts';
import type { ShareBudget } from './budget-talk.ts';
import type { Call } from './call.ts';
import type { Dialect } from './dialect.ts';
import { keepableMs } from './cache-control.ts';
import type { Attempt } from './attempt.ts';
import { type Answer, createExchange, type Outgoing } from './exchange.ts';
import { createFlights } from './flights.ts';
import type { Line } from './line.ts';
import type { Monitor } from './monitor.ts';
import { parse } from './parse.ts';
import { pause } from './pause.ts';
import { retryDelay } from './retry.ts';
import { notUnderstood, type Sending, type WriteMethod } from './sending.ts';

export type { Answer, Sending };

/** Values that are `undefined` are left out of the query string. */
export type Query = Record<string, string | number | undefined>;

export interface HttpClientOptions {
  /** Name of the provider entry, for errors. */
  provider: string;
  /** Scheme, host and the fixed part of the path. */
  baseUrl: string;
  dialect: Dialect;
  /** Time for one request, in milliseconds. */
  timeoutMs: number;
  /** Requests under way at a time. */
  concurrency: number;
  /** How often a read is repeated that found nobody, or was told to come back in a moment. */
  retries: number;
  /** What is shared with other clients of the same service; a line of its own where absent. */
  line?: Line | undefined;
  /** Joins the instances that spend the same budget; absent: nobody else does. */
  share?: ShareBudget | undefined;
  /** Is told of each request that was sent. */
  report?: ((attempt: Attempt) => void) | undefined;
  /** Milliseconds since 1970; the clock's unless a test drives it. */
  now?: () => number;
  /** From 0 to 1, for the jitter of repetitions. */
  random?: () => number;
}

/**
 * The one way to a provider. Every request is authenticated, limited, timed, counted and translated
 * into the gateway's errors here. Identical reads of one operation are sent once, and so are those
 * of several operations that are in flight together.
 */
export interface HttpClient {
  /** @throws GatewayError for every answer that is no success. */
  read(path: string, call: Call, query?: Query): Promise<Answer>;
  /** Reads and parses. */
  get<T>(path: string, schema: z.ZodType<T>, call: Call, query?: Query): Promise<T>;
  /** Reads and parses; `undefined` for 404. */
  find<T>(path: string, schema: z.ZodType<T>, call: Call, query?: Query): Promise<T | undefined>;
  /** Sends a form and parses the JSON answer. Never shared, never repeated, never called off. */
  postForm<T>(
    path: string,
    form: Record<string, string>,
    schema: z.ZodType<T>,
    call: Call,
  ): Promise<T>;
  /**
   * Reads a file as it arrives. Its stream ends with the call's signal; whoever gets it must read
   * it to its end or destroy it.
   */
  download(path: string, call: Call): Promise<{ stream: Readable; headers: IncomingHttpHeaders }>;
  /**
   * Sends a write, on a connection of its own, and parses the answer: its JSON, its text where it is
   * none, `undefined` where it is empty. Never shared, never repeated once it may have arrived, never
   * called off once it is sent; only a stream ends with the call's signal, or with its own error.
   *
   * @throws GatewayError with `complaints` for 400, 409 and 422; PROVIDER_UNAVAILABLE where nothing
   * was sent; OUTCOME_UNKNOWN where nobody can tell whether it was done.
   */
  send<T>(
    method: WriteMethod,
    path: string,
    sending: Sending,
    schema: z.ZodType<T>,
    call: Call,
  ): Promise<T>;
  monitor: Monitor;
}

export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { provider, dialect, retries, now = Date.now, random = Math.random } = options;
  const baseUrl = options.baseUrl.replace(/\/+$/, '');
  const exchange = createExchange({ ...options, baseUrl });
  const flights = createFlights<Answer>((target) => tooLate(provider, target), now);

  /** Sends a read, and again where that may help and there is time for it. */
  const repeat = async (outgoing: Outgoing, call: Call): Promise<Answer> => {
    for (let attempt = 0; ; attempt += 1) {
      const headers = await dialect.authorize(call);
      try {
        return await exchange.send({ ...outgoing, attempt: attempt + 1 }, headers, call);
      } catch (error) {
        if (!(error instanceof GatewayError) || attempt >= retries) throw error;
        const waitMs = retryDelay(error, attempt, now(), random);
        if (waitMs === undefined || now() + waitMs >= call.deadline) throw error;
        await pause(waitMs, call.signal);
      }
    }
  };

  const readOnce = async (outgoing: Outgoing, call: Call): Promise<Answer> => {
    try {
      return await repeat(outgoing, call);
    } catch (error) {
      const refused = error instanceof GatewayError && error.upstreamStatus === 401;
      if (refused && (await dialect.renew?.(call))) return repeat(outgoing, call);
      throw error;
    }
  };

  /** Credentials that were refused did nothing: with new ones a write is sent for the first time. */
  const sendOnce = async (outgoing: Outgoing, call: Call): Promise<Answer> => {
    const send = async () => exchange.send(outgoing, await dialect.authorize(call), call);
    try {
      return await send();
    } catch (error) {
      const refused = error instanceof GatewayError && error.upstreamStatus === 401;
      if (refused && !outgoing.sending?.stream && (await dialect.renew?.(call))) return send();
      throw error;
    }
  };

  const read = (path: string, call: Call, query?: Query): Promise<Answer> => {
    call.rests.whole = false;
    const target = path + queryOf(query);
    const key = `${provider} ${baseUrl}${target}`;
    const known = call.reads.get(key) as Promise<Answer> | undefined;
    if (known) return noting(known, call);
    const outgoing: Outgoing = { method: 'GET', target, what: `GET ${path}` };
    const reading = flights.join(target, call, (shared) => readOnce(outgoing, shared));
    call.reads.set(key, reading);
    return noting(reading, call);
  };

  const get: HttpClient['get'] = async (path, schema, call, query) => {
    const { body, origin } = await read(path, call, query);
    return parse(body, schema, origin);
  };

  return {
    read,
    get,
    async find(path, schema, call, query) {
      try {
        return await get(path, schema, call, query);
      } catch (error) {
        if (error instanceof GatewayError && error.code === ErrorCode.NOT_FOUND) return undefined;
        throw error;
      }
    },
    async postForm(path, form, schema, call) {
      const outgoing: Outgoing = { method: 'POST', target: path, what: `POST ${path}`, form };
      const headers = await dialect.authorize(call);
      const { body, origin } = await exchange.send(outgoing, headers, call);
      return parse(body, schema, origin);
    },
    async download(path, call) {
      const outgoing: Outgoing = {
        method: 'GET',
        target: path,
        what: `GET ${path}`,
        streams: true,
      };
      const { body, headers } = await sendOnce(outgoing, call);
      // A stream was asked for.
      return { stream: body as Readable, headers };
    },
    async send(method, path, sending, schema, call) {
      const outgoing: Outgoing = { method, target: path, what: `${method} ${path}`, sending };
      // A read that began before the write was done may tell the state before it.
      const { body, origin } = await sendOnce(outgoing, call).finally(() => flights.forgetAll());
      try {
        return parse(body, schema, origin);
      } catch (error) {
        throw notUnderstood(origin, error);
      }
    },
    monitor: exchange.monitor,
  };
}

/** Notes how long the answer may be kept. */
async function noting(reading: Promise<Answer>, { keep }: Call): Promise<Answer> {
  const answer = await reading;
  keep.forMs = Math.min(keep.forMs, keepableMs(answer.headers));
  return answer;
}

function tooLate(provider: string, target: string): GatewayError {
  const what = `GET ${target.split('?', 1)[0] ?? ''}`;
  return new GatewayError(
    ErrorCode.PROVIDER_TIMEOUT,
    `${provider} did not answer ${what} in the time of the operation. Ask again later.`,
    { provider, retryable: true },
  );
}

function queryOf(query: Query | undefined): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text && `?${text}`;
}
