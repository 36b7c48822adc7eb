import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createTokenCheck } from '../../src/auth/tokens.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { AUDIENCE, ISSUER, seconds, startIssuer } from './issuer.ts';

describe('a token that was found good', () => {
  let issuer: Awaited<ReturnType<typeof startIssuer>>;
  beforeAll(async () => {
    issuer = await startIssuer();
  });
  afterAll(() => issuer.close());

  const start = (refreshMs: number) =>
    createTokenCheck({
      jwksUrl: issuer.url,
      issuer: ISSUER,
      audience: AUDIENCE,
      algorithms: ['ES256'],
      nameClaim: 'sub',
      rolesClaim: ['roles'],
      roles: {},
      refreshMs,
      cooldownMs: 0,
    });

  it('is not checked again, also when the same keys are fetched anew', async () => {
    await issuer.rotate('one');
    const check = start(1_000);
    const token = await issuer.sign('one', { sub: 'ada' });
    // The first brings the keys.
    await check(token);
    await check(token);
    const verify = jest.spyOn(crypto.subtle, 'verify');
    try {
      const before = issuer.fetched();
      await waitFor('another fetch of the keys', async () => {
        await check(token);
        return issuer.fetched() > before + 1;
      });
      expect((await check(token)).name).toBe('ada');
      expect(verify).not.toHaveBeenCalled();
      await check(await issuer.sign('one', { sub: 'bob' }));
      expect(verify).toHaveBeenCalledTimes(1);
    } finally {
      verify.mockRestore();
    }
  });

  it('is good no more when its key is known to be gone', async () => {
    await issuer.rotate('two');
    const check = start(600_000);
    const old = await issuer.sign('two', { sub: 'ada' });
    await check(old);
    expect((await check(old)).name).toBe('ada');
    await issuer.rotate('three');
    expect((await check(old)).name).toBe('ada');
    // A key that is not known has them all fetched.
    await check(await issuer.sign('three', { sub: 'bob' }));
    await expect(check(old)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('is good no more when its key has been gone for as long as keys are kept', async () => {
    await issuer.rotate('four');
    const check = start(1_000);
    const old = await issuer.sign('four', { sub: 'ada' });
    await check(old);
    await check(old);
    await issuer.rotate('five');
    await waitFor('its end', () =>
      check(old).then(
        () => false,
        () => true,
      ),
    );
  });

  it('is good no more when it has expired', async () => {
    await issuer.rotate('six');
    const check = start(600_000);
    // The clock's tolerance is 5 s: this one has a second or two left.
    const token = await issuer.sign('six', { sub: 'ada', exp: seconds(-3) });
    await check(token);
    expect((await check(token)).name).toBe('ada');
    await waitFor('its end', () =>
      check(token).then(
        () => false,
        (error: Error) => error.message === 'The token has expired.',
      ),
    );
  });
});
