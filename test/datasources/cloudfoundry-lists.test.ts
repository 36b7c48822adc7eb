import { describe, expect, it } from '@jest/globals';
import { type DeploymentQuery } from '../../src/datasources/provider.ts';
import { ErrorCode } from '../../src/errors.ts';
import { type Ref, refOf } from '../../src/ids.ts';
import { Status } from '../../src/schema/enums.ts';
import { newCall } from '../helpers/provider.ts';
import {
  NOBODY,
  scope,
  sourceOf,
  space,
  STOREFRONT,
  useFoundation,
} from './cloudfoundry-harness.ts';

const under = useFoundation();

describe('lists of deployments', () => {
  const list = (query: Partial<DeploymentQuery>) =>
    under.provider.listDeployments(
      sourceOf(scope()),
      { from: 'newest', limit: 10, ...query },
      newCall(),
    );
  const everything = async () => (await list({ limit: 4_000 })).items;

  it('lists the foundation in one request of about the size wanted', async () => {
    const slice = await list({ limit: 5 });
    expect(under.sent()).toEqual(['GET /v3/deployments?order_by=-created_at&per_page=15']);
    expect(slice.complete).toBe(false);
    expect(slice.items.length).toBeGreaterThanOrEqual(5);
    expect(slice.items.length).toBeLessThan(15);
  });

  it('reads on until a second is whole', async () => {
    const rows = await everything();
    const train = rows.filter(({ labels }) => labels.some(({ key }) => key === 'train'));
    expect(new Set(train.map(({ createdAt }) => Number(createdAt))).size).toBe(1);
    const [first] = train;
    if (!first?.createdAt) throw new Error('the stand-in has a release train');
    // A page that ends within the train: its rows are given whole or not at all.
    for (let limit = 1; limit <= 12; limit += 1) {
      const above = rows.filter(({ createdAt }) => Number(createdAt) > Number(first.createdAt));
      const slice = await list({ from: above.at(-limit)?.createdAt ?? 'newest', limit });
      const listed = slice.items.filter(({ id }) => train.some((row) => row.id === id));
      expect([0, train.length]).toContain(listed.length);
    }
    under.standIn.clearRequests();
    under.standIn.setFaults([{ path: '^/v3/deployments$', times: 1, set: sameSecond(11) }]);
    const slice = await list({ limit: 1 });
    expect(under.sent().slice(1)).toEqual([
      'GET /v3/deployments?order_by=-created_at&per_page=11&page=2',
    ]);
    expect(slice.items).toHaveLength(21);
    under.everyFaultWasUsed();
  });

  it('asks with the moment, the hints and the documented meaning of each', async () => {
    await list({
      from: new Date('2026-05-20T10:00:00.900Z'),
      createdAfter: new Date('2026-04-01T00:00:00.500Z'),
      labels: [
        { key: 'release', value: '1.2.0' },
        { key: 'not a label', value: 'x' },
        { key: 'channel', value: 'a,b' },
      ],
      status: { in: [Status.SUCCEEDED, Status.FAILED, Status.QUEUED] },
    });
    expect(under.sent()).toEqual([
      'GET /v3/deployments?created_ats[lte]=2026-05-20T10:00:00Z' +
        '&created_ats[gte]=2026-04-01T00:00:00Z&status_reasons=DEPLOYED,DEGENERATE' +
        '&label_selector=release=1.2.0&order_by=-created_at&per_page=20',
    ]);
  });

  it('asks nothing where nothing can match', async () => {
    expect(await list({ status: { in: [Status.QUEUED] } })).toEqual({
      items: [],
      faults: [],
      complete: true,
    });
    expect(await list({ status: { in: [Status.PAUSED], notIn: [Status.PAUSED] } })).toMatchObject({
      complete: true,
    });
    expect(under.sent()).toEqual([]);
  });

  it('has no row of another state than those it narrows to', async () => {
    const rows = await everything();
    for (const status of Object.values(Status)) {
      const { items } = await list({ limit: 4_000, status: { in: [status] } });
      const expected = rows.filter((row) => row.status === status).map(({ id }) => id);
      if (status !== Status.UNKNOWN) expect(items.map(({ id }) => id)).toEqual(expected);
    }
  });

  it('lists the apps of a scope by one request for them', async () => {
    const of = async (ref: Ref) => {
      const call = newCall();
      const [source] = (await under.provider.listSources(ref, call)).items;
      if (!source) throw new Error('every scope is a source');
      return under.provider.listDeployments(source, { from: 'newest', limit: 5 }, call);
    };
    const inApp = await of(scope('app', STOREFRONT));
    expect(new Set(inApp.items.map(({ scopeId }) => scopeId))).toEqual(
      new Set([scope('app', STOREFRONT).id]),
    );
    expect(under.sent()).toEqual([
      `GET /v3/deployments?app_guids=${STOREFRONT}&order_by=-created_at&per_page=15`,
    ]);
    under.standIn.clearRequests();
    await of(scope('space', space('harbor/staging')));
    expect(under.sent()).toEqual([
      `GET /v3/apps?space_guids=${space('harbor/staging')}&per_page=5000`,
      expect.stringMatching(/^GET \/v3\/deployments\?app_guids=[\w-]+(,[\w-]+){7}&order_by/),
    ]);
    under.standIn.clearRequests();
    expect(await of(scope('space', NOBODY))).toMatchObject({ items: [], complete: true });
    expect(under.sent()).toHaveLength(1);
  });

  it('joins the lists of more apps than one request takes', async () => {
    const rows = (await list({ limit: 4_000 })).items;
    const known = [...new Set(rows.map(({ scopeId }) => refOf(scopeId).keys[1] ?? ''))];
    const half = known.length / 2;
    const unused = Array.from({ length: 200 }, (_, index) => `unused-${index}`);
    const resources = [...known.slice(0, half), ...unused, ...known.slice(half)].map((guid) => ({
      guid,
      name: guid,
      relationships: { space: { data: { guid: NOBODY } } },
    }));
    under.standIn.setFaults([{ path: '^/v3/apps$', set: { '/resources': resources } }]);
    under.standIn.clearRequests();
    const source = sourceOf(scope('space', NOBODY));
    const read = (from: Date | 'newest', limit: number) =>
      under.provider.listDeployments(source, { from, limit }, newCall());
    const top = await read('newest', 25);
    expect(under.sent()).toHaveLength(3);
    expect(top.complete).toBe(false);
    expect(top.items.length).toBeGreaterThanOrEqual(25);
    expect(top.items).toEqual(rows.slice(0, top.items.length));
    const last = top.items.at(-1)?.createdAt;
    if (!last) throw new Error('the rows have dates');
    const next = await read(new Date(last.getTime() - 1), 4_000);
    const ids = [...top.items, ...next.items].map(({ id }) => id);
    expect(ids).toEqual(rows.map(({ id }) => id));
    expect(next.complete).toBe(true);
    under.everyFaultWasUsed();
  });

  it('gives a row without a readable date last, or names it where more rows follow', async () => {
    const set = { '/resources/0/created_at': 'yesterday' };
    under.standIn.setFaults([{ path: '^/v3/deployments$', set }]);
    const whole = await list({ limit: 4_000 });
    expect(whole.items.at(-1)).toMatchObject({ createdAt: null });
    expect(whole.faults).toEqual([]);
    const part = await list({ limit: 5 });
    expect(part.items.every(({ createdAt }) => createdAt)).toBe(true);
    expect(part.faults).toMatchObject([{ code: ErrorCode.PROVIDER_INVALID_RESPONSE }]);
    const undated = await list({ from: 'undated' });
    expect(undated.items).toMatchObject([{ createdAt: null }]);
    under.everyFaultWasUsed();
  });
});

/** Makes the first rows of a list as old as each other. */
function sameSecond(count: number): Record<string, unknown> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `/resources/${index}/created_at`,
      '2026-06-01T11:59:59Z',
    ]),
  );
}
