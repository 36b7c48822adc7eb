import type { Deviation } from './deviation.ts';
import { isRow } from './http.ts';
import { resolve, type OpenApiDocument, type Schema } from './openapi.ts';
import type { Place } from './places.ts';

/** What some schemas together say about the fields of a value. */
interface Description {
  declared: Map<string, Schema[]>;
  /** Of the values of a map. */
  others: Schema[];
  /** Whether there may be no other fields than the declared ones. */
  isClosed: boolean;
  items: Schema[];
}

/** What a look at one answer needs. */
export interface FieldContext {
  document: OpenApiDocument;
  /** Schemas that have been looked at before. */
  known: WeakMap<readonly Schema[], Description>;
  /** Whether a resource, an object with `guid` and `created_at`, has to have all its fields. */
  complete: boolean;
  /** The answer that is looked at. */
  where: string;
  found: Deviation[];
}

/** Small schemas that many others refer to. A field below is named by the schema that refers to it. */
const HELPERS = new Set(['Link', 'IndexLink', 'Relationship', 'RelationshipToOne']);

/**
 * Adds to `found` the fields of `value` that the schemas do not know and those that they know and
 * `value` lacks. The schemas together describe the value, which is at `place` unless they name it.
 */
export function findFieldDeviations(
  context: FieldContext,
  schemas: readonly Schema[],
  place: Place,
  value: unknown,
): void {
  if (schemas.length === 0 || !isRow(value)) return;
  const { declared, others, isClosed, items } = descriptionOf(context, schemas);
  const { schema, path } = nameOf(schemas) ?? place;
  const below = (key: string, known: readonly Schema[], part: unknown) =>
    findFieldDeviations(context, known, { schema, path: `${path}/${key}` }, part);
  if (Array.isArray(value)) {
    for (const item of value) below('*', items, item);
    return;
  }
  const note = (key: string, rule: 'undeclared' | 'absent') =>
    context.found.push({ schema, path: `${path}/${key}`, rule, detail: context.where });
  for (const [key, part] of Object.entries(value)) {
    const known = declared.get(key);
    if (known) below(key, known, part);
    else if (isClosed) note(key, 'undeclared');
    else below('*', others, part);
  }
  const isResource = path === '' && declared.has('guid') && declared.has('created_at');
  if (!context.complete || !isResource) return;
  for (const key of declared.keys()) if (!(key in value)) note(key, 'absent');
}

function descriptionOf({ document, known }: FieldContext, schemas: readonly Schema[]): Description {
  const before = known.get(schemas);
  if (before) return before;
  const parts = partsOf(document, schemas);
  const declared = declaredBy(parts);
  const others = parts.map((part) => part['additionalProperties']).filter(Boolean);
  const description = {
    declared,
    others: others.filter(isRow),
    isClosed: declared.size > 0 && others.length === 0,
    items: parts.map((part) => part['items']).filter(isRow),
  };
  known.set(schemas, description);
  return description;
}

/** The place of a value whose schema has a name of its own. */
function nameOf(schemas: readonly Schema[]): Place | undefined {
  for (const { $ref } of schemas) {
    const name = typeof $ref === 'string' ? $ref.split('/').at(-1) : undefined;
    if (name !== undefined && !HELPERS.has(name)) return { schema: name, path: '' };
  }
  return undefined;
}

/** The schemas that together describe an object: `$ref`s followed, combinations taken apart. */
function partsOf(document: OpenApiDocument, schemas: readonly unknown[]): Schema[] {
  return schemas.filter(isRow).flatMap((schema) => {
    const { $ref, allOf, oneOf, anyOf } = schema;
    const referred = typeof $ref === 'string' ? [resolve(document, $ref.slice(1)).value] : [];
    const combined = [allOf, oneOf, anyOf].flatMap((parts: unknown) =>
      Array.isArray(parts) ? (parts as unknown[]) : [],
    );
    return [schema, ...partsOf(document, [...referred, ...combined])];
  });
}

function declaredBy(parts: readonly Schema[]): Map<string, Schema[]> {
  const declared = new Map<string, Schema[]>();
  for (const { properties } of parts) {
    if (!isRow(properties)) continue;
    for (const [key, schema] of Object.entries(properties)) {
      if (isRow(schema)) declared.set(key, [...(declared.get(key) ?? []), schema]);
    }
  }
  return declared;
}
