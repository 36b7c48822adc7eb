import { EPOCH } from '../clock.ts';
import { appOf, userOf } from './apps.ts';
import { OUT_OF_MEMORY } from './history.ts';
import {
  canaryOptions,
  canarySteps,
  deployedAfter,
  planRollout,
  type Phase,
  type Rollout,
} from './rollout.ts';
import type { World } from './world.ts';

const MINUTE_MS = 60_000;

/** A rollout by the key of its app and the time since the epoch. */
type Underway = Omit<Rollout, 'app' | 'user' | 'key' | 'at'> & { app: string; afterMs: number };

/** Plans what is queued or in progress at the epoch. */
export function planUnderway(world: World): void {
  const all = [...moving(), ...waiting()];
  all.forEach(({ app, afterMs, ...rollout }, index) => {
    planRollout(world, {
      ...rollout,
      key: `${app}/underway/${index}`,
      at: EPOCH + afterMs,
      app: appOf(world, app),
      user: userOf(app, 'underway'),
    });
  });
}

/** These reach their end within five minutes. */
function moving(): Underway[] {
  return [
    {
      app: 'orchard/production/checkout',
      afterMs: -40_000,
      variables: { CHECKOUT_TIMEOUT_MS: 2500 },
      metadata: { labels: { release: '3.0.0' }, annotations: {} },
      phases: deployedAfter(90_000),
    },
    {
      app: 'orchard/production/payments',
      afterMs: -2 * MINUTE_MS,
      build: { takesMs: 48_000 },
      options: canaryOptions(10, 25, 50),
      phases: [
        { afterMs: 30_000, does: 'pause' },
        ...later(160_000, { afterMs: 0, does: 'continue' }, ...canarySteps(2, 30_000, 60_000)),
      ],
    },
    {
      app: 'harbor/production/fleet',
      afterMs: -2 * MINUTE_MS,
      variables: { FLEET_REGION: 'north' },
      phases: [
        { afterMs: 100_000, does: 'cancel' },
        { afterMs: 150_000, does: 'canceled' },
      ],
    },
    {
      app: 'harbor/staging/pricing',
      afterMs: -20_000,
      build: { takesMs: 45_000 },
      phases: deployedAfter(55_000),
    },
    {
      app: 'harbor/staging/documents',
      afterMs: -15_000,
      build: {
        takesMs: 60_000,
        failure: {
          id: 'BuildpackCompileFailed',
          text: 'App staging failed in the buildpack compile phase',
        },
      },
    },
    {
      app: 'orchard/staging/cart',
      afterMs: -30_000,
      variables: { CART_LIMIT: 50 },
      phases: deployedAfter(10 * MINUTE_MS),
    },
    {
      app: 'orchard/staging/cart',
      afterMs: 70_000,
      variables: { CART_LIMIT: 100 },
      phases: deployedAfter(60_000),
    },
  ];
}

/** These wait for somebody: nothing but a write would move them on. */
function waiting(): Underway[] {
  return [
    {
      app: 'orchard/production/search',
      afterMs: -30 * MINUTE_MS,
      build: { takesMs: 60_000 },
      options: canaryOptions(20, 60),
      phases: canarySteps(2, 60_000, 5 * MINUTE_MS).slice(0, 3),
    },
    {
      app: 'harbor/production/dispatch',
      afterMs: -25 * MINUTE_MS,
      build: { takesMs: 55_000 },
      options: { max_in_flight: 2, memory_in_mb: 4096 },
      phases: [{ afterMs: 40_000, does: { error: OUT_OF_MEMORY } }],
    },
    {
      app: 'meridian/production/ledger',
      afterMs: -MINUTE_MS,
      variables: { LEDGER_MODE: 'strict' },
      options: canaryOptions(5),
      phases: [{ afterMs: 80_000, does: 'pause' }],
    },
  ];
}

function later(ms: number, ...phases: Phase[]): Phase[] {
  return phases.map((phase) => ({ ...phase, afterMs: phase.afterMs + ms }));
}
