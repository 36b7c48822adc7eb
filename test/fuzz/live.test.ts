import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { WebSocket } from 'ws';
import { leavesNothingBehind } from '../helpers/leftovers.ts';
import { describeWithRedis } from '../helpers/redis.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { expectRefusal } from './answers.ts';
import { checkAll, countCases, PATIENCE_MS, runs, within } from './runs.ts';
import {
  startGuarded,
  startOpen,
  type StartSurroundings,
  type Surroundings,
} from './surroundings.ts';
import { nasty, spoilt } from './texts.ts';
import { request, sendAll, sendBytes } from './wire.ts';

leavesNothingBehind();
const count = countCases(200);
const TOKEN = 'a-token-that-nobody-can-guess';

/** Nobody is left of those who came, and the next one is served. */
async function expectQuiet({ gateway, guest }: Surroundings): Promise<void> {
  await waitFor('the last subscriber to leave', () => {
    const { subscribers, groups } = gateway.gateway.deliveryStatus();
    return subscribers === 0 && groups === 0;
  });
  expect((await gateway.query('{ providers { name } }', {}, guest)).errors).toEqual([]);
}

const EVENTS =
  'subscription ($since: String) { deploymentStatusChanged(since: $since) { to cursor } }';

const payload = fc.oneof(
  fc.constantFrom(
    { query: EVENTS },
    { query: '{ providers { name } }' },
    { query: 'subscription { deploymentStatusChanged(filter: { scopeIds: ["x"] }) { to } }' },
    { query: EVENTS, variables: { since: 'x' } },
  ),
  nasty.map((since) => ({ query: EVENTS, variables: { since } })),
  spoilt(fc.constant(EVENTS)).map((query) => ({ query })),
  fc.jsonValue({ maxDepth: 3 }),
);

const id = fc.oneof(fc.constantFrom('1', '2', '3'), nasty);

const message = fc.oneof(
  { weight: 4, arbitrary: fc.constant('{"type":"connection_init"}') },
  {
    weight: 8,
    arbitrary: fc
      .tuple(id, payload)
      .map(([name, about]) => JSON.stringify({ id: name, type: 'subscribe', payload: about })),
  },
  { weight: 3, arbitrary: id.map((name) => JSON.stringify({ id: name, type: 'complete' })) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('ping', 'pong', 'connection_init'), fc.jsonValue())
      .map(([type, about]) => JSON.stringify({ type, payload: about })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('next', 'error', 'connection_ack', 'start', ''), fc.jsonValue())
      .map(([type, about]) => JSON.stringify({ type, id: '1', payload: about })),
  },
  {
    weight: 1,
    arbitrary: spoilt(fc.constant('{"id":"1","type":"subscribe","payload":{"query":"{ a }"}}')),
  },
  {
    weight: 1,
    arbitrary: fc
      .nat(8_000)
      .map((depth) => `{"type":"ping","payload":{"a":${'['.repeat(depth)}${']'.repeat(depth)}}}`),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(30_000, 19_000).map((length) => JSON.stringify('x'.repeat(length))),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 50 }).map((array) => Buffer.from(array)) },
);

/** Closed by ourselves, told so by docs/clients.md, or the frames themselves were wrong. */
const CODES = [1000, 1005, 1006, 1002, 1007, 1009, 1012, 4400, 4401, 4403, 4408, 4409, 4413, 4429];

/** Pings whose payload could not be written again. */
const KEPT: [Talk[]][] = [[[{ messages: [deepPing(9_000)], isCut: false, raw: null }]]];

describe('everybody', () => mayTalk(startOpen));
describeWithRedis('viewers', () => mayTalk(startGuarded));

function mayTalk(start: StartSurroundings): void {
  let surroundings: Surroundings;
  beforeAll(async () => {
    const live = { maxMessageBytes: 20_000, initTimeoutMs: 60_000 };
    surroundings = await start({ live }, { webhook: { token: TOKEN } });
  }, PATIENCE_MS);
  afterAll(() => surroundings?.close(), PATIENCE_MS);

  describe('a WebSocket', () => aWebSocket(() => surroundings));
  describe('an event stream', () => anEventStream(() => surroundings));
  describe('a webhook', () => aWebhook(() => surroundings));
}

function aWebSocket(surroundings: () => Surroundings): void {
  it(
    'that says anything, in any order, is answered or closed with a code that says why',
    async () => {
      const talk = fc.record({
        messages: fc.array(message, { maxLength: 12 }),
        isCut: fc.boolean(),
        raw: fc.option(fc.uint8Array({ maxLength: 40 }), { freq: 6 }),
      });
      await checkAll(
        fc.array(talk, { minLength: 1, maxLength: 12 }),
        async (talks) => {
          const codes = await Promise.all(talks.map((each) => speak(surroundings(), each)));
          for (const code of codes) expect(CODES).toContain(code);
          count('messages', talks.flatMap(({ messages }) => messages).length);
          await expectQuiet(surroundings());
        },
        runs(100, {
          interruptAfterTimeLimit: within(3_000),
          examples: KEPT,
        }),
      );
    },
    PATIENCE_MS,
  );
}

function deepPing(depth: number): string {
  return `{"type":"ping","payload":{"a":${'['.repeat(depth)}${']'.repeat(depth)}}}`;
}

interface Talk {
  messages: (string | Buffer)[];
  isCut: boolean;
  /** Bytes that are no frame. */
  raw: Uint8Array | null;
}

async function speak(
  { gateway, stranger }: Surroundings,
  { messages, isCut, raw }: Talk,
): Promise<number> {
  const socket = new WebSocket(
    `${gateway.url.replace('http', 'ws')}/graphql`,
    'graphql-transport-ws',
    { headers: stranger },
  );
  socket.on('error', () => undefined);
  const closed = once(socket, 'close') as Promise<[number]>;
  await once(socket, 'open');
  for (const each of messages) socket.send(each, () => undefined);
  // The stream below is what a client that is no WebSocket would write to.
  const { _socket: stream } = socket as unknown as { _socket: NodeJS.WritableStream };
  if (raw) stream.write(Buffer.from(raw));
  if (isCut) socket.terminate();
  else socket.close(1000);
  const [code] = await closed;
  return code;
}

function anEventStream(surroundings: () => Surroundings): void {
  it(
    'is answered, whatever it is asked for',
    async () => {
      const asked = fc.oneof(
        payload.map((body) => JSON.stringify(body)),
        spoilt(fc.constant(JSON.stringify({ query: '{ providers { name } }' }))),
        fc
          .nat(5_000)
          .map(
            (depth) =>
              `{"query":"{ a }","variables":{"a":${'['.repeat(depth)}${']'.repeat(depth)}}}`,
          ),
      );
      const type = fc.constantFrom('application/json', 'text/plain', 'application/json; charset=x');
      const byPost = fc.tuple(asked, type).map(
        ([body, contentType]) =>
          (headers: Record<string, string>) =>
            request('POST', '/graphql/stream', { ...headers, 'content-type': contentType }, body),
      );
      const byGet = fc
        .record(
          { query: nasty, variables: nasty, operationName: nasty, extensions: nasty },
          { requiredKeys: [] },
        )
        .map(
          (search) => (headers: Record<string, string>) =>
            request('GET', `/graphql/stream?${searchOf(search)}`, headers),
        );
      await checkAll(
        fc.array(fc.oneof(byPost, byGet), { maxLength: 12 }),
        async (batch) => {
          const { gateway, stranger } = surroundings();
          // Half-closed behind each request, so that a subscription ends as well.
          const replies = await Promise.all(
            batch.map((each) => sendBytes(gateway.url, each(stranger), 300)),
          );
          replies
            .flat()
            .filter(({ status }) => status !== 200)
            .forEach(expectRefusal);
          count('event streams', batch.length);
          await expectQuiet(surroundings());
        },
        runs(25, { interruptAfterTimeLimit: within(2_000) }),
      );
    },
    PATIENCE_MS,
  );
}

function searchOf(search: Record<string, string>): string {
  const sound = Object.entries(search).map(([key, value]) => [
    key,
    value.replaceAll(/\p{Surrogate}/gu, ''),
  ]);
  return new URLSearchParams(sound as [string, string][]).toString();
}

function aWebhook(surroundings: () => Surroundings): void {
  it(
    'is taken or refused, whatever it says and wherever it is sent',
    async () => {
      const name = fc.oneof(
        fc.constantFrom('ubiops', 'humanitec', 'cloud66', 'cloudfoundry'),
        nasty.map((text) => encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, ''))),
      );
      const token = fc.oneof(
        { weight: 5, arbitrary: fc.constant(TOKEN) },
        {
          weight: 1,
          arbitrary: nasty.map((text) =>
            encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, '')),
          ),
        },
      );
      const words = fc.constantFrom(
        ...['deployment_id', 'app_id', 'env_id', 'stack_id', 'stack_uid', 'uid', 'name', 'project'],
        ...['version', 'deployment', 'event', 'object_name', 'type', 'id', 'org_id', 'payload'],
      );
      const body = fc.oneof(
        {
          weight: 10,
          arbitrary: fc
            .dictionary(words, fc.oneof(nasty, fc.jsonValue({ maxDepth: 2 })))
            .map((value) => JSON.stringify(value)),
        },
        { weight: 6, arbitrary: fc.json() },
        { weight: 6, arbitrary: nasty },
        {
          weight: 1,
          arbitrary: fc.nat(60_000).map((depth) => '['.repeat(depth) + ']'.repeat(depth)),
        },
        { weight: 1, arbitrary: fc.constant('x'.repeat(300_000)) },
      );
      const type = fc.constantFrom(
        'application/json',
        'text/plain',
        'application/x-www-form-urlencoded',
        '',
      );
      const hook = fc
        .tuple(name, token, body, type)
        .map(([to, secret, text, contentType]) =>
          request('POST', `/webhooks/${to}/${secret}`, { 'content-type': contentType }, text),
        );
      await checkAll(
        fc.array(hook, { maxLength: 40 }),
        async (batch) => {
          (await sendAll(surroundings().gateway.url, batch)).forEach(expectRefusal);
          count('webhooks', batch.length);
          await expectQuiet(surroundings());
        },
        runs(100, { interruptAfterTimeLimit: within(3_000) }),
      );
    },
    PATIENCE_MS,
  );
}
