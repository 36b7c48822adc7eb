/** What an object costs beside its content, about. */
const OBJECT_BYTES = 48;
const SLOT_BYTES = 12;
const STRING_BYTES = 16;

/**
 * About how many bytes a value takes. Freezes it on the way: what is kept is shared by operations,
 * so whoever would change it must hear of it. `weighed` has the weights of objects inside it that
 * are known already.
 */
export function weighAndFreeze(value: unknown, weighed?: ReadonlyMap<unknown, number>): number {
  if (typeof value === 'string') return STRING_BYTES + value.length;
  if (typeof value !== 'object' || value === null) return 0;
  if (value instanceof Date || value instanceof Error) return 2 * OBJECT_BYTES;
  const known = weighed?.get(value);
  if (known !== undefined) return known;
  let bytes = OBJECT_BYTES;
  if (Array.isArray(value)) {
    for (const part of value as unknown[]) bytes += SLOT_BYTES + weighAndFreeze(part, weighed);
  } else {
    const fields = value as Record<string, unknown>;
    for (const name in fields) bytes += SLOT_BYTES + weighAndFreeze(fields[name], weighed);
  }
  Object.freeze(value);
  return bytes;
}
