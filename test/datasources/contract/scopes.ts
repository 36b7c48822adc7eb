import { expect, it } from '@jest/globals';
import { ErrorCode } from '../../../src/errors.ts';
import { refOf, toRef } from '../../../src/ids.ts';
import { createProvider, newCall, present } from '../../helpers/provider.ts';
import { failureOf, NAME, type ContractCase, type Under } from './case.ts';

/** Health, credentials, and the tree of scopes. */
export function describeScopes(contract: ContractCase, under: Under): void {
  it('pings, and says so in its health', async () => {
    const { provider } = under;
    await provider.ping(newCall());
    expect(provider.health()).toMatchObject({ status: 'UP', latencyMs: expect.any(Number) });
  });

  it('refuses wrong credentials without telling them', async () => {
    const { standIn } = under;
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
    const { provider } = under;
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
    const { provider } = under;
    expect(provider.toScope(toRef(NAME, 'Scope', ['a', 'b', 'c', 'd', 'e', 'f']))).toBeUndefined();
  });
}
