import type { z } from 'zod';
import { ErrorCode, GatewayError } from '../../errors.ts';
import { groupBy } from '../batch.ts';
import type { Call } from '../http/call.ts';
import type { HttpClient } from '../http/client.ts';
import { type Origin, parseRows } from '../http/parse.ts';
import type { Listing } from '../provider.ts';
import type { Reach } from './keys.ts';

/** What every part of this provider works with. */
export interface Context extends Reach {
  readonly http: HttpClient;
}

/** Rows as the API sent them, and where they came from. */
export interface Rows<T> extends Listing<T> {
  origin: Origin;
}

/** Reads a bare array row by row; `undefined` for 404: what it is the list of does not exist. */
export async function findRows<T>(
  { http }: Context,
  path: string,
  schema: z.ZodType<T>,
  call: Call,
): Promise<Rows<T> | undefined> {
  const answer = await orAbsent(http.read(path, call));
  return answer && { ...parseRows(answer.body, schema, answer.origin), origin: answer.origin };
}

/** The same without an answer for 404. */
export async function readRows<T>(
  { http }: Context,
  path: string,
  schema: z.ZodType<T>,
  call: Call,
): Promise<Rows<T>> {
  const { body, origin } = await http.read(path, call);
  return { ...parseRows(body, schema, origin), origin };
}

/**
 * What a list says of something that was looked for in it: the row; or, where it is not there but
 * some row could not be understood, that row's error, since it may be the one; or nothing.
 */
export function pickFrom<T>(
  { items, faults }: Listing<T>,
  matches: (item: T) => boolean,
): T | GatewayError | undefined {
  return items.find(matches) ?? faults[0];
}

/** The same read for the same key, so that a batch fetches and parses what its items share once. */
export function once<Key, T>(
  keyOf: (key: Key) => string,
  read: (key: Key) => Promise<T>,
): (key: Key) => Promise<T> {
  const reads = new Map<string, Promise<T>>();
  return (key) => {
    const known = reads.get(keyOf(key)) ?? read(key);
    reads.set(keyOf(key), known);
    return known;
  };
}

/**
 * Tells whether something is the only thing wanted of its parent: then it is read alone, and
 * otherwise together with its siblings from the parent's list.
 */
export function createLoners<Key>(
  wanted: Iterable<Key>,
  parentOf: (key: Key) => string,
  keyOf: (key: Key) => string,
): (key: Key) => boolean {
  const groups = groupBy(wanted, parentOf);
  const sizes = new Map(
    [...groups].map(([parent, keys]) => [parent, new Set(keys.map(keyOf)).size]),
  );
  return (key) => sizes.get(parentOf(key)) === 1;
}

/** An answer out of a batch, as it was before the batch kept its error. */
export function orThrow<T>(answer: T | GatewayError): T {
  if (answer instanceof GatewayError) throw answer;
  return answer;
}

/** Whether there is an answer, and it is no error. */
export function isAnswer<T>(answer: T | GatewayError | null | undefined): answer is T {
  return answer !== undefined && answer !== null && !(answer instanceof GatewayError);
}

async function orAbsent<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof GatewayError && error.code === ErrorCode.NOT_FOUND) return undefined;
    throw error;
  }
}
