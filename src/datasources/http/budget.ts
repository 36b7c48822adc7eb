import { ErrorCode, GatewayError } from '../../errors.ts';
import type { RateLimit } from '../../schema/provider.ts';
import type { ShareBudget } from './budget-talk.ts';
import type { Call } from './call.ts';
import { pause as pauseByTimer } from './pause.ts';
import { createWindow } from './window.ts';

/** A request that was taken out of the budget; later ones have higher numbers. */
export type Ticket = number;

/** What an answer says about the budget. */
export interface BudgetNews {
  /** What its headers tell. */
  told: RateLimit | null;
  /** The answer is the provider's word for a spent budget. */
  throttled: boolean;
  /** What `Retry-After` says. */
  retryAt: Date | undefined;
}

/**
 * The request budget of one provider entry, as the provider's own answers tell it. What is not
 * known does not limit.
 */
export interface Budget {
  /**
   * Takes one request out of the budget, waiting for the next window where that begins in time.
   * What nobody waits for does not wait either, and leaves a tenth of the window to the others.
   * @throws GatewayError PROVIDER_RATE_LIMITED at once where it does not; the signal's reason.
   */
  take(
    call: Pick<Call, 'signal' | 'deadline'> & Partial<Pick<Call, 'isBackground'>>,
  ): Promise<Ticket>;
  /** A request that was taken and never sent. */
  giveBack(): void;
  /** Learns from the answer to a request. Returns when the next may be sent, if not at once. */
  learn(ticket: Ticket, news: BudgetNews): Date | undefined;
  isSpent(): boolean;
}

export interface BudgetOptions {
  /** Name of the provider entry, for errors. */
  provider: string;
  /** How long the provider's windows are, in milliseconds, where it is known. */
  windowMs?: number | undefined;
  /** Joins the instances that spend the same budget; absent: nobody else does. */
  share?: ShareBudget | undefined;
  now?: () => number;
  pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** How long to stay away from a provider that throttles and does not say for how long, at first. */
const STAY_AWAY_MS = 5_000;
const LONGEST_STAY_AWAY_MS = 60_000;

/** Where the end of a window is a guess, one request in this time looks whether it has come. */
const LOOK_MS = 60_000;

export function createBudget(options: BudgetOptions): Budget {
  const { provider, windowMs, now = Date.now, pause = pauseByTimer } = options;
  const window = createWindow(windowMs, now);
  let closing: { until: number; isGuess: boolean; after: Ticket } | undefined;
  let throttles = 0;
  let taken: Ticket = 0;
  let lastTakenAt = 0;
  let waiting = 0;

  /** When one more request may be sent. */
  const opensAt = (): number => {
    const own = closing && closing.until > now() ? closing : undefined;
    const until = Math.max(own?.until ?? 0, window.opensAt(waiting));
    const isGuess = own ? own.isGuess : window.isGuess();
    const mayLook = isGuess && now() - lastTakenAt >= LOOK_MS;
    return mayLook ? now() : until;
  };

  /** When to come back after a throttled answer that may say so, or not. */
  const comeBack = ({ told, retryAt }: BudgetNews): { until: number; isGuess: boolean } => {
    const named = retryAt ?? told?.resetsAt;
    if (named) return { until: named.getTime(), isGuess: false };
    if (told && windowMs !== undefined) return { until: window.endsAt(), isGuess: true };
    const forMs = Math.min(LONGEST_STAY_AWAY_MS, STAY_AWAY_MS * 2 ** (throttles - 1));
    return { until: now() + forMs, isGuess: false };
  };

  const close = (ticket: Ticket, news: BudgetNews) => {
    // Requests that were under way together are refused together: that is one refusal.
    if (!closing || ticket > closing.after) throttles += 1;
    closing = { ...comeBack(news), after: taken };
  };

  const tell = options.share?.(({ taken: count, closedForMs }) => {
    window.takeElsewhere(count);
    if (closedForMs === undefined) return;
    const until = now() + closedForMs;
    if (!closing || closing.until < until) closing = { until, isGuess: false, after: taken };
  });

  return {
    async take({ signal, deadline, isBackground }) {
      for (;;) {
        signal.throwIfAborted();
        const at = opensAt();
        // A provider that asks for a moment's rest has not spent its window.
        const until = isBackground && window.isShort() ? Math.max(at, window.endsAt()) : at;
        if (isBackground && until > now()) throw refusal(provider, new Date(until));
        if (at <= now()) break;
        if (at >= deadline) throw refusal(provider, new Date(at));
        waiting += 1;
        try {
          await pause(Math.min(at - now(), LOOK_MS), signal);
        } finally {
          waiting -= 1;
        }
      }
      taken += 1;
      lastTakenAt = now();
      window.take();
      tell?.({ taken: 1 });
      return taken;
    },
    giveBack() {
      window.giveBack();
      tell?.({ taken: -1 });
    },
    learn(ticket, news) {
      if (news.told) window.learn(news.told, taken - ticket, ticket);
      if (news.throttled) {
        close(ticket, news);
        if (closing) tell?.({ taken: 0, closedForMs: Math.max(0, closing.until - now()) });
        return closing && new Date(closing.until);
      }
      if (closing && ticket > closing.after) closing = undefined;
      if (!closing) throttles = 0;
      return undefined;
    },
    isSpent: () => opensAt() > now(),
  };
}

function refusal(provider: string, resetsAt: Date): GatewayError {
  const when = Number.isFinite(resetsAt.getTime()) ? resetsAt.toISOString() : 'later';
  return new GatewayError(
    ErrorCode.PROVIDER_RATE_LIMITED,
    `${provider} is not asked: its request budget is spent until ${when}. Ask again then.`,
    { provider, retryable: true, resetsAt },
  );
}
