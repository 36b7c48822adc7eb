import { describe, expect, it } from '@jest/globals';
import { byNewest } from '../../src/datasources/batch.ts';
import { type FanOutPage, listDeployments } from '../../src/datasources/fan-out.ts';
import { createCall } from '../../src/datasources/http/call.ts';
import type { Call, ProviderSource, Source } from '../../src/datasources/provider.ts';
import { ErrorCode, GatewayError } from '../../src/errors.ts';
import { toId } from '../../src/ids.ts';
import type { Deployment } from '../../src/schema/deployment.ts';
import { Status } from '../../src/schema/enums.ts';
import type { DeploymentFilter } from '../../src/schema/inputs.ts';
import type { Scope } from '../../src/schema/scope.ts';

/** A reproducible stream of numbers in [0, 1). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

interface World {
  provider: ProviderSource;
  rows: Deployment[];
  /** How often each source was asked. */
  asked: Map<string, number>;
  /** The most sources that were asked at the same time. */
  atOnce(): number;
}

/** A provider in memory that keeps the contract of lists: stretches, ties, upcoming rows first, undated ones last. */
function worldOf(
  seed: number,
  options: { heads: boolean; open: boolean; sources: number; upcoming?: boolean },
): World {
  const next = random(seed);
  const asked = new Map<string, number>();
  let underWay = 0;
  let most = 0;
  const bySource = new Map<string, Deployment[]>();
  const sources: Source[] = [];
  for (let index = 0; index < options.sources; index += 1) {
    const scope = { id: toId('p', 'Scope', [String(index)]), name: `s${index}` } as Scope;
    const rows: Deployment[] = [];
    const count = Math.floor(next() * 30);
    for (let row = 0; row < count; row += 1) {
      const upcoming = options.upcoming === true && next() < 0.08;
      const undated = upcoming || next() < 0.05;
      rows.push({
        id: toId('p', 'Deployment', [String(index), String(row)]),
        ...(upcoming && { upcoming }),
        createdAt: undated ? null : new Date(1_000_000 + Math.floor(next() * 40) * 1_000),
        labels: [],
        scopeId: scope.id,
        status: next() < 0.3 ? Status.FAILED : Status.SUCCEEDED,
      } as unknown as Deployment);
    }
    rows.sort(byNewest);
    bySource.set(scope.id, rows);
    const head = rows[0]?.createdAt !== null;
    sources.push(options.heads && head ? { scope, newest: rows[0] ?? null } : { scope });
  }
  const hide = (row: Deployment): Deployment => {
    const shown = { ...row };
    if (options.open) delete shown.status;
    return shown;
  };
  const provider = {
    name: 'p',
    listSources: async () => ({ items: sources, faults: [] }),
    listDeployments: async (
      { scope }: Source,
      { from, limit }: { from: 'newest' | Date | 'undated'; limit: number },
      call: Call,
    ) => {
      asked.set(scope.id, (asked.get(scope.id) ?? 0) + 1);
      call.sent.set('p', (call.sent.get('p') ?? 0) + 1);
      underWay += 1;
      most = Math.max(most, underWay);
      await Promise.resolve();
      underWay -= 1;
      const all = bySource.get(scope.id) ?? [];
      const rest = all.filter(({ createdAt, upcoming }) => {
        if (from === 'newest') return true;
        if (upcoming) return false;
        if (from === 'undated') return createdAt === null;
        return createdAt === null || createdAt <= from;
      });
      const last = rest[rest.filter(({ upcoming }) => upcoming).length + limit - 1];
      const end = last
        ? rest.findLastIndex(({ createdAt }) => +(createdAt ?? 0) === +(last.createdAt ?? 0)) + 1
        : rest.length;
      const items = last?.createdAt === null ? rest : rest.slice(0, end);
      return { items: items.map(hide), faults: [], complete: items.length === rest.length };
    },
    completeDeployments: async (open: Deployment[], call: Call) => {
      call.sent.set('p', (call.sent.get('p') ?? 0) + 3 * open.length);
      const all = [...bySource.values()].flat();
      return new Map(open.map(({ id }) => [id, all.find((row) => row.id === id) as Deployment]));
    },
  } as unknown as ProviderSource;
  return {
    provider,
    rows: [...bySource.values()].flat().sort(byNewest),
    asked,
    atOnce: () => most,
  };
}

async function readAll(
  { provider }: World,
  filter: DeploymentFilter,
  first: number,
  scanLimit = 1_000,
): Promise<{ ids: string[]; pages: FanOutPage[]; costs: number[] }> {
  const ids: string[] = [];
  const pages: FanOutPage[] = [];
  const costs: number[] = [];
  let after: FanOutPage['end'];
  for (let turn = 0; turn < 500; turn += 1) {
    const call = createCall(new AbortController().signal);
    const page = await listDeployments(
      { targets: [{ provider, within: undefined }], filter, first, after, scanLimit },
      call,
    );
    ids.push(...page.rows.map(({ id }) => id));
    pages.push(page);
    costs.push(call.sent.get('p') ?? 0);
    if (!page.hasNext) return { ids, pages, costs };
    expect(page.end).toBeDefined();
    after = page.end;
  }
  throw new Error('the pages do not end');
}

const SEEDS = Array.from({ length: 15 }, (_, index) => index + 1);

describe('a merged list', () => {
  it.each([
    ['sources that tell nothing', { heads: false, open: false, sources: 6 }],
    ['sources that tell their newest row', { heads: true, open: false, sources: 12 }],
    ['one source', { heads: false, open: false, sources: 1 }],
    ['sources with rows to come', { heads: true, open: false, sources: 6, upcoming: true }],
  ])('has every row once, in order, over %s', async (_what, options) => {
    for (const seed of SEEDS) {
      const world = worldOf(seed, options);
      for (const first of [1, 3, 20, 100]) {
        const { ids, pages } = await readAll(world, {}, first);
        expect(ids).toEqual(world.rows.map(({ id }) => id));
        expect(pages.every(({ rows }) => rows.length <= first)).toBe(true);
        const isUpcoming = world.rows.map((row) => row.upcoming === true);
        expect(isUpcoming.lastIndexOf(true)).toBeLessThan(isUpcoming.filter(Boolean).length);
      }
    }
  });

  it('keeps the rows of a filter, also where each row must be completed to be judged', async () => {
    const from = new Date(1_010_000);
    const until = new Date(1_030_000);
    for (const seed of SEEDS) {
      const world = worldOf(seed, { heads: true, open: true, sources: 6 });
      const filter = {
        status: { in: [Status.FAILED] },
        createdAfter: from,
        createdBefore: until,
      };
      const wanted = world.rows.filter(
        ({ status, createdAt }) =>
          status === Status.FAILED && createdAt && createdAt > from && createdAt < until,
      );
      for (const scanLimit of [1, 7, 1_000]) {
        const { ids } = await readAll(world, filter, 4, scanLimit);
        expect(ids).toEqual(wanted.map(({ id }) => id));
      }
    }
  });

  it('spends no more than the scan limit on looking further, and says there is more', async () => {
    const world = worldOf(3, { heads: false, open: true, sources: 4 });
    const scanLimit = 12;
    const { pages, costs } = await readAll(
      world,
      { status: { in: [Status.PAUSED] } },
      5,
      scanLimit,
    );
    expect(pages.length).toBeGreaterThan(3);
    expect(pages.every(({ rows }) => rows.length === 0)).toBe(true);
    for (const cost of costs) expect(cost).toBeLessThanOrEqual(4 + 2 * scanLimit);
  });

  it('asks only the sources whose newest row can be on the page', async () => {
    const world = worldOf(5, { heads: true, open: false, sources: 40 });
    const call = createCall(new AbortController().signal);
    const targets = [{ provider: world.provider, within: undefined }];
    const request = { targets, filter: {}, first: 3, after: undefined, scanLimit: 100 };
    await listDeployments(request, call);
    const headless = (await world.provider.listSources(undefined, call)).items.filter(
      ({ newest }) => newest === undefined,
    );
    expect(call.sent.get('p')).toBeLessThanOrEqual(headless.length + 4);
    expect(world.asked.size).toBeLessThan(20);
  });

  it('asks the sources that a page may need at the same time, not one after the other', async () => {
    const world = worldOf(6, { heads: true, open: false, sources: 40 });
    const call = createCall(new AbortController().signal);
    const { items } = await world.provider.listSources(undefined, call);
    const provider: ProviderSource = {
      ...world.provider,
      listSources: async () => ({ items: items.filter(({ newest }) => newest), faults: [] }),
    };
    const targets = [{ provider, within: undefined }];
    await listDeployments({ targets, filter: {}, first: 10, after: undefined, scanLimit: 9 }, call);
    expect(world.atOnce()).toBeGreaterThan(4);
  });

  it('ends, and says so, where a source answers with the same rows for ever', async () => {
    const world = worldOf(8, { heads: false, open: false, sources: 1 });
    const provider: ProviderSource = {
      ...world.provider,
      listDeployments: (source, query, call) =>
        world.provider.listDeployments(source, { ...query, from: 'newest' }, call),
    };
    const { pages } = await readAll({ ...world, provider }, {}, 3);
    expect(pages.flatMap(({ failures }) => failures).length).toBeGreaterThan(0);
    expect(pages.at(-1)?.failures[0]?.error.code).toBe(ErrorCode.PROVIDER_INVALID_RESPONSE);
  });

  it('shows the rows of the others when a source fails', async () => {
    const world = worldOf(7, { heads: false, open: false, sources: 3 });
    const [broken] = (await world.provider.listSources(undefined, {} as Call)).items;
    const failure = new GatewayError(ErrorCode.PROVIDER_TIMEOUT, 'too late', { provider: 'p' });
    const provider: ProviderSource = {
      ...world.provider,
      listDeployments: (source, query, call) =>
        source.scope.id === broken?.scope.id
          ? Promise.reject(failure)
          : world.provider.listDeployments(source, query, call),
    };
    const { ids, pages } = await readAll({ ...world, provider }, {}, 5);
    const others = world.rows.filter(({ scopeId }) => scopeId !== broken?.scope.id);
    expect(ids).toEqual(others.map(({ id }) => id));
    expect(pages[0]?.failures).toEqual([
      { provider: 'p', scopeId: broken?.scope.id, error: failure },
    ]);
  });
});
