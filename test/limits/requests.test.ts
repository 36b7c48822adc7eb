import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startTestGateway, type TestGateway } from '../helpers/gateway.ts';

/** Requests that are refused before any of them is run: nothing reaches a provider. */
describe('requests that are too large', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startTestGateway({ limits: { maxBodyBytes: 50_000, maxTokens: 1_000 } });
  });
  afterAll(() => gateway.close());

  const post = (body: string) =>
    fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': 'mine' },
      body,
    });
  const pages =
    '{ scopes(first: 100) { nodes { deployments(first: 100) { nodes { builds(first: 100) { nodes { id } } } } } } }';

  test.each([
    ['a page of pages of pages', 400, { query: pages }, 'OPERATION_TOO_COMPLEX', /2020200 objects/],
    [
      'a long document',
      400,
      { query: `{${' __typename'.repeat(1_000)} }` },
      'OPERATION_TOO_COMPLEX',
      /^The document has more than 1000 tokens\. Send/,
    ],
    ['a large body', 413, { query: ' '.repeat(50_000) }, 'BAD_USER_INPUT', /larger than 50000 b/],
    ['a batch', 400, [{ query: '{ __typename }' }], 'OPERATION_TOO_COMPLEX', /one at a time/],
  ])('%s', async (_what, status, body, code, message) => {
    const response = await post(JSON.stringify(body));
    const { errors, data } = (await response.json()) as { errors: unknown[]; data?: unknown };
    expect(response.status).toBe(status);
    expect(data).toBeUndefined();
    expect(errors).toEqual([
      {
        message: expect.stringMatching(message) as unknown,
        extensions: { code, retryable: false, requestId: 'mine' },
      },
    ]);
    expect(gateway.requestsTo('humanitec')).toEqual([]);
  });

  test('are refused in words also where they are still being sent', async () => {
    const query = 'x'.repeat(20_000_000);
    for (let turn = 0; turn < 5; turn += 1) {
      const response = await post(JSON.stringify({ query }));
      expect(response.status).toBe(413);
      expect(await response.json()).toMatchObject({
        errors: [{ extensions: { code: 'BAD_USER_INPUT', requestId: 'mine' } }],
      });
    }
  });

  test('what cannot be read, and where nothing is, is told in the same shape', async () => {
    const broken = await post('{');
    expect(broken.status).toBe(400);
    expect(await broken.json()).toMatchObject({
      errors: [{ extensions: { code: 'BAD_USER_INPUT', requestId: 'mine' } }],
    });
    const nowhere = await fetch(`${gateway.url}/nowhere`);
    expect(nowhere.status).toBe(404);
    expect(await nowhere.json()).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
  });
});
