import { describe, expect, it } from '@jest/globals';
import type { VariableLevel } from '../../src/datasources/provider.ts';
import { ErrorCode } from '../../src/errors.ts';
import { type Ref, refOf } from '../../src/ids.ts';
import { newCall, present } from '../helpers/provider.ts';
import { scope, useHumanitec } from './humanitec-harness.ts';

const sandbox = useHumanitec();

describe('humanitec variables', () => {
  const names = (level: VariableLevel | undefined) => level?.variables.map(({ name }) => name);
  const levelsOf = async (owner: Ref, shadowed: boolean) =>
    present(await sandbox.provider.getVariableLevels([owner], { shadowed }, newCall()), owner.id);

  it('splits the merged list of an environment by level, and asks for what it hides', async () => {
    const environment = scope('storefront', 'production');
    const plain = await levelsOf(environment, false);
    expect(sandbox.sent()).toEqual(['/apps/storefront/envs/production/values']);
    expect(plain?.map(({ ownerId }) => ownerId)).toEqual([environment.id, scope('storefront').id]);
    expect(names(plain?.[0])).toContain('LOG_LEVEL');
    expect(names(plain?.[1])).not.toContain('LOG_LEVEL');
    sandbox.forget();
    const shadowed = await levelsOf(environment, true);
    expect(sandbox.sent()).toEqual([
      '/apps/storefront/envs/production/values',
      '/apps/storefront/values',
    ]);
    expect(shadowed?.[0]).toEqual(plain?.[0]);
    expect(shadowed?.[1]?.variables).toContainEqual({
      name: 'LOG_LEVEL',
      value: 'info',
      secret: false,
      readOnly: false,
      updatedAt: expect.any(Date),
      description: 'How much to log.',
    });
    // Empty is a value; of a secret it is the provider's way not to tell.
    expect(shadowed?.[1]?.variables).toContainEqual(
      expect.objectContaining({ name: 'BANNER', value: '', secret: false }),
    );
    expect(shadowed?.[1]?.variables).toContainEqual(
      expect.objectContaining({ name: 'SESSION_SECRET', value: null, secret: true }),
    );
  });

  it('has one level for an application and an empty one for the organization', async () => {
    expect(await levelsOf(scope('storefront'), true)).toHaveLength(1);
    sandbox.forget();
    expect(await levelsOf(scope(), true)).toEqual([{ ownerId: scope().id, variables: [] }]);
    expect(sandbox.sent()).toEqual([]);
  });

  it('takes for a secret what is not said to be none', async () => {
    const values = [
      { key: 'A', value: 'hush', is_secret: 'no', source: 'env' },
      { key: 'B', value: 'hush', source: 'nowhere' },
      { key: 'C', value: 5, is_secret: false, source: 'app', updated_at: 'long ago' },
    ];
    const levels = await sandbox.withFaults([{ path: '/values$', status: 200, body: values }], () =>
      levelsOf(scope('storefront', 'production'), false),
    );
    expect(JSON.stringify(levels)).not.toContain('hush');
    expect(names(levels?.[0])).toEqual(['A', 'B']);
    expect(levels?.[1]?.variables).toMatchObject([{ value: null, updatedAt: null }]);
  });

  it('rather fails than tells half of them', async () => {
    const owner = scope('storefront', 'production');
    const found = await sandbox.withFaults([{ path: '/values$', set: { '/0/key': null } }], () =>
      sandbox.provider.getVariableLevels([owner], { shadowed: false }, newCall()),
    );
    expect(found.get(owner.id)).toMatchObject({ code: ErrorCode.PROVIDER_INVALID_RESPONSE });
  });

  it('tells the values that a rollout ran with, whoever of it is asked', async () => {
    const [row] = await sandbox.listOf('tempora', 'dolor');
    const version = row?.version;
    if (!row || !version?.revisionId) throw new Error('the sandbox has this');
    const snapshot = '/apps/tempora/envs/dolor/value-set-versions/veritatis';
    const owners: [string, string[]][] = [
      [row.id, [`/apps/tempora/envs/dolor/deploys/${row.nativeId}`, snapshot]],
      [version.id, [snapshot]],
      [version.revisionId, [snapshot]],
    ];
    for (const [id, requests] of owners) {
      sandbox.forget();
      const levels = await levelsOf(refOf(id), true);
      expect(sandbox.sent()).toEqual(requests);
      expect(levels?.map(({ ownerId }) => ownerId)).toEqual([
        scope('tempora', 'dolor').id,
        scope('tempora').id,
      ]);
      expect(levels?.[1]?.variables).toMatchObject([{ name: 'GREETING', value: 'salve' }]);
    }
  });

  it('is null where no values are pinned, or the pinned ones are gone', async () => {
    const [unpinned] = await sandbox.listOf('my-app', 'my-env');
    const [pinned] = await sandbox.listOf('tempora', 'dolor');
    if (!unpinned || !pinned) throw new Error('the sandbox has these');
    expect(await levelsOf(refOf(unpinned.id), false)).toBeNull();
    const gone = await sandbox.withFaults(
      [{ path: '/value-set-versions/', status: 404, body: '' }],
      () => levelsOf(refOf(pinned.id), false),
    );
    expect(gone).toBeNull();
  });
});
