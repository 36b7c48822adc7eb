import { describe, expect, test } from '@jest/globals';
import { cloudFoundry } from '../../src/datasources/cloudfoundry/index.ts';
import { ErrorCode } from '../../src/schema/enums.ts';
import { createProvider, newCall } from '../helpers/provider.ts';
import { app, scope, space, useFoundation } from './cloudfoundry-harness.ts';
import { change, failureOf, newWrite, writesOf } from './writing.ts';

const under = useFoundation();

const writes = () => under.sent().filter((line) => !line.startsWith('GET'));

describe('variables', () => {
  const owner = app('orchard/staging/cart');
  const own = async (ref = owner) => {
    const levels = await under.provider.getVariableLevels([ref], { shadowed: false }, newCall());
    const [level] = levels.get(ref.id) as { variables: { name: string; value: string }[] }[];
    return Object.fromEntries((level?.variables ?? []).map(({ name, value }) => [name, value]));
  };

  test('are merged, renamed and reported one by one, by one request', async () => {
    const before = await own();
    under.standIn.clearRequests();
    const outcomes = await writesOf(under.provider).setVariables(
      owner,
      [
        change('NEW', 'one'),
        change('APP_ENV', undefined, { newName: 'STAGE' }),
        change('NOTHING', undefined, { newName: 'SOMETHING' }),
        change('SERVICE_NAME', undefined, { newName: 'NEW_NAME' }),
        change('EMPTY'),
      ],
      'MERGE',
      newWrite(),
    );
    expect(outcomes.map(({ name, error }) => [name, error?.code])).toEqual([
      ['NEW', undefined],
      ['APP_ENV', undefined],
      ['NOTHING', ErrorCode.NOT_FOUND],
      ['SERVICE_NAME', undefined],
      ['EMPTY', ErrorCode.BAD_USER_INPUT],
    ]);
    expect(writes()).toHaveLength(1);
    const { APP_ENV, SERVICE_NAME, ...rest } = before;
    expect(await own()).toEqual({ ...rest, NEW: 'one', STAGE: APP_ENV, NEW_NAME: SERVICE_NAME });
  });

  test('are replaced as a whole, and deleted by name', async () => {
    const outcomes = await writesOf(under.provider).setVariables(
      owner,
      [change('ONLY', '1'), change('ALSO', '2')],
      'REPLACE',
      newWrite(),
    );
    expect(outcomes.length).toBeGreaterThan(2);
    expect(outcomes.filter(({ error }) => error)).toEqual([]);
    expect(await own()).toEqual({ ONLY: '1', ALSO: '2' });
    const deleted = await writesOf(under.provider).deleteVariables(
      owner,
      ['ALSO', 'GONE'],
      newWrite(),
    );
    expect(deleted.map(({ error }) => error?.code)).toEqual([undefined, ErrorCode.NOT_FOUND]);
    expect(await own()).toEqual({ ONLY: '1' });
  });

  test('have names that are checked without a request', () => {
    const problem = (name: string) => writesOf(under.provider).checkVariableName(owner, name);
    for (const name of ['', 'VCAP_X', 'vcap_x', 'VMC', 'vmcX', 'PORT', 'port']) {
      expect(problem(name)).toEqual(expect.any(String));
    }
    for (const name of ['A', 'a-b', 'MY_PORT', 'PORTS']) expect(problem(name)).toBeUndefined();
    expect(writesOf(under.provider).keepsSecrets(owner)).toBe(false);
    expect(under.sent()).toEqual([]);
  });

  test('of the running group are for admins', async () => {
    const foundation = scope();
    expect(writesOf(under.provider).isShared(foundation)).toBe(true);
    expect(writesOf(under.provider).isShared(owner)).toBe(false);
    const [refused] = await writesOf(under.provider).setVariables(
      foundation,
      [change('REGION', 'north')],
      'MERGE',
      newWrite(),
    );
    expect(refused?.error).toMatchObject({
      code: ErrorCode.PROVIDER_UNAUTHORIZED,
      providerCode: 'CF-NotAuthorized',
    });
    const admin = createProvider(cloudFoundry, under.standIn.url, {
      credentials: { token: 'sandbox-admin' },
    });
    const outcomes = await writesOf(admin).setVariables(
      foundation,
      [change('REGION', 'north')],
      'MERGE',
      newWrite(),
    );
    expect(outcomes).toEqual([{ name: 'REGION', error: undefined }]);
    expect(await own(foundation)).toMatchObject({ REGION: 'north', TZ: 'UTC' });
  });

  test('are kept by apps and by the foundation, not in between', async () => {
    const between = scope('space', space('orchard/staging'));
    const failure = await failureOf(
      writesOf(under.provider).setVariables(between, [change('A', 'b')], 'MERGE', newWrite()),
    );
    expect(failure).toMatchObject({
      code: ErrorCode.UNSUPPORTED,
      complaints: [{ field: ['ownerId'] }],
    });
    expect(under.sent()).toEqual([]);
    const nobody = writesOf(under.provider).deleteVariables(app('no/such/app'), ['A'], newWrite());
    expect((await failureOf(nobody)).code).toBe(ErrorCode.NOT_FOUND);
  });

  test('whose change has an unknown outcome say so, each', async () => {
    under.standIn.setFaults([{ method: 'PATCH', loseAnswer: true, times: 1 }]);
    const outcomes = await writesOf(under.provider).setVariables(
      owner,
      [change('LOST', 'secret-text')],
      'MERGE',
      newWrite(),
    );
    expect(outcomes.map(({ error }) => error?.code)).toEqual([ErrorCode.OUTCOME_UNKNOWN]);
    expect(outcomes[0]?.error?.message).not.toContain('secret-text');
    expect(await own()).toMatchObject({ LOST: 'secret-text' });
  });
});
