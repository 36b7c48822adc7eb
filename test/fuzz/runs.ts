import { afterAll, expect } from '@jest/globals';
import * as fc from 'fast-check';

/** `FUZZ_RUNS=20 npm test -- test/fuzz` runs twenty times as many cases as every run does. */
const FACTOR = Number(process.env.FUZZ_RUNS ?? 1);

/** `FUZZ_SEED=<the seed of a failure>` runs the same cases again. */
const SEED = process.env.FUZZ_SEED;

/** How long one test may take, in milliseconds: much longer than it does. */
export const PATIENCE_MS = 60_000 * Math.max(1, FACTOR);

/** What fast-check is told. It prints the seed and the smallest case when one fails. */
export function runs<Case>(usual: number, more: fc.Parameters<Case> = {}): fc.Parameters<Case> {
  return {
    numRuns: Math.max(1, Math.ceil(usual * FACTOR)),
    ...(SEED !== undefined && { seed: Number(SEED) }),
    interruptAfterTimeLimit: within(3_000),
    ...more,
  };
}

/**
 * Asserts something of every case, as `fc.assert` does, and waits for the last one too: fast-check
 * leaves that behind when the time is over.
 */
export async function checkAll<Case>(
  cases: fc.Arbitrary<Case>,
  predicate: (value: Case) => Promise<void>,
  parameters: fc.Parameters<[Case]>,
): Promise<void> {
  let last = Promise.resolve();
  try {
    const property = fc.asyncProperty(cases, (value) => (last = predicate(value)));
    await fc.assert(property, parameters);
  } finally {
    await last.catch(() => undefined);
  }
}

/**
 * Time for the cases of one test, in milliseconds: a slow machine runs fewer of them, and looking
 * for a smaller case ends with it. `FUZZ_RUNS` makes it longer too.
 */
export function within(usualMs: number): number {
  return usualMs * Math.max(1, FACTOR);
}

/**
 * Counts what a file tries, by kind, and says so at its end. Call it before the tests. A case is what
 * is sent or read at once: a request, a message, an answer, a text.
 * @param least fewer in all than this, which the slowest machine does, mean that nothing was tried
 */
export function countCases(least: number): (kind: string, more?: number) => void {
  const counts = new Map<string, number>();
  afterAll(() => {
    const all = [...counts.values()].reduce((sum, each) => sum + each, 0);
    const kinds = [...counts].map(([kind, number]) => `${number} ${kind}`);
    console.log(`${all} cases: ${kinds.join(', ')}`);
    expect(all).toBeGreaterThan(least);
  });
  return (kind, more = 1) => void counts.set(kind, (counts.get(kind) ?? 0) + more);
}
