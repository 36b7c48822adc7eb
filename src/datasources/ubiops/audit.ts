import { badInput } from '../../errors.ts';
import type { ProviderSource } from '../provider.ts';
import { type Context, readRows } from './context.ts';
import { pathOf } from './keys.ts';
import { auditRow } from './payloads.ts';

/**
 * Audit events of projects and deployments, in pages by offset. UbiOps does not say how many there
 * are: the end is a page that is not full.
 */
export function createAudit(context: Context): Pick<ProviderSource, 'listAuditEvents'> {
  return {
    async listAuditEvents(owner, { first, after, action }, call) {
      const records = owner.type === 'Scope' || owner.type === 'Deployment';
      if (!records || !context.allows(owner)) return null;
      const offset = toOffset(after);
      const query = { action: action?.toLowerCase(), limit: first, offset };
      const path = `${pathOf(owner)}/audit`;
      const { items, faults } = await readRows(context, path, auditRow(owner), call, query);
      const isFull = items.length + faults.length >= first;
      return { items, faults, next: isFull ? String(offset + first) : null };
    },
  };
}

function toOffset(after: string | undefined): number {
  if (after === undefined) return 0;
  if (/^\d{1,15}$/.test(after)) return Number(after);
  throw badInput('after', 'not a cursor of these events');
}
