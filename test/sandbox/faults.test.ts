import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Fault, Sandbox } from '../../sandbox/index.ts';
import { at, control, get, NAMES, type Reply, rowsOf, send } from './http.ts';
import { createStarter } from './started.ts';

const start = createStarter();

const PATHS = {
  ubiops: '/v2.1/projects',
  humanitec: '/orgs/sandbox-org/apps',
  cloud66: '/api/3/stacks',
  cloudfoundry: '/v3/organizations',
} as const;

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await start();
});
afterEach(() => {
  for (const name of NAMES) sandbox[name].setFaults([]);
});

describe.each(NAMES)('a fault of %s', (name) => {
  const path = PATHS[name];
  const ask = (more = ''): Promise<Reply> => get(sandbox, name, path + more);
  const put = (...faults: Fault[]) => control(sandbox, name, 'PUT', '/faults', faults);
  const used = async (): Promise<unknown[]> => {
    const { body } = await control(sandbox, name, 'GET', '/faults');
    return rowsOf(body).map((fault) => fault['used']);
  };

  test('answers with a status, headers and a body, as JSON or as it is', async () => {
    const body = { error: 'out of order' };
    await put(
      { status: 502, body, headers: { 'retry-after': '7' }, times: 1 },
      { status: 500, body: 'plain <text>', headers: { 'content-type': 'text/plain' }, times: 1 },
      { status: 503, times: 1 },
    );
    const first = await ask();
    expect(first).toMatchObject({ status: 502, body });
    expect(first.headers.get('retry-after')).toBe('7');
    const second = await ask();
    expect(second).toMatchObject({ status: 500, text: 'plain <text>' });
    expect(second.headers.get('content-type')).toBe('text/plain');
    expect(await ask()).toMatchObject({ status: 503, text: '' });
    expect((await ask()).status).toBe(200);
    expect(await used()).toEqual([1, 1, 1]);
  });

  test('spoils the body of the real answer', async () => {
    const whole = await ask();
    await put(
      { malformed: 'html', times: 1 },
      { malformed: 'empty', times: 1 },
      { malformed: 'truncated', times: 1 },
    );
    const html = await ask();
    expect(html).toMatchObject({ status: 200, body: undefined });
    expect(html.text).toMatch(/^<!doctype html>/);
    expect(html.headers.get('content-type')).toBe('text/html');
    expect(await ask()).toMatchObject({ status: 200, text: '' });
    const truncated = await ask();
    expect(truncated).toMatchObject({ status: 200, body: undefined });
    expect(truncated.text).toBe(whole.text.slice(0, Math.floor(whole.text.length / 2)));
  });

  test('sets values of the real answer, deep inside or all of it', async () => {
    const first = {
      ubiops: '/0',
      humanitec: '/0',
      cloud66: '/response/0',
      cloudfoundry: '/resources/0',
    };
    const real = (await ask()).body;
    await put({ set: { [`${first[name]}/name`]: 7, [`${first[name]}/odd`]: ['new'] }, times: 1 });
    const changed = await ask();
    expect(changed.status).toBe(200);
    expect(at(changed.body, `${first[name]}/name`)).toBe(7);
    expect(at(changed.body, `${first[name]}/odd/0`)).toBe('new');
    const id = name === 'cloud66' ? 'uid' : name === 'cloudfoundry' ? 'guid' : 'id';
    const pointer = `${first[name]}/${id}`;
    expect(at(changed.body, pointer)).toBe(at(real, pointer));
    await put({ set: { '': null } });
    expect((await ask()).text).toBe('null');
  });

  test('closes the connection without an answer', async () => {
    sandbox[name].clearRequests();
    await put({ drop: true, times: 1 });
    await expect(ask()).rejects.toThrow('fetch failed');
    expect((await ask()).status).toBe(200);
    expect(sandbox[name].requests().map(({ status }) => status)).toEqual([0, 200]);
  });

  test('hits only the method and the path that it names', async () => {
    await put({ method: 'POST', status: 500 }, { path: '/nothing-here$', status: 500 });
    expect((await ask()).status).toBe(200);
    expect(await used()).toEqual([0, 0]);
    await put({ method: 'GET', path: `^${path}$`, status: 500 });
    expect((await ask('?page=1')).status).toBe(500);
    const other = await send(sandbox[name].url + path, { method: 'POST' });
    expect(other.status).not.toBe(500);
    expect(await used()).toEqual([1]);
  });

  test('hits as often as it says, and the first that matches wins', async () => {
    const [before, after] = [{ status: 500, times: 2 }, { status: 418 }];
    await put(before, after);
    const statuses = [];
    for (let count = 0; count < 4; count += 1) statuses.push((await ask()).status);
    expect(statuses).toEqual([500, 500, 418, 418]);
    expect((await control(sandbox, name, 'GET', '/faults')).body).toEqual([
      { ...before, used: 2 },
      { ...after, used: 2 },
    ]);
    expect(sandbox[name].faults()).toHaveLength(2);
  });

  test('is replaced by what is put next, one fault or a list', async () => {
    await put({ status: 500 }, { status: 501 });
    await ask();
    const one = await control(sandbox, name, 'PUT', '/faults', { status: 502 });
    expect(one).toMatchObject({ status: 200, body: [{ status: 502, used: 0 }] });
    expect((await ask()).status).toBe(502);
    expect((await put()).body).toEqual([]);
    expect((await ask()).status).toBe(200);
  });

  test('does not hit what is told to the stand-in itself', async () => {
    await put({ status: 500 });
    expect((await control(sandbox, name, 'GET', '/requests')).status).toBe(200);
    expect(await used()).toEqual([0]);
  });
});

test('a delayed answer comes after one that was asked for later', async () => {
  sandbox.humanitec.setFaults([{ latencyMs: 400, times: 1 }]);
  const order: string[] = [];
  const ask = async (what: string): Promise<void> => {
    expect((await get(sandbox, 'humanitec', `/orgs?${what}`)).status).toBe(200);
    order.push(what);
  };
  const slow = ask('slow');
  while (sandbox.humanitec.faults()[0]?.used !== 1) {
    await control(sandbox, 'humanitec', 'GET', '/faults');
  }
  await ask('quick');
  await slow;
  expect(order).toEqual(['quick', 'slow']);
});

test('a request whose caller has gone away is logged without a status', async () => {
  const { humanitec } = sandbox;
  humanitec.clearRequests();
  humanitec.setFaults([{ latencyMs: 100, times: 1 }]);
  const caller = new AbortController();
  const asked = fetch(`${humanitec.url}/orgs`, { signal: caller.signal });
  while (humanitec.faults()[0]?.used !== 1) await control(sandbox, 'humanitec', 'GET', '/faults');
  caller.abort();
  await expect(asked).rejects.toThrow(/abort/);
  while (humanitec.requests().length === 0) await control(sandbox, 'humanitec', 'GET', '/faults');
  expect((await get(sandbox, 'humanitec', '/orgs')).status).toBe(200);
  expect(humanitec.requests().map(({ status }) => status)).toEqual([0, 200]);
});

describe('a spent budget is answered as the provider does', () => {
  const throttled = async (name: (typeof NAMES)[number]): Promise<Reply> => {
    sandbox[name].setFaults([{ throttle: true, times: 1 }]);
    return get(sandbox, name, PATHS[name]);
  };

  test('UbiOps: 429, with the seconds until the window ends', async () => {
    const { status, body, headers } = await throttled('ubiops');
    expect(status).toBe(429);
    expect(body).toEqual({ error: expect.any(String) });
    expect(headers.get('x-ratelimit-remaining')).toBe('0');
    expect(Number(headers.get('x-ratelimit-reset'))).toBeLessThanOrEqual(60);
  });

  test('Humanitec: 429, without any header', async () => {
    const { status, body, headers } = await throttled('humanitec');
    expect(status).toBe(429);
    expect(body).toEqual({
      error: expect.any(String),
      message: expect.stringMatching(/rate limit/),
    });
    expect([...headers.keys()].filter((key) => /rate|retry/.test(key))).toEqual([]);
  });

  test('Cloud 66: 503, with the limit and no time of reset', async () => {
    const { status, body, headers } = await throttled('cloud66');
    expect(status).toBe(503);
    expect(body).toMatchObject({ error: 'throttled' });
    expect([...headers.keys()].filter((key) => /rate|retry/.test(key))).toEqual([
      'x-ratelimit-limit',
      'x-ratelimit-remaining',
    ]);
  });

  test('Cloud Foundry: 429, JSON that calls itself text, with an epoch and Retry-After', async () => {
    const { status, body, headers } = await throttled('cloudfoundry');
    expect(status).toBe(429);
    expect(body).toMatchObject({ errors: [{ code: 10013, title: 'CF-RateLimitExceeded' }] });
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(headers.get('x-ratelimit-remaining')).toBe('0');
    expect(Number(headers.get('x-ratelimit-reset'))).toBeGreaterThan(1_700_000_000);
  });
});
