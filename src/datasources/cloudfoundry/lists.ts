import { z } from 'zod';
import { type GatewayError, toGatewayError } from '../../errors.ts';
import { chunk } from '../batch.ts';
import type { HttpClient, Query } from '../http/client.ts';
import { invalid, type Origin, parse, parseRow } from '../http/parse.ts';
import type { Call, Listing } from '../provider.ts';
import { guidOfRow } from './payloads.ts';

/** One entry of the configuration, as every part of this folder needs it. */
export interface Foundation {
  readonly name: string;
  readonly http: HttpClient;
  /** The guids of the spaces to show; `undefined`: all that the credentials may see. */
  readonly spaces: readonly string[] | undefined;
}

/** A row as it came, and what it means or why it means nothing. */
export interface Row<T> {
  raw: unknown;
  value: T | GatewayError;
}

export interface ListPage<T> {
  rows: Row<T>[];
  totalPages: number;
  hasNext: boolean;
  origin: Origin;
}

/** "per_page 1..5000, default 50" */
export const MAX_PER_PAGE = 5_000;

/** 200 guids make a URL of about 7.4 kB: the batch size of the cf CLI. */
export const GUIDS_PER_REQUEST = 200;

/** More pages than any list can need; ends the reading of one that does not end by itself. */
export const MAX_PAGES = 40;

const envelope = z.object({
  pagination: z
    .object({
      total_pages: z.number().int().catch(1),
      next: z
        .object({ href: z.string() })
        .nullable()
        .catch(null)
        .transform((next) => next !== null),
    })
    .catch({ total_pages: 1, next: false }),
  resources: z.array(z.unknown()),
});

/** Reads one page of a list. Of the links to other pages none is followed: they are rebuilt. */
export async function readPage<T>(
  { http }: Foundation,
  path: string,
  schema: z.ZodType<T>,
  query: Query,
  call: Call,
): Promise<ListPage<T>> {
  const { body, origin } = await http.read(path, call, query);
  const { pagination, resources } = parse(body, envelope, origin);
  const rows = resources.map((raw, index) => ({
    raw,
    value: parseRow(raw, schema, origin, index),
  }));
  return { rows, totalPages: pagination.total_pages, hasNext: pagination.next, origin };
}

/** Reads a whole list, its pages behind the first one side by side. */
export async function readAll<T>(
  foundation: Foundation,
  path: string,
  schema: z.ZodType<T>,
  query: Query,
  call: Call,
): Promise<Listing<T>> {
  const read = (page: number) =>
    readPage(
      foundation,
      path,
      schema,
      { ...query, per_page: MAX_PER_PAGE, page: page === 1 ? undefined : page },
      call,
    );
  const first = await read(1);
  const pages = first.hasNext ? first.totalPages : 1;
  if (pages > MAX_PAGES) throw invalid(first.origin, `it has more than ${MAX_PAGES} pages`);
  const rest = Array.from({ length: pages - 1 }, (_, index) => read(index + 2));
  return toListing([first, ...(await Promise.all(rest))].flatMap(({ rows }) => rows));
}

/** Rows that are understood and faults of those that are not. */
export function toListing<T>(rows: readonly Row<T>[]): Listing<T> {
  const listing: Listing<T> = { items: [], faults: [] };
  for (const { value } of rows) {
    if (isFault(value)) listing.faults.push(value);
    else listing.items.push(value);
  }
  return listing;
}

/** Listings of parts as one. */
export function joinListings<T>(listings: readonly Listing<T>[]): Listing<T> {
  return {
    items: listings.flatMap(({ items }) => items),
    faults: listings.flatMap(({ faults }) => faults),
  };
}

/**
 * Reads by guid, 200 in a request; what does not exist is absent. `guids` is not in the documents
 * of most lists, but every list message of the Cloud Controller takes it.
 */
export async function readByGuids<T>(
  foundation: Foundation,
  path: string,
  schema: z.ZodType<T>,
  guids: Iterable<string>,
  call: Call,
): Promise<Map<string, T | GatewayError>> {
  const answers = await inBatches(foundation, [...new Set(guids)], call, async (batch) => {
    const query = { guids: batch.join(','), per_page: MAX_PER_PAGE };
    const { rows } = await readPage(foundation, path, schema, query, call);
    return assign(rows, batch);
  });
  return answers;
}

/** Works on 200 guids at a time; a batch that fails leaves its error at each of its guids. */
export async function inBatches<T>(
  { name }: Foundation,
  guids: readonly string[],
  call: Call,
  read: (batch: string[]) => Promise<ReadonlyMap<string, T | GatewayError>>,
): Promise<Map<string, T | GatewayError>> {
  const answers = new Map<string, T | GatewayError>();
  await Promise.all(
    chunk(guids, GUIDS_PER_REQUEST).map(async (batch) => {
      try {
        for (const [guid, value] of await read(batch)) answers.set(guid, value);
      } catch (error) {
        call.signal.throwIfAborted();
        for (const guid of batch) answers.set(guid, toGatewayError(error, name));
      }
    }),
  );
  return answers;
}

/** Whether a value stands for something that could not be read. */
export function isFault<T>(value: T | GatewayError): value is GatewayError {
  return value instanceof Error;
}

/** A row that does not even tell its guid may be any of those that are missing. */
function assign<T>(rows: readonly Row<T>[], wanted: string[]): Map<string, T | GatewayError> {
  const answers = new Map<string, T | GatewayError>();
  let nameless: GatewayError | undefined;
  for (const { raw, value } of rows) {
    const guid = guidOfRow(raw);
    if (guid !== null) answers.set(guid, value);
    else if (isFault(value)) nameless = value;
  }
  for (const guid of wanted) if (nameless && !answers.has(guid)) answers.set(guid, nameless);
  return answers;
}
