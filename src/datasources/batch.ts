import type { Position } from '../cursors.ts';
import { type GatewayError, toGatewayError } from '../errors.ts';

/**
 * Asks for each item on its own, all at once (the HTTP client limits how many are under way), and
 * collects the answers by `keyOf`. `undefined` answers stay out; a failure is kept at its key.
 */
export async function collect<Item, T>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  provider: string,
  read: (item: Item) => Promise<T | undefined>,
): Promise<Map<string, T | GatewayError>> {
  const answers = new Map<string, T | GatewayError>();
  await Promise.all(
    items.map(async (item) => {
      try {
        const answer = await read(item);
        if (answer !== undefined) answers.set(keyOf(item), answer);
      } catch (error) {
        answers.set(keyOf(item), toGatewayError(error, provider));
      }
    }),
  );
  return answers;
}

/** Sorts items into lists by `keyOf`, in order of first appearance. */
export function groupBy<Item>(
  items: Iterable<Item>,
  keyOf: (item: Item) => string,
): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

/** Cuts a list into pieces of at most `size`. */
export function chunk<Item>(items: readonly Item[], size: number): Item[][] {
  const chunks: Item[][] = [];
  for (let start = 0; start < items.length; start += size) {
    chunks.push(items.slice(start, start + size));
  }
  return chunks;
}

/**
 * Newest first: what is upcoming before everything, what has no date last; equal dates by id, so
 * that the order is total.
 */
export function byNewest(left: Position, right: Position): number {
  const difference = rankOf(right) - rankOf(left);
  // Two rows without a date give Infinity - Infinity: NaN, which the comparison by id settles too.
  return difference || (left.id < right.id ? 1 : left.id > right.id ? -1 : 0);
}

function rankOf({ createdAt, upcoming }: Position): number {
  return upcoming ? Infinity : (createdAt?.getTime() ?? -Infinity);
}
