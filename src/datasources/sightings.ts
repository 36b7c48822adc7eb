import { GatewayError } from '../errors.ts';
import { type Ref, toRef } from '../ids.ts';
import type { Build } from '../schema/build.ts';
import type { Deployment } from '../schema/deployment.ts';
import { Status } from '../schema/enums.ts';
import type { Observation } from '../subscriptions/events.ts';
import type { Batch } from './provider.ts';
import type { Look, LookQuery } from './watch.ts';

const FINAL: ReadonlySet<Status> = new Set([
  Status.SUCCEEDED,
  Status.FAILED,
  Status.CANCELLED,
  Status.SUPERSEDED,
]);

/** Whether a subject stays as it is, as far as it depends on this run of it. */
export function isFinal(status: Status): boolean {
  return FINAL.has(status);
}

/** A deployment that tells its status, as the watcher sees it. */
export function seeDeployment(deployment: Deployment): Observation[] {
  const { id, scopeId, status, rawStatus, updatedAt } = deployment;
  if (status === undefined) return [];
  return [
    {
      type: 'Deployment',
      subjectId: id,
      scopeId,
      status,
      rawStatus: rawStatus ?? '',
      occurredAt: updatedAt,
    },
  ];
}

export function seeBuild(scopeId: string): (build: Build) => Observation {
  return ({ id, status, rawStatus, updatedAt }) => ({
    type: 'Build',
    subjectId: id,
    scopeId,
    status,
    rawStatus,
    occurredAt: updatedAt,
  });
}

/**
 * The rows of a list, newest first, that a look has to tell of: those it knows, those above the
 * first one it knows, and whatever is under way. Of a list it knows nothing of, that is the top row:
 * the others were there before anybody watched.
 */
export function toTell<Row extends { id: string; status?: Status }>(
  rows: readonly Row[],
  known: LookQuery['known'],
): Row[] {
  const first = rows.findIndex(({ id }) => known?.has(id));
  return rows
    .filter(
      ({ id, status }, index) =>
        index < Math.max(first, 1) ||
        known?.has(id) ||
        (status !== undefined && status !== Status.UNKNOWN && !isFinal(status)),
    )
    .toReversed();
}

/** Answers to reads by id as observations; failures stay what they are. */
export function seeBatch<T>(
  batch: Batch<T>,
  see: (answer: T) => Observation[],
): Map<string, Observation | GatewayError> {
  const seen = new Map<string, Observation | GatewayError>();
  for (const [id, answer] of batch) {
    if (answer instanceof GatewayError) seen.set(id, answer);
    else for (const each of see(answer)) seen.set(each.subjectId, each);
  }
  return seen;
}

/** A batch of observations as a look. */
export function toLook(batch: Batch<Observation>): Look {
  const look: Look = { observations: [], faults: [] };
  for (const answer of batch.values()) {
    if (answer instanceof GatewayError) look.faults.push(answer);
    else look.observations.push(answer);
  }
  return look;
}

/** Several parts of a look as one. */
export function joinLooks(looks: readonly Look[]): Look {
  return {
    observations: looks.flatMap(({ observations }) => observations),
    faults: looks.flatMap(({ faults }) => faults),
    recorded: () => looks.forEach((look) => look.recorded?.()),
  };
}

/** The unit of a provider that is watched as a whole. */
export function wholeProvider(provider: string): Ref {
  return toRef(provider, 'Provider', []);
}
