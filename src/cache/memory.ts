import { LRUCache } from 'lru-cache';
import type { Invalidations } from './invalidations.ts';

/** One thing that is kept. */
export interface Entry {
  /** Frozen; `undefined`: it is known that there is nothing. */
  readonly value: unknown;
  readonly tags: readonly string[];
  readonly bytes: number;
  /** The latest moment of invalidation as of which it is known to be good. */
  asOf: number;
  /** Until when it is fresh, in milliseconds since 1970. */
  softUntil: number;
  /** Until when it is served while it is being read anew. */
  hardUntil: number;
  /** Until when it may stand in for a provider that is not there. */
  readonly keptUntil: number;
  /** Not read anew in the background before this. */
  quietUntil: number;
}

/** What this instance keeps, bounded in bytes; what was not used for longest goes first. */
export interface Memory {
  /** Never what carries a tag that was invalidated after it began to be read. */
  get(key: string): Entry | undefined;
  set(key: string, entry: Entry): void;
  /** Nothing is fresh any more, nor what is being read now: invalidations may have been missed. */
  distrust(): void;
  bytes(): number;
}

/** What an entry costs beside its value: its key, its place in the list, its tags. */
const ENTRY_BYTES = 250;
const TAG_BYTES = 60;

export function createMemory(maxBytes: number, invalidations: Invalidations): Memory {
  const entries = new LRUCache<string, Entry>({
    maxSize: maxBytes,
    sizeCalculation: ({ bytes, tags }, key) =>
      Math.max(1, bytes + key.length + ENTRY_BYTES + tags.length * TAG_BYTES),
  });

  const isGood = (entry: Entry) => {
    const moment = invalidations.moment();
    if (entry.asOf === moment) return true;
    if (invalidations.isVoid(entry.tags, entry.asOf)) return false;
    entry.asOf = moment;
    return true;
  };

  return {
    get(key) {
      const entry = entries.get(key);
      if (!entry || isGood(entry)) return entry;
      entries.delete(key);
      return undefined;
    },
    set: (key, entry) => void entries.set(key, entry),
    distrust() {
      const good = [...entries.values()].filter(isGood);
      invalidations.add(undefined);
      for (const entry of good) {
        entry.asOf = invalidations.moment();
        entry.softUntil = 0;
        entry.hardUntil = 0;
      }
    },
    bytes: () => entries.calculatedSize,
  };
}
