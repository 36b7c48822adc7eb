import { EPOCH } from '../clock.ts';
import { pick } from '../random.ts';
import { appOf, userOf } from './apps.ts';
import { deleteDroplet } from './builds.ts';
import { recordEvent } from './events.ts';
import type { App, Metadata } from './model.ts';
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
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** The past goes back this far and ends this long before the epoch. */
const PAST_MS = 240 * DAY_MS;
const QUIET_MS = 4 * HOUR_MS;

/** The app with the long history. */
export const BUSIEST = 'orchard/production/storefront';
/** Never deployed. */
const NEVER_DEPLOYED = 'meridian/production/reports';
/** Stopped three hours before the epoch. */
const STOPPED = ['orchard/development/recommendations', 'meridian/sandbox/load-test'];
/** Deployed within the same second, 20 days before the epoch. */
const RELEASE_TRAIN = ['tracking', 'dispatch', 'fleet', 'customs', 'pricing'].map(
  (name) => `harbor/production/${name}`,
);

export const OUT_OF_MEMORY =
  "You have exceeded your organization's memory limit: app requested more memory than available";

/** Plans what the apps have been through before the epoch. */
export function planHistory(world: World): void {
  for (const app of world.apps.rows) {
    if (app.key === NEVER_DEPLOYED) {
      app.state = 'STOPPED';
      app.environment = null;
      continue;
    }
    const count = app.key === BUSIEST ? 215 : 6 + pick(4, 'deployments', app.key);
    for (let index = 0; index < count; index += 1) planChapter(world, app, index, count);
  }
  planReleaseTrain(world);
  planOneOffs(world);
}

function planChapter(world: World, app: App, index: number, count: number): void {
  const spacing = (PAST_MS - QUIET_MS) / count;
  const jitter = pick(Math.floor(spacing * 0.6), 'jitter', app.key, index);
  const at = Math.floor(EPOCH - PAST_MS + index * spacing + jitter);
  const key = `${app.key}/${index}`;
  const rollout: Rollout = {
    key,
    at,
    app,
    user: userOf(key),
    build: { takesMs: 40_000 + pick(60_000, 'staging', key) },
    metadata: metadataOf(index),
    phases: deployedAfter(60_000 + pick(90_000, 'rolling', key)),
  };
  planRollout(world, { ...rollout, ...variationOf(rollout, index) });
  const kind = kindOf(rollout, index);
  if (kind === 'failed build') planFailedBuild(world, rollout);
  if (kind === 'superseded') {
    const phases = deployedAfter(80_000);
    planRollout(world, { ...rollout, key: `${key}b`, at: at + 90_000, phases });
  }
}

type Kind =
  | 'plain'
  | 'failed build'
  | 'canceled'
  | 'superseded'
  | 'canary'
  | 'canary canceled'
  | 'rollback'
  | 'variables'
  | 'stuck';

const KINDS: readonly Kind[] = [
  'failed build',
  'failed build',
  'canceled',
  'superseded',
  'canary',
  'canary',
  'canary canceled',
  'rollback',
  'variables',
  'variables',
  'stuck',
];

function kindOf({ key }: Rollout, index: number): Kind {
  return index === 0 ? 'plain' : (KINDS[pick(22, 'kind', key)] ?? 'plain');
}

function variationOf(rollout: Rollout, index: number): Partial<Rollout> {
  switch (kindOf(rollout, index)) {
    case 'plain':
    case 'failed build':
      return {};
    case 'canceled':
      return { phases: canceledAfter(45_000) };
    case 'superseded':
      return { phases: deployedAfter(20 * MINUTE_MS) };
    case 'canary':
      return { options: canaryOptions(10, 50), phases: canarySteps(2, 30_000, 5 * MINUTE_MS) };
    case 'canary canceled':
      return {
        options: canaryOptions(20),
        phases: [{ afterMs: 30_000, does: 'pause' }, ...canceledAfter(4 * MINUTE_MS)],
      };
    case 'rollback':
      return { build: undefined, rollback: true };
    case 'variables':
      return { build: undefined, variables: { CACHE_TTL_SECONDS: 30 + index } };
    case 'stuck':
      return {
        phases: [{ afterMs: 40_000, does: { error: OUT_OF_MEMORY } }, ...canceledAfter(HOUR_MS)],
      };
  }
}

function planFailedBuild(world: World, { key, at, app, user }: Rollout): void {
  const failures = [
    { id: 'BuildpackCompileFailed', text: 'App staging failed in the buildpack compile phase' },
    {
      id: 'NoAppDetectedError',
      text: 'An app was not successfully detected by any available buildpack',
    },
    { id: 'StagingTimeExpired', text: 'Staging time expired: Exceeded 900s' },
  ];
  const failure = failures[pick(failures.length, 'failure', key)];
  if (!failure) return;
  const build = { takesMs: 35_000, failure };
  planRollout(world, { key: `${key}-failed`, at: at - 20 * MINUTE_MS, app, user, build });
}

/** Five apps get a new variable at once: their deployments have the same `created_at`. */
function planReleaseTrain(world: World): void {
  RELEASE_TRAIN.forEach((appKey, index) => {
    const app = appOf(world, appKey);
    planRollout(world, {
      key: `${appKey}/train`,
      at: EPOCH - 20 * DAY_MS + 110 + index * 130,
      app,
      user: userOf('train'),
      variables: { RELEASE_TRAIN: '2026.20' },
      metadata: { labels: { train: '2026.20' }, annotations: {} },
      phases: deployedAfter(70_000),
    });
  });
}

/** What happened only once. */
function planOneOffs(world: World): void {
  world.agenda.plan(EPOCH - 3 * DAY_MS, () => {
    const first = world.droplets.rows.find(({ app }) => app.key === 'meridian/sandbox/demo');
    if (first) deleteDroplet(world, first);
  });
  world.agenda.plan(EPOCH - 3 * HOUR_MS, (at) => {
    for (const key of STOPPED) stop(world, appOf(world, key), at);
  });
  world.agenda.plan(EPOCH - 2 * HOUR_MS, (at) => {
    const app = appOf(world, BUSIEST);
    app.environment = { ...app.environment, LOG_LEVEL: 'warn' };
    app.updatedAt = at;
    const data = { request: { environment_variables: '[PRIVATE DATA HIDDEN]' } };
    recordEvent(world, { at, type: 'update', app, user: userOf(app.key), data });
  });
}

function stop(world: World, app: App, at: number): void {
  app.state = 'STOPPED';
  app.updatedAt = at;
  recordEvent(world, { at, type: 'stop', app, user: userOf(app.key), data: {} });
}

function metadataOf(index: number): Metadata | undefined {
  if (index % 5 !== 2) return undefined;
  return {
    labels: { release: `1.${index}.0`, channel: index % 2 === 0 ? 'stable' : 'beta' },
    annotations: { 'ci.example.com/run': `https://ci.example.com/runs/${4000 + index}` },
  };
}
