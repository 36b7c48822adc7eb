import type { Clock } from '../clock.ts';
import { addUnderway, createArrivals } from './arrivals.ts';
import { addActions, addHistory } from './history.ts';
import type { Stack } from './model.ts';
import { createStacks } from './profiles.ts';
import { addVariables } from './variables.ts';

/** Everything one stand-in holds. */
export interface World {
  /** In the order of the list. */
  stacks: Stack[];
  /** Lets everything happen that has happened by now, and says when now is. */
  catchUp: () => number;
}

/** The stacks and what is in them, moving with `clock`. */
export function createWorld(clock: Clock): World {
  const stacks = createStacks();
  for (const stack of stacks) {
    addHistory(stack);
    addActions(stack);
    addVariables(stack);
  }
  addUnderway(stacks);
  const arrive = createArrivals(stacks);
  return {
    stacks,
    catchUp: () => {
      const now = clock.now();
      arrive(now);
      return now;
    },
  };
}
