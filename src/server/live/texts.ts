import { randomUUID } from 'node:crypto';
import type { FastifyBaseLogger } from 'fastify';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { type PersistedQueries, persistedHashOf } from '../persisted-queries.ts';
import type { DocumentFinder } from '../trusted-documents.ts';
import type { Ask } from './ask.ts';
import { format } from './format.ts';
import type { Operations } from './operations.ts';

/** What a client asks, with its text; or why there is none. */
export type WithText = { ask: Ask } | { errors: readonly GraphQLFormattedError[] };

/** Finds the text of an operation that names it by its hash, and keeps one that comes with it. */
export type TextFinder = (ask: Ask) => Promise<WithText>;

export interface TextOptions {
  findDocument: DocumentFinder;
  persisted: PersistedQueries;
  operations: Pick<Operations, 'kindOf'>;
  log: FastifyBaseLogger;
}

/** The protocol of automatic persisted queries, as Apollo Server speaks it over HTTP. */
export function createTextFinder(options: TextOptions): TextFinder {
  const { findDocument, persisted, operations, log } = options;

  const find = async (ask: Ask): Promise<Ask> => {
    // A client of graphql-ws has to send a text, if only an empty one.
    const asked = { ...ask, query: ask.query || undefined };
    const text = findDocument(asked);
    // A trusted document: it is found again where the operation begins.
    if (text !== asked.query) return ask;
    const hash = persistedHashOf(asked);
    if (hash === undefined) return ask;
    if (text === undefined) {
      const query = await persisted.find(hash);
      if (query === undefined) throw notFound();
      return { ...ask, query };
    }
    if (operations.kindOf(ask) !== undefined) persisted.keep(hash, text);
    return ask;
  };

  return async (ask) => {
    if (!ask.extensions?.persistedQuery) return { ask };
    try {
      return { ask: await find(ask) };
    } catch (error) {
      return { errors: format([error], randomUUID(), log) };
    }
  };
}

/** Its text and code are the protocol’s: a client that knows it sends the document’s text then. */
function notFound(): GraphQLError {
  const extensions = { code: 'PERSISTED_QUERY_NOT_FOUND' };
  return new GraphQLError('PersistedQueryNotFound', { extensions });
}
