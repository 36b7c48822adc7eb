/**
 * The contract suite: what `src/datasources/provider.ts` promises, checked against a stand-in over
 * real sockets. A provider is done when it passes. Call it from the provider's own test file:
 *
 *   describeContract({
 *     definition: cloud66,                       // the provider's export
 *     standIn: cloud66StandIn,                   // the stand-in's definition from sandbox/
 *     basePath: '/api/3',                        // what follows the stand-in's URL in `baseUrl`
 *     options: { credentials: { token: 'sandbox' } },
 *     wrongOptions: { credentials: { token: 'wrong' } },
 *     // the list of deployments as a fault path, and where its first row, and a status in it, stand
 *     list: {
 *       source: { name: 'shop', environment: 'production' },  // the source to use, by scope name
 *       path: '/stacks/d1b1802d24e83eb1ac8259e98944b3e4/deployments',
 *       row: '/response/0',
 *       id: '/response/0/id',
 *       status: '/response/0/outcome',           // null where a row tells no status
 *       unseenStatus: { code: 77, meaning: 'levitating' },
 *     },
 *     // ids of this provider that speak of nothing: keys of the right shape
 *     unknown: { Scope: [['0'.repeat(32)]], Deployment: [['5999...', '424242']], Version: [...], ... },
 *     // owners (type and keys) that have variables, at least one with a level that hides another's
 *     variableOwners: [{ type: 'Scope', keys: ['...'] }],
 *     // owners with more audit events than ten
 *     auditOwners: [{ type: 'Scope', keys: ['...'] }],
 *   });
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createClock } from '../../sandbox/clock.ts';
import { type StandIn, type StandInDefinition, startStandIn } from '../../sandbox/server.ts';
import type { Clock } from '../../sandbox/clock.ts';
import { byNewest } from '../../src/datasources/batch.ts';
import type {
  Batch,
  ProviderDefinition,
  ProviderSource,
  Source,
  VariableLevel,
} from '../../src/datasources/provider.ts';
import { ErrorCode, GatewayError } from '../../src/errors.ts';
import { parseId, type Ref, refOf, toRef } from '../../src/ids.ts';
import type { Deployment } from '../../src/schema/deployment.ts';
import { Capability, Status } from '../../src/schema/enums.ts';
import type { NodeType, VariableOwnerType } from '../../src/schema/node.ts';
import { createProvider, newCall, present, walk } from '../helpers/provider.ts';

export interface ContractCase {
  definition: ProviderDefinition<unknown>;
  standIn: (clock: Clock) => StandInDefinition;
  basePath: string;
  options: unknown;
  wrongOptions: unknown;
  list: {
    source: { name: string; environment?: string };
    path: string;
    row: string;
    id: string;
    status: string | null;
    unseenStatus: unknown;
  };
  unknown: Partial<Record<NodeType, string[][]>>;
  variableOwners: { type: VariableOwnerType; keys: string[] }[];
  auditOwners: { type: VariableOwnerType; keys: string[] }[];
}

const NAME = 'under-test';

export function describeContract(contract: ContractCase): void {
  describe(`provider contract: ${contract.definition.kind}`, () => {
    let standIn: StandIn;
    let provider: ProviderSource;
    let sources: Source[];
    let source: Source;
    let rows: Deployment[];

    beforeAll(async () => {
      const clock = createClock('frozen');
      standIn = await startStandIn(contract.standIn(clock), clock, 0);
      provider = createProvider(
        contract.definition,
        standIn.url + contract.basePath,
        contract.options,
      );
      sources = (await provider.listSources(undefined, newCall())).items;
      source = sourceNamed(contract, await everySource());
      rows = await walk(provider, source, 7);
    });
    beforeEach(() => {
      standIn.setFaults([]);
    });
    afterAll(() => standIn.close());

    /** The sources of the whole provider, and those of each scope below it. */
    async function everySource(): Promise<Source[]> {
      const scopes = await provider.listScopes({}, newCall());
      const within = await Promise.all(
        scopes.items.map((scope) => provider.listSources(refOf(scope.id), newCall())),
      );
      return [...sources, ...within.flatMap((listing) => listing.items)];
    }

    const list = (
      query: Parameters<ProviderSource['listDeployments']>[1],
      asked: ProviderSource = provider,
    ) => asked.listDeployments(source, query, newCall());

    it('pings, and says so in its health', async () => {
      await provider.ping(newCall());
      expect(provider.health()).toMatchObject({ status: 'UP', latencyMs: expect.any(Number) });
    });

    it('refuses wrong credentials without telling them', async () => {
      const stranger = createProvider(
        contract.definition,
        standIn.url + contract.basePath,
        contract.wrongOptions,
      );
      const error = await failureOf(stranger.ping(newCall()));
      expect(error.code).toBe(ErrorCode.PROVIDER_UNAUTHORIZED);
      expect(JSON.stringify([error.message, stranger.health()])).not.toContain('wrong');
    });

    it('lists scopes as a tree whose every level can be listed and fetched alone', async () => {
      const { items, faults } = await provider.listScopes({}, newCall());
      expect(faults).toEqual([]);
      expect(items.length).toBeGreaterThan(0);
      const ids = new Set(items.map((scope) => scope.id));
      expect(ids.size).toBe(items.length);
      for (const scope of items) {
        expect(scope.parentId === null || ids.has(String(scope.parentId))).toBe(true);
        expect(provider.toScope(refOf(scope.id))).toMatchObject({
          id: scope.id,
          kind: scope.kind,
          nativeKind: scope.nativeKind,
          nativeKey: scope.nativeKey,
        });
      }
      for (const parent of items.slice(0, 12)) {
        const below = await provider.listScopes({ parent: refOf(parent.id) }, newCall());
        const children = items.filter((scope) => scope.parentId === parent.id);
        expect(new Set(below.items.map(({ id }) => id))).toEqual(
          new Set(children.map(({ id }) => id)),
        );
      }
      const fetched = await provider.getScopes(
        items.map(({ id }) => refOf(id)),
        newCall(),
      );
      for (const scope of items) expect(present(fetched, scope.id)).toEqual(scope);
      const kind = items.at(-1)?.kind;
      const ofKind = await provider.listScopes({ kinds: kind ? [kind] : [] }, newCall());
      expect(new Set(ofKind.items.map(({ id }) => id))).toEqual(
        new Set(items.filter((scope) => scope.kind === kind).map(({ id }) => id)),
      );
    });

    it('takes no id for a scope that is none', () => {
      expect(
        provider.toScope(toRef(NAME, 'Scope', ['a', 'b', 'c', 'd', 'e', 'f'])),
      ).toBeUndefined();
    });

    it('lists every deployment once, newest first, whatever the step', async () => {
      expect(rows.length).toBeGreaterThan(10);
      expect(rows.map(({ createdAt }) => createdAt?.getTime() ?? null)).toEqual(
        [...rows].sort(byNewest).map(({ createdAt }) => createdAt?.getTime() ?? null),
      );
      for (const step of [1, 50]) {
        const again = await walk(provider, source, step);
        expect(new Set(again.map(({ id }) => id))).toEqual(new Set(rows.map(({ id }) => id)));
      }
      const scopeKeys = refOf(source.scope.id);
      for (const row of rows) {
        expect(parseId(row.id)).toMatchObject({ provider: NAME, type: 'Deployment' });
        expect(provider.toScope(refOf(row.scopeId))).toBeDefined();
        expect(refOf(row.scopeId).provider).toBe(scopeKeys.provider);
      }
    });

    it('begins where it is told, and leaves no row of the same moment out', async () => {
      const dated = rows.filter((row) => row.createdAt);
      for (const row of [dated[3], dated[Math.floor(dated.length / 2)], dated.at(-1)]) {
        if (!row?.createdAt) throw new Error('the case needs dated rows');
        const slice = await list({ from: row.createdAt, limit: 2 });
        const wanted = dated.filter(({ createdAt }) => Number(createdAt) <= Number(row.createdAt));
        expect(slice.items.length).toBeGreaterThanOrEqual(Math.min(2, wanted.length));
        const end = Number(slice.items.at(-1)?.createdAt ?? 0);
        const listed = new Set(slice.items.map(({ id }) => id));
        for (const expected of wanted.filter(({ createdAt }) => Number(createdAt) >= end)) {
          expect(listed).toContain(expected.id);
        }
      }
      const undated = await list({ from: 'undated', limit: 5 });
      expect(undated.complete).toBe(true);
      expect(undated.items.every(({ createdAt }) => createdAt === null)).toBe(true);
    });

    it('hints narrow but never lose a match', async () => {
      const middle = rows[Math.floor(rows.length / 2)]?.createdAt;
      if (!middle) throw new Error('the case needs dated rows');
      const after = await list({ from: 'newest', limit: 10_000, createdAfter: middle });
      const wanted = rows.filter(({ createdAt }) => createdAt && createdAt > middle);
      const listed = new Set(after.items.map(({ id }) => id));
      for (const row of wanted) expect(listed).toContain(row.id);
      for (const status of new Set(rows.map((row) => row.status))) {
        if (!status) continue;
        const slice = await list({ from: 'newest', limit: 10_000, status: { in: [status] } });
        const found = new Set(slice.items.map(({ id }) => id));
        for (const row of rows.filter((each) => each.status === status)) {
          expect(found).toContain(row.id);
        }
      }
    });

    it('gets deployments by id as it lists them, alone and together', async () => {
      const some = rows.slice(0, 12);
      const together = await provider.getDeployments(
        some.map(({ id }) => refOf(id)),
        newCall(),
      );
      for (const row of some) {
        expect(present(together, row.id)).toMatchObject({
          nativeId: row.nativeId,
          createdAt: row.createdAt,
          scopeId: row.scopeId,
        });
      }
      const [first] = some;
      if (!first) throw new Error('the case needs rows');
      const alone = await provider.getDeployments([refOf(first.id)], newCall());
      expect(present(alone, first.id)).toMatchObject({
        nativeId: first.nativeId,
        createdAt: first.createdAt,
        labels: first.labels,
        createdBy: first.createdBy,
      });
    });

    it('leaves out what does not exist, for every type', async () => {
      const readers: Partial<Record<string, (refs: Ref[]) => Promise<Batch<unknown>> | undefined>> =
        {
          Scope: (refs) => provider.getScopes(refs, newCall()),
          Deployment: (refs) => provider.getDeployments(refs, newCall()),
          Version: (refs) => provider.getVersions(refs, newCall()),
          Revision: (refs) => provider.getRevisions(refs, newCall()),
          Build: (refs) => provider.getBuilds?.(refs, newCall()),
        };
      for (const [type, keys] of Object.entries(contract.unknown)) {
        const read = readers[type];
        if (!read) throw new Error(`the case names a type that is not read by id: ${type}`);
        const refs = keys.map((each) => toRef(NAME, type as NodeType, each));
        for (const batch of [refs, ...refs.map((ref) => [ref])]) {
          const found = await read(batch);
          for (const ref of batch) {
            expect([type, ref.keys, found?.get(ref.id)]).toEqual([type, ref.keys, undefined]);
          }
        }
      }
    });

    it('completes status, live and version', async () => {
      const some = rows.slice(0, 15);
      const completed = await provider.completeDeployments(some, newCall());
      for (const row of some) {
        const { status, rawStatus, live, version } = present(completed, row.id);
        expect(Object.values(Status)).toContain(status);
        expect(typeof rawStatus).toBe('string');
        expect(typeof live).toBe('boolean');
        expect(version).toBeDefined();
        if (row.status) expect(status).toBe(row.status);
        if (version) expect(version.deploymentId).toBe(row.id);
      }
    });

    it('finds the latest deployment of many scopes at once', async () => {
      const leaves = await leafScopes(provider, rows, sources);
      const latest = await provider.getLatestDeployments(leaves, newCall());
      for (const leaf of leaves.slice(0, 5)) {
        const [within] = (await provider.listSources(leaf, newCall())).items;
        if (!within) throw new Error('a leaf scope is a source');
        const [newest] = await walk(provider, within, 5);
        const found = latest.get(leaf.id);
        if (!newest) expect(found).toBeUndefined();
        else
          expect((found as Deployment).createdAt).toEqual(
            (found as Deployment).createdAt === null ? null : newest.createdAt,
          );
      }
    });

    it('finds what each deployment replaced', async () => {
      const some = rows.slice(0, 10);
      const previous = await provider.getPreviousDeployments(some, newCall());
      for (const row of some) {
        const found = previous.get(row.id);
        if (!found) continue;
        expect(found).not.toBeInstanceOf(GatewayError);
        const { id, createdAt } = found as Deployment;
        expect(id).not.toBe(row.id);
        if (createdAt && row.createdAt) expect(+createdAt).toBeLessThanOrEqual(+row.createdAt);
      }
    });

    it('lists versions, revisions and builds that can be fetched again', async () => {
      const some = rows.slice(0, 6).map(({ id }) => refOf(id));
      const versionLists = await provider.listVersions(some, newCall());
      const versions = some.flatMap(({ id }) => present(versionLists, id).items);
      expect(versions.length).toBeGreaterThan(0);
      const versionRefs = versions.map(({ id }) => refOf(id)).slice(0, 10);
      const fetched = await provider.getVersions(versionRefs, newCall());
      for (const { id } of versionRefs) {
        const version = versions.find((each) => each.id === id);
        expect(present(fetched, id)).toMatchObject({
          status: version?.status,
          name: version?.name,
          deploymentId: version?.deploymentId,
          revisionId: version?.revisionId,
        });
      }
      const revisionLists = await provider.listRevisions(versionRefs, newCall());
      const revisions = versionRefs.flatMap(({ id }) => present(revisionLists, id).items);
      const revisionRefs = revisions.map(({ id }) => refOf(id)).slice(0, 10);
      const revisionsAgain = await provider.getRevisions(revisionRefs, newCall());
      for (const { id } of revisionRefs) {
        expect(present(revisionsAgain, id).nativeId).toBe(
          revisions.find((each) => each.id === id)?.nativeId,
        );
      }
      expect('listBuilds' in provider).toBe(provider.capabilities.includes(Capability.BUILDS));
      if (!provider.listBuilds || !provider.getBuilds) return;
      const buildLists = await provider.listBuilds(versionRefs, newCall());
      const builds = versionRefs.flatMap(({ id }) => present(buildLists, id).items);
      expect(builds.length).toBeGreaterThan(0);
      const buildRefs = builds.slice(0, 10).map(({ id }) => refOf(id));
      const buildsAgain = await provider.getBuilds(buildRefs, newCall());
      for (const { id } of buildRefs) {
        expect(present(buildsAgain, id)).toEqual(builds.find((each) => each.id === id));
      }
    });

    it('tells errors of deployments, or that there are none', async () => {
      const errors = await provider.getDeploymentErrors(rows.slice(0, 5), newCall());
      for (const row of rows.slice(0, 5)) expect(Array.isArray(present(errors, row.id))).toBe(true);
    });

    it('tells variables level by level, nearest first, secrets without value', async () => {
      const refs = contract.variableOwners.map(({ type, keys }) => toRef(NAME, type, keys));
      const plain = await provider.getVariableLevels(refs, { shadowed: false }, newCall());
      const shadowed = await provider.getVariableLevels(refs, { shadowed: true }, newCall());
      let variables = 0;
      for (const ref of refs) {
        const levels = present(plain, ref.id);
        const all = present(shadowed, ref.id);
        if (!levels || !all) throw new Error('the case names an owner without variables');
        expect(effective(all)).toEqual(effective(levels));
        expect(levels.map(({ ownerId }) => ownerId)).toEqual(all.map(({ ownerId }) => ownerId));
        for (const level of all) {
          expect(parseId(level.ownerId)).toBeDefined();
          variables += level.variables.length;
          for (const { secret, value } of level.variables) if (secret) expect(value).toBeNull();
        }
      }
      expect(variables).toBeGreaterThan(0);
    });

    it('pages through audit events without a repeat', async () => {
      for (const { type, keys } of contract.auditOwners) {
        const owner = toRef(NAME, type, keys);
        const seen: string[] = [];
        let after: string | undefined;
        for (let turn = 0; turn < 3; turn += 1) {
          const page = await provider.listAuditEvents(
            owner,
            { first: 4, after, action: undefined },
            newCall(),
          );
          if (!page) throw new Error('the case names an owner without audit events');
          seen.push(...page.items.map(({ id }) => id));
          after = page.next ?? undefined;
          if (!after) break;
        }
        expect(seen.length).toBeGreaterThan(8);
        expect(new Set(seen).size).toBe(seen.length);
      }
    });

    it.each([
      ['is down', { status: 500, body: 'boom' }, ErrorCode.PROVIDER_UNAVAILABLE],
      ['is throttled', { throttle: true }, ErrorCode.PROVIDER_RATE_LIMITED],
      ['answers HTML', { malformed: 'html' }, ErrorCode.PROVIDER_INVALID_RESPONSE],
      ['answers nothing', { malformed: 'empty' }, ErrorCode.PROVIDER_INVALID_RESPONSE],
      ['answers half', { malformed: 'truncated' }, ErrorCode.PROVIDER_INVALID_RESPONSE],
      ['hangs up', { drop: true }, ErrorCode.PROVIDER_UNAVAILABLE],
      ['answers another shape', { set: { '': 'surprise' } }, ErrorCode.PROVIDER_INVALID_RESPONSE],
    ] as const)('says what happened when the provider %s', async (_what, fault, code) => {
      standIn.setFaults([{ path: contract.list.path, ...fault }]);
      // One that has not learned yet that its budget is spent, and keeps what it learns here.
      const fresh = createProvider(
        contract.definition,
        standIn.url + contract.basePath,
        contract.options,
      );
      const error = await failureOf(list({ from: 'newest', limit: 5 }, fresh));
      expect(error).toMatchObject({ code, provider: NAME });
      expect(error.message).not.toMatch(/boom|surprise|<html|sandbox(?!-org)/);
      expect(standIn.faults()[0]?.used).toBeGreaterThan(0);
    });

    it('leaves a row out that cannot be understood, and names it', async () => {
      standIn.setFaults([
        { path: contract.list.path, set: { [contract.list.id]: { not: 'an id' } } },
      ]);
      const slice = await list({ from: 'newest', limit: 1_000 });
      expect(standIn.faults()[0]?.used).toBeGreaterThan(0);
      expect(slice.faults.length).toBeGreaterThan(0);
      expect(slice.faults[0]).toMatchObject({ code: ErrorCode.PROVIDER_INVALID_RESPONSE });
      expect(slice.items.length).toBeGreaterThan(rows.length / 2);
    });

    it('calls a state that nobody has seen UNKNOWN', async () => {
      const { status, unseenStatus } = contract.list;
      if (status === null) return;
      standIn.setFaults([{ path: contract.list.path, set: { [status]: unseenStatus } }]);
      const slice = await list({ from: 'newest', limit: 1_000 });
      expect(standIn.faults()[0]?.used).toBeGreaterThan(0);
      expect(slice.items.some((row) => row.status === Status.UNKNOWN && row.rawStatus)).toBe(true);
    });

    it('stops when the operation is aborted', async () => {
      const controller = new AbortController();
      const reason = new Error('the client went away');
      standIn.clearRequests();
      controller.abort(reason);
      await expect(
        provider.listDeployments(source, { from: 'newest', limit: 5 }, newCall(controller.signal)),
      ).rejects.toBe(reason);
      expect(standIn.requests()).toEqual([]);
    });
  });
}

async function failureOf(promise: Promise<unknown>): Promise<GatewayError> {
  const error: unknown = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (error instanceof GatewayError) return error;
  throw error;
}

function sourceNamed({ list }: ContractCase, sources: Source[]): Source {
  const source = sources.find(
    ({ scope }) =>
      scope.name === list.source.name &&
      (list.source.environment === undefined || scope.environment === list.source.environment),
  );
  if (!source) throw new Error(`no source is called ${list.source.name}`);
  return source;
}

async function leafScopes(provider: ProviderSource, rows: Deployment[], sources: Source[]) {
  const ids = new Set(rows.map(({ scopeId }) => scopeId));
  for (const { scope } of sources.slice(0, 10)) {
    const below = await provider.listScopes({ parent: refOf(scope.id) }, newCall());
    if (below.items.length === 0) ids.add(scope.id);
  }
  return [...ids].map(refOf);
}

/** What the owner sees: for each name the nearest definition. */
function effective(levels: VariableLevel[]): Map<string, string | null> {
  const seen = new Map<string, string | null>();
  for (const { variables } of levels) {
    for (const { name, value } of variables) if (!seen.has(name)) seen.set(name, value);
  }
  return seen;
}
