import { z } from 'zod';
import { ScopeKind } from '../../schema/enums.ts';
import type { Scope } from '../../schema/scope.ts';
import {
  type Fields,
  NO_FIELDS,
  toDate,
  toFields,
  toGuidInside,
  toPairs,
  toText,
} from './fields.ts';
import { GUID, scopeId, type ScopeKeys } from './keys.ts';

/** A guid that a row cannot do without. */
export const guid = z.string().regex(GUID);

/** A part that a row can do without, read by one of `fields.ts`. */
export function part<T>(read: (value: unknown) => T) {
  return z.unknown().prefault(null).transform(read);
}

export const words = part(toText);
export const date = part(toDate);
export const guidInside = part(toGuidInside);
export const pairs = part(toPairs);

/** `{"app": {"data": {"guid": "…"}}}`, which a row cannot do without. */
const toApp = z.object({ app: z.object({ data: z.object({ guid }) }) });

/** A row of an app: what it cannot do without, and all of its fields as they came. */
export const rowOfApp = z
  .looseObject({ guid, relationships: toApp })
  .transform((fields): RowOfApp => ({
    app: fields.relationships.app.data.guid,
    guid: fields.guid,
    fields,
  }));

export interface RowOfApp {
  /** Its guid. */
  app: string;
  guid: string;
  fields: Fields;
}

/** The guid of a row, also of one that is not understood otherwise. */
export function guidOfRow(raw: unknown): string | null {
  return toText(toFields(raw)?.guid);
}

/** The app of a row, also of one that is not understood otherwise. */
export function appOfRow(raw: unknown): string | null {
  const { app } = toFields(toFields(raw)?.relationships) ?? NO_FIELDS;
  return toGuidInside(toFields(app)?.data);
}

const named = z.object({ guid, name: words });
const spaceRelationships = z.object({
  organization: z.object({ data: z.object({ guid }) }),
});
const appRelationships = z.object({ space: z.object({ data: z.object({ guid }) }) });

/** `GET /v3/organizations` */
export function organizationRow(provider: string): z.ZodType<Scope> {
  return named.transform((row) =>
    toScope(
      provider,
      { nativeKind: 'organization', guid: row.guid },
      { name: row.name, parent: { nativeKind: 'foundation' } },
    ),
  );
}

/** `GET /v3/spaces` */
export function spaceRow(provider: string): z.ZodType<Scope> {
  return named.extend({ relationships: spaceRelationships }).transform((row) => {
    const { guid: parent } = row.relationships.organization.data;
    return toScope(
      provider,
      { nativeKind: 'space', guid: row.guid },
      { name: row.name, parent: { nativeKind: 'organization', guid: parent } },
    );
  });
}

/** `GET /v3/apps` */
export function appRow(provider: string): z.ZodType<Scope> {
  return named.extend({ relationships: appRelationships }).transform((row) => {
    const { guid: parent } = row.relationships.space.data;
    return toScope(
      provider,
      { nativeKind: 'app', guid: row.guid },
      { name: row.name, parent: { nativeKind: 'space', guid: parent } },
    );
  });
}

const KINDS: Record<ScopeKeys['nativeKind'], ScopeKind> = {
  foundation: ScopeKind.PLATFORM,
  organization: ScopeKind.ORGANIZATION,
  space: ScopeKind.PROJECT,
  app: ScopeKind.APPLICATION,
};

/** A scope with what is known of it; the foundation goes by the name of the provider entry. */
export function toScope(
  provider: string,
  keys: ScopeKeys,
  known: { name: string | null; parent: ScopeKeys } | undefined,
): Scope {
  const isFoundation = keys.nativeKind === 'foundation';
  const nativeKey = isFoundation ? provider : keys.guid;
  const scope: Scope = {
    __typename: 'Scope',
    id: scopeId(provider, keys),
    kind: KINDS[keys.nativeKind],
    nativeKind: keys.nativeKind,
    nativeKey,
    environment: null,
  };
  if (isFoundation) return { ...scope, name: provider, parentId: null };
  if (keys.nativeKind === 'organization') {
    scope.parentId = scopeId(provider, { nativeKind: 'foundation' });
  }
  if (!known) return scope;
  return { ...scope, name: known.name ?? nativeKey, parentId: scopeId(provider, known.parent) };
}
