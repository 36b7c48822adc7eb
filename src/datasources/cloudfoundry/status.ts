import { Status } from '../../schema/enums.ts';

/** How a deployment speaks of its state, today and in earlier times. */
export interface RawStatus {
  value: string | null;
  reason: string | null;
  /** The top-level word of installations before CAPI 3.91. */
  state: string | null;
}

const ROLLOUT = new Map([
  ['ACTIVE/DEPLOYING', Status.IN_PROGRESS],
  ['ACTIVE/PAUSED', Status.PAUSED],
  ['ACTIVE/CANCELING', Status.CANCELLING],
  ['FINALIZED/DEPLOYED', Status.SUCCEEDED],
  ['FINALIZED/CANCELED', Status.CANCELLED],
  ['FINALIZED/SUPERSEDED', Status.SUPERSEDED],
]);

/** From before there was a reason: `status.value` of 2019, and `state`. */
const LEGACY = new Map([
  ['DEPLOYING', Status.IN_PROGRESS],
  ['PREPAUSED', Status.IN_PROGRESS],
  ['PAUSED', Status.PAUSED],
  ['DEPLOYED', Status.SUCCEEDED],
  ['CANCELING', Status.CANCELLING],
  ['CANCELED', Status.CANCELLED],
  ['FAILING', Status.IN_PROGRESS],
  ['FAILED', Status.FAILED],
]);

const BUILD = new Map([
  ['STAGING', Status.IN_PROGRESS],
  ['STAGED', Status.SUCCEEDED],
  ['FAILED', Status.FAILED],
]);

/** The `status_reasons` that can stand behind a status. */
const REASONS = new Map([
  [Status.QUEUED, []],
  [Status.IN_PROGRESS, ['DEPLOYING']],
  [Status.PAUSED, ['PAUSED']],
  [Status.CANCELLING, ['CANCELING']],
  [Status.SUCCEEDED, ['DEPLOYED']],
  [Status.CANCELLED, ['CANCELED']],
  [Status.SUPERSEDED, ['SUPERSEDED']],
  [Status.FAILED, ['DEGENERATE']],
]);

/**
 * "VALUE/REASON" in the gateway's words. There is no failed deployment today: a broken one stays
 * ACTIVE/DEPLOYING until somebody cancels it.
 */
export function toStatus(raw: RawStatus): { status: Status; rawStatus: string } {
  const { value, reason, state } = raw;
  if (value === null || reason === null) {
    const rawStatus = state ?? value ?? reason ?? '';
    return { status: LEGACY.get(rawStatus) ?? Status.UNKNOWN, rawStatus };
  }
  const rawStatus = `${value}/${reason}`;
  return { status: ROLLOUT.get(rawStatus) ?? toOldStatus(value, reason), rawStatus };
}

/** A build's state in the gateway's words. */
export function toBuildStatus(state: string): Status {
  return BUILD.get(state) ?? Status.UNKNOWN;
}

/**
 * The `status_reasons` that let every deployment of these states through; `undefined` where the
 * states cannot be told by it. An empty list: no deployment is ever in one of them.
 */
export function toReasons(wanted: ReadonlySet<Status>): string[] | undefined {
  const reasons = new Set<string>();
  for (const status of wanted) {
    const known = REASONS.get(status);
    if (!known) return undefined;
    for (const reason of known) reasons.add(reason);
  }
  return [...reasons];
}

function toOldStatus(value: string, reason: string): Status {
  if (reason === 'DEGENERATE') return Status.FAILED;
  return value === 'DEPLOYING' ? Status.IN_PROGRESS : Status.UNKNOWN;
}
