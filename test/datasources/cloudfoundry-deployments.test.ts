import { describe, expect, it } from '@jest/globals';
import { GatewayError } from '../../src/errors.ts';
import { refOf, toRef } from '../../src/ids.ts';
import { type Deployment } from '../../src/schema/deployment.ts';
import { Status } from '../../src/schema/enums.ts';
import { newCall, present } from '../helpers/provider.ts';
import {
  app,
  example,
  EXAMPLE,
  NAME,
  NOBODY,
  scope,
  sourceOf,
  STOREFRONT,
  useFoundation,
} from './cloudfoundry-harness.ts';

const under = useFoundation();

describe('deployments', () => {
  const everything = async () => {
    const query = { from: 'newest', limit: 4_000 } as const;
    return (await under.provider.listDeployments(sourceOf(scope()), query, newCall())).items;
  };

  it('tells what is live where the list tells it, and asks once for all the rest', async () => {
    const rows = await everything();
    expect(rows.filter(({ live }) => live === undefined)).toEqual([]);
    const newest = new Map<string, string>();
    for (const row of rows) {
      if (row.status === Status.SUCCEEDED && !newest.has(row.scopeId)) {
        newest.set(row.scopeId, row.id);
      }
    }
    for (const row of rows) {
      expect([row.id, row.live]).toEqual([row.id, newest.get(row.scopeId) === row.id]);
      if (row.live) expect(row.canRollback).toBe(false);
    }
    const refs = rows.slice(0, 60).map(({ id }) => refOf(id));
    const fetched = await under.provider.getDeployments(refs, newCall());
    const again = refs.map(({ id }) => present(fetched, id));
    under.standIn.clearRequests();
    const completed = await under.provider.completeDeployments(again, newCall());
    expect(under.sent()).toEqual([
      expect.stringMatching(
        /^GET \/v3\/deployments\?status_reasons=DEPLOYED&app_guids=[\w,-]+&order_by=-created_at&per_page=5000$/,
      ),
    ]);
    for (const row of rows.slice(0, 60)) expect(present(completed, row.id)).toEqual(row);
  });

  it('leaves open what a part of the list cannot tell', async () => {
    const rows = await everything();
    const source = sourceOf(scope());
    const from = rows[40]?.createdAt ?? 'newest';
    const middle = await under.provider.listDeployments(source, { from, limit: 40 }, newCall());
    expect(middle.items.some(({ live }) => live === undefined)).toBe(true);
    expect(middle.items.some(({ live }) => live === true)).toBe(false);
    const labels = [{ key: 'channel', value: 'stable' }];
    const query = { from: 'newest', limit: 40, labels } as const;
    const labelled = await under.provider.listDeployments(source, query, newCall());
    expect(labelled.items.length).toBeGreaterThan(10);
    expect(labelled.items.some(({ live }) => live === true)).toBe(false);
    const live = new Map(rows.map((row) => [row.id, row.live]));
    for (const row of [...middle.items, ...labelled.items]) {
      if (row.live !== undefined) expect(row.live).toBe(live.get(row.id));
    }
  });

  it('asks nothing to complete what is not finished', async () => {
    const active = (await everything()).filter(({ details }) =>
      'statusValue' in details ? details.statusValue === 'ACTIVE' : false,
    );
    expect(active.length).toBeGreaterThan(4);
    under.standIn.clearRequests();
    await under.provider.completeDeployments(active, newCall());
    await under.provider.getDeploymentErrors(active, newCall());
    expect(under.sent()).toEqual([]);
  });

  it('gets many by guid, 200 in a request, and only as rollouts of the app in the id', async () => {
    const rows = (await everything()).slice(0, 250);
    under.standIn.clearRequests();
    const found = await under.provider.getDeployments(
      rows.map(({ id }) => refOf(id)),
      newCall(),
    );
    expect(found.size).toBe(250);
    expect(
      under.standIn.requests().map(({ query }) => String(query['guids']).split(',').length),
    ).toEqual(expect.arrayContaining([200, 50]));
    const foreign = toRef(NAME, 'Deployment', [STOREFRONT, EXAMPLE.guid]);
    expect(await under.provider.getDeployments([foreign], newCall())).toEqual(new Map());
  });

  it('asks nothing for ids that cannot be any', async () => {
    for (const keys of [
      [],
      [''],
      ['a', ''],
      ['..', 'x'],
      ['a', 'b,c'],
      ['a', 'b', 'c'],
      ['a/b', 'c'],
    ]) {
      const refs = [toRef(NAME, 'Deployment', keys)];
      expect(await under.provider.getDeployments(refs, newCall())).toEqual(new Map());
      expect(await under.provider.getRevisions(refs, newCall())).toEqual(new Map());
      expect(await under.provider.getBuilds?.(refs, newCall())).toEqual(new Map());
      expect(await under.provider.getVariableLevels(refs, { shadowed: false }, newCall())).toEqual(
        new Map(),
      );
      expect(
        await under.provider.listAuditEvents(
          toRef(NAME, 'Deployment', keys),
          { first: 5, after: undefined, action: undefined },
          newCall(),
        ),
      ).toBeNull();
    }
    expect(under.provider.toScope(scope('app', '../x'))).toBeUndefined();
    expect(under.provider.toScope(scope('stack', 'x'))).toBeUndefined();
    expect(under.sent()).toEqual([]);
  });

  it('keeps a failing batch to its own keys', async () => {
    const rows = (await everything()).slice(0, 250);
    under.standIn.setFaults([{ path: '^/v3/deployments$', times: 1, status: 500, body: '' }]);
    const found = await under.provider.getDeployments(
      rows.map(({ id }) => refOf(id)),
      newCall(),
    );
    const failed = [...found.values()].filter((value) => value instanceof GatewayError);
    expect([50, 200]).toContain(failed.length);
    expect(found.size).toBe(250);
    under.standIn.setFaults([
      { path: '^/v3/deployments$', set: { '/resources/0/relationships': 5 } },
    ]);
    const some = await under.provider.getDeployments(
      rows.slice(0, 3).map(({ id }) => refOf(id)),
      newCall(),
    );
    expect([...some.values()].filter((value) => value instanceof GatewayError)).toHaveLength(1);
    expect(some.size).toBe(3);
    under.standIn.setFaults([{ path: '^/v3/deployments$', set: { '/resources/0/guid': 5 } }]);
    const nameless = await under.provider.getDeployments(
      rows.slice(0, 3).map(({ id }) => refOf(id)),
      newCall(),
    );
    expect([...nameless.values()].filter((value) => value instanceof GatewayError)).toHaveLength(1);
    expect(nameless.size).toBe(3);
    under.everyFaultWasUsed();
  });

  it('finds the latest of many apps and the previous of many rollouts in one request each', async () => {
    const rows = await everything();
    const latest = new Map<string, Deployment>();
    for (const row of rows) if (!latest.has(row.scopeId)) latest.set(row.scopeId, row);
    const leaves = [...latest.keys(), app('meridian/production/reports').id, scope().id].map(refOf);
    under.standIn.clearRequests();
    const found = await under.provider.getLatestDeployments(leaves, newCall());
    expect(under.sent()).toHaveLength(1);
    expect(found.size).toBe(latest.size);
    for (const [scopeId, row] of latest) {
      expect(present(found, scopeId).createdAt).toEqual(row.createdAt);
    }
    under.standIn.clearRequests();
    const some = rows.slice(0, 100);
    const previous = await under.provider.getPreviousDeployments(some, newCall());
    expect(under.sent()).toEqual([
      expect.stringMatching(
        /^GET \/v3\/deployments\?created_ats\[lte\]=[\dTZ:-]+&app_guids=[\w,-]+&order_by=-created_at&per_page=5000$/,
      ),
    ]);
    for (const row of some) {
      const older = rows
        .slice(rows.indexOf(row) + 1)
        .find(({ scopeId }) => scopeId === row.scopeId);
      expect(previous.get(row.id)).toMatchObject({ id: older?.id });
    }
  });

  it('reads a few rows for one app', async () => {
    await under.provider.getLatestDeployments([scope('app', STOREFRONT)], newCall());
    expect(under.sent()).toEqual([
      `GET /v3/deployments?app_guids=${STOREFRONT}&order_by=-created_at&per_page=10`,
    ]);
  });

  it('asks the last few apps one by one rather than for page after page', async () => {
    const apps = [app('orchard/production/search'), app('harbor/production/dispatch')];
    const set = {
      '/resources': [],
      '/pagination/total_pages': 30,
      '/pagination/next': { href: 'https://elsewhere.example.com/v3/deployments?page=2' },
    };
    const row = {
      guid: NOBODY,
      created_at: '2026-06-01T12:00:00Z',
      relationships: { app: { data: { guid: apps[0]?.keys[1] } } },
    };
    under.standIn.setFaults([
      { path: '^/v3/deployments$', times: 1, set: { ...set, '/resources': [row] } },
    ]);
    const found = await under.provider.getLatestDeployments(apps, newCall());
    expect(found.size).toBe(2);
    expect(under.sent().slice(1)).toEqual([
      `GET /v3/deployments?app_guids=${apps[1]?.keys[1]}&order_by=-created_at&per_page=10`,
    ]);
    under.everyFaultWasUsed();
  });

  it('stops with each of these as soon as its own app is found', async () => {
    const never = app('meridian/production/reports');
    const apps = [app('orchard/production/search'), scope('app', STOREFRONT), never];
    const relationships = { app: { data: { guid: apps[0]?.keys[1] } } };
    const set = {
      '/resources': [{ guid: NOBODY, created_at: '2026-06-01T12:00:00Z', relationships }],
      '/pagination': { total_pages: 30, next: { href: '' } },
    };
    under.standIn.setFaults([{ path: '^/v3/deployments$', times: 1, set }]);
    const found = await under.provider.getLatestDeployments(apps, newCall());
    expect([...found.keys()].sort()).toEqual(
      apps
        .slice(0, 2)
        .map(({ id }) => id)
        .sort(),
    );
    expect(under.sent()).toHaveLength(3);
    under.everyFaultWasUsed();
  });

  it('shows the documented example in full', async () => {
    const ref = example('Deployment', EXAMPLE.guid);
    const deployment = present(await under.provider.getDeployments([ref], newCall()), ref.id);
    const at = new Date('2018-04-25T22:42:10Z');
    expect(deployment).toMatchObject({
      nativeId: EXAMPLE.guid,
      shortId: '59c3d133',
      scopeId: scope('app', EXAMPLE.app).id,
      status: Status.IN_PROGRESS,
      rawStatus: 'ACTIVE/DEPLOYING',
      progress: { current: 1, total: 2 },
      strategy: 'canary',
      createdAt: at,
      startedAt: null,
      finishedAt: null,
      live: false,
      errors: [],
      canCancel: true,
      version: {
        nativeId: '1',
        name: '1',
        default: true,
        revisionId: example('Revision', EXAMPLE.revision).id,
      },
      details: {
        statusValue: 'ACTIVE',
        statusReason: 'DEPLOYING',
        state: null,
        lastSuccessfulHealthcheckAt: at,
        lastStatusChangeAt: at,
        options: {
          maxInFlight: 3,
          webInstances: 5,
          memoryMib: 1024,
          diskMib: 1024,
          logRateLimitBytesPerSecond: -1,
          canarySteps: [{ instanceWeight: 10 }, { instanceWeight: 20 }],
        },
        dropletGuid: EXAMPLE.droplet,
        previousDropletGuid: 'cc6bc315-bd06-49ce-92c2-bc3ad45268c2',
        newProcesses: [{ guid: 'fd5d3e60-f88c-4c37-b1ae-667cfc65a856', type: 'web' }],
      },
    });
    expect(deployment.details).toMatchObject({
      links: expect.arrayContaining([expect.objectContaining({ rel: 'cancel', method: 'POST' })]),
    });
  });

  it('keeps a stuck rollout in progress and says why', async () => {
    const stuck = (await everything()).filter(
      ({ message, status }) => message && status === Status.IN_PROGRESS,
    );
    expect(stuck.length).toBeGreaterThan(0);
    for (const { message, errors, nativeId } of stuck) {
      expect(errors).toEqual([
        { scope: 'deployment', objectId: nativeId, code: null, summary: null, message, type: null },
      ]);
    }
  });
});
