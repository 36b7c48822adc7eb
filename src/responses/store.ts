import { LRUCache } from 'lru-cache';

/** An answer as it was sent. */
export interface StoredResponse {
  body: Buffer;
  /** Names and values in turn, as Node writes them fastest. */
  headers: readonly string[];
  /** Until when it may be sent again, in milliseconds since 1970. */
  freshUntil: number;
  /** What it rests on: the tags of each thing. */
  tags: ReadonlySet<readonly string[]>;
}

/** Tells what has become void; see `src/cache/invalidations.ts`. */
export interface Invalidations {
  moment(): number;
  isVoid(tags: readonly string[], since: number): boolean;
}

/**
 * Answers by operation, bounded in bytes. An answer is sent again while everything that it rests on
 * is fresh and none of its tags was invalidated.
 */
export interface ResponseStore {
  find(key: string): StoredResponse | undefined;
  /** The moment at which an operation begins to read; what is invalidated later counts for it. */
  moment(): number;
  /**
   * Keeps an answer, unless one of its tags was invalidated since its operation began to read: then
   * it returns false, and nobody else may be told it.
   */
  keep(key: string, response: StoredResponse, since: number): boolean;
  /** How many bytes are kept. */
  bytes(): number;
}

interface Kept {
  response: StoredResponse;
  /** The latest moment of invalidation as of which it is known to be good. */
  asOf: number;
}

/** What an entry costs beside its body and its keys, and what each thing's tags do. */
const ENTRY_BYTES = 500;
const TAGS_BYTES = 200;

export function createResponseStore(
  maxBytes: number,
  invalidations: Invalidations,
  now: () => number = Date.now,
): ResponseStore {
  const responses = new LRUCache<string, Kept>({
    maxSize: maxBytes,
    sizeCalculation: ({ response: { body, tags } }, key) =>
      body.length + 2 * key.length + TAGS_BYTES * tags.size + ENTRY_BYTES,
  });

  const isVoid = ({ tags }: StoredResponse, since: number) => {
    for (const some of tags) if (invalidations.isVoid(some, since)) return true;
    return false;
  };

  return {
    find(key) {
      const kept = responses.get(key);
      if (!kept) return undefined;
      const { response, asOf } = kept;
      const moment = invalidations.moment();
      if (response.freshUntil <= now() || (asOf !== moment && isVoid(response, asOf))) {
        responses.delete(key);
        return undefined;
      }
      kept.asOf = moment;
      return response;
    },
    moment: () => invalidations.moment(),
    keep(key, response, since) {
      if (response.freshUntil <= now() || isVoid(response, since)) return false;
      responses.set(key, { response, asOf: invalidations.moment() });
      return true;
    },
    bytes: () => responses.calculatedSize,
  };
}
