import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { Deviation, Rule } from './deviation.ts';
import { findFieldDeviations, type FieldContext } from './fields.ts';
import { at, isRow } from './http.ts';
import { read, type OpenApiDocument, type Schema } from './openapi.ts';
import { placesOf, type Place } from './places.ts';

/** Holds a body to the schema at `pointer`; `where` is told in the details. */
export type Check = (pointer: string, body: unknown, where: string) => Deviation[];

/** A schema that is ready to be used. */
interface Prepared {
  validate: ValidateFunction;
  schemas: Schema[];
}

const UNKNOWN: Place = { schema: 'unknown schema', path: '' };
const KEYWORDS = new Set(['type', 'required', 'format', 'pattern', 'enum']);

/**
 * A check against the schemas of an OpenAPI document whose `nullable` has been converted. Beside
 * what JSON Schema says, it reports fields that the schema does not know and, with `complete`, known
 * fields that a resource leaves out. A body that may follow one of several schemas is held to the
 * one that it is nearest to.
 */
export function createCheck(document: OpenApiDocument, { complete }: { complete: boolean }): Check {
  const ajv = new Ajv2020({ strict: false, allErrors: true, verbose: true, inlineRefs: false });
  formats.default(ajv);
  ajv.addSchema(document, 'description');
  const places = placesOf(document);
  const known: FieldContext['known'] = new WeakMap();
  const prepared = new Map<string, Prepared>();
  const prepare = (pointer: string): Prepared => {
    const schema = read(document, pointer);
    const validate = ajv.compile({ $ref: `description#${encodeURI(pointer)}` });
    return { validate, schemas: isRow(schema) ? [schema] : [] };
  };
  const checkOne: Check = (pointer, body, where) => {
    const { validate, schemas } = prepared.get(pointer) ?? prepare(pointer);
    prepared.set(pointer, { validate, schemas });
    validate(body);
    const found = (validate.errors ?? []).map((error) => toDeviation(error, places, where));
    const place = (schemas[0] && places.get(schemas[0])) ?? UNKNOWN;
    findFieldDeviations({ document, known, complete, where, found }, schemas, place, body);
    return found;
  };
  return (pointer, body, where) => {
    const [first, ...others] = branchesOf(document, pointer).map((branch) =>
      checkOne(branch, body, where),
    );
    return others.reduce((best, next) => (next.length < best.length ? next : best), first ?? []);
  };
}

/** The schemas that a body may follow: several where the response is one of them. */
function branchesOf(document: OpenApiDocument, pointer: string): string[] {
  const oneOf = at(read(document, pointer), '/oneOf');
  if (!Array.isArray(oneOf)) return [pointer];
  return oneOf.map((_branch, index) => `${pointer}/oneOf/${index}`);
}

function toDeviation(
  error: ErrorObject,
  places: ReturnType<typeof placesOf>,
  where: string,
): Deviation {
  const place = (isRow(error.parentSchema) && places.get(error.parentSchema)) || UNKNOWN;
  const { missingProperty } = error.params as { missingProperty?: string };
  const below = missingProperty === undefined ? '' : `/${missingProperty}`;
  return {
    schema: place.schema,
    path: `${place.path}${below}`,
    rule: KEYWORDS.has(error.keyword) ? (error.keyword as Rule) : 'other',
    detail: `${error.message ?? error.keyword} at ${error.instancePath || '/'} of ${where}`,
  };
}
