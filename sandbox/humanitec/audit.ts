import { EPOCH } from '../clock.ts';
import { ORG } from './catalogue.ts';
import { badRequest } from './errors.ts';
import { timestamp, type AuditEntry, type World } from './model.ts';
import { userIdOf } from './people.ts';

const DAY = 86_400_000;
/** "Each response contains at most 32 days worth of data for performance reasons and may be empty". */
const WINDOW_MS = 32 * DAY;
const KEPT_SINCE = EPOCH - 210 * DAY;

export interface AuditQuery {
  per_page?: unknown;
  page?: unknown;
  from?: unknown;
  to?: unknown;
}

/** Where the next page begins: the entries before `index`, none after `upper`. */
interface Cursor {
  index: number;
  upper: number;
}

/** Adds an entry; what happened before the log was kept is left out. */
export function record(
  world: World,
  at: number,
  createdBy: string,
  method: AuditEntry['method'],
  path: string,
  status: number,
): void {
  if (at < KEPT_SINCE) return;
  const entry = { at, userId: userIdOf(createdBy), method, path: `/orgs/${ORG.id}${path}`, status };
  world.audit.push(entry);
}

/** One page of the log, newest first, and the token of the next. A page may be empty and have a next. */
export function auditPage(world: World, query: AuditQuery, now: number) {
  const perPage = parsePerPage(query.per_page);
  const from = parseTime('from', query.from) ?? -Infinity;
  const to = parseTime('to', query.to) ?? now + 1;
  const { index, upper } = parseToken(query.page) ?? { index: world.audit.length, upper: to };
  const lower = Math.max(from, upper - WINDOW_MS);

  const entries: AuditEntry[] = [];
  let position = index;
  while (position > 0 && entries.length < perPage) {
    const entry = world.audit[position - 1];
    if (!entry || entry.at <= lower) break;
    position -= 1;
    if (entry.at < upper) entries.push(entry);
  }
  const older = world.audit[position - 1];
  const more = older !== undefined && older.at > from;
  const next = { index: position, upper: older && older.at > lower ? upper : lower };
  return { entries: entries.map(toBody), nextPage: more ? toToken(next) : undefined };
}

function toBody(entry: AuditEntry) {
  return {
    at: timestamp(entry.at),
    org_id: ORG.id,
    user_id: entry.userId,
    request_method: entry.method,
    request_path: entry.path,
    response_status: entry.status,
  };
}

function parsePerPage(text: unknown): number {
  if (text === undefined) return 50;
  const value = typeof text === 'string' && /^\d+$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > 100) throw badRequest('per_page must be an integer from 1 to 100.');
  return value;
}

function parseTime(name: string, text: unknown): number | undefined {
  if (text === undefined) return undefined;
  const isDateTime = typeof text === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(text);
  const at = isDateTime ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw badRequest(`${name} must be a date-time.`);
  return at;
}

function toToken({ index, upper }: Cursor): string {
  return Buffer.from(`${index}.${upper}`).toString('base64');
}

function parseToken(text: unknown): Cursor | undefined {
  if (text === undefined) return undefined;
  const plain = typeof text === 'string' ? Buffer.from(text, 'base64').toString() : '';
  if (!/^\d+\.\d+$/.test(plain)) throw badRequest('page is not a valid page token.');
  const [index, upper] = plain.split('.').map(Number);
  return { index: index ?? 0, upper: upper ?? 0 };
}
