import { ErrorCode, GatewayError } from '../../errors.ts';
import { CircuitState } from '../../schema/enums.ts';

/**
 * What a request showed: the provider answers (whatever it said), it is not there, or nothing
 * (somebody called the request off, or its answer tells neither).
 */
export type Verdict = 'answered' | 'unavailable' | 'nothing';

/** Stops asking a provider that is not there, and looks now and then whether it is back. */
export interface Breaker {
  state(): CircuitState;
  /** @throws GatewayError PROVIDER_UNAVAILABLE where a request would not be let through. */
  check(): void;
  /**
   * Lets a request through. Call the returned function once, with what it showed.
   * @throws GatewayError as `check`.
   */
  enter(): (verdict: Verdict) => void;
}

/** So many requests in a row that found nobody open it. */
const OPEN_AFTER = 5;

/** How long it stays open at first; twice as long after each probe in vain. */
const OPEN_MS = 10_000;
const LONGEST_OPEN_MS = 60_000;

export function createBreaker(provider: string, now: () => number = Date.now): Breaker {
  let failures = 0;
  let opened: { until: number; forMs: number } | undefined;
  let isProbing = false;

  const state = (): CircuitState => {
    if (!opened) return CircuitState.CLOSED;
    return isProbing || now() >= opened.until ? CircuitState.HALF_OPEN : CircuitState.OPEN;
  };

  const open = (forMs: number) => {
    opened = { until: now() + forMs, forMs };
  };

  const check = () => {
    if (!opened || (now() >= opened.until && !isProbing)) return;
    const seconds = Math.max(1, Math.ceil((opened.until - now()) / 1_000));
    const next = isProbing ? 'It is being tried again right now' : `Next try in ${seconds} s`;
    throw new GatewayError(
      ErrorCode.PROVIDER_UNAVAILABLE,
      `${provider} is not asked: its last ${OPEN_AFTER} or more requests found it unavailable. ${next}.`,
      { provider, retryable: true },
    );
  };

  /** A request that was let through while it was closed. */
  const settle = (verdict: Verdict) => {
    // What was under way when it opened tells nothing new.
    if (opened || verdict === 'nothing') return;
    failures = verdict === 'answered' ? 0 : failures + 1;
    if (failures >= OPEN_AFTER) open(OPEN_MS);
  };

  const settleProbe = (verdict: Verdict) => {
    isProbing = false;
    if (verdict === 'nothing' || !opened) return;
    if (verdict === 'unavailable') {
      open(Math.min(LONGEST_OPEN_MS, opened.forMs * 2));
      return;
    }
    opened = undefined;
    failures = 0;
  };

  return {
    state,
    check,
    enter() {
      check();
      if (!opened) return settle;
      isProbing = true;
      return settleProbe;
    },
  };
}
