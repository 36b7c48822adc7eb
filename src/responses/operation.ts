import {
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  stripIgnoredCharacters,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { canonical } from '../canonical.ts';

/**
 * Reads the body of a POST: what the operation comes down to; "" for what is no query; undefined
 * where its document is not at hand, which may be otherwise the next time.
 */
export type OperationReader = (body: string) => string | undefined;

/** The document that a request means; null: none that may be shared; undefined: it is not at hand. */
export type FindText = (request: Record<string, unknown>) => string | null | undefined;

/** How many documents are remembered with what they come down to. */
const MAX_DOCUMENTS = 2_000;

/**
 * Equal answers of the reader mean equal operations: the same document but for white space,
 * comments and commas, the same operation in it, and the same variables in whatever order.
 * Mutations, subscriptions, batches and everything that is malformed have none: only a query may be
 * answered with what somebody else was told.
 */
export function createOperationReader(findText: FindText): OperationReader {
  const documents = new LRUCache<string, Document>({ max: MAX_DOCUMENTS });

  const read = (query: string): Document => {
    const known = documents.get(query);
    if (known) return known;
    const document = readDocument(query);
    documents.set(query, document);
    return document;
  };

  return (body) => {
    const request = parseJson(body);
    const text = request ? findText(request) : null;
    if (!request || text === null) return '';
    if (text === undefined) return undefined;
    const { operationName = null, variables = null } = request;
    const { stripped, queries } = read(text);
    const isQuery = operationName === null ? queries.size === 1 : queries.has(operationName);
    if (stripped === undefined || !isQuery) return '';
    try {
      return JSON.stringify([stripped, operationName, canonical(variables)]);
    } catch {
      // Nested too deeply to be compared: it is refused, or those variables are not used.
      return '';
    }
  };
}

interface Document {
  /** Undefined where it cannot be parsed. */
  stripped: string | undefined;
  /** The names of its operations where all of them are queries; none otherwise. */
  queries: ReadonlySet<unknown>;
}

function readDocument(query: string): Document {
  try {
    const operations = parse(query, { noLocation: true }).definitions.filter(
      (definition): definition is OperationDefinitionNode =>
        definition.kind === Kind.OPERATION_DEFINITION,
    );
    const areQueries = operations.every(({ operation }) => operation === OperationTypeNode.QUERY);
    const names = operations.map(({ name }) => name?.value ?? null);
    return { stripped: stripIgnoredCharacters(query), queries: new Set(areQueries ? names : []) };
  } catch {
    return { stripped: undefined, queries: new Set() };
  }
}

function parseJson(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
