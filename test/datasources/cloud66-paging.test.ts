import { afterEach, describe, expect, it } from '@jest/globals';
import { createClock } from '../../sandbox/clock.ts';
import { type StandIn, type StandInDefinition, startStandIn } from '../../sandbox/server.ts';
import { cloud66 } from '../../src/datasources/cloud66/index.ts';
import type { DeploymentQuery, ProviderSource } from '../../src/datasources/provider.ts';
import { refOf, toRef } from '../../src/ids.ts';
import { createProvider, newCall, present, walk } from '../helpers/provider.ts';

const UID = 'a'.repeat(32);
const SCOPE = toRef('under-test', 'Scope', [UID]);
const DAY = 86_400_000;
const NEWEST = Date.parse('2026-06-01T00:00:00Z');

/** Answers a path (without the suffix) and a page number as the upstream that a test needs. */
type Answer = (path: string, page: number) => unknown;

/** Histories that the sandbox does not have, and answers that break the documented shape. */
describe('cloud66: pages', () => {
  let standIn: StandIn;
  let provider: ProviderSource;

  const open = async (answer: Answer) => {
    standIn = await startStandIn(definitionOf(answer), createClock('frozen'), 0);
    const options = { credentials: { token: 'sandbox' } };
    provider = createProvider(cloud66, standIn.url, options);
  };
  afterEach(() => standIn.close());

  const source = () => {
    const scope = provider.toScope(SCOPE);
    if (!scope) throw new Error('a uid makes a scope');
    return { scope };
  };
  const list = (query: DeploymentQuery) => provider.listDeployments(source(), query, newCall());
  const numbersOf = (rows: readonly { nativeId: string }[]) =>
    rows.map(({ nativeId }) => Number(nativeId)).sort((left, right) => right - left);

  it('keeps rows of one moment together, over as many pages as they fill', async () => {
    const rows = history(130, (place) => {
      const isAlone = place < 25 || place >= 90;
      return NEWEST - (isAlone ? place : 25) * DAY;
    });
    await open(deploymentsOf(rows));
    for (const limit of [25, 26, 60]) {
      const slice = await list({ from: 'newest', limit });
      const expected = limit === 25 ? 25 : 119;
      expect(slice.items).toHaveLength(expected);
      expect(numbersOf(slice.items).at(-1)).toBe(131 - expected);
    }
    const moment = await list({ from: new Date(NEWEST - 25 * DAY), limit: 1 });
    expect(numbersOf(moment.items)).toEqual(expect.arrayContaining([105, 74, 41]));
    expect(new Set(moment.items.map(({ id }) => id)).size).toBe(94);
    for (const step of [1, 7, 40]) expect(await walk(provider, source(), step)).toHaveLength(130);
  });

  it('searches a history of uneven pace in a logarithm of its pages', async () => {
    const startedAt = (place: number) => NEWEST - (place + Math.floor(1.003 ** place)) * 1_000;
    const rows = history(6_000, startedAt);
    await open(deploymentsOf(rows));
    for (const place of [31, 700, 2_950, 4_444, 5_990]) {
      standIn.clearRequests();
      const from = new Date(startedAt(place));
      const slice = await list({ from, limit: 1 });
      expect(numbersOf(slice.items)).toContain(6_000 - place);
      expect(standIn.requests().length).toBeLessThanOrEqual(2 + Math.ceil(Math.log2(200)) + 2);
    }
  });

  it('reads on while a page has nothing but deployments that have not started', async () => {
    const rows = history(70, (place) => (place < 40 ? null : NEWEST - place * DAY));
    await open(deploymentsOf(rows));
    const newest = await list({ from: 'newest', limit: 3 });
    expect(newest.items.map(({ createdAt }) => createdAt).lastIndexOf(null)).toBe(39);
    expect(newest.items[40]?.nativeId).toBe('30');
    expect(await walk(provider, source(), 3)).toHaveLength(70);
  });

  it('ends a history with what has a date that cannot be read, wherever it began', async () => {
    const rows = history(70, (place) => (place < 2 ? null : NEWEST - place * DAY)).map((row) =>
      row.started_at === null ? { ...row, outcome: { code: 1, meaning: 'success' } } : row,
    );
    await open(deploymentsOf(rows));
    const slice = await list({ from: new Date(NEWEST - 68 * DAY), limit: 10 });
    expect(slice.items.map(({ nativeId }) => nativeId).sort()).toEqual(['1', '2', '69', '70']);
    expect(slice.items.slice(2).map(({ createdAt }) => createdAt)).toEqual([null, null]);
    expect(slice.complete).toBe(true);
    expect(standIn.requests()).toHaveLength(2);
  });

  it('finds its way without being told how many pages there are', async () => {
    const rows = history(100, (place) => NEWEST - place * DAY);
    const answer = deploymentsOf(rows);
    await open((path, page) => {
      const { response, pagination } = answer(path, page);
      return { response, pagination: { current: pagination.current, next: pagination.next } };
    });
    expect(await walk(provider, source(), 45)).toHaveLength(100);
    const slice = await list({ from: new Date(NEWEST - 70 * DAY), limit: 1 });
    expect(slice.items[0]?.nativeId).toBe('30');
  });

  it.each([
    ['no pagination', undefined],
    ['a next page that is this one', { current: 1, next: 1, pages: 1 }],
    ['a next page that is none', { current: 1, next: 'two', pages: null }],
    ['pagination of another type', ['?']],
  ])('takes a list with %s for one page', async (_what, pagination) => {
    const [row] = history(1, () => NEWEST);
    await open(() => ({ response: [row], count: 30, pagination }));
    const slice = await list({ from: 'newest', limit: 50 });
    expect([slice.items.length, slice.complete]).toEqual([1, true]);
    expect(standIn.requests()).toHaveLength(1);
  });

  it.each([
    ['the same page for ever', () => ({ current: 1, next: 2, pages: 9 }), 9],
    ['empty pages for ever', (page: number) => ({ current: page, next: page + 1 }), 2],
  ])('ends when the provider sends %s', async (_what, paginationOf, most) => {
    const rows = history(1, () => NEWEST);
    await open((_path, page) => ({
      response: most === 2 && page > 1 ? [] : rows,
      pagination: paginationOf(page),
    }));
    const slice = await list({ from: 'newest', limit: 50 });
    expect([slice.items.length, slice.complete]).toEqual([1, true]);
    expect(standIn.requests().length).toBeLessThanOrEqual(most);
  });

  it('accepts a single deployment with and without its envelope', async () => {
    const [row] = history(1, () => NEWEST);
    await open((path) => (path.endsWith('/1') ? row : { response: { ...row, id: 2 } }));
    const ids = ['1', '2', '3'].map((id) => toRef('under-test', 'Deployment', [UID, id]));
    for (const ref of ids.slice(0, 2)) {
      const found = await provider.getDeployments([ref], newCall());
      expect(present(found, ref.id).nativeId).toBe(ref.keys[1]);
    }
    // The answer is another deployment than the one that was asked for.
    const other = await provider.getDeployments(ids.slice(2), newCall());
    expect(other.size).toBe(0);
  });

  it('finds what each row replaced, also among rows of one moment', async () => {
    const rows = history(95, (place) => NEWEST - (place < 25 || place > 50 ? place : 25) * DAY);
    await open(deploymentsOf(rows));
    const all = await walk(provider, source(), 100);
    standIn.clearRequests();
    const previous = await provider.getPreviousDeployments(all, newCall());
    for (const { id, nativeId } of all) {
      const found = previous.get(id);
      expect(found && 'nativeId' in found ? found.nativeId : '0').toBe(
        String(Number(nativeId) - 1),
      );
    }
    expect(standIn.requests()).toHaveLength(4);
  });

  it('reads the same page once for a whole operation', async () => {
    await open(deploymentsOf(history(10, (place) => NEWEST - place * DAY)));
    const call = newCall();
    const slice = await provider.listDeployments(source(), { from: 'newest', limit: 5 }, call);
    const refs = slice.items.map(({ id }) => refOf(id));
    await provider.getDeployments(refs, call);
    await provider.getPreviousDeployments(slice.items, call);
    await provider.getLatestDeployments([SCOPE], call);
    await provider.listVersions(refs, call);
    await provider.listScopeRevisions?.(SCOPE, { after: undefined, limit: 5 }, call);
    expect(standIn.requests()).toHaveLength(1);
  });
});

/** Rows numbered from `length` down, each started when its place (0: the top) says; null: queued. */
function history(length: number, startedAt: (place: number) => number | null) {
  return Array.from({ length }, (_, place) => {
    const at = startedAt(place);
    return {
      id: length - place,
      started_at: at === null ? null : new Date(at).toISOString(),
      outcome: { code: at === null ? 0 : 1 },
      git_hash: `commit-${length - place}`,
      is_live: place === 0,
    };
  });
}

function deploymentsOf(rows: readonly unknown[]) {
  return (_path: string, page: number) => {
    const pages = Math.ceil(rows.length / 30);
    return {
      response: rows.slice((page - 1) * 30, page * 30),
      count: 30,
      pagination: {
        previous: page > 1 ? page - 1 : null,
        next: page < pages ? page + 1 : null,
        current: page,
        per_page: 30,
        count: rows.length,
        pages,
      },
    };
  };
}

function definitionOf(answer: Answer): StandInDefinition {
  const refusal = { status: 404, body: { error: 'not_found' } };
  return {
    name: 'cloud66',
    authenticate: () => undefined,
    rateLimit: { limit: 100_000, windowMs: DAY },
    rateLimitHeaders: () => ({}),
    throttled: () => refusal,
    notFound: () => refusal,
    routes: (app) => {
      app.get<{ Params: { '*': string }; Querystring: { page?: string } }>(
        '/stacks/*',
        ({ params, query }) => answer(params['*'].replace(/\.json$/, ''), Number(query.page ?? 1)),
      );
    },
  };
}
