/**
 * What a request costs with got in several configurations, and with other clients for reference.
 * Run by hand: `npm run build && node dist/scripts/measure-http.js`. UNDICI may name an installed
 * undici (its index.js). The server runs in a process of its own, so that the CPU time is the
 * client's alone.
 */
import { fork } from 'node:child_process';
import { once, setMaxListeners } from 'node:events';
import { Agent, createServer, request as plainRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';
import { got, Options } from 'got';
import { createTransport } from '../src/datasources/http/transport.ts';

const ROUNDS = 7;
const REQUESTS = 1_500;
const CONCURRENCY = 8;
const BODY = JSON.stringify(
  Array.from({ length: 20 }, (_, index) => ({ id: `row-${index}`, name: 'x'.repeat(40), index })),
);

type Send = (url: string, signal: AbortSignal) => Promise<unknown>;

type WithDefaults = (url: string, own: object, defaults: Options) => PromiseLike<{ body: string }>;

const HEADERS = { accept: 'application/json', 'user-agent': 'deploygraph' };
const AUTHORIZATION = { authorization: 'Token sandbox' };

const newAgent = () => ({ http: new Agent({ keepAlive: true, maxSockets: CONCURRENCY }) });

const PLAIN = {
  retry: { limit: 0 },
  throwHttpErrors: false,
  followRedirect: false,
  headers: HEADERS,
} as const;

/** The text of an answer, parsed as the client does it. */
async function textOf(answer: PromiseLike<{ body: string }>): Promise<unknown> {
  return JSON.parse((await answer).body) as unknown;
}

function gotContestants(): Record<string, Send> {
  const timeout = { request: 10_000 };
  const extended = got.extend({ ...PLAIN, timeout, agent: newAgent() });
  const untimed = got.extend({ ...PLAIN, agent: newAgent() });
  const uncompressed = got.extend({ ...PLAIN, timeout, agent: newAgent(), decompress: false });
  const buffers = got.extend({ ...PLAIN, timeout, agent: newAgent(), responseType: 'buffer' });
  const parsing = got.extend({ ...PLAIN, timeout, agent: newAgent(), responseType: 'json' });
  const hooked = got.extend({
    ...PLAIN,
    timeout,
    agent: newAgent(),
    hooks: { beforeRequest: [() => undefined], afterResponse: [(response) => response] },
  });
  const direct = { ...PLAIN, timeout, agent: newAgent() };
  const normalised = new Options({ ...PLAIN, timeout, agent: newAgent() });
  // The third parameter is there at run time; got's types keep it to themselves.
  const withDefaults = got as unknown as WithDefaults;
  const own = { headers: AUTHORIZATION };
  return {
    'got, extended': (url, signal) => textOf(extended(url, { ...own, signal })),
    'got, without extend': (url, signal) =>
      textOf(got(url, { ...direct, signal, headers: { ...HEADERS, ...AUTHORIZATION } })),
    'got, normalised Options as defaults': (url, signal) =>
      textOf(withDefaults(url, { ...own, signal }, normalised)),
    'got, no timeout': (url, signal) => textOf(untimed(url, { ...own, signal })),
    'got, no signal': (url) => textOf(extended(url, own)),
    'got, decompress off': (url, signal) => textOf(uncompressed(url, { ...own, signal })),
    'got, buffer': async (url, signal) =>
      JSON.parse((await buffers(url, { ...own, signal })).body.toString()) as unknown,
    'got, responseType json': async (url, signal) => (await parsing(url, { ...own, signal })).body,
    'got, with hooks': (url, signal) => textOf(hooked(url, { ...own, signal })),
    'got, stream': (url, signal) => readStream(extended.stream(url, { ...own, signal })),
    'got, stream, decompress off': (url, signal) =>
      readStream(uncompressed.stream(url, { ...own, signal })),
  };
}

async function readStream(stream: AsyncIterable<Buffer>): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString()) as unknown;
}

function ownContestant(): Send {
  const send = createTransport({ timeoutMs: 10_000, concurrency: CONCURRENCY });
  return async (url, signal) => {
    const { text } = await send({
      method: 'GET',
      url,
      headers: AUTHORIZATION,
      timeoutMs: 10_000,
      signal,
    });
    return JSON.parse(text) as unknown;
  };
}

function plainContestant(): Send {
  const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });
  const headers = { ...HEADERS, ...AUTHORIZATION };
  return (url, signal) =>
    new Promise((resolve, reject) => {
      const outgoing = plainRequest(url, { agent, headers, signal, timeout: 10_000 });
      outgoing.on('error', reject);
      outgoing.on('response', (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('error', reject);
        response.on('end', () => resolve(JSON.parse(text)));
      });
      outgoing.end();
    });
}

/** As much of undici as is used here. */
interface Undici {
  Agent: new (options: object) => unknown;
  request(url: string, options: object): Promise<{ body: { json(): Promise<unknown> } }>;
}

async function undiciContestant(): Promise<Record<string, Send>> {
  const path = process.env.UNDICI;
  if (!path) return {};
  const undici = ((await import(pathToFileURL(path).href)) as { default: Undici }).default;
  const dispatcher = new undici.Agent({ connections: CONCURRENCY });
  const headers = { ...HEADERS, ...AUTHORIZATION };
  return {
    'undici.request': async (url, signal) =>
      (await undici.request(url, { dispatcher, headers, signal })).body.json(),
  };
}

/** CPU time of one request, in microseconds. */
async function cost(send: Send, url: string, requests: number): Promise<number> {
  const { signal } = new AbortController();
  setMaxListeners(0, signal);
  const before = process.cpuUsage();
  let next = 0;
  const worker = async () => {
    while (next < requests) {
      next += 1;
      await send(`${url}/rows?turn=${next}`, signal);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / requests;
}

async function measure(url: string): Promise<void> {
  const contestants: Record<string, Send> = {
    'the gateway’s transport': ownContestant(),
    ...gotContestants(),
    'node:http': plainContestant(),
    'fetch of Node': async (target, signal) =>
      (await fetch(target, { headers: { ...HEADERS, ...AUTHORIZATION }, signal })).json(),
    ...(await undiciContestant()),
  };
  const figures = new Map<string, number[]>(Object.keys(contestants).map((name) => [name, []]));
  for (const send of Object.values(contestants)) await cost(send, url, REQUESTS);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, send] of Object.entries(contestants)) {
      figures.get(name)?.push(await cost(send, url, REQUESTS));
    }
  }
  const base = median(figures.get('got, extended') ?? []);
  for (const [name, values] of figures) {
    const [middle, least, most] = [median(values), Math.min(...values), Math.max(...values)];
    const columns = [middle, least, most].map((value) => value.toFixed(0).padStart(5));
    console.log(`${columns.join(' ')}  ${(middle / base).toFixed(2)}  ${name}`);
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}

async function serve(): Promise<void> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(BODY);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.send?.((server.address() as AddressInfo).port);
}

if (process.argv[2] === 'serve') {
  await serve();
} else {
  const server = fork(process.argv[1] ?? '', ['serve']);
  const [port] = (await once(server, 'message')) as [number];
  console.log('CPU µs a request (median, least, most), ratio to "got, extended"');
  await measure(`http://127.0.0.1:${port}`);
  server.kill();
  process.exit(0);
}
