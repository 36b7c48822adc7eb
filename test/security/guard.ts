import { once } from 'node:events';
import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** How secrets of a test begin, so that they can be searched for. */
export const MARK = 'PLANTED';
const MARKED = /PLANTED-[\w-]+/g;

/** How a provider tells what is wrong, in its own shape, with a text of the test's choice. */
export type Tell = (text: string) => unknown;

/**
 * Stands before a stand-in and takes marked credentials in the place of its own. Told to, it answers
 * as a careless provider does: with all that it was sent in the text of its error.
 */
export async function startGuard(upstream: string, tell: Tell) {
  const seen = new Set<string>();
  const issued = new Set<string>();
  let echoes: { status: number; methods: readonly string[]; left: number } | undefined;

  const server = createServer((incoming, outgoing) => {
    void buffer(incoming).then((sent) => {
      const isForm = incoming.headers['content-type']?.includes('urlencoded') ?? false;
      const authorization = decoded(incoming.headers.authorization ?? '');
      for (const [mark] of `${authorization} ${sent.toString()}`.matchAll(MARKED)) seen.add(mark);
      const { method = '', url = '' } = incoming;
      if (
        echoes &&
        echoes.methods.includes(method) &&
        echoes.left > 0 &&
        !url.includes('/oauth/')
      ) {
        echoes.left -= 1;
        const text = `refused: ${authorization} ${sent.toString()}`;
        const body = JSON.stringify(tell(text));
        outgoing.writeHead(echoes.status, { 'x-echo': encodeURIComponent(text) }).end(body);
        return;
      }
      const body = isForm ? Buffer.from(sent.toString().replaceAll(MARKED, 'sandbox')) : sent;
      const headers = {
        ...incoming.headers,
        host: new URL(upstream).host,
        ...(authorization && {
          authorization: encoded(authorization.replaceAll(MARKED, 'sandbox')),
        }),
        ...(isForm && { 'content-length': String(body.length) }),
      };
      const request = send(new URL(url, upstream), { method, headers }, (answer) => {
        void buffer(answer).then((received) => {
          const text = received.toString().replaceAll(upstream, own);
          for (const [, token = ''] of text.matchAll(/"(?:access|refresh)_token":"([^"]+)"/g)) {
            issued.add(token);
          }
          const isText = answer.headers['content-type']?.includes('json') ?? false;
          const whole = isText ? Buffer.from(text) : received;
          const kept = { ...answer.headers, 'content-length': String(whole.length) };
          delete kept['transfer-encoding'];
          outgoing.writeHead(answer.statusCode ?? 500, kept);
          outgoing.end(whole);
        });
      });
      request.end(body);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const own = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: own,
    /** Marks that it was sent, in credentials or bodies. */
    seen,
    /** Tokens that its login gave out. */
    issued,
    /** The next requests of a kind are refused, with all that they brought. */
    echo: (methods: readonly string[], status: number, left = 5) => {
      echoes = { methods, status, left };
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export type Guard = Awaited<ReturnType<typeof startGuard>>;

/** What a client and its secret are sent as. */
const BASIC = /^Basic (\S+)$/;

function decoded(authorization: string): string {
  const [, pair] = BASIC.exec(authorization) ?? [];
  return pair ? `Basic: ${Buffer.from(pair, 'base64').toString()}` : authorization;
}

function encoded(authorization: string): string {
  const [, pair] = /^Basic: (.*)$/.exec(authorization) ?? [];
  return pair === undefined ? authorization : `Basic ${Buffer.from(pair).toString('base64')}`;
}
