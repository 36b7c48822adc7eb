import type { Call } from './call.ts';

/**
 * Lets at most `limit` tasks run at a time; the others wait in order of arrival, those of the
 * background behind all others.
 */
export interface Slots {
  /** Runs the task when it is its turn. Rejects with the signal's reason if that comes first. */
  run<T>(call: Turn, task: () => Promise<T>): Promise<T>;
}

/** What of a call decides on its turn. */
type Turn = Pick<Call, 'signal' | 'isBackground'>;

export function createSlots(limit: number): Slots {
  let free = limit;
  /** Who stood in the background may be joined by somebody who waits: it is asked each time. */
  const waiting = new Map<() => void, Turn>();

  const release = () => {
    const next = first(waiting);
    if (!next) {
      free += 1;
      return;
    }
    waiting.delete(next);
    next();
  };

  const acquire = (turn: Turn): Promise<void> => {
    const { signal } = turn;
    signal.throwIfAborted();
    if (free > 0) {
      free -= 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const enter = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        waiting.delete(enter);
        reject(signal.reason as Error);
      };
      waiting.set(enter, turn);
      signal.addEventListener('abort', leave, { once: true });
    });
  };

  return {
    async run(turn, task) {
      await acquire(turn);
      try {
        return await task();
      } finally {
        release();
      }
    },
  };
}

/** Who has waited longest, of those that somebody waits for if there are any. */
function first(waiting: ReadonlyMap<() => void, Turn>): (() => void) | undefined {
  for (const [enter, { isBackground }] of waiting) if (!isBackground) return enter;
  return waiting.keys().next().value;
}
