import { at, isRow } from './http.ts';
import type { OpenApiDocument, Schema } from './openapi.ts';

/** Where a schema is written: the schema or route that has a name, and the path inside it. */
export interface Place {
  schema: string;
  path: string;
}

/** The place of every schema of the document, by identity. */
export function placesOf(document: OpenApiDocument): Map<Schema, Place> {
  const places = new Map<Schema, Place>();
  for (const [route, { get }] of Object.entries(document.paths)) {
    for (const response of Object.values(get?.responses ?? {})) {
      addContent(places, response, `GET ${route}`);
    }
  }
  const responses = at(document, '/components/responses');
  for (const [name, response] of entriesOf(responses)) addContent(places, response, name);
  for (const [name, schema] of entriesOf(at(document, '/components/schemas'))) {
    add(places, schema, { schema: name, path: '' });
  }
  return places;
}

function addContent(places: Map<Schema, Place>, response: unknown, name: string): void {
  for (const [, media] of entriesOf(at(response, '/content'))) {
    add(places, at(media, '/schema'), { schema: name, path: '' });
  }
}

function add(places: Map<Schema, Place>, schema: unknown, place: Place): void {
  if (!isRow(schema)) return;
  places.set(schema, place);
  const below = (part: unknown, key: string) =>
    add(places, part, { schema: place.schema, path: `${place.path}/${key}` });
  for (const [key, part] of entriesOf(schema['properties'])) below(part, key);
  below(schema['items'], '*');
  below(schema['additionalProperties'], '*');
  for (const keyword of ['allOf', 'oneOf', 'anyOf']) {
    for (const [, part] of entriesOf(schema[keyword])) add(places, part, place);
  }
}

function entriesOf(value: unknown): [string, unknown][] {
  return isRow(value) ? Object.entries(value) : [];
}
