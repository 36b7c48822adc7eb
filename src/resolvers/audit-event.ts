import type { Context } from '../context.ts';
import { parseCursor, toCursor } from '../cursors.ts';
import type { Ref } from '../ids.ts';
import type { AuditEvent } from '../schema/audit-event.ts';
import type { Connection } from '../schema/connection.ts';
import type { AuditAction } from '../schema/enums.ts';
import { faultsOf } from './failures.ts';
import { type PageArguments, pageSize, toConnection } from './paging.ts';

/**
 * One page of audit events in the provider's own paging: the cursor holds the provider's position
 * behind the page, so that all edges of a page share it.
 */
export async function auditEventsOf(
  { providers, call, limits }: Context,
  owner: Ref,
  action: AuditAction | undefined,
  page: PageArguments,
): Promise<Connection<AuditEvent> | null> {
  const first = pageSize(page, limits);
  const [after] = page.after ? parseCursor('audit', page.after) : [];
  if (after === null) return toConnection<AuditEvent>([], () => '', page, { hasNext: false });
  const events = await providers
    .get(owner.provider)
    ?.listAuditEvents(owner, { first, after: after?.toString(), action }, call);
  if (!events) return null;
  const cursor = toCursor('audit', [events.next]);
  return toConnection(events.items, () => cursor, page, {
    hasNext: events.next !== null,
    failures: faultsOf(owner.provider, events.faults),
  });
}
