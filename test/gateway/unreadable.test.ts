import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { startTestGateway, type TestGateway, UNWATCHED } from '../helpers/gateway.ts';
import { waitFor } from '../helpers/wait-for.ts';

const SETTINGS = { ...UNWATCHED, cache: { enabled: true } };

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway(SETTINGS);
});
afterAll(() => gateway.close());

/** Sends bytes over a connection of their own and reads until the other side ends it. */
async function exchange(bytes: string): Promise<string> {
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => (text += String(chunk)));
  socket.write(bytes);
  await once(socket, 'close');
  return text;
}

const post = (body: string) =>
  `POST /graphql HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

const DEEP = '['.repeat(20_000) + ']'.repeat(20_000);

it.each([
  ['a body of null', post('null'), 400],
  [
    'a subscription, which has many answers',
    post('{"query":"subscription { deploymentStatusChanged { to } }"}'),
    400,
  ],
  ['variables that are no object', post('{"query":"{ providers { name } }","variables":[1]}'), 400],
  ['variables without an end', post(`{"query":"{ providers { name } }","variables":${DEEP}}`), 400],
  [
    'an address that cannot be decoded',
    'GET /%ff HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n',
    400,
  ],
  ['what is no HTTP', 'hello\r\n\r\n', 400],
  ['headers without an end', `GET / HTTP/1.1\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  [
    'a file without a type',
    'PUT /files/uploads/x HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-type: \r\ncontent-length: 0\r\n\r\n',
    415,
  ],
])('%s is refused with a code and the id of the request', async (_what, bytes, status) => {
  const answer = await exchange(bytes);
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  const [, requestId] = /^x-request-id: (.+)\r$/im.exec(answer) ?? [];
  expect(JSON.parse(answer.slice(answer.indexOf('{')))).toMatchObject({
    errors: [{ extensions: { code: 'BAD_USER_INPUT', requestId } }],
  });
});

it('variables that nobody uses may be nested however deeply', async () => {
  const answer = await exchange(
    post(`{"query":"{ providers { name } }","variables":{"a":${DEEP}}}`),
  );
  expect(answer).toMatch('HTTP/1.1 200 ');
  expect(answer).toContain('"ubiops"');
});

it('a ping that cannot be written again closes its socket, and is no fault', async () => {
  const socket = new WebSocket(
    `${gateway.url.replace('http', 'ws')}/graphql`,
    'graphql-transport-ws',
  );
  await once(socket, 'open');
  socket.send(`{"type":"ping","payload":{"a":${DEEP}}}`);
  expect((await once(socket, 'close'))[0]).toBe(4400);
});

it('requests behind one another on a connection that is cut keep no seat, and nothing from closing', async () => {
  const own = await startTestGateway({ ...SETTINGS, limits: { concurrentOperations: 2 } });
  own.sandbox.cloud66.setFaults([{ latencyMs: 200 }]);
  const socket = connect(Number(new URL(own.url).port), '127.0.0.1');
  const slow = post('{"query":"{ deployments(first: 1) { nodes { id } } }"}').replace(
    'connection: close\r\n',
    '',
  );
  socket.write(slow + slow.replace('first: 1', 'first: 2'));
  await waitFor('the first request', () => own.requestsTo('ubiops').length > 0);
  socket.destroy();
  const isLetIn = async () => (await own.query('{ providers { name } }')).status === 200;
  for (let turn = 0; turn < 2; turn += 1) await waitFor('a seat to be free', isLetIn);
  // Fastify gives up on a close after ten seconds, as long as requests may be waited for.
  await own.close();
});
