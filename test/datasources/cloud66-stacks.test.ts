import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { cloud66 as standInDefinition } from '../../sandbox/cloud66/index.ts';
import { type Clock, createClock } from '../../sandbox/clock.ts';
import { type StandIn, startStandIn } from '../../sandbox/server.ts';
import { cloud66 } from '../../src/datasources/cloud66/index.ts';
import type { ProviderSource, Source } from '../../src/datasources/provider.ts';
import { ErrorCode, GatewayError } from '../../src/errors.ts';
import { refOf, toRef } from '../../src/ids.ts';
import { AuditAction, ScopeKind, Status } from '../../src/schema/enums.ts';
import { createProvider, newCall, present, walk } from '../helpers/provider.ts';

const SHOP = 'd1b1802d24e83eb1ac8259e98944b3e4';
const EXAMPLE = '5999b763474b0eafa5fafb64bff0ba80';
const DOCS_DEVELOPMENT = 'ea6cb33e5699fb789a2b42bb8455ecdd';
const NOBODY = '0'.repeat(32);
const CREDENTIALS = { credentials: { token: 'sandbox' } };

describe('cloud66: stacks, variables, actions', () => {
  let clock: Clock;
  let standIn: StandIn;
  let provider: ProviderSource;

  beforeAll(async () => {
    clock = createClock('frozen');
    standIn = await startStandIn(standInDefinition(clock), clock, 0);
    provider = open();
  });
  beforeEach(() => {
    standIn.setFaults([]);
    standIn.clearRequests();
  });
  afterEach(() => {
    for (const { used } of standIn.faults()) expect(used).toBeGreaterThan(0);
  });
  afterAll(() => standIn.close());

  const open = (options = {}) =>
    createProvider(cloud66, `${standIn.url}/api/3`, { ...CREDENTIALS, ...options });
  const scopeRef = (uid: string) => toRef('under-test', 'Scope', [uid]);
  const requests = () =>
    standIn
      .requests()
      .map(({ path, query: { page = '' } }) =>
        `${path.replace('/api/3', '')} ${String(page)}`.trim(),
      )
      .sort();
  const failureOf = async (promise: Promise<unknown>) => {
    const error = await promise.then(String, (reason: unknown) => reason);
    if (!(error instanceof GatewayError)) throw new Error(`no failure: ${String(error)}`);
    return error;
  };

  it('shows the example of the documentation in full', async () => {
    const source = { scope: provider.toScope(scopeRef(EXAMPLE)) } as Source;
    const [deployment] = await walk(provider, source, 5);
    expect(deployment).toMatchObject({
      nativeId: '107',
      shortId: '107',
      status: Status.SUCCEEDED,
      rawStatus: 'success',
      live: true,
      createdAt: new Date('2014-08-29T17:46:16Z'),
      finishedAt: new Date('2014-08-29T17:58:23Z'),
      durationMs: 727_000,
      createdBy: 'test@cloud66.com',
      trigger: 'web',
      strategy: 'build',
      version: { name: '5675fcd', nativeId: '5675fcd8f9e6dc534ecf1410c0661c066097e310' },
      details: {
        outcome: { code: 1, meaning: 'success' },
        triggeredVia: { code: 0, meaning: 'web' },
        deployType: { code: 0, meaning: 'build' },
        deploySession: 'OhBHNzkXSl',
        isHead: true,
        isLive: true,
        isDeploying: false,
        reverted: null,
        revertedBy: null,
        revertedAt: null,
        commitUrl:
          'https://github.com/cloud66-samples/rails-test/commit/5675fcd8f9e6dc534ecf1410c0661c066097e310',
      },
    });
  });

  describe('stacks', () => {
    it('are two pages of scopes, and none shows its redeployment hook', async () => {
      const { items, faults } = await provider.listScopes({}, newCall());
      expect([items.length, faults]).toEqual([45, []]);
      expect(items[0]).toEqual({
        __typename: 'Scope',
        id: scopeRef(SHOP).id,
        kind: ScopeKind.APPLICATION,
        nativeKind: 'stack',
        nativeKey: SHOP,
        name: 'shop',
        environment: 'production',
        parentId: null,
      });
      expect(JSON.stringify(items)).not.toContain('hook');
      expect(requests()).toEqual(['/stacks.json', '/stacks.json 2']);
    });

    it('cost no request where there are none to find', async () => {
      const other = { kinds: [ScopeKind.PROJECT] };
      expect((await provider.listScopes(other, newCall())).items).toEqual([]);
      expect((await provider.listScopes({ parent: scopeRef(SHOP) }, newCall())).items).toEqual([]);
      expect((await provider.listSources(scopeRef(SHOP), newCall())).items).toHaveLength(1);
      expect(requests()).toEqual([]);
    });

    it.each([
      { what: 'one by its path', wanted: [40], expected: 1 },
      { what: 'two of the first page', wanted: [1, 29], expected: 1 },
      { what: 'one more of the second page', wanted: [1, 40], expected: 2 },
      { what: 'three of the second page', wanted: [40, 41, 42], expected: 2 },
    ])('are fetched $what: $expected requests', async ({ wanted, expected }) => {
      const { items } = await provider.listScopes({}, newCall());
      standIn.clearRequests();
      const ids = wanted.map((place) => items[place]?.id ?? '');
      const found = await provider.getScopes(ids.map(refOf), newCall());
      for (const id of ids) expect(present(found, id).name).toBeDefined();
      expect(standIn.requests()).toHaveLength(expected);
    });

    it('keep their place in the list when a row is broken or has lost its name', async () => {
      standIn.setFaults([
        { path: '/stacks', set: { '/response/0/uid': '../x', '/response/1/name': 7 }, times: 1 },
      ]);
      const { items, faults } = await provider.listScopes({}, newCall());
      expect(items).toHaveLength(44);
      expect(items[0]).toMatchObject({ environment: 'staging', name: items[0]?.nativeKey });
      expect(faults).toMatchObject([{ code: ErrorCode.PROVIDER_INVALID_RESPONSE }]);
      expect(faults[0]?.message).not.toContain('../x');
    });

    it('that are not configured do not exist', async () => {
      const limited = open({ stacks: [EXAMPLE] });
      const { items } = await limited.listSources(undefined, newCall());
      expect(items.map(({ scope }) => scope.name)).toEqual(['rails-test']);
      expect(requests()).toEqual([`/stacks/${EXAMPLE}.json`]);
      standIn.clearRequests();
      const deployment = toRef('under-test', 'Deployment', [SHOP, '312']);
      expect(limited.toScope(scopeRef(SHOP))).toBeUndefined();
      const answers = [
        await limited.getScopes([scopeRef(SHOP)], newCall()),
        await limited.getDeployments([deployment], newCall()),
        await limited.getVersions([toRef('under-test', 'Version', [SHOP, '312', ''])], newCall()),
        await limited.getLatestDeployments([scopeRef(SHOP)], newCall()),
        await limited.getVariableLevels([scopeRef(SHOP)], { shadowed: true }, newCall()),
      ];
      expect(answers.map(({ size }) => size)).toEqual([0, 0, 0, 0, 0]);
      expect(requests()).toEqual([]);
    });

    it('fail together only when none of them can be had', async () => {
      const two = open({ stacks: [SHOP, NOBODY] });
      expect((await two.listScopes({}, newCall())).items).toHaveLength(1);
      standIn.setFaults([{ path: '/stacks', status: 500, body: { error: 'c66-internal-word' } }]);
      const error = await failureOf(two.listScopes({}, newCall()));
      expect(error.code).toBe(ErrorCode.PROVIDER_UNAVAILABLE);
      expect(error.message).not.toContain('c66-internal-word');
    });
  });

  it.each([
    [{ error: 'throttled' }, ErrorCode.PROVIDER_RATE_LIMITED, true],
    [{ error: 'not_implemented' }, ErrorCode.UNSUPPORTED, false],
    [{ error: 'maintenance' }, ErrorCode.PROVIDER_UNAVAILABLE, true],
    ['<html>', ErrorCode.PROVIDER_UNAVAILABLE, true],
  ])('a 503 with %j is %s', async (body, code, retryable) => {
    standIn.setFaults([{ path: '/stacks', status: 503, body }]);
    expect(await failureOf(open().ping(newCall()))).toMatchObject({ code, retryable });
  });

  it('knows its budget but not when it ends', async () => {
    const fresh = open();
    expect(fresh.health().rateLimit).toBeNull();
    await fresh.ping(newCall());
    expect(fresh.health().rateLimit).toEqual({
      limit: 30_000,
      remaining: expect.any(Number),
      resetsAt: null,
    });
  });

  describe('variables', () => {
    const read = (uid: string) =>
      provider.getVariableLevels([scopeRef(uid)], { shadowed: false }, newCall());

    it('are all pages of one level, without a secret in them', async () => {
      const levels = present(await read(SHOP), scopeRef(SHOP).id);
      const [level] = levels ?? [];
      const named = new Map(level?.variables.map((variable) => [variable.name, variable]));
      expect([levels?.length, level?.ownerId, named.size]).toEqual([1, scopeRef(SHOP).id, 34]);
      expect(named.get('LOG_LEVEL')).toMatchObject({ value: 'info', readOnly: false });
      expect(named.get('WEB_CONCURRENCY')).toMatchObject({ value: '4', secret: false });
      expect(named.get('CACHE_ENABLED')).toMatchObject({ value: 'true' });
      expect(named.get('FEATURE_FLAGS')).toMatchObject({ value: '' });
      expect(named.get('STACK_PATH')).toMatchObject({ readOnly: true });
      expect(named.get('POSTGRESQL_USERNAME')).toMatchObject({ readOnly: true });
      expect(named.get('SECRET_KEY_BASE')).toMatchObject({ secret: true, value: null });
      expect(named.get('SECRET_KEY_BASE')?.updatedAt).toBeInstanceOf(Date);
      expect(JSON.stringify(levels)).not.toMatch(/c66-secret|debug/);
      const path = `/stacks/${SHOP}/environments.json`;
      expect(requests()).toEqual([path, `${path} 2`]);
    });

    it.each([null, 'false', 0])('are secret when is_password is %j', async (mark) => {
      standIn.setFaults([{ path: '/environments', set: { '/response/6/is_password': mark } }]);
      const levels = present(await read(EXAMPLE), scopeRef(EXAMPLE).id);
      const variable = levels?.[0]?.variables.find(({ name }) => name === 'LOG_LEVEL');
      expect(variable).toMatchObject({ secret: true, value: null });
    });

    it('are an error when one of them cannot be understood', async () => {
      standIn.setFaults([{ path: '/environments', set: { '/response/4/key': null } }]);
      const answer = (await read(EXAMPLE)).get(scopeRef(EXAMPLE).id);
      expect(answer).toMatchObject({ code: ErrorCode.PROVIDER_INVALID_RESPONSE });
      expect(answer instanceof GatewayError && answer.message).not.toContain('c66-secret');
    });

    it('are none on an empty stack, absent on an unknown one, and null on rollouts', async () => {
      const rollouts = [
        toRef('under-test', 'Deployment', [SHOP, '312']),
        toRef('under-test', 'Version', [SHOP, '312', 'x']),
        toRef('under-test', 'Revision', [SHOP, '312', 'x']),
      ];
      const owners = [scopeRef(DOCS_DEVELOPMENT), scopeRef(NOBODY), ...rollouts];
      const found = await provider.getVariableLevels(owners, { shadowed: true }, newCall());
      expect(present(found, scopeRef(DOCS_DEVELOPMENT).id)?.[0]?.variables).toEqual([]);
      expect(found.has(scopeRef(NOBODY).id)).toBe(false);
      expect(rollouts.map(({ id }) => found.get(id))).toEqual([null, null, null]);
      expect(standIn.requests()).toHaveLength(2);
    });
  });

  describe('actions', () => {
    const read = async (first: number, after?: string, action?: AuditAction) => {
      const page = await provider.listAuditEvents(
        scopeRef(SHOP),
        { first, after, action },
        newCall(),
      );
      if (!page) throw new Error('a stack has actions');
      return page;
    };
    const path = `/stacks/${SHOP}/actions.json`;

    it('tell who did what, and how it ended', async () => {
      const { items, next } = await read(4);
      expect(items).toMatchObject([
        { message: 'maintenance_mode: in progress' },
        { message: 'clear_caches: failed (Could not reach the server)', action: AuditAction.INFO },
        {
          message: 'env-var-update: succeeded',
          action: AuditAction.UPDATE,
          actor: 'linus@acme.example',
          objectType: 'stack',
          objectName: '280',
          occurredAt: new Date('2026-06-01T10:00:00Z'),
        },
        { message: 'restart: succeeded' },
      ]);
      expect(next).not.toBeNull();
    });

    it('are picked from at most five pages', async () => {
      const { items, next } = await read(4, undefined, AuditAction.UPDATE);
      expect(items.map(({ action }) => action)).toEqual([AuditAction.UPDATE]);
      expect(requests()).toEqual([path, `${path} 2`, `${path} 3`, `${path} 4`, `${path} 5`]);
      standIn.clearRequests();
      await read(4, next ?? '', AuditAction.UPDATE);
      expect(requests()).toEqual(
        expect.arrayContaining([6, 7, 8, 9, 10].map((n) => `${path} ${n}`)),
      );
    });

    it('are null for what is no stack', async () => {
      const query = { first: 5, after: undefined, action: undefined };
      const deployment = toRef('under-test', 'Deployment', [SHOP, '312']);
      expect(await provider.listAuditEvents(deployment, query, newCall())).toBeNull();
      expect(await provider.listAuditEvents(scopeRef(NOBODY), query, newCall())).toBeNull();
      expect(requests()).toEqual([`/stacks/${NOBODY}/actions.json`]);
    });

    // Moves the clock on and comes last.
    it('are neither repeated nor skipped when new ones arrive between two pages', async () => {
      const whole = (await read(1_000)).items.map(({ id }) => id);
      const first = await read(28);
      clock.advance(26 * 60_000);
      const second = await read(10, first.next ?? '');
      const seen = [...first.items, ...second.items].map(({ id }) => id);
      expect(seen).toEqual(whole.slice(0, 38));
    });
  });
});
