import { describe, expect, it } from '@jest/globals';
import type { VariableOutcome } from '../../src/datasources/writes.ts';
import { ErrorCode } from '../../src/errors.ts';
import type { Ref } from '../../src/ids.ts';
import { newCall } from '../helpers/provider.ts';
import * as ids from './ubiops-harness.ts';
import { writeCall } from './ubiops-harness.ts';

const codes = (outcomes: VariableOutcome[] | undefined) =>
  outcomes?.map(({ name, error }) => [name, error?.code]);

describe.each(ids.GENERATIONS)('UbiOps in the shapes of $generation', ({ project, generation }) => {
  const ubiops = ids.useUbiOps();
  const isOld = generation === '3.13';
  const make = ids.serviceMaker(ubiops, project);

  const variablesOf = async (owner: Ref) => {
    const levels = await ubiops.provider.getVariableLevels([owner], { shadowed: false }, newCall());
    const own = levels.get(owner.id);
    if (!Array.isArray(own)) throw new Error('no variables');
    return own[0]?.variables.map(({ name, value, secret }) => ({ name, value, secret }));
  };

  const variable = (name: string, more: object = {}) => ({
    ...{ name, value: 'x' as string | undefined, secret: undefined, newName: undefined },
    ...more,
  });

  it('sets, renames, replaces and deletes variables one by one', async () => {
    const { provider } = ubiops;
    const { version } = await make();
    const set = (changes: Parameters<typeof variable>[], mode: 'MERGE' | 'REPLACE' = 'MERGE') =>
      provider.setVariables?.(
        version,
        changes.map((change) => variable(...change)),
        mode,
        writeCall(),
      );
    expect(
      codes(
        await set([
          ['plain'],
          ['hidden', { secret: true }],
          ['with_1'],
          ['absent', { value: undefined }],
          ['nowhere', { newName: 'somewhere' }],
        ]),
      ),
    ).toEqual([
      ['plain', undefined],
      ['hidden', undefined],
      ['with_1', ErrorCode.PROVIDER_REJECTED],
      ['absent', ErrorCode.BAD_USER_INPUT],
      ['nowhere', ErrorCode.NOT_FOUND],
    ]);
    expect(
      codes(
        await set([
          ['hidden', { secret: false }],
          ['hidden', { value: 'y' }],
          ['plain', { value: undefined, newName: 'renamed' }],
        ]),
      ),
    ).toEqual([
      ['hidden', ErrorCode.BAD_USER_INPUT],
      ['hidden', undefined],
      ['plain', undefined],
    ]);
    expect(await variablesOf(version)).toEqual([
      { name: 'renamed', value: 'x', secret: false },
      { name: 'hidden', value: null, secret: true },
    ]);

    // What could not be replaced is not deleted either.
    expect(codes(await set([['with_1']], 'REPLACE'))).toEqual([
      ['with_1', ErrorCode.PROVIDER_REJECTED],
      ['renamed', ErrorCode.CONFLICT],
      ['hidden', ErrorCode.CONFLICT],
    ]);
    expect(codes(await set([['renamed', { value: '' }]], 'REPLACE'))).toEqual([
      ['renamed', undefined],
      ['hidden', undefined],
    ]);
    expect(await variablesOf(version)).toEqual([{ name: 'renamed', value: '', secret: false }]);
    const deleted = await provider.deleteVariables?.(version, ['renamed', 'hidden'], writeCall());
    expect(codes(deleted)).toEqual([
      ['renamed', undefined],
      ['hidden', ErrorCode.NOT_FOUND],
    ]);
  });

  it('shadows an inherited variable, as a secret where it is one, and never changes it', async () => {
    const { provider } = ubiops;
    const { deployment, version } = await make();
    const above = [variable('shared', { secret: true }), variable('open')];
    await provider.setVariables?.(deployment, above, 'MERGE', writeCall());
    const below = [variable('shared', { value: 'y' }), variable('open', { value: 'y' })];
    await provider.setVariables?.(version, below, 'MERGE', writeCall());
    expect(await variablesOf(version)).toEqual([
      { name: 'shared', value: null, secret: true },
      { name: 'open', value: 'y', secret: false },
    ]);
    expect(await variablesOf(deployment)).toEqual([
      { name: 'shared', value: null, secret: true },
      { name: 'open', value: 'x', secret: false },
    ]);
    await provider.deleteVariables?.(version, ['open'], writeCall());
    const again = await provider.deleteVariables?.(version, ['open'], writeCall());
    expect(again?.[0]?.error?.message).toContain('inherited from the deployment');
  });

  it('copies with the provider within a project, secrets too, and not beyond it', async () => {
    const { provider } = ubiops;
    const [from, to] = [await make(), await make()];
    const changes = [variable('a_b'), variable('c_d', { secret: true })];
    await provider.setVariables?.(from.version, changes, 'MERGE', writeCall());
    const copied = await provider.copyVariables?.(from.version, to.deployment, writeCall());
    expect(codes(copied)).toEqual([
      ['a_b', undefined],
      ['c_d', undefined],
    ]);
    expect(await variablesOf(to.deployment)).toEqual([
      { name: 'a_b', value: 'x', secret: false },
      { name: 'c_d', value: null, secret: true },
    ]);
    const abroad = ids.deployment(isOld ? 'current' : 'seed', 'showcase');
    for (const [left, right] of [
      [from.version, abroad],
      [ids.scope(project), to.version],
      [from.version, ids.scope(project)],
    ] as const) {
      expect(await provider.copyVariables?.(left, right, writeCall())).toBeUndefined();
    }
  });

  it('tells no value of a variable that UbiOps quotes', async () => {
    const { version } = await make();
    ubiops.inject({ method: 'POST', status: 400, body: { error: 'The value s3cret! is bad' } });
    const changes = [variable('a', { value: 's3cret!' })];
    const outcomes = await ubiops.provider.setVariables?.(version, changes, 'MERGE', writeCall());
    expect(outcomes?.[0]?.error?.complaints?.[0]?.message).toBe('The value [hidden] is bad');
  });
});

describe('names of UbiOps variables', () => {
  const ubiops = ids.useUbiOps();
  it.each([
    ['A_b', true],
    ['a1', true],
    ['', false],
    ['_a', false],
    ['a_', false],
    ['a-b', false],
    ['a b', false],
    ['a'.repeat(64), true],
    ['a'.repeat(65), false],
  ])('are checked before anything is sent: "%s" %s', (name, isRight) => {
    const problem = ubiops.provider.checkVariableName?.(ids.scope('seed'), name);
    expect(problem === undefined).toBe(isRight);
  });
});
