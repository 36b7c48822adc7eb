import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Sandbox } from '../../sandbox/index.ts';
import { control, get, NAMES, send } from './http.ts';
import { createStarter } from './started.ts';

const start = createStarter();

/** What each provider says: to nobody, to a stranger, and about a route that it does not have. */
const REFUSALS = {
  ubiops: {
    path: '/v2.1/projects',
    wrong: 'Token nobody',
    without: { error: 'Authentication credentials were not provided' },
    refused: { error: 'Invalid token' },
    unknown: { path: '/v2.1/nothing', status: 404, body: { error: 'Not found' } },
  },
  humanitec: {
    path: '/orgs/sandbox-org/apps',
    wrong: 'Bearer nobody',
    without: { error: 'API-000', message: 'Could not validate token.' },
    refused: { error: 'API-000', message: 'Could not validate token.' },
    unknown: {
      path: '/nothing',
      status: 404,
      body: { error: 'API-404', message: 'Resource not found.' },
    },
  },
  cloud66: {
    path: '/api/3/stacks',
    wrong: 'Bearer nobody',
    without: { error: 'unauthenticated', error_description: expect.any(String) },
    refused: { error: 'unauthenticated', error_description: expect.any(String) },
    unknown: {
      path: '/api/3/nothing',
      status: 503,
      body: { error: 'not_implemented', error_description: expect.any(String) },
    },
  },
  cloudfoundry: {
    path: '/v3/apps',
    wrong: 'bearer nobody',
    without: {
      errors: [{ code: 10002, title: 'CF-NotAuthenticated', detail: 'Authentication error' }],
    },
    refused: {
      errors: [{ code: 1000, title: 'CF-InvalidAuthToken', detail: 'Invalid Auth Token' }],
    },
    unknown: {
      path: '/v3/nothing',
      status: 404,
      body: { errors: [{ code: 10000, title: 'CF-NotFound', detail: 'Unknown request' }] },
    },
  },
} as const;

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await start();
});
beforeEach(() => {
  for (const name of NAMES) {
    sandbox[name].setFaults([]);
    sandbox[name].clearRequests();
  }
});

describe.each(NAMES)('%s', (name) => {
  const { path, wrong, without, refused, unknown } = REFUSALS[name];

  test('refuses a request without a token in its own words', async () => {
    const reply = await send(sandbox[name].url + path);
    expect(reply.status).toBe(401);
    expect(reply.headers.get('content-type')).toMatch(/^application\/json/);
    expect(reply.body).toEqual(without);
  });

  test('refuses a wrong token and a wrong scheme', async () => {
    const reply = await send(sandbox[name].url + path, { headers: { authorization: wrong } });
    expect(reply.status).toBe(401);
    expect(reply.body).toEqual(refused);
    const basic = await send(sandbox[name].url + path, {
      headers: { authorization: 'Basic sandbox' },
    });
    expect(basic.status).toBe(401);
  });

  test('lets the token `sandbox` in', async () => {
    expect((await get(sandbox, name, path)).status).toBe(200);
  });

  test('says that it does not know a route', async () => {
    const reply = await get(sandbox, name, unknown.path);
    expect(reply.status).toBe(unknown.status);
    expect(reply.body).toEqual(unknown.body);
  });

  test('logs method, path, query and status of a request', async () => {
    await get(sandbox, name, `${path}?one=1&many=a&many=b%20c`);
    await send(sandbox[name].url + path);
    await send(`${sandbox[name].url}${unknown.path}?x`, {
      method: 'DELETE',
      headers: { authorization: wrong },
    });
    const log = await control(sandbox, name, 'GET', '/requests');
    const query = { one: '1', many: ['a', 'b c'] };
    expect(log.body).toEqual([
      { method: 'GET', path, query, status: name === 'cloudfoundry' ? 400 : 200 },
      { method: 'GET', path, query: {}, status: 401 },
      { method: 'DELETE', path: unknown.path, query: { x: '' }, status: 401 },
    ]);
    expect(sandbox[name].requests()).toEqual(log.body);
  });

  test('forgets the log when told to, and does not log what is told to itself', async () => {
    await get(sandbox, name, path);
    const cleared = await control(sandbox, name, 'DELETE', '/requests');
    expect(cleared).toMatchObject({ status: 204, text: '' });
    await control(sandbox, name, 'GET', '/faults');
    expect((await control(sandbox, name, 'GET', '/requests')).body).toEqual([]);
  });

  test('does not let a caller change its log', async () => {
    await get(sandbox, name, path);
    sandbox[name].requests().pop();
    expect(sandbox[name].requests()).toHaveLength(1);
  });

  test.each([
    ['no number', {}],
    ['text', { ms: '60000' }],
    ['a negative number', { ms: -1 }],
    ['null', { ms: null }],
    ['no object', null],
  ])('does not advance by %s', async (_what, body) => {
    const before = (await get(sandbox, name, path)).text;
    const reply = await control(sandbox, name, 'POST', '/advance', body);
    expect(reply.status).toBe(400);
    expect((await get(sandbox, name, path)).text).toBe(before);
    expect(await control(sandbox, name, 'POST', '/advance', { ms: 0 })).toMatchObject({
      status: 200,
      body: { now: '2026-06-01T12:00:00.000Z' },
    });
  });

  test.each([
    ['{"ms":', 'application/json'],
    ['60000', 'text/plain'],
    ['', 'text/plain'],
  ])('does not advance by the body %j', async (body, type) => {
    const url = `${sandbox[name].url}/_control/advance`;
    const reply = await send(url, { method: 'POST', body, headers: { 'content-type': type } });
    expect(reply.status).toBe(400);
  });
});

test('a refused token is told apart from a spent budget, which Cloud 66 answers with 503 too', async () => {
  sandbox.cloud66.setFaults([{ throttle: true, times: 1 }]);
  const throttled = await get(sandbox, 'cloud66', '/api/3/stacks');
  const unknown = await get(sandbox, 'cloud66', '/api/3/nothing');
  expect(throttled.status).toBe(unknown.status);
  expect(throttled.body).toMatchObject({ error: 'throttled' });
  expect(unknown.body).toMatchObject({ error: 'not_implemented' });
});

test('the Cloud Foundry stand-in gives tokens, which end with sandbox time', async () => {
  const own = await start();
  const token = await send(`${own.cloudfoundry.url}/oauth/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from('cf:').toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'grant_type=password&username=sandbox&password=sandbox',
  });
  const { access_token, token_type, expires_in } = token.body as Record<string, unknown>;
  expect({ status: token.status, token_type, expires_in }).toEqual({
    status: 200,
    token_type: 'bearer',
    expires_in: 600,
  });
  const ask = async () => {
    const headers = { authorization: `bearer ${String(access_token)}` };
    return (await send(`${own.cloudfoundry.url}/v3/apps`, { headers })).status;
  };
  expect(await ask()).toBe(200);
  own.advance(600_000);
  expect(await ask()).toBe(401);
});
