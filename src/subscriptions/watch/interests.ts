/** How many are interested in what, and until when after the last one has gone. */
export interface Interests {
  add(key: string): void;
  remove(key: string): void;
  /** All that run, also those that will end unless somebody comes back. */
  keys(): string[];
  close(): void;
}

/**
 * Counts who is interested in a key. The first one starts it; `lingerMs` after the last one has
 * gone it is stopped, so that one who comes back in between has missed nothing.
 */
export function createInterests(
  lingerMs: number,
  start: (key: string) => void,
  stop: (key: string) => void,
): Interests {
  const counts = new Map<string, number>();
  const leaving = new Map<string, NodeJS.Timeout>();
  let isClosed = false;

  return {
    add(key) {
      if (isClosed) return;
      clearTimeout(leaving.get(key));
      const isRunning = leaving.delete(key) || counts.has(key);
      counts.set(key, (counts.get(key) ?? 0) + 1);
      if (!isRunning) start(key);
    },
    remove(key) {
      if (isClosed) return;
      const count = (counts.get(key) ?? 0) - 1;
      if (count > 0) {
        counts.set(key, count);
        return;
      }
      counts.delete(key);
      const timer = setTimeout(() => {
        leaving.delete(key);
        stop(key);
      }, lingerMs);
      leaving.set(key, timer);
    },
    keys: () => [...counts.keys(), ...leaving.keys()],
    close() {
      isClosed = true;
      for (const timer of leaving.values()) clearTimeout(timer);
      leaving.clear();
      counts.clear();
    },
  };
}
