import { describe, expect, it } from '@jest/globals';
import { humanitec as humanitecStandIn } from '../../sandbox/humanitec/index.ts';
import { humanitec } from '../../src/datasources/humanitec/index.ts';
import { refOf, toRef } from '../../src/ids.ts';
import { Capability, ScopeKind, Status } from '../../src/schema/enums.ts';
import { newCall } from '../helpers/provider.ts';
import { describeContract } from './contract.ts';
import {
  deployment,
  NAME,
  OPTIONS,
  ORG,
  production,
  scope,
  useHumanitec,
} from './humanitec-harness.ts';

describeContract({
  definition: humanitec,
  standIn: humanitecStandIn,
  basePath: '',
  options: OPTIONS,
  wrongOptions: { credentials: { token: 'wrong' }, organization: ORG },
  list: {
    source: { name: 'Production', environment: 'Production' },
    path: '/orgs/sandbox-org/apps/[a-z]+/envs/production/deploys$',
    row: '/0',
    id: '/0/id',
    status: '/0/status',
    unseenStatus: 'levitating',
  },
  unknown: {
    Scope: [
      ['other-org'],
      [ORG, 'nowhere'],
      [ORG, 'storefront', 'nowhere'],
      [ORG, '..'],
      [ORG, 'storefront', ''],
      [ORG, 'storefront', '\ud800'],
    ],
    Deployment: [
      [...production, 'ffffffffffff'],
      [...production, '..'],
      [...production, ''],
      [ORG, 'storefront', 'nowhere', 'ffffffffffff'],
      ['other-org', 'storefront', 'production', 'ffffffffffff'],
      [...production],
    ],
    Version: [[...production, 'ffffffffffff', 'f'.repeat(40), '']],
    Revision: [
      [...production, 'f'.repeat(40), ''],
      [ORG, 'nowhere', 'production', 'f'.repeat(40), ''],
      [...production, '', ''],
    ],
  },
  variableOwners: [
    { type: 'Scope', keys: production },
    { type: 'Scope', keys: [ORG, 'storefront'] },
    { type: 'Scope', keys: [ORG] },
  ],
  auditOwners: [
    { type: 'Scope', keys: [ORG] },
    { type: 'Scope', keys: [ORG, 'storefront'] },
    { type: 'Scope', keys: production },
  ],
});

describe('humanitec', () => {
  const sandbox = useHumanitec();

  it('says what its API offers', () => {
    expect(sandbox.provider.leafKind).toBe(ScopeKind.ENVIRONMENT);
    expect(sandbox.provider.capabilities).not.toContain(Capability.CANCEL_DEPLOYMENT);
    expect(sandbox.provider.capabilities).not.toContain(Capability.BUILDS);
    expect('listBuilds' in sandbox.provider).toBe(false);
  });

  it.each([
    [{ ...OPTIONS, organization: '..' }],
    [{ ...OPTIONS, organization: 'a/b' }],
    [{ ...OPTIONS, applications: [] }],
    [{ ...OPTIONS, credentials: { token: 'two words' } }],
    [{ ...OPTIONS, unheardOf: true }],
    [{ credentials: { token: 'sandbox' } }],
  ])('refuses the options %j', (options) => {
    expect(humanitec.options.safeParse(options).success).toBe(false);
  });

  describe('requests', () => {
    it('lists all scopes with one, and the organization with none', async () => {
      await sandbox.provider.listScopes({}, newCall());
      expect(sandbox.sent()).toEqual(['/apps']);
      sandbox.forget();
      await sandbox.provider.listScopes({ kinds: [ScopeKind.ORGANIZATION] }, newCall());
      await sandbox.provider.listScopes({ parent: scope('storefront', 'production') }, newCall());
      await sandbox.provider.listScopes(
        { parent: scope(), kinds: [ScopeKind.ENVIRONMENT] },
        newCall(),
      );
      await sandbox.provider.getScopes([scope()], newCall());
      expect(sandbox.sent()).toEqual([]);
    });

    it('gets one scope alone and many with one', async () => {
      await sandbox.provider.getScopes([scope(), scope('storefront', 'production')], newCall());
      await sandbox.provider.getScopes([scope('storefront')], newCall());
      expect(sandbox.sent()).toEqual(['/apps/storefront', '/apps/storefront/envs/production']);
      sandbox.forget();
      const many = [
        scope('storefront', 'production'),
        scope('orders'),
        scope('catalog', 'staging'),
      ];
      expect((await sandbox.provider.getScopes(many, newCall())).size).toBe(3);
      expect(sandbox.sent()).toEqual(['/apps']);
    });

    it('lists sources with one for each application, and no more', async () => {
      const { items } = await sandbox.provider.listSources(undefined, newCall());
      expect(sandbox.sent()).toEqual([
        '/apps',
        '/apps/catalog/envs',
        '/apps/my-app/envs',
        '/apps/orders/envs',
        '/apps/payments/envs',
        '/apps/storefront/envs',
        '/apps/tempora/envs',
      ]);
      const newest = new Map(items.map(({ scope, newest }) => [scope.nativeKey, newest]));
      expect(newest.get('load-test')).toBeNull();
      expect(newest.get('preview-42')).toMatchObject({ status: expect.any(String) });
      sandbox.forget();
      await sandbox.provider.getLatestDeployments(
        items.map(({ scope }) => refOf(scope.id)),
        newCall(),
      );
      expect(sandbox.sent()).toHaveLength(6);
    });

    it('gets one deployment of an environment alone and several from its list', async () => {
      const [first, second] = await sandbox.listOf('storefront', 'production');
      const [other] = await sandbox.listOf('orders', 'staging');
      if (!first || !second || !other) throw new Error('the sandbox has these');
      sandbox.forget();
      const refs = [first, second, other].map(({ id }) => refOf(id));
      const found = await sandbox.provider.getDeployments([...refs, ...refs], newCall());
      expect(found.size).toBe(3);
      expect(sandbox.sent()).toEqual([
        `/apps/orders/envs/staging/deploys/${other.nativeId}`,
        '/apps/storefront/envs/production/deploys',
      ]);
    });

    it('lists and completes a page with the one list, versions included', async () => {
      const source = await sandbox.sourceOf('storefront', 'production');
      sandbox.forget();
      const { items, complete } = await sandbox.slice(source);
      expect(complete).toBe(true);
      await sandbox.provider.completeDeployments(items, newCall());
      await sandbox.provider.getDeploymentErrors(
        items.filter(({ status }) => status === Status.SUCCEEDED),
        newCall(),
      );
      expect(sandbox.sent()).toEqual(['/apps/storefront/envs/production/deploys']);
    });

    it('gets one set alone and several from the list of sets', async () => {
      const rows = await sandbox.listOf('storefront', 'development');
      const refs = rows.flatMap(({ version }) => (version ? [refOf(version.id)] : []));
      sandbox.forget();
      await sandbox.provider.listRevisions(refs.slice(0, 1), newCall());
      expect(sandbox.sent()).toEqual([
        expect.stringMatching(/^\/apps\/storefront\/sets\/[0-9a-f]{40}$/),
      ]);
      sandbox.forget();
      const lists = await sandbox.provider.listRevisions(refs, newCall());
      expect(lists.size).toBe(refs.length);
      expect(sandbox.sent()).toEqual(['/apps/storefront/sets']);
    });

    it('sends none for keys that are no path segments or not let in', async () => {
      const bad = ['..', '.', '', 'a/b', '\\', '\ud800', 'a\nb'];
      const deployments = bad.map((key) => deployment('storefront', 'production', key));
      deployments.push(toRef(NAME, 'Deployment', ['other', 'storefront', 'production', 'x']));
      const versions = bad.map((key) =>
        toRef(NAME, 'Version', [...production, 'x', key || '..', '']),
      );
      const revisions = bad.map((key) => toRef(NAME, 'Revision', [...production, key, '']));
      const call = newCall();
      const batches = await Promise.all([
        sandbox.provider.getScopes(
          bad.map((key) => scope('storefront', key)),
          call,
        ),
        sandbox.provider.getDeployments(deployments, call),
        sandbox.provider.listVersions(deployments, call),
        sandbox.provider.getVersions(versions, call),
        sandbox.provider.listRevisions(versions, call),
        sandbox.provider.getRevisions(revisions, call),
        sandbox.provider.getVariableLevels(
          [...deployments, ...versions, ...revisions],
          { shadowed: true },
          call,
        ),
      ]);
      for (const batch of batches) expect([...batch]).toEqual([]);
      expect(sandbox.sent()).toEqual([]);
    });
  });

  describe('applications that are let in', () => {
    const only = (...applications: string[]) => sandbox.create({ applications });

    it('asks for those alone and shows no other', async () => {
      const narrow = only('orders', 'nowhere');
      const { items } = await narrow.listSources(undefined, newCall());
      expect(sandbox.sent()).toEqual(['/apps/nowhere/envs', '/apps/orders/envs']);
      expect(items).toHaveLength(3);
      const scopes = await narrow.listScopes({}, newCall());
      expect(scopes.items.map(({ nativeKey }) => nativeKey)).toEqual([
        ORG,
        'orders',
        'development',
        'staging',
        'production',
      ]);
      sandbox.forget();
      const [source] = (
        await sandbox.provider.listSources(scope('storefront', 'staging'), newCall())
      ).items;
      if (!source) throw new Error('the sandbox has this');
      sandbox.forget();
      const query = { from: 'newest', limit: 5 } as const;
      expect((await narrow.listDeployments(source, query, newCall())).items).toEqual([]);
      expect((await narrow.listSources(scope('storefront'), newCall())).items).toEqual([]);
      expect((await narrow.getScopes([scope('storefront')], newCall())).size).toBe(0);
      const variables = [scope('storefront', 'staging'), scope('storefront')];
      const levels = await narrow.getVariableLevels(variables, { shadowed: true }, newCall());
      expect(levels.size).toBe(0);
      expect(sandbox.sent()).toEqual([]);
    });
  });
});
