import { type Step, stepAt } from '../clock.ts';
import { pick, uuidOf } from '../random.ts';
import { MINUTE, SECOND } from './dates.ts';
import type { Build, BuildStatus, Revision, Version } from './types.ts';

export type BuildEnd = 'success' | 'failed' | 'cancelled';

export const USERS = ['test@example.com', 'ann@example.com', 'raj@example.com', 'ci@example.com'];

const ERRORS = [
  'Could not find the deployment file',
  'Installing the requirements failed: no version of torch satisfies ==9.9',
  "The deployment file has no class 'Deployment'",
];

const RUNNING: ReadonlySet<BuildStatus> = new Set([
  'queued',
  'building',
  'deploying',
  'validating',
]);

/** How long a build takes from its creation to its end, when it is not slowed down. */
export const BUILD_MS = MINUTE;

/**
 * The course of a build: queued, building, validating, end, in one minute times `slowness`. Slow
 * ones also pass through `deploying`, a status that only the provider's web pages name.
 */
export function courseOf(end: BuildEnd, slowness = 1): Step<BuildStatus>[] {
  const after = (seconds: number) => seconds * SECOND * slowness;
  const begun: Step<BuildStatus>[] = [
    { afterMs: 0, state: 'queued' },
    { afterMs: after(10), state: 'building' },
  ];
  if (end === 'cancelled') return [...begun, { afterMs: after(30), state: end }];
  if (slowness > 1) begun.push({ afterMs: after(40), state: 'deploying' });
  return [
    ...begun,
    { afterMs: after(50), state: 'validating' },
    { afterMs: BUILD_MS * slowness, state: end },
  ];
}

/** Adds a revision to the version, with the build that its upload starts. */
export function upload(
  version: Version,
  startedAt: number,
  steps: readonly Step<BuildStatus>[],
  told: { createdBy?: string; trigger?: string; bytes?: number } = {},
): { revision: Revision; build: Build } {
  const number = version.revisions.length;
  const revision: Revision = {
    id: uuidOf('ubiops', version.id, 'revision', number),
    createdAt: startedAt,
    createdBy: told.createdBy ?? (number % 9 === 4 ? 'UbiOps' : userOf(version.id, number)),
    empty: false,
    ...(told.bytes !== undefined && { bytes: told.bytes }),
  };
  version.revisions.push(revision);
  const usual = number % 5 === 3 ? 'Deployment file copy' : 'Deployment file upload';
  const build = addBuild(version, revision.id, startedAt, steps, told.trigger ?? usual);
  return { revision, build };
}

/** Adds one more build of the revision, by default of the one that was uploaded last. */
export function rebuild(
  version: Version,
  startedAt: number,
  steps: readonly Step<BuildStatus>[],
  revision: Revision | undefined = version.revisions.at(-1),
): Build | undefined {
  return revision && addBuild(version, revision.id, startedAt, steps, 'Revision rebuild');
}

/** Whether the build has not ended by `now`. */
export function isRunning(build: Build, now: number): boolean {
  return RUNNING.has(statusOf(build, now).status);
}

/** Ends a build under way: what would have come after `now` does not happen. */
export function cancel(build: Build, now: number): void {
  const afterMs = now - build.startedAt;
  const begun = build.steps.filter((step) => step.afterMs <= afterMs);
  build.steps = [...begun, { afterMs, state: 'cancelled' }];
}

/** The email address of somebody of the organization. */
export function userOf(...parts: (string | number)[]): string {
  return USERS[pick(USERS.length, 'user', ...parts)] ?? 'test@example.com';
}

export function statusOf(build: Build, now: number): { status: BuildStatus; since: number } {
  const step = stepAt(build.startedAt, build.steps, now);
  return { status: step?.state ?? 'queued', since: step?.since ?? build.startedAt };
}

/** What a version says about its builds at `now`. */
export interface VersionState {
  status: 'available' | 'unavailable' | 'building' | 'failed';
  /** The revision that serves: of the newest build that succeeded. */
  activeRevision: string | null;
  latestBuild: Build | undefined;
  changedAt: number;
}

export function stateOf(version: Version, now: number): VersionState {
  const latestBuild = version.builds.at(-1);
  const active = version.builds.findLast((build) => statusOf(build, now).status === 'success');
  const latest = latestBuild && statusOf(latestBuild, now);
  return {
    status: wordOf(version, active !== undefined, latest?.status),
    activeRevision: active?.revision ?? null,
    latestBuild,
    changedAt: latest?.since ?? version.createdAt,
  };
}

function wordOf(
  version: Version,
  available: boolean,
  latest: BuildStatus | undefined,
): VersionState['status'] {
  if (version.reports === 'progress' && latest) {
    if (RUNNING.has(latest)) return 'building';
    if (latest === 'failed' && !available) return 'failed';
  }
  return available ? 'available' : 'unavailable';
}

function addBuild(
  version: Version,
  revision: string,
  startedAt: number,
  steps: readonly Step<BuildStatus>[],
  trigger: string,
): Build {
  const number = version.builds.length;
  const build: Build = {
    id: uuidOf('ubiops', version.id, 'build', number),
    revision,
    startedAt: startedAt + 19,
    steps,
    errorMessage: ERRORS[pick(ERRORS.length, 'error', version.id, number)] ?? '',
    trigger,
  };
  version.builds.push(build);
  return build;
}
