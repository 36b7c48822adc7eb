import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { leavesNothingBehind } from '../helpers/leftovers.ts';
import { describeWithRedis } from '../helpers/redis.ts';
import { expectAnswer, expectRefusal, readAnswer } from './answers.ts';
import { checkAll, countCases, PATIENCE_MS, runs, within } from './runs.ts';
import {
  startGuarded,
  startOpen,
  type StartSurroundings,
  type Surroundings,
} from './surroundings.ts';
import { nasty, spoilt } from './texts.ts';
import { post, request, sendAll, sendBytes } from './wire.ts';

leavesNothingBehind();
const count = countCases(200);

const SOUND = { query: '{ providers { name } }' };

/** That the next one who asks is answered. */
async function expectService({ gateway, guest }: Surroundings): Promise<void> {
  const [reply] = await sendAll(gateway.url, [post(SOUND, guest)]);
  expect(reply?.status).toBe(200);
  expect(reply?.body).toContain('ubiops');
}

const QUERIES = [
  'query A($ids: [ID!]!, $n: Int = 3) { nodes(ids: $ids) { id ... on Scope { name } } }',
  '{ deployments(first: 2, filter: { status: { in: [RUNNING] } }) { nodes { ...D } } } fragment D on Deployment { id }',
  '{ __schema { types { name fields { name } } } }',
  'subscription { deploymentStatusChanged { to } }',
  'mutation M($i: DeploymentActionInput!) { cancelDeployment(input: $i) { userErrors { message } } }',
  '"a description" query B @skip(if: false) { viewer { __typename } }',
];

/** Documents with a letter wrong, repeated without end, or nested without end. */
const document = fc.oneof(
  { weight: 6, arbitrary: spoilt(fc.constantFrom(...QUERIES)) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 100 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom('{a', '[', '...{', '@a', 'a:a ', '"', '"""', '#', '{ providers '),
        fc.nat(3_000),
      )
      .map(([text, times]) => text.repeat(times)),
  },
  fc.nat(40).map((times) => cycle(times)),
);

function cycle(times: number): string {
  const fragments = Array.from(
    { length: times },
    (_, index) => `fragment F${index} on Query { ...F${(index + 1) % times} ...F${index * 2} }`,
  );
  return `{ ...F0 } ${fragments.join(' ')}`;
}

const json = fc.json({ maxDepth: 4 });

/** Bodies of every shape: JSON of any kind, half of one, and parts of the wrong type. */
const body = fc.oneof(
  { weight: 6, arbitrary: document.map((query) => JSON.stringify({ query })) },
  {
    weight: 6,
    arbitrary: fc
      .tuple(document, json, json, json)
      .map(([query, operationName, variables, extensions]) =>
        [
          `{"query":${JSON.stringify(query)},"operationName":${operationName}`,
          `"variables":${variables},"extensions":${extensions}}`,
        ].join(','),
      ),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(json, json)
      .map(([query, documentId]) => `{"query":${query},"documentId":${documentId}}`),
  },
  { weight: 3, arbitrary: json },
  {
    weight: 6,
    arbitrary: spoilt(
      fc.constantFrom(...QUERIES).map((query) => JSON.stringify({ query, variables: {} })),
    ),
  },
  // Long ones take their time, and there is little to choose in them.
  {
    weight: 1,
    arbitrary: fc
      .nat(60_000)
      .map((depth) => `{"query":"{ viewer { __typename } }","variables":${deep(depth)}}`),
  },
  { weight: 1, arbitrary: fc.nat(60_000).map(deep) },
  {
    weight: 2,
    arbitrary: fc.array(json, { maxLength: 3 }).map((items) => `[${items.join(',')}]`),
  },
);

function deep(depth: number): string {
  return '['.repeat(depth) + ']'.repeat(depth);
}

const TYPES = [
  'application/json',
  'application/json; charset=utf-8',
  'application/json; charset=nonsense',
  'application/graphql-response+json',
  'application/graphql',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'multipart/form-data',
  'text/plain',
  'text/html',
  '',
  '/',
  'a/b/c',
];

/** What a header may hold without ending it. */
const headerValue = nasty.map((text) => text.replace(/[^\x20-\x7e\x80-\xff\t]/g, '').slice(0, 500));

const headers = fc.record(
  {
    'content-type': fc.constantFrom(...TYPES),
    accept: fc.oneof(
      fc.constantFrom('*/*', 'application/graphql-response+json', 'text/html', ''),
      headerValue,
    ),
    'content-encoding': fc.constantFrom('gzip', 'br', 'identity', 'nonsense'),
    authorization: headerValue,
    cookie: headerValue,
    origin: headerValue,
    'x-request-id': headerValue,
    'x-deploygraph-upstream': headerValue,
    'apollo-require-preflight': headerValue,
    traceparent: headerValue,
    'x-forwarded-for': headerValue,
    expect: fc.constantFrom('100-continue', 'nonsense'),
  },
  { requiredKeys: [] },
);

describe('requests that are not right', () => areAnswered(startOpen));
describeWithRedis('requests of viewers that are not right', () => areAnswered(startGuarded));

function areAnswered(start: StartSurroundings): void {
  let surroundings: Surroundings;
  beforeAll(async () => {
    surroundings = await start({ cache: { enabled: true }, limits: { maxBodyBytes: 200_000 } });
  }, PATIENCE_MS);
  afterAll(() => surroundings?.close(), PATIENCE_MS);

  it(
    'are told what is wrong with them, and the next one is answered',
    async () => {
      await checkAll(
        fc.array(body, { minLength: 1, maxLength: 40 }),
        async (bodies) => {
          const { gateway, stranger } = surroundings;
          const replies = await sendAll(
            gateway.url,
            bodies.map((text) => post(text, stranger)),
          );
          replies.forEach((reply) => expectAnswer(readAnswer(reply)));
          count('bodies', bodies.length);
          await expectService(surroundings);
        },
        runs(150, {
          interruptAfterTimeLimit: within(3_000),
          examples: [
            [[`{"query":"{ viewer { __typename } }","variables":${deep(20_000)}}`, 'null', '']],
          ],
        }),
      );
    },
    PATIENCE_MS,
  );

  it(
    'whatever their method, address, headers and body',
    async () => {
      const method = fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE');
      const search = fc.webQueryParameters();
      const address = fc.oneof(
        { weight: 3, arbitrary: fc.constant('/graphql') },
        search.map((text) => `/graphql?${text}`),
        fc
          .record(
            { query: document, variables: json, operationName: nasty, extensions: json },
            { requiredKeys: [] },
          )
          .map((record) => `/graphql?${encode(record)}`)
          .filter((text) => text.length < 8_000),
        fc.webPath().map((path) => (path.startsWith('/') ? path : `/${path}`)),
        nasty.map((text) => `/${encodeURI(text.replaceAll(/\p{Surrogate}/gu, ''))}`.slice(0, 500)),
        fc.constantFrom(
          '/graphql/',
          '//graphql',
          '/graphql/stream',
          '/health',
          '/metrics',
          '/%',
          '/%ff',
          '/graphql%',
          '*',
        ),
      );
      const anyRequest = fc
        .tuple(method, address, headers, fc.oneof(body, fc.constant('')))
        .map(([verb, path, lines, text]) => ({ verb, path, lines, text: text.slice(0, 5_000) }));
      await checkAll(
        fc.array(anyRequest, { minLength: 1, maxLength: 40 }),
        async (batch) => {
          const { gateway, stranger } = surroundings;
          const requests = batch.map(({ verb, path, lines, text }) =>
            request(verb, path, { ...stranger, ...lines }, text),
          );
          const replies = await sendAll(gateway.url, requests);
          replies.forEach(expectRefusal);
          count('requests', batch.length);
          await expectService(surroundings);
        },
        runs(150, { interruptAfterTimeLimit: within(3_000) }),
      );
    },
    PATIENCE_MS,
  );

  it(
    'also where they are no HTTP',
    async () => {
      const bytes = fc.oneof(
        fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
        spoilt(fc.constant(post(SOUND).toString('latin1'))).map((text) =>
          Buffer.from(text, 'latin1'),
        ),
        nasty.map((text) => Buffer.from(`GET /${text} HTTP/1.1\r\n${text}: ${text}\r\n\r\n`)),
        fc
          .tuple(fc.integer({ min: -1, max: 100 }), fc.string())
          .map(([length, text]) =>
            Buffer.from(
              `POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n${text}`,
            ),
          ),
        fc
          .nat(40_000)
          .map((length) => Buffer.from(`GET / HTTP/1.1\r\nx: ${'x'.repeat(length)}\r\n\r\n`)),
        fc.constant(
          Buffer.from(
            'POST /graphql HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
          ),
        ),
      );
      await checkAll(
        fc.array(bytes, { minLength: 1, maxLength: 20 }),
        async (batch) => {
          const { url } = surroundings.gateway;
          const replies = await Promise.all(batch.map((each) => sendBytes(url, each)));
          replies.flat().forEach(expectRefusal);
          count('streams of bytes', batch.length);
          await expectService(surroundings);
        },
        runs(100, { interruptAfterTimeLimit: within(2_000) }),
      );
    },
    PATIENCE_MS,
  );
}

function encode(record: Record<string, string>): string {
  return Object.entries(record)
    .map(([key, value]) => `${key}=${encodeURIComponent(value.replaceAll(/\p{Surrogate}/gu, ''))}`)
    .join('&');
}
