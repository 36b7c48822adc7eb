/** A server of the test's own that answers as the test says, and a client in front of it. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { createHttpClient, type HttpClient } from '../../src/datasources/http/client.ts';
import type { HttpClientOptions } from '../../src/datasources/http/client.ts';
import type { Dialect } from '../../src/datasources/http/dialect.ts';

export const NAME = 'under-test';

/** What to do with a request: a status (200: `{"turn": n}`), the whole answer, or nothing yet. */
export type Reply =
  number | { status: number; body?: string; headers?: Record<string, string> } | 'drop' | 'hold';

export interface Upstream {
  /** What the next requests get, in order; those after them get 200. */
  will(...replies: Reply[]): void;
  /** "GET /a" of each request that arrived. */
  readonly arrived: string[];
  /** What the writes brought that were answered. */
  readonly received: { type: string | undefined; length: string | undefined; body: string }[];
  /** How many connections are open. */
  connections(): Promise<number>;
  /** The requests that were given up before they had an answer. */
  readonly givenUp: string[];
  /** Answers those that are held. */
  release(): void;
  /** How many replies were not met yet. */
  left(): number;
  client(options?: Partial<HttpClientOptions>): HttpClient;
}

/** A provider whose errors say nothing and who tells no budget. */
export const PLAIN: Dialect = {
  authorize: () => ({}),
  explain: () => ({}),
  rateLimit: () => null,
};

export function useUpstream(): Upstream {
  let replies: Reply[] = [];
  let held: ServerResponse[] = [];
  const arrived: string[] = [];
  const givenUp: string[] = [];
  const received: Upstream['received'] = [];

  const answer = (response: ServerResponse, reply: Exclude<Reply, 'drop' | 'hold'>) => {
    const { status, body, headers } =
      typeof reply === 'number' ? { status: reply, body: undefined, headers: {} } : reply;
    response.writeHead(status, headers);
    response.end(body ?? JSON.stringify({ turn: arrived.length }));
  };
  const server = createServer((request, response) => {
    const name = `${request.method} ${request.url}`;
    arrived.push(name);
    response.once('close', () => {
      if (!response.writableFinished) givenUp.push(name);
    });
    const { 'content-type': type, 'content-length': length } = request.headers;
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    if (request.method !== 'GET') {
      request.once('end', () => received.push({ type, length, body }));
    }
    const reply = replies.shift() ?? 200;
    if (reply === 'drop') request.socket.destroy();
    else if (reply === 'hold') held.push(response);
    else if (request.method === 'GET') answer(response, reply);
    else request.once('end', () => answer(response, reply));
  });

  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  beforeEach(() => {
    replies = [];
    held = [];
    arrived.length = 0;
    givenUp.length = 0;
    received.length = 0;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  return {
    will: (...next) => {
      replies = next;
    },
    arrived,
    givenUp,
    received,
    connections: () =>
      new Promise((resolve, reject) =>
        server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      ),
    release: () => {
      for (const response of held) answer(response, 200);
      held = [];
    },
    left: () => replies.length,
    client: (options) =>
      createHttpClient({
        provider: NAME,
        baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        dialect: PLAIN,
        timeoutMs: 5_000,
        concurrency: 8,
        retries: 0,
        random: () => 0,
        ...options,
      }),
  };
}
