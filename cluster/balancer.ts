import {
  Agent,
  type ClientRequest,
  createServer,
  type IncomingMessage,
  request as httpRequest,
  type RequestOptions,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/** A load balancer for a few instances of this machine, or of one network. */
export interface Balancer {
  /** For instance "http://127.0.0.1:4000". */
  url: string;
  /** Those that are ready. */
  ready(): readonly string[];
  close(): Promise<void>;
}

export interface BalancerOptions {
  /** URLs of the instances. */
  targets: readonly string[];
  host?: string;
  /** Any free one when it is 0. */
  port: number;
}

/** How often instances are asked whether they are ready, and how long they may take to answer. */
const LOOK_MS = 250;
const PATIENCE_MS = 1_000;

/** One that is silent so often in a row is left out: a busy machine may make it miss one. */
const MOST_MISSED = 3;

/** How long what a client still sends is read once it has been answered. */
const LINGER_MS = 2_000;

/** Headers that belong to one connection, and are not passed on. */
const OWN_HEADERS = ['connection', 'keep-alive', 'proxy-connection'];

interface Target {
  url: URL;
  isReady: boolean;
  /** Whether it is being asked, and how often in a row it did not answer in time. */
  isAsked: boolean;
  missed: number;
  /** What is under way there. */
  count: number;
}

/**
 * Passes each request to the ready instance that has the least to do: requests and their answers as
 * they arrive, so that event streams and files pass, and WebSockets. An instance whose
 * `/health/ready` is not 200 gets nothing new. What found no instance at all is tried with the next
 * one; what reached one is never sent twice.
 */
export async function startBalancer(options: BalancerOptions): Promise<Balancer> {
  const targets = options.targets.map((url): Target => ({
    url: new URL(url),
    isReady: false,
    isAsked: false,
    missed: 0,
    count: 0,
  }));
  const agent = new Agent({ keepAlive: true });
  const server = createServer();
  const upgraded = new Set<Duplex>();

  const choose = (tried: ReadonlySet<Target>): Target | undefined =>
    targets
      .filter((target) => target.isReady && !tried.has(target))
      .sort((one, other) => one.count - other.count)[0];

  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const tried = new Set<Target>();
    const pass = () => {
      const target = choose(tried);
      if (!target) return refuse(response);
      tried.add(target);
      const upstream = httpRequest({ ...towards(target, request), agent });
      count(target, response);
      upstream.once('response', (answer) => {
        const headers = withoutOwn(answer.rawHeaders);
        const isEarly = !request.complete;
        if (isEarly) headers.push('connection', 'close');
        response.writeHead(answer.statusCode ?? 502, headers);
        response.flushHeaders();
        answer.pipe(response, { end: !isEarly });
        answer.once('error', () => response.destroy());
        if (!isEarly) return;
        upstream.once('close', () => request.resume());
        answer.once('end', () => endLate(request, response));
      });
      upstream.on('error', (error) => {
        // An answer that has begun tells by itself whether it comes to its end.
        if (response.headersSent) return;
        if (foundNobody(error, upstream)) pass();
        else refuse(response);
      });
      response.once('close', () => upstream.destroy());
      // Nothing of the body is gone while nobody was found: it is read once there is a connection.
      upstream.once('socket', (socket) => {
        if (!socket.connecting) request.pipe(upstream);
        else socket.once('connect', () => request.pipe(upstream));
      });
    };
    pass();
  });

  server.on('upgrade', (request: IncomingMessage, client: Duplex, head: Buffer) => {
    const target = choose(new Set());
    if (!target) {
      client.end(
        'HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n',
      );
      return;
    }
    passUpgrade(target, request, client, head, upgraded);
  });

  const look = () => Promise.all(targets.map(lookAt));
  await look();
  const timer = setInterval(() => void look(), LOOK_MS);
  const host = options.host ?? '127.0.0.1';
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${port}`,
    ready: () => targets.filter(({ isReady }) => isReady).map(({ url }) => url.origin),
    async close() {
      clearInterval(timer);
      for (const socket of upgraded) socket.destroy();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
}

async function lookAt(target: Target): Promise<void> {
  if (target.isAsked) return;
  target.isAsked = true;
  const signal = AbortSignal.timeout(PATIENCE_MS);
  try {
    const response = await fetch(new URL('/health/ready', target.url), { signal });
    await response.body?.cancel();
    target.missed = 0;
    target.isReady = response.status === 200;
  } catch {
    target.missed += 1;
    if (!signal.aborted || target.missed >= MOST_MISSED) target.isReady = false;
  } finally {
    target.isAsked = false;
  }
}

function towards({ url }: Target, { method, url: path, rawHeaders, socket }: IncomingMessage) {
  const headers = withoutOwn(rawHeaders, true);
  headers.push('x-forwarded-for', socket.remoteAddress ?? '');
  const { hostname: host, port } = url;
  return { host, port, method, path, headers, setHost: false } satisfies RequestOptions;
}

function count(target: Target, stream: ServerResponse | Duplex): void {
  target.count += 1;
  stream.once('close', () => {
    target.count -= 1;
  });
}

/** Names and values in turn. A request keeps what makes it an upgrade. */
function withoutOwn(raw: readonly string[], isRequest = false): string[] {
  const kept: string[] = [];
  const isUpgrade =
    isRequest && raw.some((text, index) => index % 2 === 0 && text.toLowerCase() === 'upgrade');
  for (let index = 0; index < raw.length; index += 2) {
    const [name = '', value = ''] = raw.slice(index, index + 2);
    if (isUpgrade || !OWN_HEADERS.includes(name.toLowerCase())) kept.push(name, value);
  }
  return kept;
}

function foundNobody(error: NodeJS.ErrnoException, { reusedSocket }: ClientRequest): boolean {
  return error.code === 'ECONNREFUSED' && !reusedSocket;
}

/** A client that still sends loses an answer whose connection is closed before it has stopped. */
function endLate(request: IncomingMessage, response: ServerResponse): void {
  const timer = setTimeout(() => response.end(), LINGER_MS);
  request.once('close', () => response.end());
  response.once('close', () => clearTimeout(timer));
}

function refuse(response: ServerResponse): void {
  const text = '{"errors":[{"message":"No instance is ready. Try again in a moment."}]}';
  response.writeHead(503, { 'content-type': 'application/json', 'retry-after': '1' }).end(text);
}

function passUpgrade(
  target: Target,
  request: IncomingMessage,
  client: Duplex,
  head: Buffer,
  upgraded: Set<Duplex>,
): void {
  count(target, client);
  upgraded.add(client);
  client.once('close', () => upgraded.delete(client));
  client.on('error', () => client.destroy());
  const upstream = httpRequest(towards(target, request));
  upstream.once('upgrade', (answer, socket, first) => {
    const lines = answer.rawHeaders.flatMap((text, index, all) =>
      index % 2 === 0 ? [`${text}: ${all[index + 1] ?? ''}`] : [],
    );
    client.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`);
    client.write(first);
    socket.on('error', () => client.destroy());
    socket.once('close', () => client.destroy());
    client.once('close', () => socket.destroy());
    socket.write(head);
    socket.pipe(client).pipe(socket);
  });
  upstream.once('response', (answer) => {
    client.end(
      `HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}\r\nconnection: close\r\n\r\n`,
    );
    answer.resume();
  });
  upstream.once('error', () => client.destroy());
  client.once('close', () => upstream.destroy());
  upstream.end();
}
