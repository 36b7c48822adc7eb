import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SignJWT, UnsecuredJWT } from 'jose';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { createGateway, type Gateway } from '../../src/gateway.ts';
import { ask } from '../helpers/ask.ts';
import { sandboxConfig } from '../helpers/gateway.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { AUDIENCE, ISSUER, seconds, startIssuer } from './issuer.ts';

const WHO = '{ viewer { name expiresAt permissions { provider { name } canDeploy } } }';
interface Who {
  viewer: { name: string; expiresAt: string | null; permissions: { canDeploy: boolean }[] };
}

const hashOf = (key: string) => createHash('sha256').update(key).digest('hex');
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const SECRET = 'a-shared-key-of-more-than-32-characters';

describe('authentication', () => {
  let sandbox: Sandbox;
  let issuer: Awaited<ReturnType<typeof startIssuer>>;
  const gateways: Gateway[] = [];

  beforeAll(async () => {
    sandbox = await startSandbox();
    issuer = await startIssuer();
    await issuer.rotate('first');
  });
  afterAll(async () => {
    await Promise.all(gateways.map((gateway) => gateway.close()));
    await issuer.close();
    await sandbox.close();
  });

  const start = async (auth: Record<string, unknown>): Promise<string> => {
    const gateway = await createGateway(sandboxConfig(sandbox, { auth }));
    gateways.push(gateway);
    return gateway.url;
  };
  const jwt = (more: Record<string, unknown> = {}) => ({
    jwksUrl: issuer.url,
    issuer: ISSUER,
    audience: AUDIENCE,
    cooldownMs: 0,
    rolesClaim: ['realm', 'roles'],
    roles: { operators: [{ role: 'deployer' }], readers: [{ role: 'viewer' }] },
    ...more,
  });
  const who = (url: string, headers: Record<string, string> = {}) =>
    ask<Who>(url, WHO, {}, headers);
  const refused = async (url: string, headers: Record<string, string>) => {
    const { status, errors, text, headers: received } = await who(url, headers);
    expect([status, received.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED', retryable: false } }]);
    expect(errors[0]?.extensions.requestId).toBe(received.get('x-request-id'));
    expect(text).not.toContain('data');
    return errors[0]?.message;
  };

  it('knows the holders of keys, in either header, and nobody else', async () => {
    const url = await start({
      apiKeys: [
        { name: 'robot', hash: hashOf('key-1'), grants: [{ role: 'deployer' }] },
        { name: 'screen', hash: hashOf('key-2').toUpperCase(), grants: [{ role: 'viewer' }] },
      ],
    });
    expect((await who(url, bearer('key-1'))).data.viewer).toMatchObject({
      name: 'robot',
      expiresAt: null,
    });
    const { viewer } = (await who(url, { 'x-api-key': 'key-2' })).data;
    expect(viewer.name).toBe('screen');
    expect(viewer.permissions.map(({ canDeploy }) => canDeploy)).toEqual([
      false,
      false,
      false,
      false,
    ]);

    // Whatever is wrong, the answer is the same: it never tells how near a guess was.
    const guesses = ['key-', 'key-11', hashOf('key-1'), 'a.b.c', 'KEY-1'];
    const messages = await Promise.all(guesses.map((guess) => refused(url, bearer(guess))));
    expect(new Set(messages)).toEqual(new Set(['These credentials are not known here.']));
    expect(await refused(url, {})).toMatch(/^Say who you are/);
    expect(await refused(url, { authorization: 'Basic cm9ib3Q6a2V5LTE=' })).toMatch(/^Say who/);
    expect((await fetch(`${url}/graphql?query={__typename}`)).status).toBe(401);
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
  });

  it('knows the holders of tokens by their roles, beside keys', async () => {
    const url = await start({
      jwt: jwt({ nameClaim: 'email' }),
      apiKeys: [{ name: 'robot', hash: hashOf('key-1'), grants: [{ role: 'viewer' }] }],
    });
    const exp = seconds(300);
    const claims = { email: 'ada@example.com', realm: { roles: ['operators', 'toString'] }, exp };
    const { viewer } = (await who(url, bearer(await issuer.sign('first', claims)))).data;
    expect(viewer.name).toBe('ada@example.com');
    expect(Date.parse(viewer.expiresAt ?? '') / 1_000 - exp).toBeLessThanOrEqual(5);
    expect(viewer.permissions).toHaveLength(4);
    expect(viewer.permissions.every(({ canDeploy }) => canDeploy)).toBe(true);
    expect((await who(url, bearer('key-1'))).data.viewer.name).toBe('robot');

    const stranger = await who(url, bearer(await issuer.sign('first', { sub: 'bob' })));
    expect(stranger.data.viewer).toMatchObject({ name: 'bob', permissions: [] });
    const nothing = await ask(
      url,
      '{ providers { name } deployments { nodes { id } } scopes { nodes { id } } }',
      {},
      bearer(await issuer.sign('first', { sub: 'bob' })),
    );
    expect(nothing.data).toEqual({
      providers: [],
      deployments: { nodes: [] },
      scopes: { nodes: [] },
    });
  });

  it('refuses tokens that are not what they seem', async () => {
    const url = await start({ jwt: jwt() });
    const claims = { sub: 'eve', realm: { roles: ['operators'] } };
    const sign = (more: Record<string, unknown>) => issuer.sign('first', { ...claims, ...more });
    expect((await who(url, bearer(await sign({})))).status).toBe(200);

    const [head, body, signature] = (await sign({})).split('.');
    const forged = Buffer.from(
      JSON.stringify({ iss: ISSUER, aud: AUDIENCE, exp: seconds(60), ...claims, sub: 'root' }),
    ).toString('base64url');
    const withPublicKey = await new SignJWT({
      iss: ISSUER,
      aud: AUDIENCE,
      exp: seconds(60),
      ...claims,
    })
      .setProtectedHeader({ alg: 'HS256', kid: 'first' })
      .sign(new TextEncoder().encode(await issuer.publicKey('first')));
    const unsigned = new UnsecuredJWT({ iss: ISSUER, aud: AUDIENCE, exp: seconds(60), ...claims });
    const tokens = [
      [head, forged, signature].join('.'),
      [head, body, ''].join('.'),
      withPublicKey,
      unsigned.encode(),
      await sign({ iss: 'https://somebody.example' }),
      await sign({ aud: 'another-service' }),
      await sign({ exp: undefined }),
      await sign({ nbf: seconds(60) }),
    ];
    for (const token of tokens) {
      expect(await refused(url, bearer(token))).toBe('These credentials are not known here.');
    }
    expect(await refused(url, bearer(await sign({ exp: seconds(-60) })))).toBe(
      'The token has expired.',
    );
  });

  it('takes tokens signed with a shared key, also when remembered, until they expire', async () => {
    const roles = { operators: [{ role: 'deployer' }] };
    const url = await start({
      jwt: { secret: SECRET, issuer: ISSUER, audience: AUDIENCE, rolesClaim: 'scope', roles },
    });
    // The clock's tolerance is 5 s: this one has a second or two left.
    const token = await new SignJWT({ sub: 'ci', scope: 'openid operators', exp: seconds(-3) })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode(SECRET));
    expect((await who(url, bearer(token))).data.viewer.permissions).toHaveLength(4);
    expect((await who(url, bearer(token))).status).toBe(200);
    await waitFor('its end', async () => (await who(url, bearer(token))).status === 401);
    expect(await refused(url, bearer(token))).toBe('The token has expired.');
  });

  it('follows an issuer that changes its keys, asking it no more often than it has to', async () => {
    await issuer.rotate('second');
    const url = await start({ jwt: jwt() });
    const before = issuer.fetched();
    const old = await issuer.sign('second', { sub: 'ada' });
    await Promise.all([1, 2, 3].map(() => who(url, bearer(old))));
    for (const sub of ['bob', 'eve']) {
      expect((await who(url, bearer(await issuer.sign('second', { sub })))).status).toBe(200);
    }
    expect(issuer.fetched() - before).toBe(1);

    const taken = await issuer.rotate('third');
    expect((await who(url, bearer(await issuer.sign('third', { sub: 'ada' })))).status).toBe(200);
    expect(issuer.fetched() - before).toBe(2);
    await issuer.rotate('fourth');
    const stale = await issuer.sign('third', { sub: 'mallory' }, taken);
    expect((await who(url, bearer(await issuer.sign('fourth', { sub: 'ada' })))).status).toBe(200);
    await refused(url, bearer(stale));
  });

  it('does not let strangers make it ask the issuer again and again', async () => {
    const pair = await issuer.rotate('fifth');
    const url = await start({ jwt: jwt({ cooldownMs: 60_000 }) });
    expect((await who(url, bearer(await issuer.sign('fifth', { sub: 'ada' })))).status).toBe(200);
    const before = issuer.fetched();
    for (const kid of ['x', 'y', 'z']) {
      await refused(url, bearer(await issuer.sign(kid, { sub: 'eve' }, pair)));
    }
    expect(issuer.fetched()).toBe(before);
  });

  it('goes on with the keys it knows while the issuer is down, and says so where it knows none', async () => {
    await issuer.rotate('sixth');
    const token = await issuer.sign('sixth', { sub: 'ada' });
    const known = await start({ jwt: jwt({ refreshMs: 1_000 }) });
    expect((await who(known, bearer(token))).status).toBe(200);
    issuer.fail(true);
    const before = issuer.fetched();
    await waitFor('a fetch in vain', async () => {
      expect((await who(known, bearer(token))).status).toBe(200);
      return issuer.fetched() > before;
    });
    expect((await who(known, bearer(await issuer.sign('sixth', { sub: 'bob' })))).status).toBe(200);

    const fresh = await start({ jwt: jwt() });
    const { status, errors } = await who(fresh, bearer(token));
    expect(status).toBe(503);
    expect(errors).toMatchObject([
      { extensions: { code: 'AUTHENTICATION_UNAVAILABLE', retryable: true } },
    ]);
    issuer.fail(false);
    expect((await who(fresh, bearer(token))).status).toBe(200);
  });
});
