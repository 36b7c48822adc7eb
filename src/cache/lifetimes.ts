import type { Build } from '../schema/build.ts';
import type { Deployment } from '../schema/deployment.ts';
import { DeploymentKind, Status } from '../schema/enums.ts';
import type { Version } from '../schema/version.ts';

/** How long something is kept, in milliseconds. */
export interface Lifetime {
  /** So long it is served without a question. */
  softMs: number;
  /** So long it is served while it is being read anew. Later it serves only where reading fails. */
  hardMs: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Every number there is; by how often such a thing changes. */
export const LIFETIMES = {
  /** A rollout under way, a build that runs. */
  moving: { softMs: 2 * SECOND, hardMs: 10 * SECOND },
  /** Lists, and what may change at any moment: services, what is live, versions. */
  list: { softMs: 5 * SECOND, hardMs: 30 * SECOND },
  /** Scopes come and go seldom. */
  scope: { softMs: 2 * MINUTE, hardMs: 30 * MINUTE },
  /** What has ended. Its state stays; whether it can be gone back to may change. */
  ended: { softMs: 5 * MINUTE, hardMs: 12 * HOUR },
  /** Sources: commits, sets, files. */
  revision: { softMs: 15 * MINUTE, hardMs: 24 * HOUR },
  /** Values of variables stay in memory, and not for long. */
  variables: { softMs: 3 * SECOND, hardMs: 5 * SECOND },
  /** That something does not exist. */
  absent: { softMs: 3 * SECOND, hardMs: 3 * SECOND },
} satisfies Record<string, Lifetime>;

/** How long after its hard end a thing may still stand in for a provider that is not there. */
export const STANDS_IN_MS = 2 * HOUR;

const ENDED = new Set([Status.SUCCEEDED, Status.FAILED, Status.CANCELLED, Status.SUPERSEDED]);
export function hasEnded(status: Status | undefined): boolean {
  return status !== undefined && ENDED.has(status);
}

const UNDER_WAY = new Set([Status.QUEUED, Status.IN_PROGRESS, Status.CANCELLING]);

/** How long a deployment's own fields hold. */
export function lifetimeOfDeployment({ kind, status, live }: Deployment): Lifetime {
  if (status && UNDER_WAY.has(status)) return LIFETIMES.moving;
  // What is live is replaced by the next rollout, and a service changes as it likes.
  if (kind === DeploymentKind.SERVICE || live === true) return LIFETIMES.list;
  return hasEnded(status) ? LIFETIMES.ended : LIFETIMES.list;
}

/** Several things live as long as the shortest of them. */
export function shortest(lifetimes: readonly Lifetime[], longest: Lifetime): Lifetime {
  return lifetimes.reduce((least, each) => (each.softMs < least.softMs ? each : least), longest);
}

export function lifetimeOfVersion({ status }: Version): Lifetime {
  return UNDER_WAY.has(status) ? LIFETIMES.moving : LIFETIMES.list;
}

export function lifetimeOfBuild({ status }: Build): Lifetime {
  return hasEnded(status) ? LIFETIMES.ended : LIFETIMES.moving;
}
