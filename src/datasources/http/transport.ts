import { once } from 'node:events';
import { Agent as HttpAgent, type IncomingHttpHeaders } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Readable } from 'node:stream';
import { got, type OptionsInit, type PlainResponse, type Request } from 'got';
import type { Sending, WriteMethod } from './sending.ts';

/** One request as it goes over the wire. */
export interface WireRequest {
  method: 'GET' | WriteMethod;
  url: string;
  headers: Record<string, string>;
  form?: Record<string, string> | undefined;
  /** There: a write and what it sends. */
  sending?: Sending | undefined;
  /** Hands the body of a successful answer over as it arrives. */
  streams?: boolean | undefined;
  /** Time for the whole exchange, in milliseconds; where one side streams, the longest silence. */
  timeoutMs: number;
  /** Ends the request; absent where it must go to its end. */
  signal?: AbortSignal | undefined;
}

/** An answer, whatever its status. */
export interface WireAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** In the place of the text, where a stream was asked for and is there. */
  stream?: Readable;
}

export interface TransportOptions {
  /** Time for one request, in milliseconds; connecting may take half of it. */
  timeoutMs: number;
  /** Connections kept at most. */
  concurrency: number;
}

/** Sends a request. Rejects with got's errors where no whole answer came. */
export type Transport = (request: WireRequest) => Promise<WireAnswer>;

/** More of an error than this is not read, in letters. */
const LONGEST_ERROR = 65_536;

const OWN_CONNECTION = { http: false, https: false } as const;

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
  return async ({ method, url, headers, form, sending, streams, timeoutMs: waitMs, signal }) => {
    const options = {
      method,
      headers,
      timeout: {
        connect: connectMs,
        secureConnect: connectMs,
        ...(sending?.stream || streams ? { socket: waitMs } : { request: waitMs }),
      },
      ...(signal && { signal }),
      ...(form && { form }),
      ...(sending && writeOptions(sending, headers)),
    };
    // Nor does a file keep others waiting for one of the kept connections.
    if (streams) return receive(send.stream(url, { ...options, agent: OWN_CONNECTION }));
    const { statusCode, headers: received, body } = await send(url, options);
    return { status: statusCode, headers: received, text: body };
  };
}

/** Waits for the head of an answer; reads the rest only of one that is no success. */
async function receive(stream: Request): Promise<WireAnswer> {
  // Until somebody has it, and after somebody has given it up, its errors are told elsewhere.
  stream.on('error', () => undefined);
  const [{ statusCode, headers }] = (await once(stream, 'response')) as [PlainResponse];
  if (statusCode >= 200 && statusCode < 300) {
    return { status: statusCode, headers, text: '', stream };
  }
  let text = '';
  for await (const chunk of stream) {
    text += String(chunk);
    if (text.length > LONGEST_ERROR) break;
  }
  return { status: statusCode, headers, text };
}

/**
 * A write has a connection of its own. One that was kept may have been closed by the other side
 * already, and then nobody could tell whether the write arrived.
 */
function writeOptions(
  { json, form, stream }: Sending,
  headers: Record<string, string>,
): Pick<OptionsInit, 'agent' | 'form' | 'headers' | 'body'> {
  const agent = OWN_CONNECTION;
  if (form) return { agent, form };
  if (json !== undefined) {
    const type = { 'content-type': 'application/json' };
    return { agent, headers: { ...headers, ...type }, body: JSON.stringify(json) };
  }
  if (!stream) return { agent };
  const { body, type, length } = stream;
  const size = length === undefined ? {} : { 'content-length': String(length) };
  return { agent, headers: { ...headers, 'content-type': type, ...size }, body };
}
