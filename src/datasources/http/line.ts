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
}

export interface LineOptions {
  /** Name of the provider entry, for errors. */
  provider: string;
  /** Time for one request, in milliseconds. */
  timeoutMs: number;
  /** Requests under way at a time. */
  concurrency: number;
  now?: (() => number) | undefined;
}

export function createLine({ provider, timeoutMs, concurrency, now }: LineOptions): Line {
  return {
    breaker: createBreaker(provider, now),
    slots: createSlots(concurrency),
    transport: createTransport({ timeoutMs, concurrency }),
  };
}
