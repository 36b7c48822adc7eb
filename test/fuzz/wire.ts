import { connect as connectSocket } from 'node:net';

/** An answer as it came over the wire. */
export interface Reply {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** A request as it goes over the wire. */
export type RawRequest = string | Buffer;

const CONNECTIONS = 4;

/** How long an answer may take before the gateway is said to hang. */
const HANG_MS = 50_000;

const LOST = 'the connection was closed without an answer';

/**
 * Sends requests over a few kept connections, each without waiting for the answers before it. The
 * answers are in the order of the requests.
 * @throws Error for a request that got no answer although it had a connection of its own
 */
export async function sendAll(url: string, requests: readonly RawRequest[]): Promise<Reply[]> {
  const replies: (Reply | undefined)[] = requests.map(() => undefined);
  const lanes = Array.from({ length: CONNECTIONS }, async (_, lane) => {
    const mine = requests.flatMap((request, index) =>
      index % CONNECTIONS === lane ? [{ request, index }] : [],
    );
    const got = await pipeline(
      url,
      mine.map(({ request }) => request),
      'all',
    );
    for (const [position, { index }] of mine.entries()) replies[index] = got[position];
  });
  await Promise.all(lanes);
  // Behind an answer that ends its connection nothing is answered: those are asked by themselves.
  return Promise.all(
    replies.map(async (reply, index) => {
      const [own] = reply ? [reply] : await pipeline(url, [requests[index] ?? ''], 'all');
      if (!own) throw new Error(`${LOST}: ${String(requests[index]).slice(0, 300)}`);
      return own;
    }),
  );
}

/**
 * Sends bytes that may be no HTTP at all, says that nothing follows, and reads what comes until the
 * other side is done.
 * @param patienceMs how long to listen to one that goes on, before it is cut
 */
export async function sendBytes(
  url: string,
  bytes: RawRequest,
  patienceMs?: number,
): Promise<Reply[]> {
  return pipeline(url, [bytes], 'end', patienceMs);
}

async function pipeline(
  url: string,
  requests: readonly RawRequest[],
  until: 'all' | 'end',
  patienceMs?: number,
): Promise<Reply[]> {
  if (requests.length === 0) return [];
  const { hostname, port } = new URL(url);
  const socket = connectSocket({ host: hostname, port: Number(port), allowHalfOpen: true });
  const replies: Reply[] = [];
  let rest = Buffer.alloc(0);
  const hang = setTimeout(() => socket.destroy(new Error(`no answer in ${HANG_MS} ms`)), HANG_MS);
  const patience = patienceMs && setTimeout(() => socket.destroy(), patienceMs);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  let failure: NodeJS.ErrnoException | undefined;
  socket.on('error', (error) => (failure = error));
  socket.on('data', (chunk: Buffer) => {
    rest = takeReplies(Buffer.concat([rest, chunk]), replies);
    if (until === 'all' && replies.length === requests.length) socket.destroy();
  });
  socket.on('end', () => socket.destroy());
  for (const request of requests) socket.write(request);
  if (until === 'end') socket.end();
  await closed;
  clearTimeout(hang);
  clearTimeout(patience);
  // The other side may have closed while something was still being sent to it.
  const isCut = failure && ['ECONNRESET', 'EPIPE'].includes(failure.code ?? '');
  if (failure && !isCut) throw failure;
  return replies;
}

/** Puts the whole answers of what has come into `replies`; gives back what is left. */
function takeReplies(bytes: Buffer, replies: Reply[]): Buffer<ArrayBuffer> {
  let rest = Buffer.from(bytes);
  for (;;) {
    const headEnd = rest.indexOf('\r\n\r\n');
    if (headEnd < 0) return rest;
    const [first = '', ...lines] = rest.subarray(0, headEnd).toString('latin1').split('\r\n');
    const headers = Object.fromEntries(
      lines.map((line) => {
        const at = line.indexOf(':');
        return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()];
      }),
    );
    const found = takeBody(rest.subarray(headEnd + 4), headers);
    if (!found) return rest;
    const status = Number(first.split(' ')[1]);
    if (status !== 100) replies.push({ status, headers, body: found.body.toString() });
    rest = Buffer.from(found.rest);
  }
}

function takeBody(
  bytes: Buffer,
  headers: Record<string, string>,
): { body: Buffer; rest: Buffer } | undefined {
  if (headers['transfer-encoding'] !== 'chunked') {
    const length = Number(headers['content-length'] ?? 0);
    if (bytes.length < length) return undefined;
    return { body: bytes.subarray(0, length), rest: bytes.subarray(length) };
  }
  const parts: Buffer[] = [];
  let rest = bytes;
  for (;;) {
    const lineEnd = rest.indexOf('\r\n');
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(rest.subarray(0, lineEnd).toString('latin1'), 16);
    const end = lineEnd + 2 + size + 2;
    if (rest.length < end) return undefined;
    parts.push(rest.subarray(lineEnd + 2, end - 2));
    rest = rest.subarray(end);
    if (size === 0) return { body: Buffer.concat(parts), rest };
  }
}

/** A POST of JSON to the API; a text is sent as it is. */
export function post(body: unknown, headers: Record<string, string> = {}): Buffer {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return request('POST', '/graphql', { 'content-type': 'application/json', ...headers }, text);
}

/** Any request, with its body's length. */
export function request(
  method: string,
  path: string,
  headers: Record<string, string>,
  body: string | Buffer = '',
): Buffer {
  const content = Buffer.from(body);
  const lines = Object.entries({
    host: 'gateway',
    'content-length': String(content.length),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), content]);
}
