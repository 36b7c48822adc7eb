import type { Parameters } from 'fast-check';

/** `FUZZ_RUNS=20 npm test -- test/fuzz` runs twenty times as many cases as every run does. */
const FACTOR = Number(process.env.FUZZ_RUNS ?? 1);

/** `FUZZ_SEED=<the seed of a failure>` runs the same cases again. */
const SEED = process.env.FUZZ_SEED;

/** What fast-check is told. It prints the seed and the smallest case when one fails. */
export function runs<Case>(usual: number, more: Parameters<Case> = {}): Parameters<Case> {
  return {
    numRuns: Math.max(1, Math.ceil(usual * FACTOR)),
    ...(SEED !== undefined && { seed: Number(SEED) }),
    ...more,
  };
}

/** How long one test may take, in milliseconds: much longer than it does. */
export const PATIENCE_MS = 120_000 * Math.max(1, FACTOR);
