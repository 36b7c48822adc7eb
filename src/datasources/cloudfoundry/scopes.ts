import type { GatewayError } from '../../errors.ts';
import { type Ref, refOf } from '../../ids.ts';
import { ScopeKind } from '../../schema/enums.ts';
import type { Scope } from '../../schema/scope.ts';
import { chunk } from '../batch.ts';
import type { Query } from '../http/client.ts';
import type { Batch, Call, Listing, ProviderSource } from '../provider.ts';
import { parseScopeKeys, type ScopeKeys, scopeId } from './keys.ts';
import {
  type Foundation,
  GUIDS_PER_REQUEST,
  isFault,
  joinListings,
  readAll,
  readByGuids,
} from './lists.ts';
import { appRow, organizationRow, spaceRow, toScope } from './payloads.ts';

const NONE: Listing<Scope> = { items: [], faults: [] };

/** Organizations, spaces and apps, as far as `spaces` of the configuration lets them in. */
export function createScopes(foundation: Foundation) {
  const { name } = foundation;
  const scopeOf = (ref: Ref): Scope | undefined => {
    const keys = parseScopeKeys(ref);
    return keys && toScope(name, keys, undefined);
  };

  return {
    toScope: scopeOf,

    async listScopes({ parent, kinds }, call) {
      const wants = (kind: ScopeKind) => !kinds || kinds.includes(kind);
      if (parent) return listChildren(foundation, parent, wants, call);
      const reads: Promise<Listing<Scope>>[] = [];
      if (wants(ScopeKind.ORGANIZATION)) reads.push(listOrganizations(foundation, call));
      if (wants(ScopeKind.PROJECT)) reads.push(listSpaces(foundation, {}, call));
      if (wants(ScopeKind.APPLICATION)) reads.push(listApps(foundation, {}, call));
      const { items, faults } = joinListings(await Promise.all(reads));
      return { items: wants(ScopeKind.PLATFORM) ? [platform(name), ...items] : items, faults };
    },

    getScopes: (refs, call) => getScopes(foundation, refs, call),

    /** Deployments are asked of the whole foundation at once, whatever `spaces` lets in of it. */
    async listSources(within) {
      const scope = within ? scopeOf(within) : platform(name);
      return { items: scope ? [{ scope }] : [], faults: [] };
    },
  } satisfies Partial<ProviderSource>;
}

/** Scopes by id: one request for each kind of them. */
export async function getScopes(
  foundation: Foundation,
  refs: readonly Ref[],
  call: Call,
): Promise<Batch<Scope>> {
  const answers = new Map<string, Scope | GatewayError>();
  const asked = {
    organization: new Set<string>(),
    space: new Set<string>(),
    app: new Set<string>(),
  };
  for (const ref of refs) {
    const keys = parseScopeKeys(ref);
    if (keys?.nativeKind === 'foundation') answers.set(ref.id, platform(foundation.name));
    else if (keys) asked[keys.nativeKind].add(keys.guid);
  }
  const found = await Promise.all([
    getOrganizations(foundation, asked.organization, call),
    getSpaces(foundation, asked.space, call),
    getApps(foundation, asked.app, call),
  ]);
  return new Map([...answers, ...found.flatMap((batch) => [...batch])]);
}

/**
 * The guids of the apps in a scope; `undefined`: all apps, which needs no filter. One request, or
 * none; with `spaces` in the configuration only what they let in.
 */
export async function appGuidsIn(
  foundation: Foundation,
  scope: ScopeKeys,
  call: Call,
): Promise<string[] | undefined> {
  const { nativeKind } = scope;
  if (nativeKind === 'app') return [...(await letIn(foundation, [scope.guid], call))];
  if (nativeKind === 'foundation' && !foundation.spaces) return undefined;
  const { items } = await listApps(foundation, filterOf(scope), call);
  return items.map(({ nativeKey }) => nativeKey);
}

/** Those of the apps that the configuration lets in: all, or those of its spaces, by one request. */
export async function letIn(
  foundation: Foundation,
  apps: Iterable<string>,
  call: Call,
): Promise<ReadonlySet<string>> {
  const wanted = new Set(apps);
  if (!foundation.spaces || wanted.size === 0) return wanted;
  const { items } = await listApps(foundation, {}, call);
  return new Set(items.map(({ nativeKey }) => nativeKey).filter((guid) => wanted.has(guid)));
}

function platform(provider: string): Scope {
  return toScope(provider, { nativeKind: 'foundation' }, undefined);
}

async function listChildren(
  foundation: Foundation,
  parent: Ref,
  wants: (kind: ScopeKind) => boolean,
  call: Call,
): Promise<Listing<Scope>> {
  const keys = parseScopeKeys(parent);
  if (keys?.nativeKind === 'foundation' && wants(ScopeKind.ORGANIZATION)) {
    return listOrganizations(foundation, call);
  }
  if (keys?.nativeKind === 'organization' && wants(ScopeKind.PROJECT)) {
    return listSpaces(foundation, filterOf(keys), call);
  }
  if (keys?.nativeKind === 'space' && wants(ScopeKind.APPLICATION)) {
    return listApps(foundation, filterOf(keys), call);
  }
  return NONE;
}

function filterOf(scope: ScopeKeys): Query {
  if (scope.nativeKind === 'organization') return { organization_guids: scope.guid };
  if (scope.nativeKind === 'space') return { space_guids: scope.guid };
  return {};
}

async function listOrganizations(foundation: Foundation, call: Call): Promise<Listing<Scope>> {
  const { name, spaces } = foundation;
  if (!spaces) return readAll(foundation, '/v3/organizations', organizationRow(name), {}, call);
  const guids = await organizationsLetIn(foundation, call);
  const found = await readByGuids(
    foundation,
    '/v3/organizations',
    organizationRow(name),
    guids,
    call,
  );
  const listing: Listing<Scope> = { items: [], faults: [] };
  for (const value of found.values()) {
    if (isFault(value)) listing.faults.push(value);
    else listing.items.push(value);
  }
  return listing;
}

/** The organizations that the configuration's spaces belong to. */
async function organizationsLetIn(foundation: Foundation, call: Call): Promise<Set<string>> {
  const { items } = await listSpaces(foundation, {}, call);
  return new Set(items.flatMap(({ parentId }) => (parentId ? [guidIn(parentId)] : [])));
}

async function listSpaces(
  foundation: Foundation,
  query: Query,
  call: Call,
): Promise<Listing<Scope>> {
  const { name, spaces } = foundation;
  const schema = spaceRow(name);
  const read = (filter: Query) =>
    readAll(foundation, '/v3/spaces', schema, { ...query, ...filter }, call);
  if (!spaces) return read({});
  const batches = chunk(spaces, GUIDS_PER_REQUEST);
  return joinListings(await Promise.all(batches.map((batch) => read({ guids: batch.join(',') }))));
}

async function listApps(foundation: Foundation, query: Query, call: Call): Promise<Listing<Scope>> {
  const { name, spaces } = foundation;
  const schema = appRow(name);
  const read = (filter: Query) =>
    readAll(foundation, '/v3/apps', schema, { ...query, ...filter }, call);
  if (!spaces) return read({});
  const { space_guids: asked } = query;
  if (asked !== undefined) return spaces.includes(String(asked)) ? read({}) : NONE;
  const batches = chunk(spaces, GUIDS_PER_REQUEST);
  return joinListings(
    await Promise.all(batches.map((batch) => read({ space_guids: batch.join(',') }))),
  );
}

async function getOrganizations(
  foundation: Foundation,
  guids: ReadonlySet<string>,
  call: Call,
): Promise<Batch<Scope>> {
  if (guids.size === 0) return new Map();
  const known = foundation.spaces ? await organizationsLetIn(foundation, call) : guids;
  const wanted = [...guids].filter((guid) => known.has(guid));
  const { name } = foundation;
  return byId(
    name,
    'organization',
    await readByGuids(foundation, '/v3/organizations', organizationRow(name), wanted, call),
  );
}

async function getSpaces(
  foundation: Foundation,
  guids: ReadonlySet<string>,
  call: Call,
): Promise<Batch<Scope>> {
  const { name, spaces } = foundation;
  const wanted = [...guids].filter((guid) => !spaces || spaces.includes(guid));
  return byId(
    name,
    'space',
    await readByGuids(foundation, '/v3/spaces', spaceRow(name), wanted, call),
  );
}

async function getApps(
  foundation: Foundation,
  guids: ReadonlySet<string>,
  call: Call,
): Promise<Batch<Scope>> {
  const { name, spaces } = foundation;
  const found = await readByGuids(foundation, '/v3/apps', appRow(name), guids, call);
  for (const [guid, app] of found) {
    if (isFault(app) || !spaces) continue;
    if (!app.parentId || !spaces.includes(guidIn(app.parentId))) found.delete(guid);
  }
  return byId(name, 'app', found);
}

function byId<T>(
  provider: string,
  nativeKind: 'organization' | 'space' | 'app',
  found: ReadonlyMap<string, T>,
): Map<string, T> {
  return new Map(
    [...found].map(([guid, value]) => [scopeId(provider, { nativeKind, guid }), value]),
  );
}

/** The guid in the id of an organization or a space. */
function guidIn(id: string): string {
  return refOf(id).keys.at(-1) ?? '';
}
