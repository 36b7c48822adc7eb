import { badInput, type GatewayError } from './errors.ts';

/** Where a row stands in a list that is newest first: rows without a date come last. */
export interface Position {
  createdAt: Date | null;
  id: string;
  /** It has no date because it has not begun: it comes first. */
  upcoming?: boolean | undefined;
}

/** In a cursor, the place of the date of what has not begun. */
const UPCOMING = 'upcoming';

/** A cursor: opaque to clients, tagged with the order it belongs to. */
export function toCursor(order: string, parts: readonly (string | number | null)[]): string {
  return Buffer.from(JSON.stringify([order, ...parts])).toString('base64url');
}

/**
 * The parts of a cursor of this order.
 * @throws GatewayError BAD_USER_INPUT for anything that is no such cursor.
 */
export function parseCursor(order: string, cursor: string): (string | number | null)[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(parts) && parts[0] === order && parts.slice(1).every(isPart)) {
      return parts.slice(1) as (string | number | null)[];
    }
  } catch {
    // No JSON: broken like any other.
  }
  throw brokenCursor();
}

/** The cursor of a row in a list that is newest first. */
export function positionCursor({ createdAt, id, upcoming }: Position): string {
  return toCursor('newest', [upcoming ? UPCOMING : (createdAt?.getTime() ?? null), id]);
}

export function parsePosition(cursor: string): Position {
  const [time, id] = parseCursor('newest', cursor);
  if (typeof id !== 'string') throw brokenCursor();
  if (time === UPCOMING) return { createdAt: null, id, upcoming: true };
  if (time === null) return { createdAt: null, id };
  const createdAt = new Date(typeof time === 'number' ? time : Number.NaN);
  if (Number.isNaN(createdAt.getTime())) throw brokenCursor();
  return { createdAt, id };
}

/** The one error for everything that is no cursor of the list it was given to. */
export function brokenCursor(): GatewayError {
  return badInput(
    'after',
    'this is no cursor of this list. Give an endCursor of it, or leave it out.',
  );
}

function isPart(value: unknown): boolean {
  return value === null || typeof value === 'string' || typeof value === 'number';
}
