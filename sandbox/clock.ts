/**
 * The sandbox's own time. It starts at a fixed epoch so that every run serves the same data, and it
 * moves with real time (`running`) or only when told to (`frozen`, what tests use).
 */
export interface Clock {
  /** Sandbox time in milliseconds since 1970. */
  now: () => number;
  /** Moves sandbox time forward by `ms`. */
  advance: (ms: number) => void;
  /** Whether it moves by itself. */
  isRunning: boolean;
  /** Is told whenever it was moved. Returns how to end that. */
  onAdvance: (listener: () => void) => () => void;
}

/** Sandbox time at start: every generated date is relative to it. */
export const EPOCH = Date.parse('2026-06-01T12:00:00Z');

export function createClock(mode: 'running' | 'frozen'): Clock {
  const startedAt = Date.now();
  const listeners = new Set<() => void>();
  let advanced = 0;
  return {
    isRunning: mode === 'running',
    now: () => EPOCH + advanced + (mode === 'running' ? Date.now() - startedAt : 0),
    advance: (ms) => {
      advanced += ms;
      for (const listener of listeners) listener();
    },
    onAdvance: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** One step of a state that changes with time: from `afterMs` past the start on, it is `state`. */
export interface Step<State> {
  afterMs: number;
  state: State;
}

/**
 * Where a timeline stands at `now`: the last step that has begun, with the time it began.
 * `undefined` before the first step: the thing does not exist yet.
 */
export function stepAt<State>(
  startedAt: number,
  steps: readonly Step<State>[],
  now: number,
): { state: State; since: number } | undefined {
  let current: { state: State; since: number } | undefined;
  for (const step of steps) {
    if (startedAt + step.afterMs <= now) {
      current = { state: step.state, since: startedAt + step.afterMs };
    }
  }
  return current;
}
