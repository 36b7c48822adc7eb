import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DeploymentsDocument, type DeploymentsQuery } from '../../examples/generated/operations.ts';
import { startTestGateway, type TestGateway } from '../helpers/gateway.ts';

type Row = DeploymentsQuery['deployments']['nodes'][number];
type Filter = Record<string, unknown>;

const PROVIDERS = ['ubiops', 'humanitec', 'cloud66', 'cloudfoundry'] as const;

describe('merged lists', () => {
  let gateway: TestGateway;
  let all: Row[];

  beforeAll(async () => {
    gateway = await startTestGateway();
    all = await everything({}, 100);
  });
  beforeEach(() => gateway.clear());
  afterAll(() => gateway.close());

  const page = async (
    filter: Filter,
    first: number,
    after: string | null = null,
    from: TestGateway = gateway,
  ) => {
    const { data, errors } = await from.run(DeploymentsDocument, { filter, first, after });
    expect(errors).toEqual([]);
    return data.deployments;
  };

  /** Reads all pages; time moves on between them when they are read from a gateway of their own. */
  async function everything(filter: Filter, first: number, from = gateway): Promise<Row[]> {
    const rows: Row[] = [];
    let after: string | null = null;
    for (let turn = 0; turn < 200; turn += 1) {
      const { nodes, pageInfo, failures } = await page(filter, first, after, from);
      expect(failures).toEqual([]);
      rows.push(...nodes);
      if (!pageInfo.hasNextPage) return rows;
      after = pageInfo.endCursor ?? null;
      if (from !== gateway) from.sandbox.advance(20_000);
    }
    throw new Error('the pages do not end');
  }

  it('shows deployments of all four platforms in one list, newest first', async () => {
    const rows = all;
    expect(rows.length).toBeGreaterThan(1_500);
    expect(new Set(rows.map(({ provider }) => provider.name))).toEqual(new Set(PROVIDERS));
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
    const times = rows.map(({ createdAt }) => (createdAt ? Date.parse(createdAt) : Infinity));
    expect(times).toEqual([...times].sort((left, right) => right - left));
    expect(times.filter((time) => time === Infinity)).toHaveLength(2);
    expect(rows[0]).toMatchObject({ createdAt: null, provider: { name: 'cloud66' } });
  });

  it('pages through what has not begun, and on from there', async () => {
    const filter = { providers: ['cloud66', 'humanitec'] };
    const whole = all.filter(({ provider }) => filter.providers.includes(provider.name));
    const rows: Row[] = [];
    let after: string | null = null;
    for (let turn = 0; turn < 5; turn += 1) {
      const { nodes, pageInfo } = await page(filter, 1, after);
      rows.push(...nodes);
      after = pageInfo.endCursor ?? null;
    }
    expect(rows.map(({ id }) => id)).toEqual(whole.slice(0, 5).map(({ id }) => id));
  });

  it('does not show again what was about to begin, and has begun between two pages', async () => {
    const moving = await startTestGateway();
    const first = await page({ providers: ['cloud66'] }, 1, null, moving);
    expect(first.nodes[0]).toMatchObject({ createdAt: null });
    moving.sandbox.advance(60_000);
    moving.clear();
    const rest = await page({ providers: ['cloud66'] }, 100, first.pageInfo.endCursor, moving);
    await moving.close();
    expect(rest.nodes).toHaveLength(100);
    expect(rest.nodes.map(({ id }) => id)).not.toContain(first.nodes[0]?.id);
  });

  it('has each row that was there once, also while new deployments arrive', async () => {
    const filter = { providers: ['humanitec', 'cloud66'] };
    const moving = await startTestGateway();
    const before = all.filter(({ provider }) => filter.providers.includes(provider.name));
    const paged = await everything(filter, 100, moving);
    const newest = await page(filter, 1, null, moving);
    await moving.close();
    const ids = paged.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const dated = before.filter(({ createdAt }) => createdAt !== null);
    expect(dated.filter(({ id }) => !ids.includes(id)).map(({ name }) => name)).toEqual([]);
    expect(dated.map(({ id }) => id)).not.toContain(newest.nodes[0]?.id);
  });

  it('asks each source once for a page, and Humanitec only where its newest can be on it', async () => {
    const { pageInfo } = await page({}, 10);
    gateway.clear();
    await gateway.query(
      '{ deployments(filter: { providers: ["cloudfoundry"] }) { nodes { id } } }',
    );
    expect(
      gateway.requestsTo('cloudfoundry').filter((line) => line.endsWith('/deployments')),
    ).toEqual(['GET /v3/deployments']);
    gateway.clear();
    await page({ providers: ['humanitec'] }, 3);
    const asked = gateway.requestsTo('humanitec');
    expect(asked.filter((line) => line.endsWith('/apps'))).toHaveLength(1);
    expect(asked.filter((line) => line.endsWith('/envs'))).toHaveLength(6);
    expect(asked.filter((line) => line.endsWith('/deploys')).length).toBeLessThanOrEqual(4);
    gateway.clear();
    await page({ providers: ['cloud66'] }, 10, pageInfo.endCursor);
    const lists = gateway.requestsTo('cloud66').filter((line) => line.includes('/deployments'));
    expect(lists.length).toBeLessThanOrEqual(45 + 6);
  });

  it('sends the same read of one operation once', async () => {
    const list = 'deployments(first: 5, filter: { providers: ["cloudfoundry"] }) { nodes { id } }';
    const { data } = await gateway.query<Record<'a' | 'b', unknown>>(`{ a: ${list} b: ${list} }`);
    expect(data.a).toEqual(data.b);
    expect(gateway.requestsTo('cloudfoundry')).toEqual(['GET /v3/deployments']);
  });

  it('spends at most the scan limit on filters that look further', async () => {
    const { nodes, pageInfo } = await page(
      { providers: ['ubiops'], status: { in: ['CANCELLED'] } },
      50,
    );
    expect(nodes).toEqual([]);
    expect(pageInfo.hasNextPage).toBe(true);
    expect(gateway.requestsTo('ubiops').length).toBeLessThanOrEqual(60 + 20);
  });

  it.each([
    ['provider', { providers: ['cloud66'] }, ({ provider }: Row) => provider.name === 'cloud66'],
    [
      'kind',
      { kinds: ['CLOUD_FOUNDRY'] },
      ({ provider }: Row) => provider.kind === 'CLOUD_FOUNDRY',
    ],
    [
      'environment, without regard to case',
      { environments: ['Production'] },
      ({ scope }: Row) => scope.environment?.toLowerCase() === 'production',
    ],
    [
      'the name of an environment, which is not its key',
      { environments: ['PREVIEW OF #42'], providers: ['humanitec'] },
      ({ scope }: Row) => scope.environment === 'Preview of #42',
    ],
    [
      'status',
      { status: { in: ['FAILED', 'PAUSED'] }, providers: ['cloud66', 'humanitec', 'cloudfoundry'] },
      ({ status }: Row) => status === 'FAILED' || status === 'PAUSED',
    ],
    [
      'status of services',
      { status: { in: ['SUCCEEDED'] }, providers: ['ubiops'] },
      ({ status }: Row) => status === 'SUCCEEDED',
    ],
    [
      'what it is not',
      { status: { notIn: ['SUCCEEDED'] }, providers: ['cloud66'] },
      ({ status }: Row) => status !== 'SUCCEEDED',
    ],
    [
      'dates',
      { createdAfter: '2026-05-20T00:00:00Z', createdBefore: '2026-05-30T00:00:00Z' },
      ({ createdAt }: Row) =>
        createdAt !== null &&
        createdAt !== undefined &&
        createdAt > '2026-05-20' &&
        createdAt < '2026-05-30',
    ],
    [
      'live',
      { live: true, providers: ['cloud66', 'cloudfoundry'] },
      ({ live }: Row) => live === true,
    ],
    ['text', { search: 'storefront' }, ({ name }: Row) => name.includes('storefront')],
  ])('filters by %s', async (_what, filter: Filter, matches: (row: Row) => boolean) => {
    const names = (filter.providers as string[] | undefined) ?? PROVIDERS;
    const found = await everything(filter, 100);
    expect(found.length).toBeGreaterThan(0);
    expect(found.map(({ id }) => id)).toEqual(
      all
        .filter((row) => (names as string[]).includes(row.provider.name) && matches(row))
        .map(({ id }) => id),
    );
  });

  it('lists what is below a scope, whatever its level', async () => {
    const { data } = await gateway.query<{
      scopes: {
        nodes: { id: string; kind: string; name: string; deployments: { nodes: Row[] } }[];
      };
    }>(
      `query { scopes(first: 100, filter: { search: "storefront" }) { nodes { id kind name
        deployments(first: 5) { nodes { id name createdAt scope { id name } } } } } }`,
    );
    expect(data.scopes.nodes.length).toBeGreaterThan(1);
    for (const scope of data.scopes.nodes) {
      expect(scope.deployments.nodes.length).toBeGreaterThan(0);
      const again = await page({ scopeIds: [scope.id] }, 5);
      expect(again.nodes.map(({ id }) => id)).toEqual(scope.deployments.nodes.map(({ id }) => id));
    }
  });

  it.each(PROVIDERS)('serves the others when %s is down, and says so', async (name) => {
    gateway.sandbox[name].setFaults([{ status: 500, body: 'secret-body' }]);
    const { nodes, failures } = await page({}, 40);
    expect(gateway.sandbox[name].faults()[0]?.used).toBeGreaterThan(0);
    expect(nodes).toHaveLength(40);
    expect(nodes.some(({ provider }) => provider.name === name)).toBe(false);
    expect(failures[0]).toMatchObject({
      provider: { name },
      code: 'PROVIDER_UNAVAILABLE',
      retryable: true,
    });
    expect(JSON.stringify(failures)).not.toContain('secret-body');
  });

  it('is empty with four failures when all are down', async () => {
    for (const name of PROVIDERS) gateway.sandbox[name].setFaults([{ drop: true }]);
    const { nodes, failures, pageInfo } = await page({}, 10);
    expect(nodes).toEqual([]);
    expect(pageInfo.hasNextPage).toBe(false);
    expect(new Set(failures.map(({ provider }) => provider.name))).toEqual(new Set(PROVIDERS));
  });

  it('leaves out a row that cannot be understood, and names it', async () => {
    gateway.sandbox.cloudfoundry.setFaults([
      { path: '/v3/deployments$', set: { '/resources/0/guid': 7 } },
    ]);
    const { data } = await gateway.query<Pick<DeploymentsQuery, 'deployments'>>(
      `{ deployments(first: 10, filter: { providers: ["cloudfoundry"] }) {
        nodes { id } failures { code provider { name } } } }`,
    );
    expect(data.deployments.nodes).toHaveLength(10);
    expect(data.deployments.failures).toMatchObject([
      { code: 'PROVIDER_INVALID_RESPONSE', provider: { name: 'cloudfoundry' } },
    ]);
  });
});
