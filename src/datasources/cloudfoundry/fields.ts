import { z } from 'zod';
import type { Label } from '../../schema/common.ts';
import type { CloudFoundryLink } from '../../schema/details/cloudfoundry.ts';
import { GUID } from './keys.ts';

/**
 * Readers of the parts that a row can do without: `null`, or nothing in the list, where they are
 * missing or of another shape. Plain functions, because rows have dozens of such parts and come by
 * the thousands: a schema for each costs ten times as much.
 */

/** A JSON object, whatever is in it. */
export type Fields = Readonly<Record<string, unknown>>;

/** What stands for an object that is not there. */
export const NO_FIELDS: Fields = {};

export function toFields(value: unknown): Fields | null {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Fields) : null;
}

/** Words; "" counts as none. */
export function toText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** A whole number, small enough for GraphQL's Int. */
export function toInteger(value: unknown): number | null {
  return typeof value === 'number' && (value | 0) === value ? value : null;
}

export function toNumber(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

const DATE_TIME = z.regexes.datetime({ offset: true });

/** `YYYY-MM-DDThh:mm:ssZ`; null where it is no date, also none of the calendar. */
export function toDate(value: unknown): Date | null {
  return typeof value === 'string' && DATE_TIME.test(value) ? new Date(value) : null;
}

export function toGuid(value: unknown): string | null {
  return typeof value === 'string' && GUID.test(value) ? value : null;
}

/** `{"guid": "…"}`, where both the object and what is in it may be null. */
export function toGuidInside(value: unknown): string | null {
  return toGuid(toFields(value)?.guid);
}

/** A list without the entries that are not understood. */
export function toList<T>(value: unknown, read: (entry: unknown) => T | null): T[] {
  if (!Array.isArray(value)) return [];
  const list: T[] = [];
  for (const entry of value as unknown[]) {
    const understood = read(entry);
    if (understood !== null) list.push(understood);
  }
  return list;
}

/** A JSON object as pairs; no object: no pairs. */
export function toPairs(value: unknown): [string, unknown][] {
  return Object.entries(toFields(value) ?? NO_FIELDS);
}

export function toLabels(value: unknown): Label[] {
  const labels: Label[] = [];
  for (const [key, text] of toPairs(value)) {
    if (typeof text === 'string') labels.push({ key, value: text });
  }
  return labels;
}

/** `{"labels": {…}, "annotations": {…}}` */
export function toMetadata(value: unknown): { labels: Label[]; annotations: Label[] } {
  const { labels, annotations } = toFields(value) ?? NO_FIELDS;
  return { labels: toLabels(labels), annotations: toLabels(annotations) };
}

/** Null where the row has no links at all. */
export function toLinks(value: unknown): CloudFoundryLink[] | null {
  const byRel = toFields(value);
  if (!byRel) return null;
  const links: CloudFoundryLink[] = [];
  for (const [rel, link] of Object.entries(byRel)) {
    const { href, method } = toFields(link) ?? NO_FIELDS;
    if (typeof href === 'string') links.push({ rel, href, method: toText(method) });
  }
  return links;
}
