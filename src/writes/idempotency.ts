import { randomUUID } from 'node:crypto';
import type { Call } from '../datasources/http/call.ts';
import { pause } from '../datasources/http/pause.ts';
import { ErrorCode, GatewayError, refuse } from '../errors.ts';
import type { Fingerprint } from './fingerprint.ts';
import { type Entry, type Ledger, LEASE_MS } from './ledger.ts';
import { type Done, withoutObjects } from './outcome.ts';
import type { Plan } from './plan.ts';

/** The outcome of a write, and whether it is that of an earlier one under the same key. */
export interface Settled {
  done: Done;
  isReplay: boolean;
}

/** Does a plan, or finds that it was done, under the key of its input. */
export type Keyed = (
  plan: Plan,
  viewer: string,
  call: Call,
  /** Sends it; what the input got wrong is in the outcome. */
  perform: (reference: string) => Promise<Done>,
) => Promise<Settled>;

const LONGEST_KEY = 255;

/** How long to wait before looking again at a write that somebody else is at. */
const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 500;

export interface IdempotencyOptions {
  ledger: Ledger;
  fingerprint: () => Promise<Fingerprint>;
  /** Told of a result that could not be kept: the next one with its key has to look it up. */
  onLost: (error: unknown) => void;
}

export function createIdempotency({ ledger, fingerprint, onLost }: IdempotencyOptions): Keyed {
  return async (plan, viewer, call, perform) => {
    const key = keyOf(plan, viewer);
    const owner = randomUUID();
    const print = (await fingerprint())(plan.name, plan.input);
    const entry = await settledEntry(() => ledger.begin(key, print, owner), call);
    if (entry.state === 'done') return { done: entry.outcome, isReplay: true };
    const keeping = setInterval(() => {
      ledger.keep(key, owner).catch(onLost);
    }, LEASE_MS / 3);
    try {
      return await attempt({ ledger, key, owner, onLost }, plan, call, entry, perform);
    } finally {
      clearInterval(keeping);
    }
  };
}

interface Attempt {
  ledger: Ledger;
  key: string;
  owner: string;
  onLost: (error: unknown) => void;
}

/** Looks up what was sent before, else sends; leaves the ledger in order, whatever happens. */
async function attempt(
  { ledger, key, owner, onLost }: Attempt,
  plan: Plan,
  call: Call,
  entry: Extract<Entry, { state: 'yours' | 'sent' }>,
  perform: (reference: string) => Promise<Done>,
): Promise<Settled> {
  const reference = entry.state === 'sent' ? entry.sent.reference : entry.reference;
  // `unclear` until a look-up has answered; then what is thrown tells whether it may have been done.
  let stage: 'unclear' | 'unsent' | 'sent' = entry.state === 'sent' ? 'unclear' : 'unsent';
  try {
    const earlier = entry.state === 'sent' ? await plan.lookUp(entry.sent, call) : undefined;
    if (!earlier) {
      stage = 'unsent';
      const mark = (await plan.mark?.(call)) ?? null;
      call.signal.throwIfAborted();
      if (!(await ledger.send(key, owner, mark))) throw takenOver();
      stage = 'sent';
    }
    const done = earlier ?? (await perform(reference));
    const keep = done.isOpen
      ? ledger.giveUp(key, owner, true)
      : ledger.end(key, owner, withoutObjects(done));
    await keep.catch(onLost);
    return { done, isReplay: earlier !== undefined };
  } catch (error) {
    const isOpen = !(error instanceof GatewayError) || LEAVES_OPEN.has(error.code);
    await ledger
      .giveUp(key, owner, stage === 'unclear' || (stage === 'sent' && isOpen))
      .catch(onLost);
    throw error;
  }
}

/** Failures after which a write may have been done. */
const LEAVES_OPEN = new Set([ErrorCode.OUTCOME_UNKNOWN, ErrorCode.INTERNAL_SERVER_ERROR]);

/** The entry, once nobody else is at it. */
async function settledEntry(
  begin: () => Promise<Entry>,
  call: Call,
): Promise<Exclude<Entry, { state: 'running' | 'conflict' }>> {
  for (let waitMs = FIRST_PAUSE_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_PAUSE_MS)) {
    call.signal.throwIfAborted();
    const entry = await begin();
    if (entry.state === 'conflict') {
      throw new GatewayError(
        ErrorCode.CONFLICT,
        'input.idempotencyKey: it was used for another input within the last 24 hours. Write a new one.',
      );
    }
    if (entry.state !== 'running') return entry;
    await pause(waitMs, call.signal);
  }
}

function keyOf({ input }: Plan, viewer: string): string {
  const key = input.idempotencyKey ?? '';
  if (key.length > LONGEST_KEY) {
    throw refuse(['idempotencyKey'], `write at most ${LONGEST_KEY} letters.`);
  }
  return JSON.stringify([viewer, key]);
}

function takenOver(): GatewayError {
  return new GatewayError(
    ErrorCode.CONFLICT,
    'Somebody else has taken this write over. Repeat it with the same idempotencyKey to see its result.',
    { retryable: true },
  );
}
