import type { FastifyInstance } from 'fastify';
import { ErrorCode, GatewayError } from '../errors.ts';
import { GRAPHQL_PATH } from './graphql.ts';
import { persistedHashOf } from './persisted-queries.ts';
import type { ServerSettings } from './settings.ts';

/** A request as far as it says which document it means. */
export interface DocumentRequest {
  query?: unknown;
  /** The hash of a trusted document. */
  documentId?: unknown;
  extensions?: unknown;
}

/**
 * The text that a request means: the trusted one where it names a hash, else its own. Undefined: it
 * has none, or only the hash of an automatic persisted query.
 * @throws GatewayError where only trusted documents are let in and this is none.
 */
export type DocumentFinder = (request: DocumentRequest) => string | undefined;

export function createDocumentFinder(settings: ServerSettings['trustedDocuments']): DocumentFinder {
  const byHash = new Map(Object.entries(settings?.file ?? {}));
  const texts = new Set(byHash.values());
  return (request) => {
    const hash = request.documentId ?? persistedHash(request.extensions);
    const known = typeof hash === 'string' ? byHash.get(hash.replace(/^sha256:/, '')) : undefined;
    if (known !== undefined) return known;
    const text = typeof request.query === 'string' ? request.query : undefined;
    if (settings?.only && (text === undefined || !texts.has(text))) {
      throw new GatewayError(
        ErrorCode.FORBIDDEN,
        'This gateway runs trusted documents only. Send the hash of one as `documentId`.',
      );
    }
    if (request.documentId !== undefined && text === undefined) {
      const message = 'documentId: no trusted document has this hash.';
      throw new GatewayError(ErrorCode.BAD_USER_INPUT, message);
    }
    return text;
  };
}

/**
 * Puts the text of trusted documents into requests that name their hash, and refuses hashes of
 * automatic persisted queries that are not those of their texts.
 */
export function serveTrustedDocuments(app: FastifyInstance, find: DocumentFinder): void {
  app.addHook('preHandler', async (request) => {
    if (request.routeOptions.url !== GRAPHQL_PATH) return;
    const asked = (request.method === 'GET' ? request.query : request.body) as
      DocumentRequest | null | undefined;
    if (typeof asked !== 'object' || asked === null) return;
    const extensions = parsed(asked.extensions);
    const text = find({ ...asked, extensions });
    if (text === undefined || text === asked.query) {
      // Apollo Server would not say where the mistake is.
      persistedHashOf({ ...asked, extensions });
      return;
    }
    // Apollo Server would look for its own kind of hash in the extensions.
    if (request.method === 'GET') {
      request.raw.url = `${GRAPHQL_PATH}?${addressOf({ ...asked, query: text, extensions: '' })}`;
    } else {
      asked.query = text;
      delete asked.extensions;
    }
  });
}

/** The adapter reads a GET from its address. */
function addressOf(asked: DocumentRequest): string {
  const texts = Object.entries(asked).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '',
  );
  return new URLSearchParams(texts).toString();
}

/** In the address of a GET, extensions are JSON text. */
function parsed(extensions: unknown): unknown {
  if (typeof extensions !== 'string') return extensions;
  try {
    return JSON.parse(extensions) as unknown;
  } catch {
    return undefined;
  }
}

function persistedHash(extensions: unknown): unknown {
  const { persistedQuery } = (extensions ?? {}) as { persistedQuery?: { sha256Hash?: unknown } };
  return persistedQuery?.sha256Hash;
}
