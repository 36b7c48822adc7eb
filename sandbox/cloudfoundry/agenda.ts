/** What is going to happen, by sandbox time. Each action happens once, in the order of the times. */
export interface Agenda {
  /** Plans `action` for `time`. Actions of the same time happen in the order they were planned. */
  plan(time: number, action: (time: number) => void): void;
  /** Lets everything happen that is due at `now`. */
  catchUp(now: number): void;
}

interface Entry {
  time: number;
  action: (time: number) => void;
}

export function createAgenda(): Agenda {
  // Latest first, so that the next one to happen is popped off the end.
  const entries: Entry[] = [];
  return {
    plan: (time, action) => {
      entries.splice(positionOf(entries, time), 0, { time, action });
    },
    catchUp: (now) => {
      for (let next = entries.at(-1); next && next.time <= now; next = entries.at(-1)) {
        entries.pop();
        next.action(next.time);
      }
    },
  };
}

/** The first position whose entry is not later than `time`. */
function positionOf(entries: readonly Entry[], time: number): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((entries[middle]?.time ?? 0) > time) low = middle + 1;
    else high = middle;
  }
  return low;
}
