import { describe, expect, it } from '@jest/globals';
import { TEMPLATE_ID } from '../../sandbox/ubiops/revision-writes.ts';
import { ErrorCode } from '../../src/errors.ts';
import { type Ref, refOf, toRef } from '../../src/ids.ts';
import { Status } from '../../src/schema/enums.ts';
import { newCall } from '../helpers/provider.ts';
import * as ids from './ubiops-harness.ts';
import { failure, writeCall } from './ubiops-harness.ts';

describe.each(ids.GENERATIONS)('UbiOps in the shapes of $generation', ({ project, generation }) => {
  const ubiops = ids.useUbiOps();
  const isOld = generation === '3.13';
  const make = ids.serviceMaker(ubiops, project);

  it('creates, changes and deletes a deployment with every field', async () => {
    const { provider } = ubiops;
    const field = { name: 'a', dataType: 'int', widget: { type: 'textbox', configuration: {} } };
    const created = await provider.createService?.(
      ids.scope(project),
      { name: 'full', description: 'd', inputFields: [field], labels: [{ key: 'k', value: 'v' }] },
      writeCall(),
    );
    expect(created).toMatchObject({
      name: 'full',
      description: 'd',
      labels: [{ key: 'k', value: 'v' }],
      details: { inputType: 'structured', outputType: 'plain', inputFields: [field] },
    });
    const ref = refOf(created?.id ?? '');
    const renamed = await provider.updateService?.(
      ref,
      { name: 'fuller', description: '', labels: [], defaultVersion: undefined },
      writeCall(),
    );
    expect(renamed).toMatchObject({ name: 'fuller', description: null, labels: [] });
    expect(renamed?.id).not.toBe(ref.id);
    const after = refOf(renamed?.id ?? '');
    await provider.deleteService?.(after, writeCall());
    expect(await failure(provider.deleteService?.(after, writeCall()))).toEqual([
      ErrorCode.NOT_FOUND,
      expect.stringContaining('no such deployment'),
    ]);
  });

  it('creates, changes and deletes a version with every field of its generation', async () => {
    const { provider } = ubiops;
    const { deployment } = await make();
    const common = {
      description: 'd',
      instanceType: '512mb',
      minimumInstances: 1,
      maximumInstances: 3,
      maximumIdleTimeSeconds: 60,
      requestRetentionTimeSeconds: 3_600,
      requestRetentionMode: 'metadata',
      staticIp: true,
      restartRequestInterruption: true,
      labels: [{ key: 'k', value: 'v' }],
    };
    const own = isOld
      ? {
          language: 'python3.8',
          monitoring: 'm',
          defaultNotificationGroup: 'n',
          maximumQueueSizeExpress: 7,
          maximumQueueSizeBatch: 8,
        }
      : {
          environment: 'python3-11',
          scalingStrategy: 'moderate',
          instanceProcesses: 2,
          maximumQueueSize: 9,
          ports: [{ publicPort: 80, deploymentPort: 8_080, protocol: 'tcp' }],
        };
    const created = await provider.createVersion?.(
      deployment,
      { name: 'v2', ...common, ...own },
      writeCall(),
    );
    expect(created).toMatchObject({
      name: 'v2',
      default: false,
      labels: common.labels,
      details: {
        ...own,
        instanceType: '512mb',
        minimumInstances: 1,
        maximumIdleTimeMs: 60_000,
        requestRetentionTimeMs: 3_600_000,
        requestRetentionMode: 'metadata',
        staticIp: true,
        restartRequestInterruption: true,
      },
    });
    const ref = refOf(created?.id ?? '');
    const off = isOld ? { monitoring: '' } : {};
    const changed = await provider.updateVersion?.(ref, { name: 'v3', ...off }, writeCall());
    expect(changed).toMatchObject({ name: 'v3', details: { minimumInstances: 1 } });
    if (isOld) expect(changed?.details).toMatchObject({ monitoring: null });
    const foreign = isOld ? { maximumQueueSize: 1 } : { monitoring: 'm' };
    const after = refOf(changed?.id ?? '');
    expect(await failure(provider.updateVersion?.(after, foreign, writeCall()))).toEqual([
      ErrorCode.UNSUPPORTED,
      expect.stringContaining('no such field'),
    ]);
    await provider.deleteVersion?.(after, writeCall());
    expect((await failure(provider.deleteVersion?.(after, writeCall())))[0]).toBe(
      ErrorCode.NOT_FOUND,
    );
  });

  it('shows what UbiOps has against an input in its own words, and sends it once', async () => {
    const { provider } = ubiops;
    const taken = provider.createService?.(ids.scope(project), { name: 'showcase' }, writeCall());
    expect(await failure(taken)).toEqual([
      ErrorCode.PROVIDER_REJECTED,
      'A deployment with the name showcase already exists',
    ]);
    expect(ubiops.requests().map(({ method }) => method)).toEqual(['POST']);
  });

  it.each([
    ['an empty name', { name: '' }],
    ['a name that is a path', { name: '../x' }],
    ['a long description', { name: 'x', description: 'd'.repeat(401) }],
    [
      'fields of a plain input',
      { name: 'x', inputType: 'plain', inputFields: [{ name: 'a', dataType: 'int' }] },
    ],
    ['a structured output without fields', { name: 'x', outputType: 'structured' }],
    [
      'the same label twice',
      {
        name: 'x',
        labels: [
          { key: 'a', value: '1' },
          { key: 'a', value: '2' },
        ],
      },
    ],
  ])('refuses %s before anything is sent', async (_what, fields) => {
    const creating = ubiops.provider.createService?.(ids.scope(project), fields, writeCall());
    expect((await failure(creating))[0]).toBe(ErrorCode.BAD_USER_INPUT);
    expect(ubiops.requests()).toEqual([]);
  });

  it('changes nothing that has got the name of what was meant', async () => {
    const { provider } = ubiops;
    const { deployment, version } = await make();
    const other = (ref: Ref) =>
      toRef(ref.provider, ref.type, [...ref.keys.slice(0, -1), ids.NOBODY]);
    const revision = toRef(version.provider, 'Revision', [...other(version).keys, ids.NOBODY]);
    const writes = [
      provider.deleteService?.(other(deployment), writeCall()),
      provider.updateService?.(
        other(deployment),
        { name: 'y', defaultVersion: undefined },
        writeCall(),
      ),
      provider.createVersion?.(other(deployment), { name: 'y' }, writeCall()),
      provider.updateVersion?.(other(version), { name: 'y' }, writeCall()),
      provider.deleteVersion?.(other(version), writeCall()),
      provider.rebuildRevision?.(revision, writeCall()),
      provider.deleteVariables?.(other(version), ['a'], writeCall()),
      provider.copyRevision?.(other(version), { templateId: TEMPLATE_ID }, writeCall()),
    ];
    ubiops.requests();
    for (const writing of writes) expect((await failure(writing))[0]).toBe(ErrorCode.NOT_FOUND);
    const methods = ubiops.requests().map(({ method, status }) => [method, status]);
    expect(methods.filter(([method]) => method !== 'GET')).toHaveLength(2);
  });

  it('makes only an available version the default', async () => {
    const { provider } = ubiops;
    const chosen = ids.version(project, 'showcase', 'failed-update');
    const showcase = ids.deployment(project, 'showcase');
    await provider.updateService?.(showcase, { defaultVersion: chosen }, writeCall());
    const read = await provider.getVersions([chosen], newCall());
    expect(read.get(chosen.id)).toMatchObject({ default: true });
    const unavailable = ids.version(project, 'showcase', 'no-build');
    const setting = provider.updateService?.(
      showcase,
      { defaultVersion: unavailable },
      writeCall(),
    );
    expect((await failure(setting))[1]).toContain('not available');
    const foreign = ids.version(project, 'order-router', 'v1');
    const mixing = provider.updateService?.(showcase, { defaultVersion: foreign }, writeCall());
    expect((await failure(mixing))[0]).toBe(ErrorCode.BAD_USER_INPUT);
  });

  it('copies a file from another version or a template, builds again, and cancels', async () => {
    const { provider } = ubiops;
    const { version } = await make();
    const from = ids.version(project, 'showcase', 'available');
    const copy = await provider.copyRevision?.(version, { version: from }, writeCall());
    const second = await provider.copyRevision?.(version, { templateId: TEMPLATE_ID }, writeCall());
    const listed = await provider.listRevisions([version], newCall());
    const rows = listed.get(version.id);
    expect(rows && 'items' in rows && rows.items.map(({ id }) => id).sort()).toEqual(
      [copy?.id, second?.id].sort(),
    );
    const build = await provider.rebuildRevision?.(refOf(copy?.id ?? ''), writeCall());
    expect(build).toMatchObject({ status: Status.QUEUED, revisionId: copy?.id, canCancel: isOld });
    const cancelling = provider.cancelBuild?.(refOf(build?.id ?? ''), writeCall());
    if (isOld) {
      expect(await cancelling).toMatchObject({ status: Status.CANCELLED, canCancel: false });
      const again = provider.cancelBuild?.(refOf(build?.id ?? ''), writeCall());
      expect((await failure(again))[1]).toContain('has ended');
    } else {
      expect((await failure(cancelling))[0]).toBe(ErrorCode.UNSUPPORTED);
    }
    const abroad = ids.version(isOld ? 'current' : 'seed', 'showcase', 'available');
    const far = provider.copyRevision?.(version, { version: abroad }, writeCall());
    expect((await failure(far))[0]).toBe(ErrorCode.BAD_USER_INPUT);
  });

  it('says UNSUPPORTED where there is no route to build again', async () => {
    const { version } = await make();
    const { provider } = ubiops;
    const copy = await provider.copyRevision?.(version, { templateId: TEMPLATE_ID }, writeCall());
    ubiops.inject({ path: 'rebuild$', status: 404, body: { error: 'Not found' } });
    const building = provider.rebuildRevision?.(refOf(copy?.id ?? ''), writeCall());
    expect((await failure(building))[0]).toBe(ErrorCode.UNSUPPORTED);
  });
});
