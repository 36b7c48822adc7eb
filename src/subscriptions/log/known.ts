import { Status } from '../../schema/enums.ts';
import type { Observation } from '../events.ts';

/** Statuses that a rollout stays in; one may be forgotten then. */
export const FINAL: ReadonlySet<Status> = new Set([
  Status.SUCCEEDED,
  Status.FAILED,
  Status.CANCELLED,
  Status.SUPERSEDED,
]);

interface Subject {
  status: Status;
  sequence: number;
  /** When it came to be so, in milliseconds by the provider's clock, else by ours. */
  since: number;
}

/**
 * The last known statuses of one scope's subjects. Of more than `maxSubjects`, those that have been
 * final the longest are forgotten, down to nine tenths. From then on a subject that is not known
 * may be one that was: if it is final since a time that has been forgotten, or tells no time, it is
 * taken over silently. So no old deployment that a provider lists again becomes an event.
 *
 * `log/scripts.ts` has the same rules for Redis.
 */
export interface KnownScope {
  /** The highest fencing token that recorded it. */
  token: number;
  /** Takes a status over. `undefined`: that is no transition. */
  take(
    observation: Observation,
    isBaseline: boolean,
  ): { from: Status | null; sequence: number } | undefined;
  forget(): void;
  statuses(): ReadonlyMap<string, Status>;
}

export function createKnownScope(maxSubjects: number): KnownScope {
  const subjects = new Map<string, Subject>();
  /** Subjects that were final up to this time may have been forgotten. */
  let forgottenUntil = -Infinity;

  const wasForgotten = ({ status, occurredAt }: Observation) =>
    forgottenUntil > -Infinity &&
    FINAL.has(status) &&
    (occurredAt === null || occurredAt.getTime() <= forgottenUntil);

  return {
    token: 0,
    take(observation, isBaseline) {
      const { subjectId, status, occurredAt } = observation;
      const before = subjects.get(subjectId);
      if (before?.status === status) return undefined;
      const isSilent = !before && (isBaseline || wasForgotten(observation));
      const sequence = isSilent ? 0 : (before?.sequence ?? 0) + 1;
      subjects.set(subjectId, { status, sequence, since: occurredAt?.getTime() ?? Date.now() });
      return isSilent ? undefined : { from: before?.status ?? null, sequence };
    },
    forget() {
      if (subjects.size <= maxSubjects) return;
      const excess = subjects.size - Math.floor(maxSubjects * 0.9);
      const oldest = [...subjects]
        .filter(([, { status }]) => FINAL.has(status))
        .sort(([, left], [, right]) => left.since - right.since)
        .slice(0, excess);
      for (const [id, { since }] of oldest) {
        subjects.delete(id);
        forgottenUntil = Math.max(forgottenUntil, since);
      }
    },
    statuses: () => new Map([...subjects].map(([id, { status }]) => [id, status])),
  };
}
