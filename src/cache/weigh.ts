/** What an object costs beside its content, about. */
const OBJECT_BYTES = 48;
const SLOT_BYTES = 12;
const STRING_BYTES = 16;

/**
 * About how many bytes a value takes. Freezes it on the way: what is kept is shared by operations,
 * so whoever would change it must hear of it.
 */
export function weighAndFreeze(value: unknown): number {
  if (typeof value === 'string') return STRING_BYTES + value.length;
  if (typeof value !== 'object' || value === null) return 0;
  if (value instanceof Date || value instanceof Error) return 2 * OBJECT_BYTES;
  Object.freeze(value);
  let bytes = OBJECT_BYTES;
  for (const part of Object.values(value)) bytes += SLOT_BYTES + weighAndFreeze(part);
  return bytes;
}
