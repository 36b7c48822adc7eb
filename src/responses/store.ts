import { LRUCache } from 'lru-cache';

/** An answer as it was sent. */
export interface StoredResponse {
  body: Buffer;
  /** Names and values in turn, as Node writes them fastest. */
  headers: readonly string[];
  /** Until when it may be sent again, in milliseconds since 1970. */
  freshUntil: number;
  tags: ReadonlySet<string>;
}

/**
 * Answers by operation, bounded in bytes. An answer is sent again while everything that it rests on
 * is fresh, and dropped as soon as one of its tags is invalidated.
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
  invalidate(tags: Iterable<string>): void;
  clear(): void;
  /** How many bytes are kept. */
  bytes(): number;
}

/** How many invalidated tags are remembered, for operations that were reading at the time. */
const MAX_INVALIDATED = 20_000;

/** What an entry costs beside its body and its keys. */
const ENTRY_BYTES = 500;

export function createResponseStore(maxBytes: number, now: () => number = Date.now): ResponseStore {
  const byTag = new Map<string, Set<string>>();
  const invalidated = new LRUCache<string, number>({ max: MAX_INVALIDATED });
  let count = 0;
  /** Before this moment it is no longer known what was invalidated. */
  let knownSince = 0;

  const forget = ({ tags }: StoredResponse, key: string) => {
    for (const tag of tags) {
      const keys = byTag.get(tag);
      keys?.delete(key);
      if (keys?.size === 0) byTag.delete(tag);
    }
  };
  const responses = new LRUCache<string, StoredResponse>({
    maxSize: maxBytes,
    sizeCalculation: ({ body, tags }, key) =>
      body.length + 2 * key.length + 100 * tags.size + ENTRY_BYTES,
    dispose: forget,
  });

  return {
    find(key) {
      const response = responses.get(key);
      if (!response || response.freshUntil > now()) return response;
      responses.delete(key);
      return undefined;
    },
    moment: () => count,
    keep(key, response, since) {
      if (since < knownSince || response.freshUntil <= now()) return false;
      for (const tag of response.tags) {
        if ((invalidated.get(tag) ?? 0) > since) return false;
      }
      responses.set(key, response);
      // One that is larger than the whole store is not kept.
      if (!responses.has(key)) return true;
      for (const tag of response.tags) {
        const keys = byTag.get(tag) ?? new Set();
        byTag.set(tag, keys.add(key));
      }
      return true;
    },
    invalidate(tags) {
      count += 1;
      for (const tag of tags) {
        if (invalidated.size >= MAX_INVALIDATED) {
          knownSince = count;
          invalidated.clear();
        }
        invalidated.set(tag, count);
        for (const key of byTag.get(tag) ?? []) responses.delete(key);
      }
    },
    clear() {
      count += 1;
      knownSince = count;
      responses.clear();
    },
    bytes: () => responses.calculatedSize,
  };
}
