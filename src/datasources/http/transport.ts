import { Agent as HttpAgent, type IncomingHttpHeaders } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { got } from 'got';

/** One request as it goes over the wire. */
export interface WireRequest {
  method: 'GET' | 'POST';
  url: string;
  headers: Record<string, string>;
  form?: Record<string, string> | undefined;
  /** Time for the whole exchange, in milliseconds. */
  timeoutMs: number;
  /** Ends the request; absent where it must go to its end. */
  signal?: AbortSignal | undefined;
}

/** An answer, whatever its status. */
export interface WireAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

export interface TransportOptions {
  /** Time for one request, in milliseconds; connecting may take half of it. */
  timeoutMs: number;
  /** Connections kept at most. */
  concurrency: number;
}

/** Sends a request. Rejects with got's errors where no whole answer came. */
export type Transport = (request: WireRequest) => Promise<WireAnswer>;

/** Connecting takes longer than this only where nobody listens. */
const LONGEST_CONNECT_MS = 3_000;

/**
 * got over connections that are kept. Its options were chosen by measurement, see
 * docs/performance.md; repeating, redirects and errors of the status are the client's matter.
 */
export function createTransport({ timeoutMs, concurrency }: TransportOptions): Transport {
  const connections = { keepAlive: true, maxSockets: concurrency };
  const connectMs = Math.min(timeoutMs / 2, LONGEST_CONNECT_MS);
  const send = got.extend({
    retry: { limit: 0 },
    throwHttpErrors: false,
    followRedirect: false,
    agent: { http: new HttpAgent(connections), https: new HttpsAgent(connections) },
    headers: { accept: 'application/json', 'user-agent': 'deploygraph' },
  });
  return async ({ method, url, headers, form, timeoutMs: requestMs, signal }) => {
    const {
      statusCode,
      headers: received,
      body,
    } = await send(url, {
      method,
      headers,
      timeout: { connect: connectMs, secureConnect: connectMs, request: requestMs },
      ...(signal && { signal }),
      ...(form && { form }),
    });
    return { status: statusCode, headers: received, text: body };
  };
}
