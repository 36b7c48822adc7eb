import { setTimeout as pause } from 'node:timers/promises';
import type { Sandbox } from '../../../sandbox/index.ts';
import type { ResumingClient } from './client.ts';
import type { Instances } from './instances.ts';

export interface Surroundings {
  sandbox: Sandbox;
  instances: Instances;
  clients: readonly ResumingClient[];
  /** Stops Redis and starts it with its data; undefined: it is not the test's own. */
  restartRedis: (() => Promise<void>) | undefined;
  /** Lets Redis stand still; returns how it goes on. */
  freezeRedis: () => () => void;
}

const NAMES = ['ubiops', 'humanitec', 'cloud66', 'cloudfoundry'] as const;

/** So many turns, and everything has gone wrong once. */
export const ROUND = 24;

/** Long enough for leases to end, and short of the patience of connections. */
const FREEZE_MS = 1_500;

function throttle(sandbox: Sandbox): void {
  for (const name of NAMES) {
    const headers = { 'retry-after': '1' };
    sandbox[name].setFaults([
      { status: 429, headers, times: 2 },
      { drop: true, times: 1 },
      { status: 503, times: 1 },
    ]);
  }
}

export function endFaults(sandbox: Sandbox): void {
  for (const name of NAMES) sandbox[name].setFaults([]);
}

/** Answers fail here and there: most of a look is seen, and some of it is not. */
function riddle(sandbox: Sandbox): void {
  for (const name of NAMES) {
    sandbox[name].setFaults(
      Array.from({ length: 6 }, (_, index) => [
        // The first fault that matches applies: others pass by one that lets its request through.
        { latencyMs: 1, times: index % 3 },
        { status: 503, times: 1 },
      ]).flat(),
    );
  }
}

/** One kind of trouble after the other, each while the world goes on. */
export async function trouble(turn: number, surroundings: Surroundings): Promise<void> {
  const { sandbox, instances, clients, restartRedis, freezeRedis } = surroundings;
  const round = Math.floor(turn / ROUND);
  clients.filter((_client, index) => (index + turn) % 5 === 0).forEach((each) => each.cut());
  switch (turn % ROUND) {
    case 1:
      return instances.kill(round % 3);
    case 4:
      return void instances.start(round % 3);
    case 6:
      return throttle(sandbox);
    case 9:
      return restartRedis?.();
    case 12:
      return riddle(sandbox);
    case 13:
      return instances.kill((round + 1) % 3);
    case 15:
      return void instances.start((round + 1) % 3);
    case 18: {
      const goOn = freezeRedis();
      await pause(FREEZE_MS);
      goOn();
      return;
    }
    case 20:
      return throttle(sandbox);
    case 21:
      // In the middle of looks and of deliveries.
      return restartRedis?.();
  }
}
