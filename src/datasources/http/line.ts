import type { GatewayError } from '../../errors.ts';
import { type Breaker, createBreaker } from './breaker.ts';
import { createSlots, type Slots } from './slots.ts';
import { createTransport, type Transport } from './transport.ts';

/**
 * The way to one service, whoever's credentials go along it: connections, how many requests may be
 * under way, and whether anybody answers. What belongs to credentials, as budgets, flights and
 * tokens, is no part of it.
 */
export interface Line {
  breaker: Breaker;
  slots: Slots;
  transport: Transport;
  /** Is told how each request along it ended. */
  onEnd: OnEnd | undefined;
  changes: Changes;
}

/**
 * Numbers what may have changed what the service tells: our own writes along any line, and what the
 * gateway has heard of. A read that began before the last of them may tell the state before it, so
 * whoever comes after it must not join that read.
 */
export interface Changes {
  /** The number of the latest one. */
  moment(): number;
  /** A write was sent, and has an answer or none. */
  add(): void;
}

/** `heard`: how many changes were heard of. */
export function createChanges(heard: () => number = () => 0): Changes {
  let own = 0;
  return {
    moment: () => own + heard(),
    add: () => {
      own += 1;
    },
  };
}

/** `error`: why it ended, if not well. */
export type OnEnd = (latencyMs: number, error: GatewayError | undefined) => void;

export interface LineOptions {
  /** Name of the provider entry, for errors. */
  provider: string;
  /** Time for one request, in milliseconds. */
  timeoutMs: number;
  /** Requests under way at a time. */
  concurrency: number;
  now?: (() => number) | undefined;
  onEnd?: OnEnd | undefined;
  /** What it shares with other lines of the entry; its own where absent. */
  changes?: Changes | undefined;
}

export function createLine(options: LineOptions): Line {
  const { provider, timeoutMs, concurrency, now, onEnd, changes = createChanges() } = options;
  return {
    onEnd,
    changes,
    breaker: createBreaker(provider, now),
    slots: createSlots(concurrency),
    transport: createTransport({ timeoutMs, concurrency }),
  };
}
