/** The longest wait before the first repetition, in milliseconds; it doubles with each one. */
const BASE_MS = 100;

/** No wait is longer than this. */
const CAP_MS = 2_000;

/**
 * How long to wait before repetition `attempt` (0 is the first): full jitter, so that those who
 * failed together do not come back together.
 */
export function backoffMs(attempt: number, random: () => number): number {
  return random() * Math.min(CAP_MS, BASE_MS * 2 ** attempt);
}
