import { describe, expect, it } from '@jest/globals';
import { refOf, toRef, type Ref } from '../../src/ids.ts';
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

describe('revisions and builds', () => {
  const rollouts = async (ref: Ref, limit = 20) => {
    const source = sourceOf(ref);
    return (await under.provider.listDeployments(source, { from: 'newest', limit }, newCall()))
      .items;
  };
  const versionsOf = (rows: Deployment[]) =>
    rows.flatMap(({ version }) => (version ? [refOf(version.id)] : []));

  it('reads several revisions of an app at once, and one alone', async () => {
    const versions = versionsOf(await rollouts(scope('app', STOREFRONT)));
    under.standIn.clearRequests();
    const lists = await under.provider.listRevisions(versions, newCall());
    expect(under.sent()).toEqual([
      expect.stringMatching(
        new RegExp(`^GET /v3/apps/${STOREFRONT}/revisions\\?guids=[\\w,-]+&per_page=5000$`),
      ),
    ]);
    for (const { id } of versions) {
      expect(present(lists, id).items).toMatchObject([{ number: expect.any(Number) }]);
    }
    under.standIn.clearRequests();
    const ref = example('Revision', EXAMPLE.revision);
    const alone = await under.provider.getRevisions([ref], newCall());
    expect(under.sent()).toEqual([`GET /v3/revisions/${EXAMPLE.revision}`]);
    expect(present(alone, ref.id)).toMatchObject({
      nativeId: EXAMPLE.revision,
      number: 1,
      description: 'Initial revision.',
      deployable: true,
      details: { appGuid: EXAMPLE.app, dropletGuid: EXAMPLE.droplet },
    });
    const foreign = toRef(NAME, 'Revision', [STOREFRONT, EXAMPLE.revision]);
    expect(await under.provider.getRevisions([foreign], newCall())).toEqual(new Map());
  });

  it('has the droplet for a version where an app keeps no revisions', async () => {
    const [row] = await rollouts(app('harbor/production/gateway'), 1);
    expect(row?.version).toMatchObject({ revisionId: null, details: { revisionGuid: null } });
    const droplet = row?.version?.nativeId;
    expect(row?.details).toMatchObject({ dropletGuid: droplet });
    const [version] = versionsOf(row ? [row] : []);
    if (!row || !version) throw new Error('the case needs a version');
    const owners = [refOf(row.id), version];
    const levels = await under.provider.getVariableLevels(owners, { shadowed: false }, newCall());
    for (const { id } of owners) expect(levels.get(id)).toBeNull();
    under.standIn.clearRequests();
    const revisions = await under.provider.listRevisions([version], newCall());
    expect(present(revisions, version.id).items).toEqual([]);
    expect(under.sent()).toEqual([]);
  });

  it('knows a version only as its rollout has it', async () => {
    const version = example('Version', EXAMPLE.guid, EXAMPLE.revision, EXAMPLE.droplet);
    const other = example('Version', EXAMPLE.guid, EXAMPLE.revision, NOBODY);
    const found = await under.provider.getVersions([version, other], newCall());
    expect([...found.keys()]).toEqual([version.id]);
    expect(under.sent()).toEqual([`GET /v3/deployments?guids=${EXAMPLE.guid}&per_page=5000`]);
  });

  it('lists the revisions of an app once, newest first, from any of them on', async () => {
    const list = (after: string | undefined) =>
      under.provider.listScopeRevisions?.(scope('app', STOREFRONT), { after, limit: 5 }, newCall());
    const all = (await list(undefined))?.items ?? [];
    expect(under.sent()).toEqual([
      `GET /v3/apps/${STOREFRONT}/revisions?order_by=-created_at&per_page=5000`,
    ]);
    expect(all.length).toBeGreaterThan(50);
    const numbers = all.map(({ number }) => number);
    expect(numbers).toEqual([...numbers].sort((left, right) => Number(right) - Number(left)));
    const behind = await list(all[9]?.nativeId);
    expect(behind?.items).toEqual(all.slice(10));
    expect(await list(NOBODY)).toMatchObject({ items: [], complete: true });
    const nowhere = { after: undefined, limit: 5 };
    expect(
      await under.provider.listScopeRevisions?.(scope('app', NOBODY), nowhere, newCall()),
    ).toMatchObject({ items: [], complete: true });
  });

  it('finds the builds of many versions by one request, joined on the droplet', async () => {
    const versions = versionsOf(await rollouts(scope(), 30));
    under.standIn.clearRequests();
    const lists = await under.provider.listBuilds?.(versions, newCall());
    expect(under.sent()).toEqual([
      expect.stringMatching(
        /^GET \/v3\/builds\?app_guids=[\w,-]+&order_by=-created_at&per_page=5000$/,
      ),
    ]);
    for (const { id, keys } of versions) {
      for (const build of lists ? present(lists, id).items : []) {
        expect(build.details).toMatchObject({ dropletGuid: keys[3] });
        expect(refOf(build.id).keys[0]).toBe(keys[0]);
        expect(build).toMatchObject({ canCancel: false, status: Status.SUCCEEDED });
      }
    }
  });

  it('finds the builds of revisions through their droplets', async () => {
    const revision = example('Revision', EXAMPLE.revision);
    const version = example('Version', EXAMPLE.guid, EXAMPLE.revision, EXAMPLE.droplet);
    const lists = await under.provider.listBuilds?.([revision, version], newCall());
    if (!lists) throw new Error('Cloud Foundry has builds');
    expect(present(lists, revision.id).items).toHaveLength(1);
    expect(present(lists, revision.id)).toEqual(present(lists, version.id));
  });
});
