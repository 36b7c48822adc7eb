import { LRUCache } from 'lru-cache';

/** One thing that is kept. */
export interface Entry {
  /** Frozen; `undefined`: it is known that there is nothing. */
  readonly value: unknown;
  readonly tags: readonly string[];
  readonly bytes: number;
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
  get(key: string): Entry | undefined;
  set(key: string, entry: Entry): void;
  delete(key: string): void;
  /** Forgets everything that carries one of the tags. */
  invalidate(tags: readonly string[]): void;
  /** Nothing is fresh any more: changes may have been missed. */
  distrust(): void;
  bytes(): number;
}

/** What an entry costs beside its value: its place in the list and in the index of each tag. */
const ENTRY_BYTES = 250;
const TAG_BYTES = 100;

export function createMemory(maxBytes: number): Memory {
  const byTag = new Map<string, Set<string>>();
  const entries = new LRUCache<string, Entry>({
    maxSize: maxBytes,
    sizeCalculation: ({ bytes, tags }, key) =>
      Math.max(1, bytes + key.length + ENTRY_BYTES + tags.length * TAG_BYTES),
    dispose: ({ tags }, key) => tags.forEach((tag) => unlink(tag, key)),
  });

  const unlink = (tag: string, key: string) => {
    const keys = byTag.get(tag);
    keys?.delete(key);
    if (keys?.size === 0) byTag.delete(tag);
  };

  const link = (tag: string, key: string) => {
    const keys = byTag.get(tag);
    if (keys) keys.add(key);
    else byTag.set(tag, new Set([key]));
  };

  return {
    get: (key) => entries.get(key),
    set(key, entry) {
      entries.set(key, entry);
      // What is larger than everything together is not kept, and must not be in the index.
      if (entries.has(key)) entry.tags.forEach((tag) => link(tag, key));
    },
    delete: (key) => void entries.delete(key),
    invalidate(tags) {
      for (const tag of tags) {
        for (const key of byTag.get(tag) ?? []) entries.delete(key);
      }
    },
    distrust() {
      for (const entry of entries.values()) {
        entry.softUntil = 0;
        entry.hardUntil = 0;
      }
    },
    bytes: () => entries.calculatedSize,
  };
}
