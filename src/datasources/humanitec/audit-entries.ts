import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { AuditEvent } from '../../schema/audit-event.ts';
import { AuditAction } from '../../schema/enums.ts';
import type { Reach } from './keys.ts';
import { text, time } from './primitives.ts';

export interface AuditEntry {
  /** The path of the request that was made, without a query. */
  path: string;
  event: AuditEvent;
}

const ACTIONS = new Map([
  ['POST', AuditAction.CREATE],
  ['PUT', AuditAction.UPDATE],
  ['PATCH', AuditAction.UPDATE],
  ['DELETE', AuditAction.DELETE],
]);

/** What a logged request did: the log has successful writes only, and tells nothing but the method. */
export function actionOf(method: string): AuditAction {
  return ACTIONS.get(method) ?? AuditAction.INFO;
}

/** AuditLogEntry. Without its path nobody can tell whose it is, so that one is needed. */
export function entryOf({ provider }: Reach): z.ZodType<AuditEntry> {
  return z
    .object({
      at: time,
      user_id: text,
      request_method: z.string().catch(''),
      request_path: z.string().min(1),
      response_status: z.int().nullable().catch(null),
    })
    .transform((row): AuditEntry => {
      const path = row.request_path.split('?', 1)[0] ?? '';
      const status = row.response_status === null ? '' : ` -> ${row.response_status}`;
      return {
        path,
        event: {
          id: idOf(provider, [
            row.at?.toISOString() ?? null,
            row.user_id,
            row.request_method,
            row.request_path,
            row.response_status,
          ]),
          occurredAt: row.at,
          actor: row.user_id,
          action: actionOf(row.request_method),
          ...objectOf(path),
          message: `${row.request_method} ${path}${status}`.trim(),
        },
      };
    });
}

/**
 * What a path speaks of: paths are pairs of a collection and an id, and a write to a collection
 * ends with its name alone.
 */
export function objectOf(path: string): { objectType: string | null; objectName: string | null } {
  const segments = path.split('/').filter((segment) => segment !== '');
  const last = segments.length - 1;
  const type = last % 2 === 0 ? segments[last] : segments[last - 1];
  const name = last % 2 === 0 ? undefined : segments[last];
  return { objectType: type ?? null, objectName: name ?? null };
}

/** Entries have no id of their own; equal ones, made in the same moment, share one. */
function idOf(provider: string, fields: readonly (string | number | null)[]): string {
  const hash = createHash('sha256').update(JSON.stringify(fields)).digest('hex');
  return `${provider}:${hash}`;
}
