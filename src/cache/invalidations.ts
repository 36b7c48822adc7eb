/**
 * Remembers which tags were invalidated, and in which order. Whatever carries a tag is void when it
 * began to be read before the tag was invalidated: so nothing needs to be found and deleted, and an
 * answer that arrives late is told from one that is good.
 */
export interface Invalidations {
  /** The number of the latest one. What begins to be read now is good as of this moment. */
  moment(): number;
  /** `undefined`: everything that began to be read before is void. */
  add(tags: readonly string[] | undefined): void;
  /** Whether one of the tags was invalidated since a moment. */
  isVoid(tags: readonly string[], since: number): boolean;
}

/** So many tags are remembered; what is older than the oldest of them is void. */
const MAX_TAGS = 50_000;

export function createInvalidations(maxTags = MAX_TAGS): Invalidations {
  /** The tag that was invalidated longest ago comes first. */
  const invalidatedAt = new Map<string, number>();
  let latest = 0;
  let knownSince = 0;

  return {
    moment: () => latest,
    add(tags) {
      latest += 1;
      if (!tags) {
        invalidatedAt.clear();
        knownSince = latest;
        return;
      }
      for (const tag of tags) {
        invalidatedAt.delete(tag);
        invalidatedAt.set(tag, latest);
      }
      for (const [tag, at] of invalidatedAt) {
        if (invalidatedAt.size <= maxTags) break;
        invalidatedAt.delete(tag);
        knownSince = at;
      }
    },
    isVoid(tags, since) {
      if (since === latest) return false;
      if (since < knownSince) return true;
      for (const tag of tags) if ((invalidatedAt.get(tag) ?? 0) > since) return true;
      return false;
    },
  };
}
