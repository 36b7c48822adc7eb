import * as fc from 'fast-check';

/**
 * Decides what is made. It reads numbers off a list, and 0 when that has ended: a shorter list of
 * smaller numbers makes something smaller, which is how fast-check finds the smallest case.
 */
export interface Tape {
  /** From 0 to `count` - 1. */
  below(count: number): number;
  /** True once in so many times, never when the tape has ended. */
  once(inTimes: number): boolean;
  pick<T>(choices: readonly T[]): T;
}

export function readTape(numbers: readonly number[]): Tape {
  let at = 0;
  const below = (count: number) => {
    const number = numbers[at] ?? 0;
    at += 1;
    return number % count;
  };
  return {
    below,
    once: (inTimes) => below(inTimes) === inTimes - 1,
    pick: <T>(choices: readonly T[]) => {
      const chosen = choices[below(choices.length)];
      if (chosen === undefined) throw new Error('there is nothing to choose from');
      return chosen;
    },
  };
}

/** Whatever `make` makes of a tape of up to so many numbers. */
export function madeFromTape<T>(make: (tape: Tape) => T, length: number): fc.Arbitrary<T> {
  return fc
    .array(fc.nat(0xffff), { maxLength: length, size: 'max' })
    .map((numbers) => make(readTape(numbers)));
}
