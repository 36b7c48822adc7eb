import { describe, expect, it } from '@jest/globals';
import { uuidOf } from '../../sandbox/random.ts';
import { cloudFoundry } from '../../src/datasources/cloudfoundry/index.ts';
import { ErrorCode } from '../../src/errors.ts';
import { refOf } from '../../src/ids.ts';
import { ScopeKind } from '../../src/schema/enums.ts';
import { createProvider, newCall, present } from '../helpers/provider.ts';
import {
  app,
  NAME,
  NOBODY,
  scope,
  sourceOf,
  space,
  STOREFRONT,
  TOKEN,
  useFoundation,
} from './cloudfoundry-harness.ts';

const under = useFoundation();

describe('scopes', () => {
  it('lists each kind by one request, and only the kinds wanted', async () => {
    await under.provider.listScopes({}, newCall());
    expect(under.sent().sort()).toEqual([
      'GET /v3/apps?per_page=5000',
      'GET /v3/organizations?per_page=5000',
      'GET /v3/spaces?per_page=5000',
    ]);
    under.standIn.clearRequests();
    await under.provider.listScopes({ kinds: [ScopeKind.PLATFORM] }, newCall());
    const orchard = scope('organization', uuidOf('organization', 'orchard'));
    await under.provider.listScopes({ parent: orchard, kinds: [ScopeKind.APPLICATION] }, newCall());
    await under.provider.listScopes({ parent: app('orchard/staging/cart') }, newCall());
    expect(under.sent()).toEqual([]);
  });

  it('gets scopes of all kinds by one request for each kind', async () => {
    const refs = [
      scope(),
      scope('organization', uuidOf('organization', 'orchard')),
      scope('space', space('orchard/staging')),
      scope('space', NOBODY),
      app('orchard/staging/cart'),
      app('orchard/staging/search'),
    ];
    const found = await under.provider.getScopes(refs, newCall());
    expect(under.sent().sort()).toEqual([
      expect.stringMatching(/^GET \/v3\/apps\?guids=[\w-]+,[\w-]+&per_page=5000$/),
      expect.stringMatching(/^GET \/v3\/organizations\?guids=[\w-]+&per_page=5000$/),
      expect.stringMatching(/^GET \/v3\/spaces\?guids=[\w-]+,[\w-]+&per_page=5000$/),
    ]);
    const names = refs.map(({ id }) => (found.has(id) ? present(found, id).name : undefined));
    expect(names).toEqual([NAME, 'orchard', 'staging', undefined, 'cart', 'search']);
    expect(present(found, app('orchard/staging/cart').id)).toMatchObject({
      nativeKind: 'app',
      kind: ScopeKind.APPLICATION,
      environment: null,
      parentId: scope('space', space('orchard/staging')).id,
    });
  });

  it('reads the pages of a long list side by side, and never from elsewhere', async () => {
    const pagination = { total_pages: 3, next: { href: 'https://elsewhere.example.com/' } };
    under.standIn.setFaults([
      { path: '^/v3/spaces$', times: 1, set: { '/pagination': pagination } },
    ]);
    await under.provider.listScopes({ kinds: [ScopeKind.PROJECT] }, newCall());
    expect(under.sent().sort()).toEqual([
      'GET /v3/spaces?per_page=5000',
      'GET /v3/spaces?per_page=5000&page=2',
      'GET /v3/spaces?per_page=5000&page=3',
    ]);
    under.standIn.setFaults([
      { path: '^/v3/spaces$', set: { '/pagination': { ...pagination, total_pages: 1e9 } } },
    ]);
    await expect(
      under.provider.listScopes({ kinds: [ScopeKind.PROJECT] }, newCall()),
    ).rejects.toMatchObject({
      code: ErrorCode.PROVIDER_INVALID_RESPONSE,
    });
    under.everyFaultWasUsed();
  });
});

describe('with only some spaces let in', () => {
  const spaces = [space('orchard/staging'), space('meridian/sandbox')];
  const narrow = () => createProvider(cloudFoundry, under.standIn.url, { ...TOKEN, spaces });

  it('lists these spaces with their organizations and apps', async () => {
    const { items } = await narrow().listScopes({}, newCall());
    const names = (kind: ScopeKind) =>
      items.flatMap((each) => (each.kind === kind ? [String(each.name)] : [])).sort();
    expect(names(ScopeKind.ORGANIZATION)).toEqual(['meridian', 'orchard']);
    expect(names(ScopeKind.PROJECT)).toEqual(['sandbox', 'staging']);
    expect(names(ScopeKind.APPLICATION)).toContain('playground');
    const parents = new Set(items.map(({ id }) => id));
    for (const { parentId } of items) {
      expect(parentId === null || parents.has(String(parentId))).toBe(true);
    }
    const orchard = scope('organization', uuidOf('organization', 'orchard'));
    const below = await narrow().listScopes({ parent: orchard }, newCall());
    expect(below.items.map(({ name }) => name)).toEqual(['staging']);
    const other = scope('space', space('orchard/production'));
    expect((await narrow().listScopes({ parent: other }, newCall())).items).toEqual([]);
  });

  it('lists the deployments of their apps by two requests', async () => {
    const [source] = (await narrow().listSources(undefined, newCall())).items;
    if (!source) throw new Error('the foundation is a source');
    under.standIn.clearRequests();
    const slice = await narrow().listDeployments(
      source,
      { from: 'newest', limit: 4_000 },
      newCall(),
    );
    expect(under.sent()).toEqual([
      `GET /v3/apps?space_guids=${spaces.join(',')}&per_page=5000`,
      expect.stringMatching(/^GET \/v3\/deployments\?app_guids=/),
    ]);
    const { items } = await narrow().listScopes({ kinds: [ScopeKind.APPLICATION] }, newCall());
    const apps = new Set(items.map(({ id }) => id));
    expect(slice.items.length).toBeGreaterThan(20);
    for (const { scopeId } of slice.items) expect(apps).toContain(scopeId);
  });

  it('knows nothing outside of them', async () => {
    const source = narrow();
    const [row] = (
      await under.provider.listDeployments(
        sourceOf(scope('app', STOREFRONT)),
        { from: 'newest', limit: 1 },
        newCall(),
      )
    ).items;
    if (!row?.version?.revisionId) throw new Error('the case needs a row with a revision');
    const deployment = refOf(row.id);
    const version = refOf(row.version.id);
    const revision = refOf(row.version.revisionId);
    const builds = await under.provider.listBuilds?.([version], newCall());
    const [build] = builds ? present(builds, version.id).items : [];
    if (!build) throw new Error('the case needs a build');
    const outside = [
      scope('app', STOREFRONT),
      scope('space', space('orchard/production')),
      scope('organization', uuidOf('organization', 'harbor')),
    ];
    under.standIn.clearRequests();
    const empty = new Map();
    expect(await source.getScopes(outside, newCall())).toEqual(empty);
    expect(await source.getDeployments([deployment], newCall())).toEqual(empty);
    expect(await source.getLatestDeployments(outside, newCall())).toEqual(empty);
    expect(await source.listVersions([deployment], newCall())).toEqual(empty);
    expect(await source.getVersions([version], newCall())).toEqual(empty);
    expect(await source.getRevisions([revision], newCall())).toEqual(empty);
    expect(await source.getBuilds?.([refOf(build.id)], newCall())).toEqual(empty);
    const owners = [...outside, deployment, version, revision];
    expect(await source.getVariableLevels(owners, { shadowed: true }, newCall())).toEqual(empty);
    expect(under.sent().filter((request) => /env/.test(request))).toEqual([]);
    for (const owner of outside.slice(0, 2)) {
      const query = { first: 5, after: undefined, action: undefined };
      expect(await source.listAuditEvents(owner, query, newCall())).toBeNull();
    }
    const lists = await source.listBuilds?.([version], newCall());
    expect(lists && present(lists, version.id).items).toEqual([]);
    const query = { after: undefined, limit: 5 };
    const revisions = await source.listScopeRevisions?.(scope('app', STOREFRONT), query, newCall());
    expect(revisions?.items).toEqual([]);
  });
});
