/**
 * Remembers what was invalidated while something was being read: what began before must not be kept
 * afterwards.
 */
export interface Journal {
  /** Begins a read. Call `end` once. */
  begin(): { isVoid(tags: readonly string[]): boolean; end(): void };
  /** `undefined`: nothing that is being read may be kept. */
  add(tags: readonly string[] | undefined): void;
}

/** More than this is not remembered tag by tag. */
const MAX_TAGS = 10_000;

export function createJournal(): Journal {
  const changedAt = new Map<string, number>();
  let number = 0;
  let allBefore = 0;
  let open = 0;

  return {
    begin() {
      const since = number;
      open += 1;
      return {
        isVoid: (tags) =>
          allBefore > since || tags.some((tag) => (changedAt.get(tag) ?? 0) > since),
        end() {
          open -= 1;
          if (open === 0) changedAt.clear();
        },
      };
    },
    add(tags) {
      if (open === 0) return;
      number += 1;
      if (!tags || changedAt.size + tags.length > MAX_TAGS) {
        allBefore = number;
        changedAt.clear();
        return;
      }
      for (const tag of tags) changedAt.set(tag, number);
    },
  };
}
