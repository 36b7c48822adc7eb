import { GatewayError } from '../../errors.ts';
import { type Ref } from '../../ids.ts';
import { ScopeKind } from '../../schema/enums.ts';
import type { Scope } from '../../schema/scope.ts';
import { collect } from '../batch.ts';
import { parseRows } from '../http/parse.ts';
import type { Batch, Call, Listing, Source } from '../provider.ts';
import { type Account, parseKeys, stackPath } from './account.ts';
import { type ListPage, readAll, readPage, unwrapped } from './envelope.ts';
import { stackRow, toStackScope } from './payloads.ts';

/** The stack that a reference speaks of, from its key alone. */
export function toScope(account: Account, ref: Ref): Scope | undefined {
  const keys = ref.type === 'Scope' ? parseKeys(account, ref) : undefined;
  return keys && toStackScope(account.provider, keys.uid);
}

/** All stacks; a stack has nothing below it. */
export async function listScopes(
  account: Account,
  { parent, kinds }: { parent?: Ref; kinds?: readonly ScopeKind[] },
  call: Call,
): Promise<Listing<Scope>> {
  const isAsked = !parent && (kinds?.includes(ScopeKind.APPLICATION) ?? true);
  if (!isAsked) return { items: [], faults: [] };
  const { provider, http, stacks } = account;
  if (!stacks) return parseStacks(provider, await readAll(http, '/stacks', call));
  const found = [...(await findStacks(account, [...stacks], call)).values()];
  const items = found.flatMap((answer) => (answer instanceof GatewayError ? [] : [answer]));
  const faults = found.filter((answer) => answer instanceof GatewayError);
  if (items.length === 0 && faults[0]) throw faults[0];
  return { items, faults };
}

/** Every stack is a source of its own; of a single one nothing has to be read. */
export async function listSources(
  account: Account,
  within: Ref | undefined,
  call: Call,
): Promise<Listing<Source>> {
  if (within) {
    const scope = toScope(account, within);
    return { items: scope ? [{ scope }] : [], faults: [] };
  }
  const { items, faults } = await listScopes(account, {}, call);
  return { items: items.map((scope) => ({ scope })), faults };
}

export async function getScopes(
  account: Account,
  refs: readonly Ref[],
  call: Call,
): Promise<Batch<Scope>> {
  const scopes = refs.flatMap((ref) => toScope(account, ref) ?? []);
  const uids = [...new Set(scopes.map(({ nativeKey }) => nativeKey))];
  const found = await findStacks(account, uids, call);
  return new Map(
    scopes.flatMap(({ id, nativeKey }) => {
      const answer = found.get(nativeKey);
      return answer ? [[id, answer] as const] : [];
    }),
  );
}

/**
 * Stacks by uid. A single one by its own path; of several, those that the first page of the list
 * does not have come from the other pages or each by its path, whichever takes fewer requests.
 */
async function findStacks(
  account: Account,
  uids: readonly string[],
  call: Call,
): Promise<Map<string, Scope | GatewayError>> {
  if (uids.length <= 1) return readEach(account, uids, call);
  const { provider, http } = account;
  const first = await readPage(http, '/stacks', 1, call);
  let found = byUid(parseStacks(provider, [first]));
  const missing = uids.filter((uid) => !found.has(uid));
  const otherPages = first.next === null ? 0 : (first.pages ?? Infinity) - 1;
  if (otherPages < missing.length) {
    found = byUid(parseStacks(provider, await readAll(http, '/stacks', call)));
    return pickFrom(found, uids);
  }
  return new Map([...pickFrom(found, uids), ...(await readEach(account, missing, call))]);
}

function readEach(
  { provider, http }: Account,
  uids: readonly string[],
  call: Call,
): Promise<Map<string, Scope | GatewayError>> {
  const row = unwrapped(stackRow(provider));
  return collect(
    uids,
    (uid) => uid,
    provider,
    async (uid) => {
      const scope = await http.find(`${stackPath(uid)}.json`, row, call);
      return scope?.nativeKey === uid ? scope : undefined;
    },
  );
}

function parseStacks(provider: string, pages: readonly ListPage[]): Listing<Scope> {
  const row = stackRow(provider);
  const listings = pages.map(({ rows, origin }) => parseRows(rows, row, origin));
  const items = new Map(listings.flatMap((each) => each.items).map((scope) => [scope.id, scope]));
  return { items: [...items.values()], faults: listings.flatMap(({ faults }) => faults) };
}

function byUid({ items }: Listing<Scope>): Map<string, Scope> {
  return new Map(items.map((scope) => [scope.nativeKey, scope]));
}

function pickFrom(found: ReadonlyMap<string, Scope>, uids: readonly string[]): Map<string, Scope> {
  return new Map(
    uids.flatMap((uid) => {
      const scope = found.get(uid);
      return scope ? [[uid, scope] as const] : [];
    }),
  );
}
