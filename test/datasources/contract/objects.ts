import { expect, it } from '@jest/globals';
import { parseId, refOf, toRef, type Ref } from '../../../src/ids.ts';
import { Capability, Status } from '../../../src/schema/enums.ts';
import { newCall, present } from '../../helpers/provider.ts';
import { NAME, type ContractCase, type Under } from './case.ts';
import type { Batch, VariableLevel } from '../../../src/datasources/provider.ts';
import type { NodeType } from '../../../src/schema/node.ts';

/** What is read by id, and what belongs to it. */
export function describeObjects(contract: ContractCase, under: Under): void {
  it('gets deployments by id as it lists them, alone and together', async () => {
    const { provider, rows } = under;
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
    const { provider } = under;
    const readers: Partial<Record<string, (refs: Ref[]) => Promise<Batch<unknown>> | undefined>> = {
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
    const { provider, rows } = under;
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

  it('lists versions, revisions and builds that can be fetched again', async () => {
    const { provider, rows } = under;
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
    const { provider, rows } = under;
    const errors = await provider.getDeploymentErrors(rows.slice(0, 5), newCall());
    for (const row of rows.slice(0, 5)) expect(Array.isArray(present(errors, row.id))).toBe(true);
  });

  it('tells variables level by level, nearest first, secrets without value', async () => {
    const { provider } = under;
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
    const { provider } = under;
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
}

/** What the owner sees: for each name the nearest definition. */
function effective(levels: VariableLevel[]): Map<string, string | null> {
  const seen = new Map<string, string | null>();
  for (const { variables } of levels) {
    for (const { name, value } of variables) if (!seen.has(name)) seen.set(name, value);
  }
  return seen;
}
