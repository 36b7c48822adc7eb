import { EPOCH } from '../clock.ts';
import { appOf, userOf } from './apps.ts';
import { OUT_OF_MEMORY } from './history.ts';
import type { App } from './model.ts';
import {
  canaryOptions,
  canarySteps,
  canceledAfter,
  deployedAfter,
  planRollout,
  type Rollout,
} from './rollout.ts';
import type { World } from './world.ts';

const MINUTE_MS = 60_000;
const BUILD = { takesMs: 20_000 };

/** The apps that get new deployments, in turn. */
const LIVE_APPS = [
  'orchard/production/catalog',
  'orchard/staging/payments',
  'harbor/production/tracking',
  'meridian/production/statements',
  'orchard/production/accounts',
  'orchard/staging/checkout',
  'harbor/production/customs',
  'meridian/production/fraud-check',
  'orchard/production/notifications',
  'orchard/staging/catalog',
  'orchard/development/storefront',
] as const;

type Arrival = Omit<Rollout, 'app' | 'user' | 'key' | 'at'>;

/** Each minute has the next of these. */
const KINDS: readonly ((world: World, number: number) => void)[] = [
  (world, number) => arrive(world, number, { build: BUILD, phases: deployedAfter(50_000) }),
  (world, number) =>
    arrive(world, number, {
      build: BUILD,
      options: canaryOptions(25, 50),
      phases: canarySteps(2, 25_000, 40_000),
    }),
  (world, number) =>
    arrive(world, number, {
      build: BUILD,
      phases: [
        { afterMs: 30_000, does: { error: OUT_OF_MEMORY } },
        ...canceledAfter(8 * MINUTE_MS),
      ],
    }),
  (world, number) =>
    arrive(world, number, {
      build: {
        ...BUILD,
        failure: { id: 'StagingError', text: 'Staging error: cannot get instances' },
      },
    }),
  (world, number) => {
    arrive(world, number, { build: BUILD, phases: deployedAfter(5 * MINUTE_MS) });
    const variables = { HOTFIX: number };
    arrive(world, number, { variables, phases: deployedAfter(45_000) }, { afterMs: 60_000 });
  },
  (world, number) => arrive(world, number, { rollback: true, phases: deployedAfter(40_000) }),
  (world, number) =>
    arrive(world, number, {
      build: BUILD,
      options: canaryOptions(10),
      phases: [{ afterMs: 25_000, does: 'pause' }, ...canceledAfter(60_000)],
    }),
  (world, number) => {
    const phases = deployedAfter(35_000);
    arrive(world, number, { variables: { BATCH: number }, phases });
    arrive(world, number, { variables: { BATCH: number }, phases }, { afterMs: 300, turns: 5 });
  },
];

/**
 * Plans the deployments that keep coming, one start a minute for ever: number n starts n minutes
 * after the epoch.
 */
export function planArrivals(world: World, number = 1): void {
  world.agenda.plan(EPOCH + number * MINUTE_MS, () => {
    KINDS[(number - 1) % KINDS.length]?.(world, number);
    planArrivals(world, number + 1);
  });
}

function arrive(
  world: World,
  number: number,
  arrival: Arrival,
  { afterMs = 0, turns = 0 } = {},
): void {
  const app = liveApp(world, number + turns);
  planRollout(world, {
    ...arrival,
    key: `${app.key}/arrival/${number}/${afterMs}`,
    at: EPOCH + number * MINUTE_MS + afterMs,
    app,
    user: userOf(app.key, 'arrival', number),
  });
}

function liveApp(world: World, turn: number): App {
  return appOf(world, LIVE_APPS[(turn - 1) % LIVE_APPS.length] ?? LIVE_APPS[0]);
}
