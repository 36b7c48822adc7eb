import { describe, expect, it } from '@jest/globals';
import { ErrorCode, GatewayError } from '../../src/errors.ts';
import { refOf } from '../../src/ids.ts';
import type {
  UbiOpsRevisionDetails,
  UbiOpsVersionDetails,
} from '../../src/schema/details/ubiops.ts';
import { Status } from '../../src/schema/enums.ts';
import { newCall, present } from '../helpers/provider.ts';
import { scope, useUbiOps, version } from './ubiops-harness.ts';

describe('ubiops versions', () => {
  const ubi = useUbiOps();

  const SHOWCASE = [
    // version, state where builds are apart, state where revisions are builds
    ['available', Status.SUCCEEDED, Status.SUCCEEDED],
    ['no-build', Status.QUEUED, Status.QUEUED],
    ['failed-build', Status.FAILED, Status.FAILED],
    ['running-build', Status.IN_PROGRESS, Status.IN_PROGRESS],
    ['queued-build', Status.IN_PROGRESS, Status.IN_PROGRESS],
    ['building', Status.IN_PROGRESS, Status.IN_PROGRESS],
    ['failed', Status.FAILED, Status.FAILED],
    ['failed-update', Status.SUCCEEDED, Status.SUCCEEDED],
    // Revisions have no word for cancelled.
    ['cancelled-build', Status.UNKNOWN, Status.FAILED],
    ['all-builds', Status.SUCCEEDED, Status.SUCCEEDED],
  ] as const;

  it.each([
    ['seed', 1, /\/builds\/[^/]+$/],
    ['current', 2, /\/revisions\/[^/]+$/],
  ] as const)(
    'asks in %s only the newest build, of those that are unavailable',
    async (project, column, path) => {
      const { items, faults } = await ubi.versionsOf(project, 'showcase');
      expect(faults).toEqual([]);
      const states = new Map(items.map(({ name, status }) => [name, status]));
      for (const row of SHOWCASE)
        expect([row[0], states.get(row[0])]).toEqual([row[0], row[column]]);
      const [detail, list, ...others] = ubi.asked();
      const base = `${project}/deployments/showcase`;
      expect([detail, list]).toEqual([base, `${base}/versions`]);
      expect(others).toHaveLength(4);
      for (const other of others) expect(other).toMatch(path);
    },
  );

  it('serves a version whose build cannot be read, with the failure beside it', async () => {
    ubi.inject({ path: 'failed-build/builds/', status: 500 });
    const { items, faults } = await ubi.versionsOf('seed', 'showcase');
    const found = items.find(({ name }) => name === 'failed-build');
    expect(found).toMatchObject({ status: Status.UNKNOWN, rawStatus: 'unavailable' });
    expect(faults).toMatchObject([{ code: ErrorCode.PROVIDER_UNAVAILABLE }]);
  });

  it('has an error for a deployment whose state only a build knows that cannot be read', async () => {
    const rows = await ubi.rowsOf('seed', 'deployment-2');
    const id = rows[0]?.id ?? '';
    const completed = await ubi.provider.completeDeployments(rows, newCall());
    expect(present(completed, id)).toMatchObject({ status: Status.IN_PROGRESS, live: false });
    ubi.inject({ path: '/builds/', status: 500 });
    const failed = await ubi.provider.completeDeployments(rows, newCall());
    expect(failed.get(id)).toBeInstanceOf(GatewayError);
  });

  it('says so where the default version cannot be told', async () => {
    ubi.inject({ path: '/order-router$', status: 500 });
    const { items, faults } = await ubi.versionsOf('seed', 'order-router');
    expect(items).toHaveLength(3);
    expect(faults).toMatchObject([{ code: ErrorCode.PROVIDER_UNAVAILABLE }]);
    const [row] = await ubi.rowsOf('seed', 'order-router');
    const completed = await ubi.provider.completeDeployments(row ? [row] : [], newCall());
    expect(completed.get(row?.id ?? '')).toBeInstanceOf(GatewayError);
    const { id } = version('seed', 'order-router', 'v1');
    for (const names of [['v1'], ['v1', 'v2']]) {
      const refs = names.map((name) => version('seed', 'order-router', name));
      expect((await ubi.provider.getVersions(refs, newCall())).get(id)).toBeInstanceOf(
        GatewayError,
      );
    }
  });

  it.each(['seed', 'current'])(
    'tells more of one version in %s than of several',
    async (project) => {
      const refs = ['v1', 'v2'].map((name) => version(project, 'order-router', name));
      await ubi.versionsOf(project, 'order-router');
      const path = `${project}/deployments/order-router`;
      const besides = project === 'seed' ? [path] : [];
      ubi.asked();
      const alone = await ubi.provider.getVersions(refs.slice(0, 1), newCall());
      expect(ubi.asked()).toEqual([...besides, `${path}/versions/v1`]);
      const together = await ubi.provider.getVersions(refs, newCall());
      expect(ubi.asked()).toEqual([...besides, `${path}/versions`]);
      const { id } = refs[0] ?? scope('');
      expect(present(alone, id).default).toBe(true);
      const one = present(alone, id).details as UbiOpsVersionDetails;
      const ofList = present(together, id).details as UbiOpsVersionDetails;
      expect(one).toMatchObject({ hasRequestMethod: true, hasRequestsMethod: false });
      expect(one.lastFileUploadAt).toBeInstanceOf(Date);
      expect(ofList).toMatchObject({ hasRequestMethod: null, lastFileUploadAt: null });
      expect(ofList).toMatchObject({
        maximumIdleTimeMs: 300_000,
        requestRetentionTimeMs: 604_800_000,
      });
    },
  );

  it('tells the errors of newest builds, also of versions that still serve', async () => {
    for (const project of ['seed', 'current']) {
      const [row] = await ubi.rowsOf(project, 'showcase');
      const errors = await ubi.provider.getDeploymentErrors(row ? [row] : [], newCall());
      const told = present(errors, row?.id ?? '');
      const cancelled = project === 'current' ? ['cancelled-build'] : [];
      for (const name of ['failed-build', 'failed', 'failed-update', ...cancelled]) {
        expect(told.filter(({ summary }) => summary?.includes(` ${name} `))).toHaveLength(1);
      }
      expect(told).toHaveLength(3 + cancelled.length);
      expect(told[0]).toMatchObject({ scope: 'build', message: expect.stringMatching(/./) });
      const builds = ubi.asked().filter((path) => !path.endsWith('/versions'));
      // Not asked: the one that was never built and, where it shows, the two that serve their newest.
      expect(builds).toHaveLength(project === 'seed' ? 10 - 1 : 11 - 3);
    }
  });

  it('reads revisions one by one or together, with their state in the newer generation', async () => {
    for (const project of ['seed', 'current']) {
      const owner = version(project, 'order-router', 'v1');
      const { items } = present(await ubi.provider.listRevisions([owner], newCall()), owner.id);
      const refs = items.map(({ id }) => refOf(id));
      await ubi.provider.getRevisions(refs.slice(0, 1), newCall());
      await ubi.provider.getRevisions(refs, newCall());
      const path = `${project}/deployments/order-router/versions/v1/revisions`;
      expect(ubi.asked()).toEqual([path, path, `${path}/${items[0]?.nativeId}`]);
      const details = items[0]?.details as UbiOpsRevisionDetails;
      expect([details.versionName, details.rawStatus, details.empty]).toEqual(
        project === 'seed' ? ['v1', null, null] : ['v1', 'success', false],
      );
    }
  });
});
