import { z } from 'zod';
import { GatewayError } from '../../errors.ts';
import type { Ref } from '../../ids.ts';
import type { AuditEvent } from '../../schema/audit-event.ts';
import { AuditAction } from '../../schema/enums.ts';
import { parse } from '../http/parse.ts';
import type { Call, Page } from '../provider.ts';
import { type Account, parseKeys, stackPath } from './account.ts';
import { type ListPage, readPage } from './envelope.ts';
import { flag, moment, text } from './fields.ts';

/** How many pages are read for one answer when events are picked by what was done. */
const MAX_PAGES = 5;

const rawAction = z.object({
  id: z.int().positive(),
  user: text,
  resource_type: text,
  resource_id: z
    .union([z.string().min(1), z.int().transform(String)])
    .nullable()
    .catch(null),
  action: text,
  started_at: moment,
  finished_at: moment,
  finished_success: flag,
  finished_message: text,
});

/** A background action of a stack (developers.cloud66.com, Async actions) as an audit event. */
export function auditRow(provider: string, uid: string): z.ZodType<AuditEvent> {
  return rawAction.transform((raw) => ({
    id: `${provider}/${uid}/${raw.id}`,
    occurredAt: raw.started_at,
    actor: raw.user,
    action: toAuditAction(raw.action ?? ''),
    objectType: raw.resource_type,
    objectName: raw.resource_id,
    message: raw.action && `${raw.action}: ${outcomeOf(raw)}`,
  }));
}

/** "env-var-new", "stack_create" and the like by their last word; INFO for all others. */
export function toAuditAction(action: string): AuditAction {
  if (/(^|[-_])(new|create)$/.test(action)) return AuditAction.CREATE;
  if (/(^|[-_])update$/.test(action)) return AuditAction.UPDATE;
  if (/(^|[-_])(delete|destroy)$/.test(action)) return AuditAction.DELETE;
  return AuditAction.INFO;
}

function outcomeOf(raw: z.infer<typeof rawAction>): string {
  if (raw.finished_success === null) return raw.finished_at === null ? 'in progress' : 'ended';
  const word = raw.finished_success ? 'succeeded' : 'failed';
  return raw.finished_message === null ? word : `${word} (${raw.finished_message})`;
}

/** A stack's actions in the provider's order, newest first. `null` for owners other than stacks. */
export async function listAuditEvents(
  account: Account,
  owner: Ref,
  query: { first: number; after: string | undefined; action: AuditAction | undefined },
  call: Call,
): Promise<Page<AuditEvent> | null> {
  const keys = owner.type === 'Scope' ? parseKeys(account, owner) : undefined;
  if (!keys) return null;
  const row = auditRow(account.provider, keys.uid);
  // By id: actions that begin while pages are read push earlier ones to the next page once more.
  const events = new Map<string, AuditEvent>();
  const faults: GatewayError[] = [];
  const read = (number: number) =>
    readPage(account.http, stackPath(keys.uid, 'actions'), number, call);

  let { page, offset } = await resume(parsePosition(query.after), read);
  for (let turn = 1; ; turn += 1) {
    for (const [index, value] of page.rows.entries()) {
      if (index < offset) continue;
      const event = parseRow(value, row, page.origin);
      if (event instanceof GatewayError) faults.push(event);
      else if (!query.action || event.action === query.action) events.set(event.id, event);
      if (events.size === query.first) {
        return { items: [...events.values()], faults, next: positionBehind(page, index) };
      }
    }
    if (page.next === null || turn === MAX_PAGES) {
      return {
        items: [...events.values()],
        faults,
        next: positionBehind(page, page.rows.length - 1),
      };
    }
    page = await read(page.next);
    offset = 0;
  }
}

/** Where a page of ours ended: behind `offset` rows of page `number`, when there were `total`. */
interface Position {
  number: number;
  offset: number;
  total: number | null;
}

/** New actions push the others down: what was at a position is as many rows further on by now. */
async function resume(
  { number, offset, total }: Position,
  read: (number: number) => Promise<ListPage>,
): Promise<{ page: ListPage; offset: number }> {
  let page = await read(number);
  let start =
    offset + (total === null || page.total === null ? 0 : Math.max(0, page.total - total));
  while (start >= page.rows.length && page.next !== null) {
    start -= page.rows.length;
    page = await read(page.next);
  }
  return { page, offset: start };
}

function positionBehind(page: ListPage, index: number): string | null {
  const isInside = index < page.rows.length - 1;
  if (!isInside && page.next === null) return null;
  const [number, offset] = isInside ? [page.number, index + 1] : [page.next, 0];
  return [number, offset, page.total ?? ''].join('.');
}

/** Anything that is no position of ours means the beginning. */
function parsePosition(after: string | undefined): Position {
  const [, number, offset, total] = /^(\d{1,4})\.(\d{1,5})\.(\d*)$/.exec(after ?? '') ?? [];
  if (number === undefined) return { number: 1, offset: 0, total: null };
  return {
    number: Math.max(1, Number(number)),
    offset: Number(offset),
    total: total ? Number(total) : null,
  };
}

function parseRow<T>(value: unknown, schema: z.ZodType<T>, origin: ListPage['origin']) {
  try {
    return parse(value, schema, origin);
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
}
