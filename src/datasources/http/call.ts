import { setMaxListeners } from 'node:events';
import type { Span } from '../../observability/span.ts';

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
  /** The operation's reads by URL: the same read is sent once and shared, also while in flight. */
  readonly reads: Map<string, Promise<unknown>>;
  /**
   * How many requests were sent upstream, by provider name; each attempt counts. A read that
   * another operation had under way already is counted there.
   */
  readonly sent: Map<string, number>;
  /** What the answers so far rest on, for whoever wants to use the operation's answer again. */
  readonly rests: Rests;
  /** How long what was read may be kept, by what the providers' `Cache-Control` says. */
  readonly keep: { forMs: number };
  /**
   * Whether nobody waits for it: such reads stand behind all others, and leave what is left of a
   * short budget to those that somebody waits for.
   */
  readonly isBackground: boolean;
  /** The client's request that caused it, for logs; providers are told it too. */
  readonly requestId?: string | undefined;
  /** What its requests are part of; absent where there are no traces. */
  span?: Span | undefined;
}

/** What an operation's answer rests on. It can be used again while all of it is fresh. */
export interface Rests {
  /** The tags of each thing that came out of the cache or went into it. */
  readonly tags: Set<readonly string[]>;
  /** When the first of it is no longer fresh, in milliseconds since 1970. */
  freshUntil: number;
  /** False once anything was stale, failed, or came past the cache. */
  whole: boolean;
}

export function createRests(): Rests {
  return { tags: new Set(), freshUntil: Infinity, whole: true };
}

export function createCall(
  signal: AbortSignal,
  deadline = Infinity,
  {
    isBackground = false,
    requestId,
    span,
  }: Partial<Pick<Call, 'isBackground' | 'requestId' | 'span'>> = {},
): Call {
  // Every read under way listens to it, and there may be many.
  setMaxListeners(0, signal);
  return {
    signal,
    deadline,
    reads: new Map(),
    sent: new Map(),
    rests: createRests(),
    keep: { forMs: Infinity },
    isBackground,
    requestId,
    span,
  };
}

/** The same operation for one thing that is to be kept: what it rests on is noted apart. */
export function callToKeep(call: Call): Call {
  return { ...call, rests: createRests(), keep: { forMs: Infinity } };
}

/** How many requests the operation has sent so far, to all providers together. */
export function sentRequests(call: Call): number {
  let total = 0;
  for (const count of call.sent.values()) total += count;
  return total;
}
