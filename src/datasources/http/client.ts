import { Agent as HttpAgent, type IncomingHttpHeaders } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { got, type Response } from 'got';
import type { z } from 'zod';
import { ErrorCode, GatewayError } from '../../errors.ts';
import type { Call } from './call.ts';
import type { Dialect } from './dialect.ts';
import { translateFailure, translateStatus } from './errors.ts';
import { createMonitor, type Monitor } from './monitor.ts';
import { invalid, type Origin, parse } from './parse.ts';
import { createSlots } from './slots.ts';

/** Values that are `undefined` are left out of the query string. */
export type Query = Record<string, string | number | undefined>;

/** A successful answer, its JSON not yet looked at. */
export interface Answer {
  body: unknown;
  headers: IncomingHttpHeaders;
  origin: Origin;
}

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
}

/**
 * The one way to a provider. Every read is authenticated, limited, timed, counted and translated
 * into the gateway's errors here. Identical reads of one operation are sent once.
 */
export interface HttpClient {
  /** @throws GatewayError for every answer that is no success. */
  read(path: string, call: Call, query?: Query): Promise<Answer>;
  /** Reads and parses. */
  get<T>(path: string, schema: z.ZodType<T>, call: Call, query?: Query): Promise<T>;
  /** Reads and parses; `undefined` for 404. */
  find<T>(path: string, schema: z.ZodType<T>, call: Call, query?: Query): Promise<T | undefined>;
  /** Sends a form and parses the JSON answer. Never shared, never repeated. */
  postForm<T>(
    path: string,
    form: Record<string, string>,
    schema: z.ZodType<T>,
    call: Call,
  ): Promise<T>;
  monitor: Monitor;
}

interface Outgoing {
  method: 'GET' | 'POST';
  path: string;
  query?: Query | undefined;
  form?: Record<string, string>;
}

export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { provider, dialect } = options;
  const monitor = createMonitor();
  const slots = createSlots(options.concurrency);
  const baseUrl = options.baseUrl.replace(/\/+$/, '');
  const send = got.extend({
    retry: { limit: 0 },
    throwHttpErrors: false,
    followRedirect: false,
    timeout: { request: options.timeoutMs },
    agent: {
      http: new HttpAgent({ keepAlive: true, maxSockets: options.concurrency }),
      https: new HttpsAgent({ keepAlive: true, maxSockets: options.concurrency }),
    },
    headers: { accept: 'application/json', 'user-agent': 'deploygraph' },
  });

  const exchange = async (outgoing: Outgoing, call: Call): Promise<Answer> => {
    const origin = { provider, what: `${outgoing.method} ${outgoing.path}` };
    const headers = await dialect.authorize(call);
    return slots.run(call.signal, async () => {
      const startedAt = performance.now();
      call.sent.set(provider, (call.sent.get(provider) ?? 0) + 1);
      try {
        const response = await send(baseUrl + outgoing.path + queryOf(outgoing.query), {
          method: outgoing.method,
          headers,
          signal: call.signal,
          ...(outgoing.form && { form: outgoing.form }),
        });
        monitor.learn(dialect.rateLimit(response.headers, new Date()));
        const answer = interpret(response, origin, dialect);
        monitor.record(performance.now() - startedAt, undefined);
        return answer;
      } catch (error) {
        const failure = translateFailure(error, origin, call.signal);
        if (failure) monitor.record(performance.now() - startedAt, failure);
        throw failure ?? call.signal.reason;
      }
    });
  };

  const readOnce = async (outgoing: Outgoing, call: Call): Promise<Answer> => {
    try {
      return await exchange(outgoing, call);
    } catch (error) {
      const refused = error instanceof GatewayError && error.upstreamStatus === 401;
      if (refused && (await dialect.renew?.(call))) return exchange(outgoing, call);
      throw error;
    }
  };

  const read = (path: string, call: Call, query?: Query): Promise<Answer> => {
    const key = `${provider} ${baseUrl}${path}${queryOf(query)}`;
    const known = call.reads.get(key) as Promise<Answer> | undefined;
    if (known) return known;
    const reading = readOnce({ method: 'GET', path, query }, call);
    call.reads.set(key, reading);
    return reading;
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
      const { body, origin } = await exchange({ method: 'POST', path, form }, call);
      return parse(body, schema, origin);
    },
    monitor,
  };
}

function interpret(response: Response<string>, origin: Origin, dialect: Dialect): Answer {
  const body = parseJson(response.body);
  if (response.statusCode >= 200 && response.statusCode < 300) {
    if (body.ok) return { body: body.value, headers: response.headers, origin };
    throw invalid(origin, response.body === '' ? 'it is empty' : 'it is not JSON');
  }
  const explanation = dialect.explain(response.statusCode, body.ok ? body.value : response.body);
  throw translateStatus(response.statusCode, response.headers, explanation, origin);
}

/** Looks at the content, not at its declared type: Cloud Foundry sends JSON as text/plain. */
function parseJson(text: string): { ok: true; value: unknown } | { ok: false } {
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch {
    return { ok: false };
  }
}

function queryOf(query: Query | undefined): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text && `?${text}`;
}
