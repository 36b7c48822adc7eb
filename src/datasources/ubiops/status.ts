import { Status } from '../../schema/enums.ts';

/** Of builds (up to API 3.14) and of revisions (from 3.15), which use four of these words. */
const BUILD: ReadonlyMap<string, Status> = new Map([
  ['queued', Status.QUEUED],
  ['building', Status.IN_PROGRESS],
  ['deploying', Status.IN_PROGRESS],
  ['validating', Status.IN_PROGRESS],
  ['processing', Status.IN_PROGRESS],
  ['success', Status.SUCCEEDED],
  ['failed', Status.FAILED],
  ['cancelled', Status.CANCELLED],
]);

const VERSION: ReadonlyMap<string, Status> = new Map([
  ['available', Status.SUCCEEDED],
  ['building', Status.IN_PROGRESS],
  ['failed', Status.FAILED],
]);

/** What a version says when it cannot serve; why, only its newest build knows. */
export const UNAVAILABLE = 'unavailable';

/** The state of a build, or of a revision that is its own build. */
export function toBuildStatus(raw: string): Status {
  return BUILD.get(raw) ?? Status.UNKNOWN;
}

/**
 * The state of a version. `newest` decides what "unavailable" means: the state of its newest build,
 * `null` when it was never built, `undefined` when that cannot be told.
 */
export function toVersionStatus(raw: string, newest: Status | null | undefined): Status {
  if (raw !== UNAVAILABLE) return VERSION.get(raw) ?? Status.UNKNOWN;
  if (newest === null) return Status.QUEUED;
  if (newest === Status.FAILED) return Status.FAILED;
  const isRunning = newest === Status.QUEUED || newest === Status.IN_PROGRESS;
  return isRunning ? Status.IN_PROGRESS : Status.UNKNOWN;
}
