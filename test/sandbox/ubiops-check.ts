import type { Deviation, Rule } from './deviation.ts';
import { isRow } from './http.ts';

/** A field of a model, as the derived description has it. */
export interface Field {
  type: string;
  required_non_null: boolean;
  minLength?: number;
  maxLength?: number;
}

/** The derived description of one generation of the UbiOps API. */
export interface DerivedSpec {
  endpoints: { method: string; path: string; signature: string }[];
  models: Record<string, Record<string, Field>>;
}

/** The type that a route answers with, e.g. `list[BuildList]`; `undefined` when there is no such. */
export function typeOf(spec: DerivedSpec, route: string, verb = 'GET'): string | undefined {
  const endpoint = spec.endpoints.find(({ method, path }) => method === verb && path === route);
  return endpoint && /^(\S+) \w+\(/.exec(endpoint.signature)?.[1];
}

/**
 * What of `value` is not as its type says: the kinds of values, null where the client refuses it,
 * lengths of texts, fields that the model does not know, and fields of the model that are left out.
 */
export function typeDeviations(
  spec: DerivedSpec,
  type: string,
  value: unknown,
  where: string,
): Deviation[] {
  const found: Deviation[] = [];
  checkValue({ spec, where, found }, { schema: type, path: '' }, type, value);
  return found;
}

interface Context {
  spec: DerivedSpec;
  where: string;
  found: Deviation[];
}
interface Place {
  schema: string;
  path: string;
}

const SCALARS: Record<string, (value: unknown) => boolean> = {
  str: (value) => typeof value === 'string',
  int: (value) => Number.isInteger(value),
  float: (value) => typeof value === 'number',
  bool: (value) => typeof value === 'boolean',
  date: (value) => typeof value === 'string',
  datetime: (value) => typeof value === 'string',
  object: isRow,
};
/** The documents show times with and without a fraction, ending in `Z` or in an offset. */
const FORMATS: Record<string, RegExp> = {
  date: /^\d{4}-\d\d-\d\d$/,
  datetime: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
};

function checkValue(context: Context, place: Place, type: string, value: unknown): void {
  const model = context.spec.models[type];
  if (model) return checkModel(context, { schema: type, path: '' }, model, value);
  const item = /^list\[(.+?)\]?$/.exec(type)?.[1];
  const entry = /^dict\(str, (.+)\)$/.exec(type)?.[1];
  const isRight = SCALARS[type];
  if (item !== undefined) {
    if (!Array.isArray(value)) return note(context, place, 'type', `a ${type} was expected`);
    for (const part of value) checkValue(context, below(place, '*'), item, part);
  } else if (entry !== undefined) {
    if (!isRow(value)) return note(context, place, 'type', `a ${type} was expected`);
    for (const part of Object.values(value)) checkValue(context, below(place, '*'), entry, part);
  } else if (!isRight) {
    note(context, place, 'other', `the type ${type} is not known`);
  } else if (!isRight(value)) {
    note(context, place, 'type', `a ${type} was expected`);
  } else if (!hasFormat(type, value)) {
    note(context, place, 'format', `not a ${type}: ${String(value)}`);
  }
}

function checkModel(
  context: Context,
  place: Place,
  model: Record<string, Field>,
  value: unknown,
): void {
  if (!isRow(value) || Array.isArray(value)) {
    return note(context, place, 'type', `a ${place.schema} was expected`);
  }
  for (const [name, field] of Object.entries(model)) {
    const part = value[name];
    const at = below(place, name);
    if (!(name in value)) note(context, at, field.required_non_null ? 'required' : 'absent', '');
    else if (part !== null) checkField(context, at, field, part);
    else if (field.required_non_null) note(context, at, 'null', '');
  }
  for (const name of Object.keys(value)) {
    if (!model[name]) note(context, below(place, name), 'undeclared', '');
  }
}

function checkField(context: Context, place: Place, field: Field, value: unknown): void {
  checkValue(context, place, field.type, value);
  if (typeof value !== 'string') return;
  const { minLength = 0, maxLength = Infinity } = field;
  if (value.length >= minLength && value.length <= maxLength) return;
  note(context, place, 'length', `${value.length} characters`);
}

function hasFormat(type: string, value: unknown): boolean {
  const format = FORMATS[type];
  if (!format || typeof value !== 'string') return true;
  return format.test(value) && !Number.isNaN(Date.parse(value));
}

function below({ schema, path }: Place, key: string): Place {
  return { schema, path: `${path}/${key}` };
}

function note({ found, where }: Context, { schema, path }: Place, rule: Rule, what: string): void {
  found.push({ schema, path, rule, detail: what ? `${what} in ${where}` : where });
}
