import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openInitialised, openStream } from '../helpers/connections.ts';
import { startTestGateway, type TestGateway, UNWATCHED } from '../helpers/gateway.ts';
import { waitFor } from '../helpers/wait-for.ts';

const FILE = 'examples/generated/trusted-documents.json';
const DOCUMENTS = JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, string>;
const [HASH = '', TEXT = ''] =
  Object.entries(DOCUMENTS).find(([, text]) => text.includes('query Platforms')) ?? [];

interface Body {
  data?: Record<string, unknown> | null;
  errors?: { message: string; extensions: { code: string } }[];
}

type Send = (url: string, request: Record<string, unknown>) => Promise<Body>;

/** One operation over each transport; the answer as the client reads it. */
const TRANSPORTS: Record<string, Send> = {
  HTTP: async (url, request) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
    });
    return (await response.json()) as Body;
  },
  WebSocket: async (url, request) => {
    const client = await openInitialised(url);
    client.send({ id: '1', type: 'subscribe', payload: { query: '', ...request } });
    const message = await waitFor('an answer', () => client.messages.find(({ id }) => id === '1'));
    client.socket.close();
    // The protocol's two forms: errors alone, or a result.
    const payload = message.payload as unknown;
    return (message.type === 'error' ? { errors: payload } : payload) as Body;
  },
  SSE: async (url, request) => {
    const stream = await openStream(url, request);
    let text = '';
    for await (const part of stream) text += (part as Buffer).toString();
    const [, data = text] = /^data: (.+)$/m.exec(text) ?? [];
    return JSON.parse(data) as Body;
  },
};

describe.each(Object.entries(TRANSPORTS))('over %s', (_name, send) => {
  describe('with trusted documents only', () => {
    let gateway: TestGateway;
    beforeAll(async () => {
      const trustedDocuments = { file: FILE, only: true };
      gateway = await startTestGateway({ ...UNWATCHED, server: { trustedDocuments } });
    });
    afterAll(() => gateway.close());

    it.each([
      ['its hash', { documentId: HASH }],
      ['its text', { query: TEXT }],
    ])('one is run by %s', async (_how, request) => {
      const { data, errors } = await send(gateway.url, request);
      expect(errors).toBeUndefined();
      expect(data).toHaveProperty('providers');
    });

    it.each([
      ['another text', { query: '{ viewer { name } }' }],
      ['another text beside a hash that is none', { documentId: 'a', query: '{ __typename }' }],
      ['a trusted text with more in it', { query: `${TEXT} query B { viewer { name } }` }],
      ['a subscription', { query: 'subscription { deploymentStatusChanged { cursor } }' }],
      ['an unknown hash', { documentId: 'abc' }],
    ])('%s is refused', async (_what, request) => {
      const { data, errors } = await send(gateway.url, request);
      expect(data).toBeUndefined();
      expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    });
  });

  describe.each(['compiled', 'interpreter'])('in production, %s', (executor) => {
    let gateway: TestGateway;
    beforeAll(async () => {
      gateway = await startTestGateway({ ...UNWATCHED, server: { explorer: false, executor } });
    });
    afterAll(() => gateway.close());

    it.each<[string, Record<string, unknown>]>([
      ['the schema', { query: '{ __schema { types { name } } }' }],
      ['a type', { query: '{ __type(name: "Deployment") { name } }' }],
      ['a field', { query: '{ deploymentz { id } }' }],
      ['a field of a type', { query: '{ viewer { nane } }' }],
      ['an argument', { query: '{ node(di: "x") { id } }' }],
      ['a type condition', { query: '{ node(id: "x") { ... on Deploymemt { id } } }' }],
      ['a value', { query: '{ deployments(filter: { status: [SUCCEEDDED] }) { __typename } }' }],
      ['an input', { query: '{ deployments(filter: { stats: 1 }) { __typename } }' }],
      [
        'a value in a variable',
        {
          query: 'query Q($f: DeploymentFilter) { deployments(filter: $f) { __typename } }',
          variables: { f: { status: ['SUCCEEDDED'] } },
        },
      ],
      [
        'an input in a variable',
        {
          query: 'query Q($f: DeploymentFilter) { deployments(filter: $f) { __typename } }',
          variables: { f: { statusses: [] } },
        },
      ],
    ])('%s is not told to whoever asks wrongly', async (_what, request) => {
      const { data, errors } = await send(gateway.url, request);
      expect(data ?? undefined).toBeUndefined();
      expect(new Set(errors?.map(({ extensions }) => extensions.code))).toEqual(
        new Set(['BAD_USER_INPUT']),
      );
      const told = JSON.stringify(errors);
      expect(told).not.toMatch(/did you mean|"SUCCEEDED|stack|node_modules|\.ts:/i);
    });
  });
});

describe('automatic persisted queries', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway({ ...UNWATCHED, cache: { enabled: true } });
  });
  afterAll(() => gateway.close());

  const hashed = (query: string) => ({
    persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(query).digest('hex') },
  });
  const post = (body: unknown) => TRANSPORTS.HTTP?.(gateway.url, body as Record<string, unknown>);

  it('are run by their hash once the text was sent with it', async () => {
    const query = '{ providers { name } }';
    const extensions = hashed(query);
    expect(await post({ extensions })).toMatchObject({
      errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
    });
    const known = await post({ query, extensions });
    expect(known?.data).toHaveProperty('providers');
    expect(await post({ extensions })).toEqual(known);
    const search = new URLSearchParams({ extensions: JSON.stringify(extensions) });
    const response = await fetch(`${gateway.url}/graphql?${search.toString()}`, {
      headers: { 'apollo-require-preflight': 'yes' },
    });
    expect(await response.json()).toEqual(known);
  });

  it('are not kept under a hash that is not theirs', async () => {
    const extensions = hashed('{ viewer { name } }');
    const answer = await post({ query: '{ providers { kind } }', extensions });
    expect(answer?.data).toBeUndefined();
    expect(answer?.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(await post({ extensions })).toMatchObject({
      errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
    });
  });
});

describe('a page of another origin', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway(UNWATCHED);
  });
  afterAll(() => gateway.close());

  it.each([
    ['a link', 400, '?query={__typename}', {}],
    ['a form', 415, '', { method: 'POST', body: new URLSearchParams({ query: '{ __typename }' }) }],
    ['a form with a file', 415, '', { method: 'POST', body: new FormData() }],
    ['text', 400, '', { method: 'POST', body: '{"query":"{ __typename }"}' }],
  ])('gets nothing run with %s', async (_what, status, search, init) => {
    const response = await fetch(`${gateway.url}/graphql${search}`, init);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ errors: [expect.anything()] });
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });
});
