import type { GatewayError } from '../../errors.ts';
import type { Ref } from '../../ids.ts';
import { collect, groupBy } from '../batch.ts';
import type { Listing } from '../provider.ts';
import type { Context } from './context.ts';
import { projectOf } from './keys.ts';

/** Asks for each on its own, all at once. */
export function readEach<T>(
  { provider }: Context,
  refs: readonly Ref[],
  read: (ref: Ref) => Promise<T | undefined>,
): Promise<Map<string, T | GatewayError>> {
  return collect(refs, ({ id }) => id, provider, read);
}

/**
 * The same, but lets the first key of a project that has never answered with a version go ahead:
 * its answer shows the generation, and saves the others a request each.
 */
export async function readInTurn<T>(
  context: Context,
  refs: readonly Ref[],
  read: (ref: Ref) => Promise<T | undefined>,
): Promise<Map<string, T | GatewayError>> {
  const leaders = new Set<string>();
  const now = refs.filter((ref) => {
    if (context.dialogue(ref)) return true;
    const isFirst = !leaders.has(projectOf(ref));
    leaders.add(projectOf(ref));
    return isFirst;
  });
  const first = await readEach(context, now, read);
  const later = refs.filter((ref) => !now.includes(ref));
  return new Map([...first, ...(await readEach(context, later, read))]);
}

/** How to read one object, and how to read it with its siblings, in one list. */
export interface Reads<T> {
  one: (ref: Ref) => Promise<T | undefined>;
  /** Keys with the same word here are in the same list. */
  listOf: (ref: Ref) => string;
  all: (ref: Ref) => Promise<Listing<T> | undefined>;
  idOf: (row: T) => string;
}

/**
 * Chooses for each key of a batch: alone in its list it is read on its own, otherwise the list is
 * read once for all. Objects that answer to the name but have another UUID are absent.
 */
export function oneOrAll<T>(
  refs: readonly Ref[],
  { one, listOf, all, idOf }: Reads<T>,
): (ref: Ref) => Promise<T | undefined> {
  const groups = groupBy(refs, listOf);
  const readList = oncePer(listOf, all);
  return async (ref) => {
    if (groups.get(listOf(ref))?.length === 1) {
      const row = await one(ref);
      return row !== undefined && idOf(row) === ref.id ? row : undefined;
    }
    const listing = await readList(ref);
    const found = listing?.items.find((row) => idOf(row) === ref.id);
    // A row that could not be understood may be the one that is missing: that is not absence.
    const [doubt] = found === undefined ? (listing?.faults ?? []) : [];
    if (doubt) throw doubt;
    return found;
  };
}

/** Reads once for all keys with the same word, for as long as the result is held. */
export function oncePer<T>(
  wordOf: (ref: Ref) => string,
  read: (ref: Ref) => Promise<T>,
): (ref: Ref) => Promise<T> {
  const readings = new Map<string, Promise<T>>();
  return (ref) => {
    const word = wordOf(ref);
    const reading = readings.get(word) ?? read(ref);
    readings.set(word, reading);
    return reading;
  };
}
