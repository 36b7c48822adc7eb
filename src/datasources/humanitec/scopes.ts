import { z } from 'zod';
import type { Ref } from '../../ids.ts';
import { ScopeKind } from '../../schema/enums.ts';
import type { Scope } from '../../schema/scope.ts';
import { collect } from '../batch.ts';
import type { Call } from '../http/call.ts';
import { parseRows } from '../http/parse.ts';
import type { Batch, Listing } from '../provider.ts';
import {
  admitsApplication,
  type EnvironmentKeys,
  isScope,
  KEY,
  pathOf,
  type Reach,
  scopeId,
  scopeKeys,
} from './keys.ts';
import { type Context, pickFrom, readRows } from './reads.ts';
import { text } from './primitives.ts';

/** What applications and environments have in common. */
export const namedRow = z.object({ id: z.string().regex(KEY), name: text });
export type NamedRow = z.infer<typeof namedRow>;

const applicationRow = namedRow.extend({ envs: z.array(z.unknown()).default([]) });

/** What the keys of a scope tell, without a request and of whatever organization. */
export function toScope(ref: Ref): Scope | undefined {
  const [organization = '', application, environment] = ref.keys;
  if (!isScope(ref.keys)) return undefined;
  const reach = { provider: ref.provider, organization, applications: undefined };
  if (application === undefined) return organizationScope(reach);
  if (environment === undefined) return applicationScope(reach, application);
  return environmentScope(reach, { application, environment });
}

/** An environment; without its row the name stays open. */
export function environmentScope(reach: Reach, keys: EnvironmentKeys, row?: NamedRow): Scope {
  const name = row && (row.name ?? row.id);
  return {
    __typename: 'Scope',
    id: scopeId(reach, keys.application, keys.environment),
    kind: ScopeKind.ENVIRONMENT,
    nativeKind: 'environment',
    nativeKey: keys.environment,
    parentId: scopeId(reach, keys.application),
    ...(name !== undefined && { name, environment: name }),
  };
}

/**
 * The children of a scope, or all scopes. `/orgs/{o}/apps` embeds the environments, so that one
 * request tells everything.
 */
export async function listScopes(
  context: Context,
  { parent, kinds }: { parent?: Ref; kinds?: readonly ScopeKind[] },
  call: Call,
): Promise<Listing<Scope>> {
  const wants = (kind: ScopeKind) => kinds?.includes(kind) ?? true;
  const keys = parent && scopeKeys(context, parent);
  if (parent && (!keys || keys.environment !== undefined)) return { items: [], faults: [] };

  const childKind = keys?.application === undefined ? ScopeKind.APPLICATION : ScopeKind.ENVIRONMENT;
  const below = parent ? [childKind] : [ScopeKind.APPLICATION, ScopeKind.ENVIRONMENT];
  const asked = below.filter(wants);
  const organization = !parent && wants(ScopeKind.ORGANIZATION) ? [organizationScope(context)] : [];
  if (asked.length === 0) return { items: organization, faults: [] };

  const all = await readScopes(context, call);
  const parentId = parent?.id;
  const children = all.items.filter(
    (scope) =>
      asked.includes(scope.kind) && (parentId === undefined || scope.parentId === parentId),
  );
  return { items: [...organization, ...children], faults: all.faults };
}

/** One scope is read alone; several are one request. The organization itself costs none. */
export async function getScopes(
  context: Context,
  refs: readonly Ref[],
  call: Call,
): Promise<Batch<Scope>> {
  const wanted = refs.filter((ref) => scopeKeys(context, ref)?.application !== undefined);
  const alone = new Set(wanted.map(({ id }) => id)).size === 1;
  const all = wanted.length > 0 && !alone ? readScopes(context, call) : undefined;
  return collect(
    refs,
    ({ id }) => id,
    context.provider,
    async (ref) => {
      const keys = scopeKeys(context, ref);
      if (!keys) return undefined;
      if (keys.application === undefined) return organizationScope(context);
      if (all) return pickFrom(await all, ({ id }) => id === ref.id);
      const row = await context.http.find(pathOf(context, keys), namedRow, call);
      return row && scopeOf(context, keys.application, keys.environment, row);
    },
  );
}

/** The ids of the applications that are let in; asks only where the configuration names none. */
export async function listApplications(context: Context, call: Call): Promise<Listing<string>> {
  if (context.applications) return { items: [...context.applications], faults: [] };
  const path = `${pathOf(context, {})}/apps`;
  const { items, faults } = await readRows(context, path, applicationRow, call);
  return { items: items.map(({ id }) => id), faults };
}

/** Every application and environment that is let in. */
async function readScopes(context: Context, call: Call): Promise<Listing<Scope>> {
  const path = `${pathOf(context, {})}/apps`;
  const { items, faults, origin } = await readRows(context, path, applicationRow, call);
  const scopes: Scope[] = [];
  for (const row of items) {
    if (!admitsApplication(context, row.id)) continue;
    const environments = parseRows(row.envs, namedRow, {
      ...origin,
      what: `${origin.what}, application ${row.id}`,
    });
    scopes.push(applicationScope(context, row.id, row));
    for (const each of environments.items) {
      scopes.push(scopeOf(context, row.id, each.id, each));
    }
    faults.push(...environments.faults);
  }
  return { items: scopes, faults };
}

function scopeOf(
  reach: Reach,
  application: string,
  environment: string | undefined,
  row: NamedRow,
): Scope {
  if (environment === undefined) return applicationScope(reach, application, row);
  return environmentScope(reach, { application, environment }, row);
}

/** The organization is named by the configuration. */
function organizationScope(reach: Reach): Scope {
  return {
    __typename: 'Scope',
    id: scopeId(reach),
    kind: ScopeKind.ORGANIZATION,
    nativeKind: 'organization',
    nativeKey: reach.organization,
    name: reach.organization,
    environment: null,
    parentId: null,
  };
}

function applicationScope(reach: Reach, application: string, row?: NamedRow): Scope {
  return {
    __typename: 'Scope',
    id: scopeId(reach, application),
    kind: ScopeKind.APPLICATION,
    nativeKind: 'application',
    nativeKey: application,
    environment: null,
    parentId: scopeId(reach),
    ...(row && { name: row.name ?? row.id }),
  };
}
