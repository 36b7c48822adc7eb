import { describe, expect, it } from '@jest/globals';
import { parseId, refOf, toRef } from '../../src/ids.ts';
import type { Deployment } from '../../src/schema/deployment.ts';
import { Status } from '../../src/schema/enums.ts';
import { newCall, present } from '../helpers/provider.ts';
import { NAME, ORG, scope, useHumanitec } from './humanitec-harness.ts';

const sandbox = useHumanitec();

describe('humanitec deployments', () => {
  it('tells all that a row has', async () => {
    const rows = await sandbox.listOf('my-app', 'my-env');
    const [example, failed, first] = rows;
    expect(example).toMatchObject({
      nativeId: '67f1619a57d',
      kind: 'ROLLOUT',
      message: 'Updated version of module-one to v0.3.1',
      status: Status.IN_PROGRESS,
      rawStatus: 'in progress',
      createdAt: new Date('2020-05-22T14:58:07Z'),
      updatedAt: new Date('2020-05-22T14:59:01Z'),
      finishedAt: null,
      durationMs: null,
      createdBy: 'a.user@example.com',
      trigger: null,
      strategy: null,
      live: false,
      canCancel: false,
      canRedeploy: false,
      canRollback: false,
      details: { fromDeploymentId: '42d4b302fd3c', setId: null, environmentId: 'my-env' },
      // Without a set there is no revision, and the version is known by its deployment.
      version: { nativeId: '67f1619a57d', name: '67f1619a57d', default: true, revisionId: null },
    });
    expect(example).not.toHaveProperty('previousId');
    expect(failed).toMatchObject({
      status: Status.FAILED,
      // The first one is under way.
      canRedeploy: false,
      durationMs: 33_000,
    });
    expect(failed).not.toHaveProperty('errors');
    expect(first).toMatchObject({ previousId: null, live: true, canRollback: false, errors: [] });
    expect(first?.details).toMatchObject({ fromDeploymentId: null, exportStatus: null });
  });

  it('reads the newer fields where they are', async () => {
    const rows = await sandbox.listOf('storefront', 'production');
    const row = rows.find(({ trigger }) => trigger !== null);
    expect(row).toMatchObject({
      strategy: expect.stringMatching(/^(full|incremental)$/),
      details: {
        mode: row?.strategy,
        pipeline: { id: row?.trigger, runId: expect.any(String), stepIndex: expect.any(Number) },
      },
    });
    expect(rows.filter(({ live }) => live)).toEqual([
      rows.find(({ status }) => status === Status.SUCCEEDED),
    ]);
    const old = rows.find((each) => each.status === Status.SUCCEEDED && !each.live);
    expect(old?.canRollback).toBe(true);
  });

  it('leaves open whether a lone row is live, and completes it from the list', async () => {
    const rows = await sandbox.listOf('storefront', 'production');
    const live = rows.find((row) => row.live);
    const old = rows.findLast((row) => row.status === Status.SUCCEEDED);
    const failed = rows.find((row) => row.status === Status.FAILED);
    if (!live || !old || !failed) throw new Error('the sandbox has these');
    const alone: Deployment[] = [];
    for (const { id } of [live, old, failed]) {
      alone.push(present(await sandbox.provider.getDeployments([refOf(id)], newCall()), id));
    }
    expect(alone.map((row) => row.live)).toEqual([undefined, undefined, false]);
    expect(alone.map((row) => row.canRollback)).toEqual([undefined, undefined, false]);
    expect(alone.map((row) => row.canRedeploy)).toEqual([undefined, undefined, undefined]);
    sandbox.forget();
    const completed = await sandbox.provider.completeDeployments(alone, newCall());
    expect(sandbox.sent()).toEqual(['/apps/storefront/envs/production/deploys']);
    expect(present(completed, live.id)).toMatchObject({ live: true, canRollback: false });
    expect(present(completed, old.id)).toMatchObject({ live: false, canRollback: true });
    const verdicts = await sandbox.provider.judgeDeployments?.(alone, newCall());
    expect([...(verdicts ?? [])]).toEqual([
      [live.id, { canRedeploy: true, canRollback: false }],
      [old.id, { canRedeploy: true, canRollback: true }],
      [failed.id, { canRedeploy: true, canRollback: false }],
    ]);
  });

  it('finds bases here, embedded elsewhere, or not at all', async () => {
    const previousOf = async (application: string, environment: string, index: number) => {
      const row = (await sandbox.listOf(application, environment)).at(index);
      if (!row) throw new Error('the sandbox has this');
      sandbox.forget();
      const found = await sandbox.provider.getPreviousDeployments([row], newCall());
      return { row, found: found.get(row.id), requests: sandbox.sent() };
    };
    const here = await previousOf('my-app', 'my-env', 0);
    expect(here.found).toMatchObject({ nativeId: '42d4b302fd3c' });
    expect(here.requests).toEqual(['/apps/my-app/envs/my-env/deploys/42d4b302fd3c']);

    const clone = await previousOf('my-app', 'feature-test', 0);
    expect(clone.found).toMatchObject({
      nativeId: '67f1619a57d',
      scopeId: scope('my-app', 'my-env').id,
    });
    expect(clone.requests).toEqual([
      '/apps/my-app/envs',
      '/apps/my-app/envs/feature-test/deploys/67f1619a57d',
    ]);

    const itself = await previousOf('my-app', 'test-env', 0);
    expect(itself.found).toBeUndefined();
    expect(itself.row).toMatchObject({
      previousId: null,
      details: { fromDeploymentId: 'qwe...rty' },
    });
    expect(itself.requests).toEqual([]);

    const lost = await previousOf('catalog', 'staging', -1);
    expect(lost.found).toBeUndefined();
    expect(lost.row.details).toMatchObject({ fromDeploymentId: '0123deadbeef' });
  });

  it('finds the bases of a page with its one list', async () => {
    const rows = (await sandbox.listOf('storefront', 'production')).slice(0, 20);
    sandbox.forget();
    const previous = await sandbox.provider.getPreviousDeployments(rows, newCall());
    expect(previous.size).toBe(20);
    expect(sandbox.sent()).toEqual(['/apps/storefront/envs/production/deploys']);
  });

  it('tells errors, with or without summary and type', async () => {
    const [clone] = await sandbox.listOf('my-app', 'feature-test');
    const [staging] = await sandbox.listOf('my-app', 'staging');
    if (!clone || !staging) throw new Error('the sandbox has these');
    const errors = await sandbox.provider.getDeploymentErrors([clone, staging], newCall());
    expect(present(errors, clone.id)).toEqual([
      {
        scope: 'workload',
        objectId: 'my-service',
        code: 'CLD-001',
        summary: null,
        message: 'Incorrect credentials',
        type: null,
      },
    ]);
    expect(present(errors, staging.id)).toMatchObject([{ type: 'user_error' }]);
  });
});

describe('humanitec versions and revisions', () => {
  it('keeps the set and its values in the ids', async () => {
    const [row] = await sandbox.listOf('tempora', 'dolor');
    const version = row?.version;
    if (!row || !version?.revisionId) throw new Error('the sandbox has this');
    const set = version.nativeId;
    const place = [ORG, 'tempora', 'dolor'];
    expect(parseId(version.id)?.keys).toEqual([...place, row.nativeId, set, 'veritatis']);
    expect(parseId(version.revisionId)?.keys).toEqual([...place, set, 'veritatis']);
    expect(version.details).toMatchObject({
      deltaId: 'deleniti',
      valueSetVersionId: 'veritatis',
    });
    const lists = await sandbox.provider.listRevisions([refOf(version.id)], newCall());
    expect(present(lists, version.id).items).toMatchObject([
      {
        id: version.revisionId,
        nativeId: set,
        createdAt: null,
        details: {
          modules: { 'redis-cache': { profile: 'humanitec/redis' } },
          shared: {},
          version: 0,
          valueSetVersionId: 'veritatis',
        },
      },
    ]);
  });

  it('finds no version of another set than the one rolled out', async () => {
    const [row] = await sandbox.listOf('tempora', 'dolor');
    const keys = [...refOf(row?.version?.id ?? '').keys];
    const [set, values] = [keys.with(4, 'f'.repeat(40)), keys.with(5, '')];
    for (const other of [set, values].map((each) => toRef(NAME, 'Version', each))) {
      expect((await sandbox.provider.getVersions([other], newCall())).size).toBe(0);
    }
  });

  it('has no revision where the deployment does not tell its set', async () => {
    const [row] = await sandbox.listOf('my-app', 'my-env');
    const id = row?.version?.id ?? '';
    sandbox.forget();
    const lists = await sandbox.provider.listRevisions([refOf(id)], newCall());
    expect(present(lists, id)).toEqual({ items: [], faults: [] });
    expect(sandbox.sent()).toEqual([]);
  });

  it('lists the distinct revisions of an environment in deployment order', async () => {
    const rows = await sandbox.listOf('storefront', 'staging');
    const sets = rows.flatMap(({ details }) =>
      details.__typename === 'HumanitecDeploymentDetails' && details.setId ? [details.setId] : [],
    );
    const expected = [...new Set(sets)];
    const environment = scope('storefront', 'staging');
    const list = async (after: string | undefined, limit: number) => {
      if (!sandbox.provider.listScopeRevisions) throw new Error('this provider has it');
      return sandbox.provider.listScopeRevisions(environment, { after, limit }, newCall());
    };
    sandbox.forget();
    const all = await list(undefined, 1_000);
    expect(sandbox.sent()).toEqual([
      '/apps/storefront/envs/staging/deploys',
      '/apps/storefront/sets',
    ]);
    expect(all.complete).toBe(true);
    expect(all.items.map(({ nativeId }) => nativeId)).toEqual(expected);
    // Each with the values of the newest deployment that rolled it out.
    const newest = expected.map((set) => rows.find(({ version }) => version?.nativeId === set));
    expect(all.items.map(({ id }) => id)).toEqual(newest.map((row) => row?.version?.revisionId));
    const some = await list(expected[1], 2);
    expect(some.complete).toBe(false);
    expect(some.items.map(({ nativeId }) => nativeId)).toEqual(expected.slice(2, 4));
    expect(await list('unheard of', 5)).toMatchObject({ items: [], complete: true });
  });
});
