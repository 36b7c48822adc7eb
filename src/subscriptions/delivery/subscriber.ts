import type { Ref } from '../../ids.ts';
import type { GatewayError } from '../../errors.ts';
import type { LogEvent } from '../events.ts';
import type { Selection } from './selection.ts';

/** Where the events of one subscription go: one operation on a socket or stream. */
export interface Subscriber {
  /**
   * Sends one event. `payload` is the serialised result, the same string for all of a group. `sent`
   * is called once the network has taken it, or never will.
   */
  next(payload: string, sent?: () => void): void;
  /** What was sent and not taken by the network yet. */
  bufferedBytes(): number;
  /** Ends the subscription with an error. */
  fail(error: GatewayError): void;
  /** Ends the connection: the client reads too slowly, and must come back with its cursor. */
  closeAsSlow(): void;
}

/**
 * One delivery of an event, as it happens or on replay. What is loaded for an occasion is loaded
 * anew, and may be shared by all that it is delivered to.
 */
export interface Occasion {
  readonly event: LogEvent;
}

/** A subscription, ready to be followed. */
export interface LiveOperation {
  /** Equal for operations whose events look the same: document, variables and what may be seen. */
  readonly key: string;
  readonly selection: Selection;
  /** Where to begin; undefined: with what comes next. */
  readonly since: string | undefined;
  /** Whether whoever subscribed may see events about this; a promise where that has to be found out. */
  maySee(target: Ref): boolean | Promise<boolean>;
  /** The scopes of a provider in which they may see any. */
  areaOf: (this: void, provider: string) => 'everywhere' | readonly Ref[];
  /** Works out the result for one event, serialised. Rejects only where the gateway is at fault. */
  execute(occasion: Occasion): Promise<string>;
}

export interface DeliveryLimits {
  /** Bytes that may wait for a subscriber's network. */
  maxBufferedBytes: number;
  /** Events that may wait for a subscriber, or for a group's execution. */
  maxQueuedEvents: number;
}

/** What the delivery has done and holds. Counters only grow. */
export interface DeliveryStatus {
  subscribers: number;
  groups: number;
  /** Executions of subscriptions for an event: one for each group, and those of replays. */
  executions: number;
  /** Events handed to subscribers' connections. */
  delivered: number;
  /** Subscribers that were closed because they read too slowly. */
  closedAsSlow: number;
}
