import { z } from 'zod';
import type { Label } from '../../schema/common.ts';
import type { CloudFoundryLink } from '../../schema/details/cloudfoundry.ts';
import { ScopeKind } from '../../schema/enums.ts';
import type { Scope } from '../../schema/scope.ts';
import { GUID, scopeId, type ScopeKeys } from './keys.ts';

/** A guid that a row cannot do without. */
export const guid = z.string().regex(GUID);

/** A part that a row can do without: null where it is missing or of another shape. */
export function orNull<T>(part: z.ZodType<T>) {
  // What is often missing is let through first: to `catch` an issue costs more than to parse a row.
  return part
    .nullish()
    .catch(null)
    .transform((value) => value ?? null);
}

/** Words that a row can do without; "" counts as none. */
export const words = z
  .string()
  .nullish()
  .catch(null)
  .transform((text) => text || null);

/** A number that a row can do without, small enough for GraphQL's Int. */
export const integer = orNull(z.int32());

export const float = orNull(z.number());

/** `YYYY-MM-DDThh:mm:ssZ`; null where it is no date, also none of the calendar. */
export const date = orNull(z.iso.datetime({ offset: true }).transform((text) => new Date(text)));

/** `{"guid": "…"}`, where both the object and what is in it may be null. */
export const guidInside = orNull(z.object({ guid: orNull(guid) })).transform(
  (holder) => holder?.guid ?? null,
);

/** `{"app": {"data": {"guid": "…"}}}`, which a row cannot do without. */
export const toApp = z.object({ app: z.object({ data: z.object({ guid }) }) });

const ofApp = z.object({ relationships: toApp });

/** The app of a row, also of one that is not understood otherwise. */
export function appOfRow(raw: unknown): string | undefined {
  return ofApp.safeParse(raw).data?.relationships.app.data.guid;
}

/** A list of which the entries that are not understood are left out. */
export function listOf<T>(entry: z.ZodType<T>) {
  return z
    .array(z.unknown())
    .nullish()
    .catch(null)
    .transform((entries) =>
      (entries ?? []).flatMap((value) => {
        const parsed = entry.safeParse(value);
        return parsed.success ? [parsed.data] : [];
      }),
    );
}

/** A JSON object as pairs; no object: no pairs. */
export const pairs = orNull(z.record(z.string(), z.unknown())).transform((map) =>
  Object.entries(map ?? {}),
);

const labels = pairs.transform((entries): Label[] =>
  entries.flatMap(([key, value]) => (typeof value === 'string' ? [{ key, value }] : [])),
);

export const metadata = z
  .object({ labels, annotations: labels })
  .catch({ labels: [], annotations: [] });

const link = z.object({ href: z.string(), method: words });

/** Null where the row has no links at all. */
export const links = orNull(z.record(z.string(), z.unknown())).transform(
  (byRel): CloudFoundryLink[] | null =>
    byRel &&
    Object.entries(byRel).flatMap(([rel, value]) => {
      const parsed = link.safeParse(value);
      return parsed.success ? [{ rel, ...parsed.data }] : [];
    }),
);

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
