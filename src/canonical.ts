/** Inputs of the schema are nested a few levels deep; nothing of theirs is lost here. */
const MAX_DEPTH = 64;

/**
 * The same JSON value with the keys of every object in one order, so that equal values have equal
 * texts. Keys without a value are left out, as JSON leaves them out.
 * @throws RangeError where it is nested so deeply that following it could exhaust the stack
 */
export function canonical(value: unknown, depth = 0): unknown {
  if (depth > MAX_DEPTH) throw new RangeError(`nested deeper than ${MAX_DEPTH} levels`);
  if (Array.isArray(value)) return value.map((item) => canonical(item, depth + 1));
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, inner]) => [key, canonical(inner, depth + 1)]),
  );
}
