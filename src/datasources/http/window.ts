import type { RateLimit } from '../../schema/provider.ts';

/** How many requests are left, and until when. Knows nothing until an answer has told. */
export interface Window {
  /** When a request may be sent that `ahead` others go before; 0: now. */
  opensAt(ahead: number): number;
  /** When it ends, as far as anybody knows, in milliseconds since 1970. */
  endsAt(): number;
  /** Whether its end is a guess: the provider does not tell it. */
  isGuess(): boolean;
  /** Whether no more than a tenth of it is left. */
  isShort(): boolean;
  take(): void;
  /** Others took requests of the same budget, which the newest answer may not have counted. */
  takeElsewhere(count: number): void;
  giveBack(): void;
  /**
   * Learns what an answer told. `since`: how many requests were taken after the one it answers,
   * which it could not count. Answers to requests older than the newest so far are ignored.
   */
  learn(told: RateLimit, since: number, ticket: number): void;
}

/** The window of a provider that tells a budget, and neither its end nor its length. */
const UNKNOWN_WINDOW_MS = 60_000;

/** No provider has longer windows; an end that is further away is no end. */
const LONGEST_WINDOW_MS = 86_400_000;

export function createWindow(windowMs: number | undefined, now: () => number = Date.now): Window {
  const lengthMs = windowMs ?? UNKNOWN_WINDOW_MS;
  let limit: number | undefined;
  let current: { left: number; endsAt: number; isGuess: boolean } | undefined;
  let newest = 0;
  let elsewhere = 0;

  /** Begins the next window when this one is over. */
  const turn = () => {
    if (!current || now() < current.endsAt) return;
    elsewhere = 0;
    current =
      limit === undefined ? undefined : { left: limit, endsAt: now() + lengthMs, isGuess: true };
  };

  const left = () => (current ? current.left - elsewhere : Infinity);

  return {
    opensAt(ahead) {
      turn();
      if (!current || left() > 0) return 0;
      const turns = limit === undefined || limit < 1 ? 0 : Math.floor(ahead / limit);
      return current.endsAt + turns * lengthMs;
    },
    endsAt() {
      turn();
      return current?.endsAt ?? now() + lengthMs;
    },
    isGuess: () => current !== undefined && left() <= 0 && current.isGuess,
    isShort() {
      turn();
      return limit !== undefined && left() <= limit / 10;
    },
    take() {
      if (current) current.left -= 1;
    },
    takeElsewhere(count) {
      turn();
      if (current) elsewhere = Math.max(0, elsewhere + count);
    },
    giveBack() {
      if (current) current.left += 1;
    },
    learn(told, since, ticket) {
      turn();
      limit = told.limit ?? limit;
      if (told.remaining === null || ticket < newest) return;
      newest = ticket;
      // What others took is not compared: they may have told it twice over, with this answer.
      elsewhere = 0;
      const remaining = told.remaining - since;
      const isSame = current !== undefined && remaining <= current.left;
      const named = told.resetsAt?.getTime() ?? Infinity;
      const isGuess = !(named - now() <= LONGEST_WINDOW_MS);
      const guess = isSame && current ? current.endsAt : now() + lengthMs;
      current = { left: remaining, endsAt: isGuess ? guess : named, isGuess };
    },
  };
}
