import type { Status, WriteResult } from '../../schema/enums.ts';
import { type LogEvent, type StatusChange, type SubjectType, type WriteEvent } from '../events.ts';

/** Which changes of status a subscription wants. What is `undefined` does not narrow. */
export interface StatusSelection {
  readonly type: SubjectType;
  readonly ids: ReadonlySet<string> | undefined;
  /** Ids of scopes, each with all that is below it. */
  readonly scopeIds: ReadonlySet<string> | undefined;
  /** Names of providers. */
  readonly providers: ReadonlySet<string> | undefined;
  readonly to: ReadonlySet<Status> | undefined;
}

/** Which writes a subscription wants. What is `undefined` does not narrow. */
export interface WriteSelection {
  readonly type: 'Write';
  /** What was written to. */
  readonly ids: ReadonlySet<string> | undefined;
  /** Ids of scopes, each with all that is below it. */
  readonly scopeIds: ReadonlySet<string> | undefined;
  /** Names of providers. */
  readonly providers: ReadonlySet<string> | undefined;
  readonly results: ReadonlySet<WriteResult> | undefined;
}

export type Selection = StatusSelection | WriteSelection;

/** Which scopes things are in. What has to be found out rejects where it cannot be. */
export interface Places {
  /** The ids of a scope and of all scopes above it. */
  lineage: (scopeId: string) => Promise<ReadonlySet<string>>;
  /** Whether an object is in one of these scopes, or is one of them. */
  isWithin: (targetId: string, scopeIds: ReadonlySet<string>) => boolean | Promise<boolean>;
}

/** What an event is about. */
export function subjectIdOf(event: LogEvent): string {
  return event.type === 'Write' ? event.targetId : event.subjectId;
}

/**
 * Whether an event is wanted. A promise only where the scopes around what it is about have to be
 * known; it rejects when they cannot be had.
 */
export function isWanted(
  selection: Selection,
  event: LogEvent,
  providerName: string,
  places: Places,
): boolean | Promise<boolean> {
  const { ids, providers } = selection;
  if (ids && !ids.has(subjectIdOf(event))) return false;
  if (providers && !providers.has(providerName)) return false;
  if (selection.type === 'Write')
    return event.type === 'Write' && wantsWrite(selection, event, places);
  return event.type === selection.type && wantsChange(selection, event, places);
}

function wantsChange(
  { to, scopeIds }: StatusSelection,
  { status, scopeId }: StatusChange,
  { lineage }: Places,
): boolean | Promise<boolean> {
  if (to && !to.has(status)) return false;
  if (!scopeIds || scopeIds.has(scopeId)) return true;
  if (scopeIds.size === 0) return false;
  return lineage(scopeId).then((above) => [...scopeIds].some((id) => above.has(id)));
}

function wantsWrite(
  { results, scopeIds }: WriteSelection,
  { result, targetId }: WriteEvent,
  { isWithin }: Places,
): boolean | Promise<boolean> {
  if (results && !results.has(result)) return false;
  return !scopeIds || isWithin(targetId, scopeIds);
}
