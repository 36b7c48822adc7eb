import type { Outcome } from './outcome.ts';
import type { Sent } from './plan.ts';

/** What is known of the write under a key. */
export type Entry =
  /** Nobody did it, or began to send it. It is the caller's now. */
  | { state: 'yours'; reference: string }
  /** Somebody sent it, and nobody knows what came of it. It is the caller's now. */
  | { state: 'sent'; sent: Sent }
  /** Somebody is at it. */
  | { state: 'running' }
  | { state: 'done'; outcome: Outcome }
  /** The key was used for something else. */
  | { state: 'conflict' };

/**
 * Keeps writes with an idempotency key apart for 24 hours: in Redis, shared by all instances, or in
 * memory, as long as the process lasts. Whoever has an entry must `keep` it while at work; an entry
 * that is not kept for `LEASE_MS` goes to whoever asks next.
 *
 * @throws GatewayError IDEMPOTENCY_UNAVAILABLE, from every method, when it cannot be reached.
 */
export interface Ledger {
  /** `fingerprint`: of the input, equal for equal ones. `owner`: a name for this attempt. */
  begin(key: string, fingerprint: string, owner: string): Promise<Entry>;
  keep(key: string, owner: string): Promise<void>;
  /** Must be called, and waited for, before anything is sent. False: somebody else has the entry. */
  send(key: string, owner: string, mark: string | null): Promise<boolean>;
  /** The write is done, or was refused: from now on this is its result. */
  end(key: string, owner: string, outcome: Outcome): Promise<void>;
  /** Gives the entry up: `sent` whether it may have been done. Otherwise the key is free again. */
  giveUp(key: string, owner: string, sent: boolean): Promise<void>;
}

/** How long a key is remembered. */
export const REMEMBER_MS = 24 * 3_600_000;

/** How long an entry belongs to somebody who does not say that they are still at it. */
export const LEASE_MS = 15_000;
