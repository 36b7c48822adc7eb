import { describe, expect, test } from '@jest/globals';
import type { VariableEntry, VariableLevel } from '../../src/datasources/provider.ts';
import { ErrorCode } from '../../src/schema/enums.ts';
import { newCall } from '../helpers/provider.ts';
import { scope, useHumanitec } from './humanitec-harness.ts';
import { change, failureOf, newWrite, writesOf } from './writing.ts';

const under = useHumanitec();
const application = scope('storefront');
const staging = scope('storefront', 'staging');

async function own(owner = staging): Promise<Map<string, VariableEntry>> {
  const found = await under.provider.getVariableLevels([owner], { shadowed: false }, newCall());
  const [level] = found.get(owner.id) as VariableLevel[];
  return new Map((level?.variables ?? []).map((entry) => [entry.name, entry]));
}

const writes = () =>
  under
    .requests()
    .filter(({ method }) => method !== 'GET')
    .map(({ method, path }) => `${method} ${path.replace(/.*\/values/, '')}`);

const set = (
  changes: Parameters<ReturnType<typeof writesOf>['setVariables']>[1],
  owner = staging,
  mode: 'MERGE' | 'REPLACE' = 'MERGE',
) => writesOf(under.provider).setVariables(owner, changes, mode, newWrite());

describe('variables', () => {
  test('are created where they are not, overridden where they are above, and changed', async () => {
    const outcomes = await set([
      change('NEW', 'one'),
      change('MAX_CART_ITEMS', '5'),
      change('STRIPE_API_KEY', 'key'),
    ]);
    expect(outcomes.map(({ error }) => error)).toEqual([undefined, undefined, undefined]);
    expect(writes()).toEqual(['POST ', 'POST ', 'POST ']);
    await set([change('NEW', 'two')]);
    expect(writes().at(-1)).toBe('PATCH /NEW');
    const values = await own();
    expect(values.get('NEW')).toMatchObject({ value: 'two', secret: false });
    expect(values.get('MAX_CART_ITEMS')).toMatchObject({ value: '5' });
    // Above it is a secret, so it is one here too.
    expect(values.get('STRIPE_API_KEY')).toMatchObject({ value: null, secret: true });
  });

  test('that are secret stay so, and what fails does not stop the others', async () => {
    const outcomes = await set(
      [
        change('SESSION_SECRET', 'x', { secret: false }),
        change('SESSION_SECRET', undefined, { newName: 'OTHER' }),
        change('LOG_LEVEL', 'warn', { secret: true }),
        change('UNKNOWN'),
        change('FRESH', 'shh', { secret: true }),
      ],
      application,
    );
    expect(outcomes.map(({ name, error }) => [name, error?.code])).toEqual([
      ['SESSION_SECRET', ErrorCode.BAD_USER_INPUT],
      ['SESSION_SECRET', ErrorCode.UNSUPPORTED],
      ['LOG_LEVEL', ErrorCode.UNSUPPORTED],
      ['UNKNOWN', ErrorCode.BAD_USER_INPUT],
      ['FRESH', undefined],
    ]);
    expect(writes()).toEqual(['POST ']);
    expect((await own(application)).get('FRESH')).toMatchObject({ value: null, secret: true });
  });

  test('are renamed by creating and deleting', async () => {
    await set([change('OLD_NAME', 'kept')]);
    under.forget();
    await set([change('OLD_NAME', undefined, { newName: 'NEW_NAME' })]);
    expect(writes()).toEqual(['POST ', 'DELETE /OLD_NAME']);
    const values = await own();
    expect(values.get('NEW_NAME')).toMatchObject({ value: 'kept' });
    expect(values.has('OLD_NAME')).toBe(false);
  });

  test('are replaced: what is not named is deleted, at this level alone', async () => {
    const above = [...(await own(application)).keys()];
    const before = [...(await own()).keys()];
    const outcomes = await set([change('ONLY', '1')], staging, 'REPLACE');
    expect(outcomes.map(({ name }) => name)).toEqual(['ONLY', ...before]);
    expect(outcomes.filter(({ error }) => error)).toEqual([]);
    expect([...(await own()).keys()]).toEqual(['ONLY']);
    expect([...(await own(application)).keys()]).toEqual(above);
  });

  test('are deleted by name; what is above is not here', async () => {
    await set([change('GOES', '1')]);
    const outcomes = await writesOf(under.provider).deleteVariables(
      staging,
      ['GOES', 'BANNER'],
      newWrite(),
    );
    expect(outcomes.map(({ error }) => error?.code)).toEqual([undefined, ErrorCode.NOT_FOUND]);
  });

  test('report what the provider says, and what nobody knows, one by one', async () => {
    const outcomes = await under.withFaults(
      [
        { method: 'POST', status: 400, body: { error: 'API-9', message: 'no: s3cret' }, times: 1 },
        { method: 'POST', loseAnswer: true, times: 1 },
      ],
      () => set([change('A1', 's3cret'), change('A2', 's3cret'), change('A3', 's3cret')]),
    );
    expect(outcomes.map(({ error }) => error?.code)).toEqual([
      ErrorCode.PROVIDER_REJECTED,
      ErrorCode.OUTCOME_UNKNOWN,
      undefined,
    ]);
    expect(outcomes[0]?.error?.complaints).toEqual([
      { message: 'no: [hidden]', providerCode: 'API-9' },
    ]);
    expect(JSON.stringify(outcomes)).not.toContain('s3cret');
    const values = await own();
    expect([values.has('A1'), values.has('A2'), values.has('A3')]).toEqual([false, true, true]);
  });

  test('have names that are checked without a request', () => {
    const { checkVariableName, keepsSecrets } = writesOf(under.provider);
    for (const name of ['', 'a b', 'ä', 'a/b']) {
      expect(checkVariableName(staging, name)).toEqual(expect.any(String));
    }
    for (const name of ['A', 'a.b-c_D', '1'])
      expect(checkVariableName(staging, name)).toBeUndefined();
    expect(keepsSecrets(staging)).toBe(true);
    expect(under.requests()).toEqual([]);
  });

  test('are kept by applications and environments that exist', async () => {
    const failure = await failureOf(set([change('A', 'b')], scope()));
    expect(failure).toMatchObject({
      code: ErrorCode.UNSUPPORTED,
      complaints: [{ field: ['ownerId'] }],
    });
    expect((await failureOf(set([change('A', 'b')], scope('nowhere')))).code).toBe(
      ErrorCode.NOT_FOUND,
    );
    expect(writes()).toEqual([]);
  });
});
