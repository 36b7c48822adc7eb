import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestGateway, type TestGateway, UNWATCHED } from '../helpers/gateway.ts';
import { TRANSPORTS } from '../helpers/transports.ts';

const FILE = 'examples/generated/trusted-documents.json';
const DOCUMENTS = JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, string>;
const [HASH = '', TEXT = ''] =
  Object.entries(DOCUMENTS).find(([, text]) => text.includes('query Platforms')) ?? [];

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
