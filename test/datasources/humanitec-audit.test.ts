import { describe, expect, it } from '@jest/globals';
import type { Fault } from '../../sandbox/faults.ts';
import { ErrorCode } from '../../src/errors.ts';
import type { Ref } from '../../src/ids.ts';
import { AuditAction } from '../../src/schema/enums.ts';
import { newCall } from '../helpers/provider.ts';
import { ORG, scope, useHumanitec } from './humanitec-harness.ts';

const sandbox = useHumanitec();

describe('humanitec audit events', () => {
  const page = (owner: Ref, first: number, after?: string, action?: AuditAction) =>
    sandbox.provider.listAuditEvents(owner, { first, after, action }, newCall());
  const entry = (path: string, at = '2026-05-01T10:00:00Z') => ({
    at,
    user_id: 'u',
    request_method: 'PUT',
    request_path: path,
    response_status: 204,
  });
  const log = (entries: unknown[], link?: string): Fault => ({
    path: '/audit-logs$',
    status: 200,
    body: entries,
    times: 1,
    ...(link && { headers: { link } }),
  });

  it('hands the log of the organization out as it is', async () => {
    const all = await page(scope(), 7);
    expect(all?.items).toHaveLength(7);
    expect(all?.items[0]).toMatchObject({
      id: expect.stringMatching(/^under-test:[0-9a-f]{64}$/),
      action: AuditAction.CREATE,
      objectType: 'deploys',
      message: expect.stringMatching(/^POST \/orgs\/sandbox-org\/.+ -> 201$/),
    });
    expect(sandbox.requests()).toMatchObject([{ query: { per_page: '7' } }]);
  });

  it('walks a filtered log to its end, each event once and in order', async () => {
    const owner = scope('payments', 'staging');
    const whole = await page(owner, 1_000);
    const ids: string[] = [];
    let after: string | undefined;
    do {
      const next = await page(owner, 6, after);
      ids.push(...(next?.items ?? []).map(({ id }) => id));
      after = next?.next ?? undefined;
    } while (after !== undefined);
    expect(ids.length).toBeGreaterThan(20);
    expect(ids.slice(0, whole?.items.length)).toEqual(whole?.items.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
    expect(whole?.items.every(({ message }) => message?.includes('/payments/envs/staging/'))).toBe(
      true,
    );
  });

  it('goes on behind the last event although newer ones have come', async () => {
    const paths = ['a', 'b', 'c', 'd'].map((key) => `/orgs/${ORG}/apps/shop/values/${key}`);
    const rows = paths.map((path) => entry(path));
    const first = await sandbox.withFaults([log(rows)], () => page(scope('shop'), 2));
    expect(first?.items.map(({ objectName }) => objectName)).toEqual(['a', 'b']);
    const newer = ['x', 'y'].map((key) => entry(`/orgs/${ORG}/apps/shop/values/${key}`));
    const second = await sandbox.withFaults(
      [log([...newer, ...rows.slice(0, 1)], '<?page=2>; rel="next"'), log(rows.slice(1))],
      () => page(scope('shop'), 2, first?.next ?? undefined),
    );
    expect(second?.items.map(({ objectName }) => objectName)).toEqual(['c', 'd']);
    expect(second?.next).toBeNull();
  });

  it('ends a path at a whole segment', async () => {
    const paths = ['shop', 'shop/envs/e', 'shop-2', 'shop-2/envs/e', 'shop/envs/e-2'].map((rest) =>
      entry(`/orgs/${ORG}/apps/${rest}`),
    );
    const ofShop = await sandbox.withFaults([log(paths)], () => page(scope('shop'), 10));
    expect(ofShop?.items.map(({ objectName }) => objectName)).toEqual(['shop', 'e', 'e-2']);
    const ofEnvironment = await sandbox.withFaults([log(paths)], () =>
      page(scope('shop', 'e'), 10),
    );
    expect(ofEnvironment?.items.map(({ objectName }) => objectName)).toEqual(['e']);
  });

  it('takes the token out of a link and never follows its address', async () => {
    const link = '<http://169.254.169.254/latest?page=t2&per_page=1>; rel="next"';
    const found = await sandbox.withFaults([log([], link), log([entry('/orgs/o/x')])], () =>
      page(scope(), 3),
    );
    expect(found).toMatchObject({ items: [{ objectType: 'x' }], next: null });
    expect(sandbox.requests().map(({ query }) => query)).toEqual([
      { per_page: '3' },
      { per_page: '3', page: 't2' },
    ]);
  });

  it('reads on for a handful of pages, and then says where it stopped', async () => {
    const none = { ...log([], '<?page=again>; rel="next"'), times: 1 };
    const turns = [1, 2, 3, 4, 5].map((turn) => log([], `<?page=t${turn}>; rel="next"`));
    const found = await sandbox.withFaults(turns, () => page(scope('storefront'), 3));
    expect(found?.items).toEqual([]);
    expect(sandbox.requests()).toHaveLength(5);
    expect(JSON.parse(found?.next ?? '{}')).toEqual({ page: 't5', size: 100 });
    const loop = await sandbox.withFaults([none, { ...none }], () => page(scope('storefront'), 3));
    expect(loop).toMatchObject({ items: [], next: null });
  });

  it('filters by action, and names rows without a path', async () => {
    const found = await page(scope('storefront'), 3, undefined, AuditAction.DELETE);
    expect(found?.items.every(({ action }) => action === AuditAction.DELETE)).toBe(true);
    const odd = [entry('/orgs/o/x'), { at: 'x' }, { ...entry('/orgs/o/y?token=t'), at: 'x' }];
    const rows = await sandbox.withFaults([log(odd)], () => page(scope(), 5));
    expect(rows?.faults).toMatchObject([{ code: ErrorCode.PROVIDER_INVALID_RESPONSE }]);
    expect(rows?.items.map(({ occurredAt }) => occurredAt)).toEqual([expect.any(Date), null]);
    expect(JSON.stringify(rows?.items)).not.toContain('token');
  });

  it('keeps applications that are not let in out of the log', async () => {
    const narrow = sandbox.create({ applications: ['shop'] });
    const rows = ['/apps/shop/x', '/apps/other/x', '/apps', '/users'].map((path) =>
      entry(`/orgs/${ORG}${path}`),
    );
    const query = { first: 9, after: undefined, action: undefined };
    const found = await sandbox.withFaults([log(rows)], () =>
      narrow.listAuditEvents(scope(), query, newCall()),
    );
    expect(found?.items.map(({ message }) => message)).toEqual([
      expect.stringContaining('/shop/'),
      expect.stringContaining('/apps ->'),
      expect.stringContaining('/users'),
    ]);
    expect(await narrow.listAuditEvents(scope('other'), query, newCall())).toBeNull();
  });

  it('refuses a position that is none', async () => {
    for (const after of ['', 'null', '{"size":0}', '{"size":9,"url":"http://x"}', '[']) {
      await expect(page(scope(), 5, after)).rejects.toMatchObject({
        code: ErrorCode.BAD_USER_INPUT,
      });
    }
    expect(sandbox.sent()).toEqual([]);
  });
});
