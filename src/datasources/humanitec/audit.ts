import { z } from 'zod';
import { badInput } from '../../errors.ts';
import type { Ref } from '../../ids.ts';
import type { AuditAction } from '../../schema/enums.ts';
import type { AuditEvent } from '../../schema/audit-event.ts';
import type { Call } from '../http/call.ts';
import { headerOf } from '../http/dialect.ts';
import { parseRows } from '../http/parse.ts';
import type { Listing, Page } from '../provider.ts';
import { type AuditEntry, entryOf } from './audit-entries.ts';
import {
  admitsApplication,
  deploymentKeys,
  deployPath,
  pathOf,
  type Reach,
  scopeKeys,
} from './keys.ts';
import { nextPageOf } from './links.ts';
import type { Context } from './reads.ts';

/** The most rows the API puts on a page. */
const MAX_PAGE_SIZE = 100;

/** How many pages are looked through for what a page of ours needs. */
const MAX_PAGES = 5;

/** Where to go on: a page of the API, and the row on it that was the last to be handed out. */
const positionSchema = z.strictObject({
  page: z.string().optional(),
  size: z.int().min(1).max(MAX_PAGE_SIZE),
  last: z.string().optional(),
});
type Position = z.infer<typeof positionSchema>;

type Filter = (entry: AuditEntry) => boolean;

/**
 * The organization's audit log, which needs an administrator's token. It knows no narrower
 * question, so for what is below the organization it is read and filtered by path, at most
 * `MAX_PAGES` pages at a time: a page of ours may then be short, or empty, and still have a next.
 */
export async function listAuditEvents(
  context: Context,
  owner: Ref,
  query: { first: number; after: string | undefined; action: AuditAction | undefined },
  call: Call,
): Promise<Page<AuditEvent> | null> {
  const filter = filterFor(context, owner);
  if (filter === null) return null;
  const { action, first } = query;
  const isWanted: Filter = (entry) =>
    (filter?.(entry) ?? true) && (action === undefined || entry.event.action === action);
  const start = query.after === undefined ? undefined : parsePosition(query.after);
  // Where every row is wanted, the API's page is exactly ours.
  const all = filter === undefined && action === undefined;
  const size = all ? Math.min(first, MAX_PAGE_SIZE) : MAX_PAGE_SIZE;
  return gather(context, isWanted, first, start ?? { size }, call);
}

async function gather(
  context: Context,
  isWanted: Filter,
  first: number,
  start: Position,
  call: Call,
): Promise<Page<AuditEvent>> {
  const items: AuditEvent[] = [];
  const page: Page<AuditEvent> = { items, faults: [], next: null };
  let position = start;
  for (let turn = 0; turn < MAX_PAGES && items.length < first; turn += 1) {
    const rows = await readPage(context, position, call);
    page.faults.push(...rows.faults);
    const fresh = rowsAfter(rows.items, position.last);
    const wanted = fresh.items.filter(isWanted);
    const taken = wanted.slice(0, first - items.length);
    items.push(...taken.map(({ event }) => event));
    if (taken.length < wanted.length) {
      page.next = JSON.stringify({ ...position, last: taken.at(-1)?.event.id });
      return page;
    }
    if (rows.next === undefined || rows.next === position.page) {
      page.next = null;
      return page;
    }
    const { size } = position;
    position = { page: rows.next, size, ...(!fresh.found && { last: position.last }) };
    page.next = JSON.stringify(position);
  }
  return page;
}

/**
 * The rows behind the last one that was handed out. New entries push it on to a later page where
 * the page was the newest one: until it is `found` there, everything has been handed out before.
 */
function rowsAfter(rows: readonly AuditEntry[], last: string | undefined) {
  if (last === undefined) return { items: rows, found: true };
  const index = rows.findLastIndex(({ event }) => event.id === last);
  return { items: index < 0 ? [] : rows.slice(index + 1), found: index >= 0 };
}

async function readPage(
  context: Context,
  { page, size }: Position,
  call: Call,
): Promise<Listing<AuditEntry> & { next: string | undefined }> {
  const path = `${pathOf(context, {})}/audit-logs`;
  const answer = await context.http.read(path, call, { per_page: size, page });
  const rows = parseRows(answer.body, entryOf(context), answer.origin);
  return { ...rows, next: nextPageOf(headerOf(answer.headers, 'link')) };
}

/** Which entries belong to an owner. `undefined`: all; `null`: it has none, or is not let in. */
function filterFor(context: Context, owner: Ref): Filter | undefined | null {
  if (owner.type === 'Deployment') {
    const keys = deploymentKeys(context, owner);
    return keys ? isBelow(deployPath(context, keys)) : null;
  }
  const keys = owner.type === 'Scope' ? scopeKeys(context, owner) : undefined;
  if (!keys) return null;
  if (keys.application !== undefined) return isBelow(pathOf(context, keys));
  return context.applications && ((entry) => isLetIn(context, entry));
}

/** Ends at a whole segment: what happens to "shop-2" is not the business of "shop". */
function isBelow(path: string): Filter {
  return (entry) => entry.path === path || entry.path.startsWith(`${path}/`);
}

function isLetIn(reach: Reach, { path }: AuditEntry): boolean {
  const [, application] = /^\/orgs\/[^/]+\/apps\/([^/]+)/.exec(path) ?? [];
  return application === undefined || admitsApplication(reach, application);
}

function parsePosition(text: string): Position {
  try {
    return positionSchema.parse(JSON.parse(text));
  } catch {
    throw badInput('after', 'this is no position in this list; begin without it');
  }
}
