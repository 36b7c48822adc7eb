import type { Clock } from '../clock.ts';
import { addUnderway, createArrivals } from './arrivals.ts';
import { begin, isBusy, type Order } from './redeploy.ts';
import { addActions, addHistory } from './history.ts';
import type { Stack } from './model.ts';
import { createStacks } from './profiles.ts';
import { addVariables } from './variables.ts';

/** Everything one stand-in holds. */
export interface World {
  /** In the order of the list. */
  stacks: Stack[];
  /** Deployments that wait for the one that runs, in the order they were asked for. */
  waiting: { stack: Stack; order: Order }[];
  /** What is going to happen to variables, by time. */
  changes: { at: number; happen: () => void }[];
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
  const world: World = {
    stacks,
    waiting: [],
    changes: [],
    catchUp: () => {
      const now = clock.now();
      arrive(now);
      beginWaiting(world, now);
      for (const { happen } of world.changes.filter(({ at }) => at <= now)) happen();
      world.changes = world.changes.filter(({ at }) => at > now);
      return now;
    },
  };
  return world;
}

/** What waited begins as soon as its stack is free. */
function beginWaiting(world: World, now: number): void {
  for (const waiting of [...world.waiting]) {
    const { stack, order } = waiting;
    if (isBusy(stack, now)) continue;
    const freeAt = Math.max(...stack.deployments.map(({ finishesAt }) => finishesAt));
    begin(stack, order, freeAt);
    world.waiting.splice(world.waiting.indexOf(waiting), 1);
  }
}
