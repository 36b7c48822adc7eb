import { setMaxListeners } from 'node:events';

/**
 * What one operation carries through every read it causes. Made per operation (and per event of a
 * subscription), never shared between viewers.
 */
export interface Call {
  /** Aborts reads when the client hangs up or the operation's time is over. */
  readonly signal: AbortSignal;
  /**
   * When the operation's time is over, in milliseconds since 1970; Infinity without an end. What
   * could only be answered later fails at once.
   */
  readonly deadline: number;
  /** Whether nobody waits for it: such reads stand behind all others. */
  readonly isBackground?: boolean;
  /** The operation's reads by URL: the same read is sent once and shared, also while in flight. */
  readonly reads: Map<string, Promise<unknown>>;
  /**
   * How many requests were sent upstream, by provider name; each attempt counts. A read that
   * another operation had under way already is counted there.
   */
  readonly sent: Map<string, number>;
}

export function createCall(signal: AbortSignal, deadline = Infinity): Call {
  // Every read under way listens to it, and there may be many.
  setMaxListeners(0, signal);
  return { signal, deadline, reads: new Map(), sent: new Map() };
}

/** How many requests the operation has sent so far, to all providers together. */
export function sentRequests(call: Call): number {
  let total = 0;
  for (const count of call.sent.values()) total += count;
  return total;
}
