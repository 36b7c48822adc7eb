import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { cloud66 as standInDefinition } from '../../sandbox/cloud66/index.ts';
import { type Clock, createClock } from '../../sandbox/clock.ts';
import { type StandIn, startStandIn } from '../../sandbox/server.ts';
import { cloud66 } from '../../src/datasources/cloud66/index.ts';
import type {
  Call,
  DeploymentQuery,
  ProviderSource,
  Source,
} from '../../src/datasources/provider.ts';
import { GatewayError } from '../../src/errors.ts';
import { refOf, toRef } from '../../src/ids.ts';
import type { Deployment } from '../../src/schema/deployment.ts';
import { Status } from '../../src/schema/enums.ts';
import { createProvider, newCall, present, walk } from '../helpers/provider.ts';

const SHOP = 'd1b1802d24e83eb1ac8259e98944b3e4';
const SEARCH_STAGING = '38edb6afec85c92c35d08aa9fa38b51d';
const MINUTE = 60_000;

const scopeRef = (uid: string) => toRef('under-test', 'Scope', [uid]);
const deploymentRef = (uid: string, id: number) =>
  toRef('under-test', 'Deployment', [uid, String(id)]);
const idsOf = (rows: readonly Deployment[]) => rows.map(({ nativeId }) => Number(nativeId));

/** Whole numbers from `first` down to `last`. */
const down = (first: number, last: number) =>
  Array.from({ length: first - last + 1 }, (_, index) => first - index);

describe('cloud66: the history of a stack', () => {
  let clock: Clock;
  let standIn: StandIn;
  let provider: ProviderSource;

  beforeAll(async () => {
    clock = createClock('frozen');
    standIn = await startStandIn(standInDefinition(clock), clock, 0);
    provider = createProvider(cloud66, `${standIn.url}/api/3`, {
      credentials: { token: 'sandbox' },
    });
  });
  beforeEach(() => {
    standIn.setFaults([]);
    standIn.clearRequests();
  });
  afterAll(() => standIn.close());

  const sourceOf = (uid: string): Source => {
    const scope = provider.toScope(scopeRef(uid));
    if (!scope) throw new Error('a uid makes a scope');
    return { scope };
  };
  const list = (uid: string, query: DeploymentQuery, call: Call = newCall()) =>
    provider.listDeployments(sourceOf(uid), query, call);
  const pagesRead = () =>
    standIn.requests().map(({ path, query }) => {
      expect(path).toMatch(/\/deployments\.json$/);
      return Number(query.page ?? 1);
    });
  const whole = () => walk(provider, sourceOf(SHOP), 400);

  describe('beginning with a date', () => {
    it.each([
      { place: 0, pages: [1] },
      { place: 28, pages: [1] },
      { place: 29, pages: [1, 2] },
      { place: 45, pages: [1, 2] },
      { place: 100, pages: [1, 4] },
      { place: 170, pages: [1, 6] },
      { place: 200, pages: [1, 7] },
      { place: 311, pages: [1, 11] },
    ])('finds row $place of 312 by reading pages $pages', async ({ place, pages }) => {
      const from = (await whole())[place]?.createdAt;
      if (!from) throw new Error('the row has a date');
      standIn.clearRequests();
      const slice = await list(SHOP, { from, limit: 1 });
      expect(slice.items[0]?.createdAt).toEqual(from);
      expect(pagesRead()).toEqual(pages);
    });

    it('needs at most 3 of the 11 pages, wherever it begins', async () => {
      let most = 0;
      for (const { createdAt } of (await whole()).filter((_, place) => place % 3 === 0)) {
        if (!createdAt) throw new Error('the row has a date');
        for (const from of [createdAt, new Date(createdAt.getTime() - 1)]) {
          standIn.clearRequests();
          const slice = await list(SHOP, { from, limit: 1 });
          expect(slice.items.length > 0 || slice.complete).toBe(true);
          most = Math.max(most, pagesRead().length);
        }
      }
      expect(most).toBe(3);
    });

    it('says that nothing is left below the oldest', async () => {
      const slice = await list(SHOP, { from: new Date('2001-01-01'), limit: 5 });
      expect(slice).toEqual({ items: [], faults: [], complete: true });
      expect(pagesRead().length).toBeLessThanOrEqual(4);
    });
  });

  describe('reading no more pages than it takes', () => {
    it.each([
      { limit: 29, pages: [1] },
      { limit: 30, pages: [1, 2] },
      { limit: 59, pages: [1, 2] },
      { limit: 101, pages: [1, 2, 3, 4] },
    ])('takes pages $pages for $limit rows', async ({ limit, pages }) => {
      const slice = await list(SHOP, { from: 'newest', limit });
      expect(slice.items.length).toBeGreaterThanOrEqual(limit);
      expect(idsOf(slice.items)).toEqual(down(312, 313 - slice.items.length));
      expect(pagesRead().sort()).toEqual(pages);
    });

    it('stops where everything is older than the hint', async () => {
      const rows = await whole();
      const createdAfter = rows[40]?.createdAt ?? undefined;
      if (!createdAfter) throw new Error('the row has a date');
      standIn.clearRequests();
      const slice = await list(SHOP, { from: 'newest', limit: 1_000, createdAfter });
      expect(slice.complete).toBe(true);
      expect(idsOf(slice.items)).toEqual(expect.arrayContaining(down(312, 273)));
      expect(pagesRead()).toEqual([1, 2]);
    });
  });

  describe('deployments that have not started', () => {
    it('come first, as the provider has them', async () => {
      const { items, complete } = await list(SEARCH_STAGING, { from: 'newest', limit: 100 });
      expect(complete).toBe(true);
      expect(items[1]).toMatchObject({ status: Status.IN_PROGRESS, canCancel: true });
      expect(items[0]).toMatchObject({
        upcoming: true,
        createdAt: null,
        startedAt: null,
        status: Status.QUEUED,
        rawStatus: 'pending',
        canCancel: true,
        canRedeploy: false,
        canRollback: false,
      });
      expect(pagesRead()).toEqual([1]);
    });

    it('are not among those of which no date can be read, nor below any date', async () => {
      const undated = await list(SEARCH_STAGING, { from: 'undated', limit: 5 });
      expect(undated.items).toEqual([]);
      const { items } = await list(SEARCH_STAGING, { from: new Date(8e15), limit: 100 });
      expect(items[0]?.status).toBe(Status.IN_PROGRESS);
      expect(items.every(({ upcoming }) => !upcoming)).toBe(true);
      expect(pagesRead()).toEqual([1, 1]);
    });

    it('are the latest of their stack, and replace the one that runs', async () => {
      const call = newCall();
      const scope = scopeRef(SEARCH_STAGING);
      const latest = present(await provider.getLatestDeployments([scope], call), scope.id);
      expect(latest.status).toBe(Status.QUEUED);
      const before = await provider.getPreviousDeployments([latest], call);
      expect(present(before, latest.id).status).toBe(Status.IN_PROGRESS);
      expect(pagesRead()).toEqual([1]);
    });
  });

  it('reads the latest of many stacks with one request each, and tells of an unknown one', async () => {
    const { items } = await provider.listScopes({}, newCall());
    standIn.clearRequests();
    const refs = [...items.map(({ id }) => refOf(id)), scopeRef('0'.repeat(32))];
    const latest = await provider.getLatestDeployments(refs, newCall());
    expect(latest.size).toBe(items.length - 4);
    expect(pagesRead()).toHaveLength(refs.length);
  });

  it('does not pass the second row off as the latest when the first is broken', async () => {
    const path = `/stacks/${SHOP}/deployments`;
    standIn.setFaults([{ path, set: { '/response/0/id': 'c66-broken' } }]);
    const answer = (await provider.getLatestDeployments([scopeRef(SHOP)], newCall())).get(
      scopeRef(SHOP).id,
    );
    expect(answer).toBeInstanceOf(GatewayError);
    expect((answer as GatewayError).message).not.toContain('c66-broken');
    expect(standIn.faults()[0]?.used).toBe(1);
  });

  describe('by id', () => {
    const get = (ids: readonly number[]) =>
      provider.getDeployments(
        ids.map((id) => deploymentRef(SHOP, id)),
        newCall(),
      );

    it.each([
      { what: 'one alone', ids: [7], requests: 1 },
      { what: 'a page of new ones', ids: down(312, 290), requests: 1 },
      { what: 'a page of old ones', ids: down(200, 180), requests: 3 },
      { what: 'all', ids: down(312, 213), requests: 4 },
      { what: 'a few all over', ids: [310, 200, 90], requests: 3 },
      { what: 'one that is not there among others', ids: [312, 311, 4_242], requests: 2 },
    ])('$what: $requests requests', async ({ ids, requests }) => {
      const found = await get(ids);
      for (const id of ids.filter((each) => each < 313)) {
        expect(present(found, deploymentRef(SHOP, id).id).nativeId).toBe(String(id));
      }
      expect(found.has(deploymentRef(SHOP, 4_242).id)).toBe(false);
      expect(standIn.requests()).toHaveLength(requests);
    });

    it('keeps the failure of one to itself', async () => {
      standIn.setFaults([{ path: '/deployments/90\\.json', status: 500 }]);
      const found = await get([312, 90]);
      expect(found.get(deploymentRef(SHOP, 90).id)).toMatchObject({ retryable: true });
      expect(present(found, deploymentRef(SHOP, 312).id).nativeId).toBe('312');
      expect(standIn.faults()[0]?.used).toBe(1);
    });

    it('keeps the failure of a page from those that are in hand', async () => {
      const path = `/stacks/${SHOP}/deployments\\.json`;
      standIn.setFaults([
        { path, times: 1 },
        { path, status: 500 },
      ]);
      const found = await get([312, 202, 201, 200]);
      expect(standIn.faults()[1]?.used).toBe(1);
      for (const id of [312, 202, 201, 200]) {
        expect(present(found, deploymentRef(SHOP, id).id).nativeId).toBe(String(id));
      }
    });

    it('tells version and revision from the same row', async () => {
      const call = newCall();
      const versions = await provider.listVersions([deploymentRef(SHOP, 200)], call);
      const [version] = present(versions, deploymentRef(SHOP, 200).id).items;
      if (!version?.revisionId) throw new Error('the deployment has a commit');
      const revisions = await provider.getRevisions([refOf(version.revisionId)], call);
      expect(present(revisions, version.revisionId).commit).toMatchObject({
        sha: version.nativeId,
        ref: version.name,
      });
      const lists = await provider.listRevisions([refOf(version.id)], call);
      expect(present(lists, version.id).items).toHaveLength(1);
      expect(standIn.requests()).toHaveLength(1);
    });
  });

  it.each([
    { what: 'the newest', ids: [312], pages: [1] },
    { what: 'a whole page, and over its border', ids: down(312, 283), pages: [1, 2] },
    { what: 'an old one', ids: [150], pages: [1, 6] },
    { what: 'the first of all', ids: [1], pages: [1, 11] },
  ])('finds what $what replaced on pages $pages', async ({ ids, pages }) => {
    const rows = (await whole()).filter(({ nativeId }) => ids.includes(Number(nativeId)));
    standIn.clearRequests();
    const previous = await provider.getPreviousDeployments(rows, newCall());
    for (const row of rows) {
      const older = Number(row.nativeId) - 1;
      if (older === 0) expect(previous.has(row.id)).toBe(false);
      else expect(present(previous, row.id).nativeId).toBe(String(older));
    }
    expect(pagesRead().sort((left, right) => left - right)).toEqual(pages);
  });

  describe('the commits of a stack', () => {
    const listRevisions = (after: string | undefined, limit: number) =>
      provider.listScopeRevisions?.(scopeRef(SHOP), { after, limit }, newCall()) ??
      Promise.reject(new Error('the provider lists revisions'));

    it('are distinct and begin behind the one that was seen last', async () => {
      const first = await listRevisions(undefined, 5);
      expect(pagesRead()).toEqual([1]);
      const commits = first.items.map(({ nativeId }) => nativeId);
      expect(new Set(commits).size).toBe(commits.length);
      const second = await listRevisions(commits[4], 5);
      expect(second.items.map(({ nativeId }) => nativeId).slice(0, 5)).toEqual(
        commits.slice(5, 10),
      );
      expect(second.complete).toBe(false);
    });

    it('end after ten pages, and say so', async () => {
      const { items, faults, complete } = await listRevisions(undefined, 1_000);
      expect(pagesRead()).toHaveLength(10);
      expect(items.length).toBeGreaterThan(100);
      expect(complete).toBe(true);
      expect(faults).toMatchObject([{ code: 'OPERATION_TOO_COMPLEX' }]);
    });
  });

  // These move the clock on and come last.
  describe('while new deployments arrive', () => {
    const ROUND = 12 * MINUTE + 30_000;

    it('shows no row twice when rows move to the next page', async () => {
      const call = newCall();
      const before = await list(SHOP, { from: 'newest', limit: 5 }, call);
      clock.advance(ROUND);
      const slice = await list(SHOP, { from: 'newest', limit: 50 }, call);
      const newest = Number(before.items[0]?.nativeId);
      expect(idsOf(slice.items)).toEqual(down(newest, newest - slice.items.length + 1));
      expect(pagesRead()).toEqual([1, 2]);
    });

    it('loses no row that moved to a page which was read before', async () => {
      const call = newCall();
      const rows = await whole();
      standIn.clearRequests();
      const inside = rows[160]?.createdAt;
      const above = rows[149]?.createdAt;
      if (!inside || !above) throw new Error('the rows have dates');
      await list(SHOP, { from: inside, limit: 1 }, call);
      expect(pagesRead()).toContain(6);
      clock.advance(ROUND);
      const slice = await list(SHOP, { from: above, limit: 5 }, call);
      expect(slice.items[0]?.nativeId).toBe(rows[149]?.nativeId);
      expect(pagesRead().filter((page) => page === 6)).toHaveLength(2);
    });
  });
});
