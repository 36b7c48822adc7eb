import { describe, expect, it } from '@jest/globals';
import { ubiops as ubiopsStandIn } from '../../sandbox/ubiops/index.ts';
import { ubiops } from '../../src/datasources/ubiops/index.ts';
import { type Ref, refOf } from '../../src/ids.ts';
import { AuditAction, Status } from '../../src/schema/enums.ts';
import { newCall, present } from '../helpers/provider.ts';
import { describeContract } from './contract.ts';
import {
  build,
  deployment,
  NOBODY,
  OPTIONS,
  revision,
  scope,
  useUbiOps,
  version,
} from './ubiops-harness.ts';

for (const project of ['seed', 'current']) {
  const path = `/projects/${project}/deployments$`;
  const unknown = version(project, 'order-router', 'v1');
  const gone = version('nowhere', 'order-router', 'v1');
  describeContract({
    definition: ubiops,
    standIn: ubiopsStandIn,
    basePath: '/v2.1',
    options: OPTIONS,
    wrongOptions: { credentials: { token: 'wrong' } },
    list: {
      source: { name: project },
      path,
      row: '/0',
      id: '/0/id',
      status: null,
      unseenStatus: null,
    },
    unknown: {
      Scope: [['nowhere'], ['..'], ['']],
      Deployment: [
        [project, 'order-router', NOBODY],
        [project, 'nothing', NOBODY],
        ['nowhere', 'order-router', NOBODY],
        [project, '..', NOBODY],
      ],
      Version: [[...unknown.keys.slice(0, 4), NOBODY], gone.keys.slice()],
      Revision: [
        [...unknown.keys, NOBODY],
        [...gone.keys, NOBODY],
      ],
      Build: [
        [...unknown.keys, NOBODY],
        [...gone.keys, NOBODY],
      ],
    },
    variableOwners: [
      { type: 'Scope', keys: [project] },
      { type: 'Deployment', keys: [...deployment(project, 'order-router').keys] },
      { type: 'Version', keys: [...version(project, 'order-router', 'v2').keys] },
    ],
    auditOwners: [
      { type: 'Scope', keys: [project] },
      { type: 'Deployment', keys: [...deployment(project, 'price-forecast').keys] },
    ],
  });
}

describe('ubiops', () => {
  const ubi = useUbiOps();

  describe('generations', () => {
    it('asks the older one for the default version beside the versions', async () => {
      const rows = await ubi.rowsOf('seed', 'order-router', 'image-tagger');
      const completed = await ubi.provider.completeDeployments(rows, newCall());
      expect(rows.map(({ id }) => present(completed, id).version?.name)).toEqual(['v1', 'v1']);
      expect(ubi.asked()).toEqual([
        'seed/deployments/image-tagger',
        'seed/deployments/image-tagger/versions',
        'seed/deployments/order-router',
        'seed/deployments/order-router/versions',
      ]);
    });

    it('asks the newer one for the versions alone, as soon as the first answer shows it', async () => {
      const names = ['order-router', 'image-tagger', 'fraud-scorer', 'price-forecast'];
      const rows = await ubi.rowsOf('current', ...names);
      const completed = await ubi.provider.completeDeployments(rows, newCall());
      for (const { id } of rows) {
        expect(present(completed, id)).toMatchObject({ live: true, rawStatus: 'available' });
        expect(present(completed, id).version).toMatchObject({ default: true, name: 'v1' });
      }
      expect(ubi.asked()).toEqual([
        'current/deployments/fraud-scorer/versions',
        'current/deployments/image-tagger/versions',
        'current/deployments/order-router',
        'current/deployments/order-router/versions',
        'current/deployments/price-forecast/versions',
      ]);
      await ubi.provider.completeDeployments(rows.slice(0, 1), newCall());
      expect(ubi.asked()).toEqual(['current/deployments/order-router/versions']);
    });

    it('asks for the default where versions of the newer one do not tell it', async () => {
      await ubi.versionsOf('current', 'order-router');
      ubi.asked();
      const path = 'order-router/versions$';
      ubi.inject({ path, set: { '/0/default': null, '/1/default': null, '/2/default': null } });
      const { items } = await ubi.versionsOf('current', 'order-router');
      expect(items.filter((each) => each.default).map(({ name }) => name)).toEqual(['v1']);
      expect(ubi.asked()).toEqual([
        'current/deployments/order-router',
        'current/deployments/order-router/versions',
      ]);
    });

    it.each(['seed', 'current'])(
      'has no default version in %s: UNKNOWN, not live',
      async (project) => {
        const [row] = await ubi.rowsOf(project, 'draft-service');
        const completed = await ubi.provider.completeDeployments(row ? [row] : [], newCall());
        expect(present(completed, row?.id ?? '')).toMatchObject({
          status: Status.UNKNOWN,
          rawStatus: '',
          live: false,
          version: null,
        });
      },
    );

    it('finds builds of their own in the older one', async () => {
      const owner = version('seed', 'showcase', 'all-builds');
      const { items } = await ubi.buildsOf(owner);
      expect(items.slice(0, 5).map(({ rawStatus, canCancel }) => [rawStatus, canCancel])).toEqual([
        ['queued', true],
        ['building', true],
        ['deploying', true],
        ['validating', true],
        ['success', false],
      ]);
      const path = 'seed/deployments/showcase/versions/all-builds';
      expect(ubi.asked()).toEqual([path, `${path}/builds`]);
      const [newest] = items;
      const ofRevision = await ubi.buildsOf(refOf(newest?.revisionId ?? ''));
      expect(ofRevision.items).toEqual([newest]);
      expect(ubi.asked()).toEqual([`${path}/builds`]);
      await ubi.getBuilds(items.slice(0, 1).map(({ id }) => refOf(id)));
      expect(ubi.asked()).toEqual([`${path}/builds/${newest?.nativeId}`]);
      await ubi.getBuilds(items.map(({ id }) => refOf(id)));
      expect(ubi.asked()).toEqual([`${path}/builds`]);
    });

    it('finds the revisions in place of builds in the newer one', async () => {
      const owner = version('current', 'showcase', 'failed-build');
      const { items } = await ubi.buildsOf(owner);
      expect(items).toHaveLength(2);
      for (const { id, nativeId, revisionId, createdBy } of items) {
        expect(id).toBe(build(owner, nativeId).id);
        expect(revisionId).toBe(revision(owner, nativeId).id);
        expect(createdBy).toMatch(/@example.com$/);
      }
      expect(items[0]).toMatchObject({ status: Status.FAILED, canCancel: false, trigger: null });
      expect(items[0]?.errorMessage).toMatch(/./);
      const path = 'current/deployments/showcase/versions/failed-build';
      expect(ubi.asked()).toEqual([path, `${path}/revisions`]);
      const [newest, oldest] = items.map(({ nativeId }) => nativeId);
      await ubi.getBuilds([build(owner, newest ?? '')]);
      await ubi.buildsOf(revision(owner, newest ?? ''));
      expect(ubi.asked()).toEqual([`${path}/revisions/${newest}`, `${path}/revisions/${newest}`]);
      await ubi.getBuilds([build(owner, newest ?? ''), build(owner, oldest ?? '')]);
      expect(ubi.asked()).toEqual([`${path}/revisions`]);
    });

    it('reads the generation once for many builds of a project', async () => {
      const owners = ['v1', 'v2', 'v3'].map((name) => version('current', 'order-router', name));
      await ubi.provider.listBuilds?.(owners, newCall());
      const path = 'current/deployments/order-router/versions';
      const lists = ['v1', 'v2', 'v3'].map((name) => `${path}/${name}/revisions`);
      expect(ubi.asked()).toEqual([`${path}/v1`, ...lists]);
    });
  });

  describe('variables', () => {
    const levelsOf = async (owner: Ref, shadowed: boolean) => {
      const batch = await ubi.provider.getVariableLevels([owner], { shadowed }, newCall());
      return present(batch, owner.id)?.map(({ ownerId, variables }) => ({
        owner: refOf(ownerId).type,
        names: variables.map(({ name }) => name).sort(),
      }));
    };
    const owner = version('current', 'order-router', 'v2');
    const path = 'current/deployments/order-router';

    it('reads one merged list, and splits it', async () => {
      expect(await levelsOf(owner, false)).toEqual([
        { owner: 'Version', names: ['batch_size', 'signing_key'] },
        { owner: 'Deployment', names: ['api_token', 'proxy', 'region'] },
        {
          owner: 'Scope',
          names: ['database_url', 'log_level', 'model_bucket', 'registry_password'],
        },
      ]);
      expect(ubi.asked()).toEqual([`${path}/versions/v2/environment-variables`]);
    });

    it('reads the lists above too, where what is hidden is wanted', async () => {
      expect(await levelsOf(owner, true)).toEqual([
        { owner: 'Version', names: ['batch_size', 'signing_key'] },
        {
          owner: 'Deployment',
          names: ['api_token', 'batch_size', 'proxy', 'region', 'signing_key'],
        },
        {
          owner: 'Scope',
          names: [
            'api_token',
            'database_url',
            'log_level',
            'model_bucket',
            'region',
            'registry_password',
          ],
        },
      ]);
      expect(ubi.asked()).toEqual([
        `${path}/environment-variables`,
        `${path}/versions/v2/environment-variables`,
        'current/environment-variables',
      ]);
    });

    it('keeps none for a revision, and no value of what may be secret', async () => {
      const ref = revision(owner, NOBODY);
      expect(
        (await ubi.provider.getVariableLevels([ref], { shadowed: true }, newCall())).get(ref.id),
      ).toBeNull();
      expect(ubi.asked()).toEqual([]);
      ubi.inject({
        path: 'environment-variables$',
        set: { '/0/secret': 'no', '/0/value': 'pssst' },
      });
      const batch = await ubi.provider.getVariableLevels([owner], { shadowed: false }, newCall());
      expect(present(batch, owner.id)?.[0]?.variables[0]).toMatchObject({
        secret: true,
        value: null,
      });
    });
  });

  describe('audit', () => {
    it('pages by offset until a page is not full', async () => {
      const owner = deployment('seed', 'order-router');
      const seen: number[] = [];
      let after: string | undefined;
      do {
        const query = { first: 5, after, action: AuditAction.UPDATE };
        const page = await ubi.provider.listAuditEvents(owner, query, newCall());
        expect(page?.items.every(({ action }) => action === AuditAction.UPDATE)).toBe(true);
        seen.push(page?.items.length ?? 0);
        after = page?.next ?? undefined;
      } while (after);
      expect(seen).toEqual([5, 2]);
      expect(ubi.requests().map(({ query }) => query)).toEqual([
        { action: 'update', limit: '5', offset: '0' },
        { action: 'update', limit: '5', offset: '5' },
      ]);
    });

    it('has none for a version', async () => {
      const owner = version('seed', 'order-router', 'v1');
      const query = { first: 5, after: undefined, action: undefined };
      expect(await ubi.provider.listAuditEvents(owner, query, newCall())).toBeNull();
      expect(ubi.asked()).toEqual([]);
    });
  });

  describe('scopes', () => {
    it('shows only the projects of the configuration, and asks for no other', async () => {
      const provider = ubi.create({ projects: ['seed', 'gone'] });
      const sources = await provider.listSources(undefined, newCall());
      expect(sources.items.map((source) => source.scope.name)).toEqual(['seed', 'gone']);
      const other = deployment('current', 'order-router');
      const [v1] = [version('current', 'order-router', 'v1')];
      const parts = [revision(v1, NOBODY), build(v1, NOBODY)] as const;
      const answers = await Promise.all([
        provider.getScopes([scope('current')], newCall()),
        provider.getDeployments([other], newCall()),
        provider.getLatestDeployments([scope('current')], newCall()),
        provider.listVersions([other], newCall()),
        provider.getVersions([v1], newCall()),
        provider.listRevisions([v1], newCall()),
        provider.getRevisions([parts[0]], newCall()),
        provider.getBuilds?.([parts[1]], newCall()),
        provider.getVariableLevels([other, v1], { shadowed: true }, newCall()),
      ]);
      expect(answers.map((answer) => answer?.size)).toEqual(answers.map(() => 0));
      expect((await provider.listSources(scope('current'), newCall())).items).toEqual([]);
      const query = { first: 5, after: undefined, action: undefined };
      expect(await provider.listAuditEvents(other, query, newCall())).toBeNull();
      expect(ubi.asked()).toEqual([]);
      const listed = await provider.listScopes({}, newCall());
      expect(listed.items.map(({ name }) => name)).toEqual(['seed']);
    });

    it('asks for deployments by one label that UbiOps can read', async () => {
      const [source] = (await ubi.provider.listSources(scope('current'), newCall())).items;
      if (!source) throw new Error('a project is a source');
      const labels = [
        { key: 'note', value: 'a,b' },
        { key: 'team', value: 'support' },
        { key: 'tier', value: 'gold' },
      ];
      await ubi.provider.listDeployments(source, { from: 'newest', limit: 5, labels }, newCall());
      expect(ubi.requests().map(({ query }) => query)).toEqual([{ labels: 'team:support' }]);
    });
  });
});
