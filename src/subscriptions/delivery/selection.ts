import type { Status } from '../../schema/enums.ts';
import type { StatusChange, SubjectType } from '../events.ts';

/** Which changes a subscription wants. What is `undefined` does not narrow. */
export interface Selection {
  readonly type: SubjectType;
  readonly ids: ReadonlySet<string> | undefined;
  /** Ids of scopes, each with all that is below it. */
  readonly scopeIds: ReadonlySet<string> | undefined;
  /** Names of providers. */
  readonly providers: ReadonlySet<string> | undefined;
  readonly to: ReadonlySet<Status> | undefined;
}

/** The ids of a scope and of all scopes above it. */
export type Lineage = (scopeId: string) => Promise<ReadonlySet<string>>;

/**
 * Whether a change is wanted. A promise only where the scopes above the change's own have to be
 * known; it rejects when they cannot be had.
 */
export function isWanted(
  { type, ids, scopeIds, providers, to }: Selection,
  change: StatusChange,
  providerName: string,
  lineage: Lineage,
): boolean | Promise<boolean> {
  if (change.type !== type) return false;
  if (to && !to.has(change.status)) return false;
  if (ids && !ids.has(change.subjectId)) return false;
  if (providers && !providers.has(providerName)) return false;
  if (!scopeIds || scopeIds.has(change.scopeId)) return true;
  if (scopeIds.size === 0) return false;
  return lineage(change.scopeId).then((above) => [...scopeIds].some((id) => above.has(id)));
}
