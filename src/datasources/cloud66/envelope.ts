import { z } from 'zod';
import { ErrorCode, GatewayError } from '../../errors.ts';
import type { Call } from '../http/call.ts';
import type { HttpClient } from '../http/client.ts';
import { invalid, type Origin, parse } from '../http/parse.ts';

/** One page of a list, its rows not yet looked at. */
export interface ListPage {
  number: number;
  rows: unknown[];
  /** The number of the next page; null: this is the last one. */
  next: number | null;
  /** How many pages there are, and how many rows in all of them, where the provider says so. */
  pages: number | null;
  total: number | null;
  origin: Origin;
}

/** No list of this API comes near to it; an answer that always names a next page does. */
const MAX_PAGES = 5_000;

/** How far a list's own word on its length is trusted; behind that, one page leads to the next. */
const MAX_SIDE_BY_SIDE = 20;

const count = z.int().nonnegative().nullable().catch(null);
const pagination = z.object({ current: count, next: count, pages: count, count: count });

/** The top-level `count` is not read: it is the page size on some pages and wrong on others. */
const listEnvelope = z.object({
  response: z.array(z.unknown()),
  pagination: pagination.nullable().catch(null),
});

/** The schema of an answer that holds one object, with or without the `response` around it. */
export function unwrapped<T>(schema: z.ZodType<T>): z.ZodType<T> {
  return z.preprocess((value) => {
    const isWrapped = typeof value === 'object' && value !== null && 'response' in value;
    return isWrapped ? value.response : value;
  }, schema);
}

/**
 * Reads one page (30 rows) of a list. A list without `pagination` is one page. `path` has no suffix.
 */
export async function readPage(
  http: HttpClient,
  path: string,
  number: number,
  call: Call,
): Promise<ListPage> {
  const query = number === 1 ? {} : { page: number };
  const { body, origin: read } = await http.read(`${path}.json`, call, query);
  const origin = number === 1 ? read : { ...read, what: `${read.what}?page=${number}` };
  const { response: rows, pagination: pages } = parse(body, listEnvelope, origin);
  // Behind the page that was asked for too: an API that ignored `page` would never end otherwise.
  const isNextPage = pages?.next && pages.next > Math.max(pages.current ?? 0, number);
  const next = isNextPage && rows.length > 0 ? pages.next : null;
  if (next !== null && next > MAX_PAGES) throw invalid(origin, 'its pages have no end');
  return {
    number,
    rows,
    next,
    pages: pages?.pages ?? null,
    total: pages?.count ?? null,
    origin,
  };
}

/** Reads all pages of a list: the first one, and once it says how many there are, the others. */
export async function readAll(http: HttpClient, path: string, call: Call): Promise<ListPage[]> {
  const first = await readPage(http, path, 1, call);
  const known = first.next === null ? 1 : Math.min(first.pages ?? 1, MAX_SIDE_BY_SIDE);
  const others = Array.from({ length: Math.max(0, known - 1) }, (_, index) =>
    readPage(http, path, index + 2, call),
  );
  const pages = [first, ...(await Promise.all(others))];
  for (;;) {
    const next = pages.at(-1)?.next;
    if (!next) return pages;
    pages.push(await readPage(http, path, next, call));
  }
}

/** What a read brings, or `undefined` when the provider knows no such thing. */
export async function orAbsent<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof GatewayError && error.code === ErrorCode.NOT_FOUND) return undefined;
    throw error;
  }
}
