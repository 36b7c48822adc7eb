import { at, isRow, type Row } from './http.ts';

/** A JSON Schema as it is written in a description. */
export type Schema = Row;

/** The parts of an OpenAPI document that the checks read. */
export interface OpenApiDocument {
  openapi: string;
  paths: Record<string, { get?: { responses: Record<string, unknown> } }>;
}

/** The response a route documents for a status. */
export interface DocumentedResponse {
  /** The JSON pointer of its schema; `undefined` where no JSON body is described. */
  pointer: string | undefined;
}

/**
 * What a GET route documents for `status`, `undefined` when nothing.
 * @param mediaType of the body; `application/json` unless the route has several
 */
export function responseOf(
  document: OpenApiDocument,
  route: string,
  status: number,
  mediaType = 'application/json',
): DocumentedResponse | undefined {
  const responses = `/paths/${escape(route)}/get/responses/${status}`;
  const { pointer, value } = resolve(document, responses);
  if (value === undefined) return undefined;
  const schema = `/content/${escape(mediaType)}/schema`;
  return { pointer: read(value, schema) === undefined ? undefined : `${pointer}${schema}` };
}

/** The schema at a JSON pointer of the document, with `$ref`s followed. */
export function resolve(
  document: OpenApiDocument,
  pointer: string,
): { pointer: string; value: Schema | undefined } {
  const value = read(document, pointer);
  const reference = at(value, '/$ref');
  if (typeof reference === 'string') return resolve(document, reference.slice(1));
  return { pointer, value: isRow(value) ? value : undefined };
}

/**
 * The document with OpenAPI 3.0's `nullable` written as JSON Schema has it: `null` among the types
 * and the enumerated values.
 */
export function withoutNullable<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map((item: unknown) => withoutNullable(item)) as Value;
  if (!isRow(value)) return value;
  const { nullable, ...rest } = value;
  const schema: Row = Object.fromEntries(
    Object.entries(rest).map(([key, part]) => [key, withoutNullable(part)]),
  );
  if (nullable !== true) return { ...schema, ...(nullable !== undefined && { nullable }) } as Value;
  if (typeof schema['type'] !== 'string') return { anyOf: [schema, { type: 'null' }] } as Value;
  schema['type'] = [schema['type'], 'null'];
  if (Array.isArray(schema['enum'])) schema['enum'] = [...(schema['enum'] as unknown[]), null];
  return schema as Value;
}

/** The value at a pointer whose keys are escaped as JSON pointers are. */
export function read(value: unknown, pointer: string): unknown {
  let current = value;
  for (const key of pointer.split('/').slice(1)) {
    const name = key.replaceAll('~1', '/').replaceAll('~0', '~');
    current = isRow(current) ? current[name] : undefined;
  }
  return current;
}

function escape(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
