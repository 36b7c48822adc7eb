import { beforeEach, describe, expect, it } from '@jest/globals';
import { EPOCH } from '../../sandbox/clock.ts';
import { createTokens, signWith } from '../../src/datasources/cloudfoundry/auth.ts';
import { cloudFoundry } from '../../src/datasources/cloudfoundry/index.ts';
import { type Grant, type Uaa } from '../../src/datasources/cloudfoundry/uaa.ts';
import { type ProviderSource } from '../../src/datasources/provider.ts';
import { ErrorCode, GatewayError } from '../../src/errors.ts';
import { ScopeKind } from '../../src/schema/enums.ts';
import { createProvider, newCall } from '../helpers/provider.ts';
import { example, EXAMPLE, NAME, TOKEN, useFoundation } from './cloudfoundry-harness.ts';

const under = useFoundation();
const USER = { credentials: { username: 'sandbox', password: 'sandbox' } };
const CLIENT = { credentials: { clientId: 'sandbox', clientSecret: 'sandbox' } };

const ping = (source: ProviderSource) => source.ping(newCall());
const PING = 'GET /v3/organizations?per_page=1';
const LOGIN = 'POST /oauth/token';

describe('logging in', () => {
  it.each([
    ['a user', USER],
    ['a client', CLIENT],
  ])('finds the UAA and gets one token for all requests of %s', async (_who, credentials) => {
    const source = createProvider(cloudFoundry, under.standIn.url, credentials);
    await Promise.all([ping(source), ping(source), ping(source)]);
    await ping(source);
    expect(under.sent()).toEqual(['GET /', LOGIN, PING, PING]);
  });

  it('sends a given token as it is, and asks no UAA when it is refused', async () => {
    const stranger = createProvider(cloudFoundry, under.standIn.url, {
      credentials: { token: 'old' },
    });
    await expect(ping(stranger)).rejects.toMatchObject({ code: ErrorCode.PROVIDER_UNAUTHORIZED });
    expect(under.sent()).toEqual([PING]);
  });

  it.each([
    ['a user, by the refresh token', USER],
    ['a client, by logging in again', CLIENT],
  ])('renews a refused token once and repeats the reads of %s', async (_who, credentials) => {
    const source = createProvider(cloudFoundry, under.standIn.url, credentials);
    await ping(source);
    under.clock.advance(601_000);
    under.standIn.clearRequests();
    const call = newCall();
    await Promise.all([source.ping(call), source.listScopes({ kinds: [ScopeKind.PROJECT] }, call)]);
    expect(under.sent().filter((request) => request === LOGIN)).toHaveLength(1);
    expect(under.standIn.requests().filter(({ status }) => status === 401)).toHaveLength(2);
    expect(under.standIn.requests().filter(({ status }) => status === 200)).toHaveLength(3);
  });

  it('logs in anew when the refresh token is refused', async () => {
    const source = createProvider(cloudFoundry, under.standIn.url, USER);
    await ping(source);
    under.clock.advance(601_000);
    under.standIn.clearRequests();
    under.standIn.setFaults([
      { path: '/oauth/token', times: 1, status: 400, body: { error: 'invalid_grant' } },
    ]);
    await ping(source);
    expect(under.sent()).toEqual([PING, LOGIN, LOGIN, PING]);
    under.everyFaultWasUsed();
  });

  it('tries wrong credentials once, and never tells them', async () => {
    const credentials = { username: 'sandbox', password: 'hunter2' };
    const source = createProvider(cloudFoundry, under.standIn.url, { credentials });
    const error = await ping(source).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: ErrorCode.PROVIDER_UNAUTHORIZED,
      provider: NAME,
      providerCode: 'unauthorized',
    });
    expect(under.sent()).toEqual(['GET /', LOGIN]);
    expect(JSON.stringify([error, String(error), source.health()])).not.toContain('hunter2');
    expect(source.health().lastError).toContain('the UAA refused the credentials');
  });

  it('passes on that the UAA is down or throttles, and recovers', async () => {
    const source = createProvider(cloudFoundry, under.standIn.url, USER);
    under.standIn.setFaults([
      { path: '/oauth/token', times: 1, status: 503, body: 'boom' },
      { path: '/oauth/token', times: 1, status: 429, body: {}, headers: { 'retry-after': '0' } },
    ]);
    await expect(ping(source)).rejects.toMatchObject({ code: ErrorCode.PROVIDER_UNAVAILABLE });
    await expect(ping(source)).rejects.toMatchObject({ code: ErrorCode.PROVIDER_RATE_LIMITED });
    await ping(source);
    under.everyFaultWasUsed();
  });

  it('falls back to the uaa link, and sends credentials to web addresses only', async () => {
    const source = createProvider(cloudFoundry, under.standIn.url, USER);
    const fault = (href: unknown) => ({ path: '^/$', times: 1, set: { '/links/login': href } });
    under.standIn.setFaults([fault({ href: 'ftp://127.0.0.1/' }), fault(null)]);
    await expect(ping(source)).rejects.toMatchObject({
      code: ErrorCode.PROVIDER_INVALID_RESPONSE,
    });
    expect(under.sent()).toEqual(['GET /']);
    await ping(source);
    expect(under.sent()).toEqual(['GET /', 'GET /', LOGIN, PING]);
    under.everyFaultWasUsed();
  });

  it.each(['^/$', '/oauth/token'])('takes no missing %s for a missing object', async (path) => {
    const source = createProvider(cloudFoundry, under.standIn.url, USER);
    under.standIn.setFaults([{ path, status: 404, body: '' }]);
    const found = await source.getRevisions([example('Revision', EXAMPLE.revision)], newCall());
    expect([...found.values()]).toMatchObject([{ code: ErrorCode.PROVIDER_INVALID_RESPONSE }]);
    under.everyFaultWasUsed();
  });

  it('refuses options with more than one kind of credentials', () => {
    const parse = (credentials: unknown) => cloudFoundry.options.safeParse({ credentials }).success;
    expect(parse({ token: 'x' })).toBe(true);
    expect(parse({ token: 'x', username: 'y', password: 'z' })).toBe(false);
    expect(parse({ username: 'y' })).toBe(false);
    expect(cloudFoundry.options.safeParse({ ...TOKEN, spaces: ['a,b'] }).success).toBe(false);
  });
});

describe('tokens by a driven clock', () => {
  let now = 0;
  let asked: string[];
  let answer: () => Promise<Grant>;
  const grant = (accessToken: string, lifetimeMs = 600_000): Grant => ({
    accessToken,
    lifetimeMs,
    refreshToken: 'r',
  });
  const uaa: Uaa = {
    login: () => {
      asked.push('login');
      return answer();
    },
    refresh: (token) => {
      asked.push(`refresh ${token}`);
      return answer();
    },
  };
  const create = () => createTokens(uaa, { provider: NAME, now: () => now });

  beforeEach(() => {
    now = EPOCH;
    asked = [];
    answer = async () => grant(`token ${asked.length}`);
  });

  it.each([
    [600_000, 540_000],
    [100_000, 90_000],
    [86_400_000, 86_340_000],
  ])('renews a token of %d ms after %d ms', async (lifetimeMs, renewedAfterMs) => {
    answer = async () => grant(`token ${asked.length}`, lifetimeMs);
    const tokens = create();
    expect(await tokens.current()).toBe('token 1');
    now = EPOCH + renewedAfterMs - 1;
    expect(await tokens.current()).toBe('token 1');
    now += 1;
    expect(await tokens.current()).toBe('token 2');
    expect(asked).toEqual(['login', 'refresh r']);
  });

  it('keeps a token of unknown lifetime until it is refused', async () => {
    answer = async () => grant(`token ${asked.length}`, Infinity);
    const tokens = create();
    await tokens.current();
    now += 1e12;
    expect(await tokens.current()).toBe('token 1');
    expect(await tokens.replace('token 1')).toBe('token 2');
    expect(await tokens.replace('token 1')).toBe('token 2');
    expect(asked).toHaveLength(2);
  });

  it('uses what is left of a token while the UAA is down', async () => {
    const tokens = create();
    await tokens.current();
    const down = new GatewayError(ErrorCode.PROVIDER_UNAVAILABLE, 'down');
    answer = () => Promise.reject(down);
    now += 599_999;
    expect(await tokens.current()).toBe('token 1');
    now += 1;
    await expect(tokens.current()).rejects.toBe(down);
  });

  it('asks for nothing on behalf of an operation that is over', async () => {
    answer = () => Promise.reject(new GatewayError(ErrorCode.PROVIDER_UNAVAILABLE, 'down'));
    const reason = new Error('the client went away');
    const over = newCall(AbortSignal.abort(reason));
    await expect(signWith(create()).authorize(over)).rejects.toBe(reason);
    expect(asked).toEqual([]);
  });

  it('goes on with a renewal when the operation that began it is aborted', async () => {
    let resolve: (value: Grant) => void = () => undefined;
    answer = () =>
      new Promise((done) => {
        resolve = done;
      });
    const signing = signWith(create());
    const controller = new AbortController();
    const first = signing.authorize(newCall(controller.signal));
    const second = signing.authorize(newCall());
    const reason = new Error('the client went away');
    controller.abort(reason);
    await expect(Promise.resolve(first)).rejects.toBe(reason);
    await expect(signing.authorize(newCall(controller.signal))).rejects.toBe(reason);
    resolve(grant('fresh'));
    expect(await second).toEqual({ authorization: 'bearer fresh' });
    expect(asked).toEqual(['login']);
  });
});
