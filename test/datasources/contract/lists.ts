import { expect, it } from '@jest/globals';
import { byNewest } from '../../../src/datasources/batch.ts';
import { GatewayError } from '../../../src/errors.ts';
import { parseId, refOf } from '../../../src/ids.ts';
import { newCall, walk } from '../../helpers/provider.ts';
import { NAME, type Under } from './case.ts';
import type { ProviderSource, Source } from '../../../src/datasources/provider.ts';
import type { Deployment } from '../../../src/schema/deployment.ts';

/** Lists of deployments, and what is newest in them. */
export function describeLists(under: Under): void {
  it('lists every deployment once, newest first, whatever the step', async () => {
    const { provider, source, rows } = under;
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
    const { rows, list } = under;
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
    const { rows, list } = under;
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

  it('finds the latest deployment of many scopes at once', async () => {
    const { provider, sources, rows } = under;
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
    const { provider, rows } = under;
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
}

async function leafScopes(provider: ProviderSource, rows: Deployment[], sources: Source[]) {
  const ids = new Set(rows.map(({ scopeId }) => scopeId));
  for (const { scope } of sources.slice(0, 10)) {
    const below = await provider.listScopes({ parent: refOf(scope.id) }, newCall());
    if (below.items.length === 0) ids.add(scope.id);
  }
  return [...ids].map(refOf);
}
