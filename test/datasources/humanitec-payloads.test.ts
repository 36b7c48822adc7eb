import { describe, expect, it } from '@jest/globals';
import type { Fault } from '../../sandbox/faults.ts';
import { actionOf, objectOf } from '../../src/datasources/humanitec/audit-entries.ts';
import { rateLimitOf } from '../../src/datasources/humanitec/dialect.ts';
import { nextPageOf } from '../../src/datasources/humanitec/links.ts';
import { statusOf } from '../../src/datasources/humanitec/payloads.ts';
import { time } from '../../src/datasources/humanitec/primitives.ts';
import { ErrorCode, GatewayError } from '../../src/errors.ts';
import { refOf } from '../../src/ids.ts';
import { AuditAction, Status } from '../../src/schema/enums.ts';
import { newCall } from '../helpers/provider.ts';
import { scope, useHumanitec } from './humanitec-harness.ts';

const sandbox = useHumanitec();

describe('humanitec: what things mean', () => {
  it.each([
    ['pending', Status.QUEUED],
    ['in progress', Status.IN_PROGRESS],
    ['succeeded', Status.SUCCEEDED],
    ['failed', Status.FAILED],
    ['cancelled', Status.UNKNOWN],
    ['Succeeded', Status.UNKNOWN],
    ['constructor', Status.UNKNOWN],
    ['__proto__', Status.UNKNOWN],
    ['', Status.UNKNOWN],
  ])('status %j is %s', (raw, status) => {
    expect(statusOf(raw)).toBe(status);
  });

  it.each([
    ['2026-05-01T10:00:00Z', '2026-05-01T10:00:00.000Z'],
    ['2026-05-01T10:00:00.25Z', '2026-05-01T10:00:00.250Z'],
    ['2026-05-01T10:00:00.123456Z', '2026-05-01T10:00:00.123Z'],
    ['2026-05-01T12:00:00+02:00', '2026-05-01T10:00:00.000Z'],
    ['2026-02-30T10:00:00Z', null],
    ['2026-13-01T10:00:00Z', null],
    ['0001-01-01T00:00:00Z', null],
    ['yesterday', null],
    ['', null],
    [1_780_000_000, null],
    [null, null],
    [undefined, null],
  ])('time %j is %j', (raw, expected) => {
    expect(time.parse(raw)?.toISOString() ?? null).toBe(expected);
  });

  it.each([
    ['POST', AuditAction.CREATE],
    ['PUT', AuditAction.UPDATE],
    ['PATCH', AuditAction.UPDATE],
    ['DELETE', AuditAction.DELETE],
    ['BREW', AuditAction.INFO],
    ['', AuditAction.INFO],
  ])('method %j is %s', (method, action) => {
    expect(actionOf(method)).toBe(action);
  });

  it.each([
    ['/orgs/o/apps', 'apps', null],
    ['/orgs/o/apps/a/envs/e/deploys', 'deploys', null],
    ['/orgs/o/apps/a/envs/e/values/KEY', 'values', 'KEY'],
    ['/orgs/o/apps/a/envs/e/from_deploy_id', 'from_deploy_id', null],
    ['/', null, null],
  ])('path %s is about %s %s', (path, objectType, objectName) => {
    expect(objectOf(path)).toEqual({ objectType, objectName });
  });

  it.each([
    ['<https://api.humanitec.io/orgs/o/audit-logs?page=abc&per_page=5>; rel="next"', 'abc'],
    ['<https://evil.example/?page=a%2Bb%3D>; rel=next', 'a+b='],
    ['<?page=relative>; rel="next"', 'relative'],
    ['</a?page=1>; rel="prev", </a?page=3>; title="x"; rel="next"', '3'],
    ['</a?page=1>; rel="prev"', undefined],
    ['</a?page=>; rel="next"', undefined],
    ['<https://[broken?page=1>; rel="next"', undefined],
    ['page=1', undefined],
    [undefined, undefined],
  ])('link %j leads to page %j', (link, page) => {
    expect(nextPageOf(link)).toBe(page);
  });

  it.each([
    [{}, null],
    [{ 'retry-after': '30' }, '2026-06-01T12:00:30.000Z'],
    [{ 'retry-after': 'Mon, 01 Jun 2026 12:01:00 GMT' }, '2026-06-01T12:01:00.000Z'],
    [{ 'retry-after': 'Mon, 01 Jun 2020 12:01:00 GMT' }, null],
    [{ 'retry-after': '99999999999' }, null],
    [{ 'retry-after': 'soon' }, null],
  ])('headers %j tell a budget that ends %j', (headers, resetsAt) => {
    const now = new Date('2026-06-01T12:00:00Z');
    const rateLimit = rateLimitOf(headers, now);
    expect(rateLimit).toEqual(
      resetsAt && { limit: null, remaining: 0, resetsAt: new Date(resetsAt) },
    );
  });
});

describe('humanitec, when answers are not as documented', () => {
  const failureOf = async (fault: Fault): Promise<GatewayError> => {
    const source = await sandbox.sourceOf('storefront', 'staging');
    const error = await sandbox.withFaults([{ path: '/deploys$', ...fault }], () =>
      sandbox.slice(source).then(
        () => undefined,
        (reason: unknown) => reason,
      ),
    );
    if (error instanceof GatewayError) return error;
    throw new Error('it did not fail');
  };

  it.each([
    [400, { error: 'API-400', message: 'secret text', details: { a: 1 } }, 'API-400'],
    [400, { error: 'SQL says: secret text', message: 'x' }, undefined],
    [400, '"secret text"', undefined],
    [409, ['secret text'], undefined],
    [500, '', undefined],
    [503, '<html>secret text</html>', undefined],
    [403, { error: { code: 'secret text' } }, undefined],
  ])('%s with %j has the code %s', async (status, body, code) => {
    const error = await failureOf({ status, body });
    expect(error.providerCode).toBe(code);
    expect(error.message).not.toContain('secret');
  });

  it('takes a 404 for an empty place, whatever its body', async () => {
    const source = await sandbox.sourceOf('storefront', 'staging');
    for (const body of ['"not found"', '', { error: 'API-404', message: 'x' }]) {
      const found = await sandbox.withFaults([{ path: '/deploys$', status: 404, body }], () =>
        sandbox.slice(source),
      );
      expect(found).toEqual({ items: [], faults: [], complete: true });
    }
  });

  it('honours a Retry-After, and says so in its health', async () => {
    const alone = sandbox.create();
    await sandbox.withFaults([{ status: 429, headers: { 'retry-after': '30' } }], () =>
      expect(alone.ping(newCall())).rejects.toMatchObject({
        code: ErrorCode.PROVIDER_RATE_LIMITED,
        retryable: true,
      }),
    );
    expect(alone.health().rateLimit).toEqual({
      limit: null,
      remaining: 0,
      resetsAt: expect.any(Date),
    });
  });

  it('serves what is left of odd rows', async () => {
    const odd = [
      { id: 'bare' },
      {
        id: 'wild',
        env_id: 'staging',
        status: 7,
        created_at: '2026-02-30T00:00:00Z',
        status_changed_at: 'x',
        set_id: '../..',
        value_set_version_id: { a: 1 },
        from_id: ['x'],
        comment: 9,
        created_by: null,
        pipeline: 'p',
        legacy_mode: 'yes',
        extra: { deep: true },
      },
      {
        id: 'backwards',
        status: 'succeeded',
        created_at: '2026-05-02T00:00:00Z',
        status_changed_at: '2026-05-01T00:00:00Z',
        pipeline: { id: 'p', step_index: 'first' },
      },
      { id: '..' },
      { id: '' },
      { id: 5 },
      { id: 'lost', env_id: 5 },
      'a string',
      null,
    ];
    const source = await sandbox.sourceOf('storefront', 'staging');
    const found = await sandbox.withFaults([{ path: '/deploys$', status: 200, body: odd }], () =>
      sandbox.slice(source),
    );
    expect(found.faults).toHaveLength(6);
    // What has no date comes last, in whatever order it was sent.
    expect(found.items.map(({ createdAt }) => createdAt === null)).toEqual([false, true, true]);
    const byId = new Map(found.items.map((row) => [row.nativeId, row]));
    expect(byId.get('bare')).toMatchObject({
      status: Status.UNKNOWN,
      rawStatus: '',
      live: false,
    });
    expect(byId.get('wild')).toMatchObject({
      status: Status.UNKNOWN,
      createdAt: null,
      message: null,
      details: { setId: null, valueSetVersionId: null, pipeline: null, legacyMode: null },
      version: { revisionId: null },
    });
    expect(byId.get('backwards')).toMatchObject({
      durationMs: null,
      trigger: 'p',
      live: true,
      details: { pipeline: { id: 'p', runId: null, stepIndex: null } },
    });
  });

  it('keeps an environment whose newest deployment is unreadable, and does not guess', async () => {
    const [environment, undated] = [scope('orders', 'development'), scope('orders', 'staging')];
    const faults: Fault[] = [
      {
        path: '/apps/orders/envs$',
        set: { '/0/last_deploy/id': 5, '/1/last_deploy/created_at': 'x' },
      },
    ];
    const sources = await sandbox.withFaults(faults, () =>
      sandbox.provider.listSources(scope('orders'), newCall()),
    );
    expect(sources.items.map((source) => 'newest' in source)).toEqual([false, false, true]);
    const latest = await sandbox.withFaults(faults, () =>
      sandbox.provider.getLatestDeployments([environment, undated], newCall()),
    );
    expect(latest.get(environment.id)).toMatchObject({
      code: ErrorCode.PROVIDER_INVALID_RESPONSE,
    });
    expect(latest.get(undated.id)).toMatchObject({ createdAt: null });
  });

  it('goes on without an application that fails, and fails when all do', async () => {
    const one = await sandbox.withFaults([{ path: '/apps/orders/envs$', status: 500 }], () =>
      sandbox.provider.listSources(undefined, newCall()),
    );
    expect(one.items.length).toBeGreaterThan(10);
    expect(one.faults).toMatchObject([{ code: ErrorCode.PROVIDER_UNAVAILABLE }]);
    await sandbox.withFaults([{ path: '/envs$', status: 500 }], () =>
      expect(sandbox.provider.listSources(undefined, newCall())).rejects.toMatchObject({
        code: ErrorCode.PROVIDER_UNAVAILABLE,
      }),
    );
  });

  it('names scopes that it cannot understand beside the others', async () => {
    const faults: Fault[] = [{ path: '/apps$', set: { '/0/id': 5, '/1/envs/0/id': '..' } }];
    const { items, faults: named } = await sandbox.withFaults(faults, () =>
      sandbox.provider.listScopes({}, newCall()),
    );
    expect(named.map(({ code }) => code)).toEqual([
      ErrorCode.PROVIDER_INVALID_RESPONSE,
      ErrorCode.PROVIDER_INVALID_RESPONSE,
    ]);
    expect(items.map(({ nativeKey }) => nativeKey)).toContain('orders');
    // What is missing may be the row that could not be understood: that is no plain absence.
    const missing = [scope('storefront'), scope('orders')];
    const found = await sandbox.withFaults(faults, () =>
      sandbox.provider.getScopes(missing, newCall()),
    );
    expect(found.get(scope('storefront').id)).toBeInstanceOf(GatewayError);
    expect(found.get(scope('orders').id)).toMatchObject({ name: 'Orders' });
  });

  it('holds an error at the key it belongs to, and no other', async () => {
    const [broken, fine] = [
      await sandbox.listOf('orders', 'staging'),
      await sandbox.listOf('payments', 'staging'),
    ];
    const refs = [...broken.slice(0, 2), ...fine.slice(0, 2)].map(({ id }) => refOf(id));
    const found = await sandbox.withFaults(
      [{ path: '/apps/orders/envs/staging/', drop: true }],
      () => sandbox.provider.getDeployments(refs, newCall()),
    );
    expect(refs.map(({ id }) => found.get(id) instanceof GatewayError)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
