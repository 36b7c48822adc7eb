import type { Status } from '../schema/enums.ts';
import type { NodeType } from '../schema/node.ts';
import type { WriteRecord } from '../writes/audit.ts';

/** What can change its status. */
export type SubjectType = Extract<NodeType, 'Deployment' | 'Version' | 'Build'>;

/** The state of a subject as somebody saw it: the watcher, a webhook, or one of our own actions. */
export interface Observation {
  type: SubjectType;
  /** Global id of the deployment, version or build. */
  subjectId: string;
  /** Global id of the leaf scope that it belongs to. */
  scopeId: string;
  status: Status;
  /** The provider's words. */
  rawStatus: string;
  /** When it came to be so by the provider's clock, where that tells. */
  occurredAt: Date | null;
}

/** A transition: an observed change of a subject's status, from the last known one to this. */
export interface StatusChange extends Observation {
  /** Opaque to everybody but the log. Later events have later cursors, see `EventLog.compare`. */
  cursor: string;
  /** Counts the transitions of the subject, from 1. */
  sequence: number;
  /** Null: the subject was not known before. */
  from: Status | null;
  /** By the gateway's clock. */
  observedAt: Date;
}

/** That somebody changed something through the gateway, or tried to. */
export interface WriteEvent extends WriteRecord {
  type: 'Write';
  /** As of a `StatusChange`: both kinds are in one order. */
  cursor: string;
}

export type LogEvent = StatusChange | WriteEvent;

export function isStatusChange(event: LogEvent): event is StatusChange {
  return event.type !== 'Write';
}

/** A stretch of the log, oldest first. */
export interface Replay {
  events: LogEvent[];
  /** Whether nothing more was in the log behind the last of them when it was read. */
  isComplete: boolean;
}

/**
 * The order of all status changes and writes, shared by all instances of the gateway: in Redis
 * Streams, or in memory where no Redis is configured. Bounded by length and age.
 */
export interface EventLog {
  /**
   * Compares what was seen of one scope with the last known statuses and appends what changed, each
   * as a compare-and-set, so that of several instances that see the same change one appends it. The
   * first time a scope is recorded is a silent baseline; later newcomers come with `from: null`.
   * Idempotent: recording the same again appends nothing.
   *
   * Only the holder of the scope's lease records, one observation after the other, so that an older
   * look at the provider never overwrites a newer one. `token` is the lease's fencing token; the log
   * refuses one that is lower than the highest it has seen for the scope.
   * `isFirst` says whether the look was one at everything, as the first one has to be. False: it
   * told what has changed since, which is refused where the log does not know the scope any more;
   * as a baseline it would make newcomers of all that it does not tell. By default either will do.
   *
   * @throws GatewayError when the log cannot be reached, or CONFLICT for an old token or a scope
   * that is to be begun anew; nothing is lost then, because the statuses stay as they were known and
   * the next look appends the change.
   */
  record(
    scopeId: string,
    observations: readonly Observation[],
    token: number,
    look?: { isFirst: boolean },
  ): Promise<StatusChange[]>;

  /**
   * Appends a write. Idempotent by the record's id, for an hour at the least: it may be handed over
   * again where it is not known whether it arrived.
   * @throws GatewayError when the log cannot be reached.
   */
  append(write: WriteRecord): Promise<void>;

  /** Last known statuses of a scope's subjects, by id; undefined: it was never recorded. */
  known(scopeId: string): Promise<ReadonlyMap<string, Status> | undefined>;

  /** The cursor of the newest event, or of the place where the first one will be. */
  head(): Promise<string>;

  /**
   * The events behind a cursor, at most `limit`.
   * @throws GatewayError CURSOR_EXPIRED: older than what is kept, or of a log that was lost;
   * BAD_USER_INPUT: no cursor of any log.
   */
  read(after: string, limit: number): Promise<Replay>;

  /** Negative: `left` comes before `right`. Both are cursors that this log gave out. */
  compare(left: string, right: string): number;

  /**
   * Tells of every event from now on, in order, none twice, whichever instance appended it, also
   * across losses of the connection to Redis. Returns how to end it.
   */
  listen(listener: LogListener): () => void;

  /** The transitions of one subject that are kept, newest first, behind the cursor `after`. */
  history(
    subjectId: string,
    query: { first: number; after: string | undefined },
  ): Promise<{ changes: StatusChange[]; hasNext: boolean }>;

  close(): Promise<void>;
}

export interface LogListener {
  onEvent(event: LogEvent): void;
  /** The log was lost and begun anew: whoever follows it must refetch what they show. */
  onReset(): void;
}
