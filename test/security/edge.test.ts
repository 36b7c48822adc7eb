import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseConfig } from '../../src/config.ts';
import { startTestGateway, type TestGateway } from '../helpers/gateway.ts';

const FILE = 'examples/generated/trusted-documents.json';
const DOCUMENTS = JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, string>;
const [HASH = '', TEXT = ''] =
  Object.entries(DOCUMENTS).find(([, text]) => text.includes('query Platforms')) ?? [];

interface Body {
  data?: Record<string, unknown> | null;
  errors?: { message: string; extensions: { code: string; requestId?: string } }[];
}

const ask = async (url: string, body: unknown, headers: Record<string, string> = {}) => {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return { response, ...((await response.json()) as Body) };
};

describe('trusted documents only', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    const server = { trustedDocuments: { file: FILE, only: true }, explorer: false };
    gateway = await startTestGateway({ server });
  });
  afterAll(() => gateway.close());

  test.each([
    ['by hash', { documentId: HASH }],
    ['by hash with its kind', { documentId: `sha256:${HASH}` }],
    [
      'by hash, as a persisted query',
      { extensions: { persistedQuery: { version: 1, sha256Hash: HASH } } },
    ],
    ['by its text', { query: TEXT }],
  ])('one is run, %s', async (_how, body) => {
    const { errors, data } = await ask(gateway.url, body);
    expect(errors).toBeUndefined();
    expect(data).toHaveProperty('providers');
  });

  test('one is run from an address', async () => {
    const extensions = JSON.stringify({ persistedQuery: { version: 1, sha256Hash: HASH } });
    for (const query of [`documentId=${HASH}`, `extensions=${encodeURIComponent(extensions)}`]) {
      const response = await fetch(`${gateway.url}/graphql?${query}`, {
        headers: { 'apollo-require-preflight': 'yes' },
      });
      expect((await response.json()) as Body).toHaveProperty('data.providers');
    }
  });

  test.each([
    ['another text', { query: '{ viewer { name } }' }],
    ['an unknown hash', { documentId: 'abc' }],
    ['an unknown hash with a text', { documentId: 'abc', query: '{ viewer { name } }' }],
    ['nothing', {}],
  ])('%s is refused', async (_what, body) => {
    const { response, errors, data } = await ask(gateway.url, body);
    expect(response.status).toBe(403);
    expect(data).toBeUndefined();
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });
});

describe('in production', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway({ server: { explorer: false } });
  });
  afterAll(() => gateway.close());

  test('there is neither explorer nor introspection unless it is enabled', async () => {
    const at = (environment: Record<string, string>, server = {}) => {
      const providers = [
        { name: 'c', kind: 'cloud66', baseUrl: 'http://127.0.0.1:1', credentials: { token: 'x' } },
      ];
      const file = JSON.stringify({ server, providers });
      return parseConfig(file, 'test', environment).server.explorer;
    };
    expect(at({})).toBe(true);
    expect(at({ NODE_ENV: 'production' })).toBe(false);
    expect(at({ NODE_ENV: 'production' }, { explorer: true })).toBe(true);

    expect((await fetch(`${gateway.url}/`)).status).toBe(404);
    const { errors } = await ask(gateway.url, { query: '{ __schema { types { name } } }' });
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  test('what nobody expected is told without a word of where in the code it was', async () => {
    gateway.sandbox.cloud66.setFaults([{ set: { '': { response: null } } }]);
    const query =
      '{ deployments(filter: { providers: ["cloud66"] }) { nodes { id } failures { code message } } }';
    const { response, ...body } = await ask(gateway.url, { query });
    expect(response.headers.get('x-request-id')).toBeTruthy();
    expect(JSON.stringify(body)).not.toMatch(
      /stack"|stacktrace|node_modules|node:internal|\.[tj]s:\d/,
    );
    expect(JSON.stringify(body)).toMatch(/PROVIDER_INVALID_RESPONSE|INTERNAL_SERVER_ERROR/);
    gateway.clear();
  });

  test('a misspelt name is told without a hint at what there is', async () => {
    const { errors } = await ask(gateway.url, { query: '{ deploymentz { id } }' });
    expect(errors?.[0]?.message).toMatch(/deploymentz/);
    expect(errors?.[0]?.message).not.toMatch(/Did you mean|"deployments?"/);
  });
});

describe('what a browser is told', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway({
      server: { allowedOrigins: ['https://app.example.com'] },
    });
  });
  afterAll(() => gateway.close());

  test.each(['/graphql?query={__typename}', '/', '/health/live', '/nowhere'])(
    'at %s',
    async (path) => {
      const { headers } = await fetch(gateway.url + path, {
        headers: { 'apollo-require-preflight': 'yes' },
      });
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-request-id')).toBeTruthy();
      expect(headers.get('cache-control')).toMatch(/no-store/);
    },
  );

  test('pages of the named origins may ask, others may not', async () => {
    const preflight = (origin: string) =>
      fetch(`${gateway.url}/graphql`, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'content-type',
        },
      });
    const allowed = await preflight('https://app.example.com');
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
    const refused = await preflight('https://evil.example.com');
    expect(refused.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('a page that may ask may read the answer, without cookies, and what it is told beside it', async () => {
    const answer = (origin: string, path = '/graphql') =>
      fetch(gateway.url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin },
        body: '{"query":"{ __typename }"}',
      });
    for (const path of ['/graphql', '/graphql/stream']) {
      const { headers } = await answer('https://app.example.com', path);
      expect([path, headers.get('access-control-allow-origin')]).toEqual([
        path,
        'https://app.example.com',
      ]);
      expect(headers.get('access-control-allow-credentials')).toBeNull();
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('x-request-id')).toBeTruthy();
    }
    const { headers } = await answer('https://app.example.com');
    expect(headers.get('access-control-expose-headers')).toMatch(/x-request-id.*retry-after/i);
    expect(headers.get('vary')).toMatch(/origin/i);
    const other = await answer('https://evil.example.com');
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
  });

  test.each([
    ['text', 'text/plain', 400],
    ['no type', '', 415],
    ['a form', 'application/x-www-form-urlencoded', 415],
  ])('%s of another page begins no event stream', async (_what, type, status) => {
    const response = await fetch(`${gateway.url}/graphql/stream`, {
      method: 'POST',
      headers: type ? { 'content-type': type } : {},
      // Without a type of its own.
      body: Buffer.from('{"query":"mutation { __typename }"}'),
    });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toMatch('application/json');
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
    });
  });

  test('a form of another page changes nothing: it is refused unread', async () => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: JSON.stringify({ query: '{ __typename }' }),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).not.toHaveProperty('data');
  });
});
