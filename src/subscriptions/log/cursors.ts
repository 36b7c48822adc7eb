import { badInput, ErrorCode, GatewayError } from '../../errors.ts';

/**
 * A place in the log. Numbers of one log grow from event to event, `time` before `count`; the epoch
 * names the log, so that a cursor of one that was lost is known for what it is.
 */
export interface Place {
  epoch: string;
  time: number;
  count: number;
}

const PLACE = /^e1\.([\w-]{1,32})\.(\d{1,15})\.(\d{1,15})$/;

export function toEventCursor({ epoch, time, count }: Place): string {
  return Buffer.from(`e1.${epoch}.${time}.${count}`).toString('base64url');
}

/** @throws GatewayError BAD_USER_INPUT for anything that is no cursor of an event log. */
export function parseEventCursor(cursor: string): Place {
  const [, epoch, time, count] =
    PLACE.exec(Buffer.from(cursor.slice(0, 200), 'base64url').toString('latin1')) ?? [];
  if (epoch === undefined) {
    throw badInput('cursor', 'this is no cursor of a status event. Give the `cursor` of one.');
  }
  return { epoch, time: Number(time), count: Number(count) };
}

/** Negative: `left` comes first. */
export function comparePlaces(left: Omit<Place, 'epoch'>, right: Omit<Place, 'epoch'>): number {
  return left.time - right.time || left.count - right.count;
}

export function compareEventCursors(left: string, right: string): number {
  return comparePlaces(parseEventCursor(left), parseEventCursor(right));
}

/** What a log keeps, as far as a cursor is concerned. */
export interface Extent {
  epoch: string;
  /** The last event that was let go. */
  floor: Omit<Place, 'epoch'>;
  /** The newest event. */
  last: Omit<Place, 'epoch'>;
}

/**
 * Takes a cursor apart that must lie within the log.
 * @throws GatewayError CURSOR_EXPIRED, see `EventLog.read`.
 */
export function parseCursorWithin(cursor: string, { epoch, floor, last }: Extent): Place {
  const place = parseEventCursor(cursor);
  if (place.epoch !== epoch || comparePlaces(place, last) > 0) {
    throw expired('it belongs to a log that was lost');
  }
  if (comparePlaces(place, floor) < 0) throw expired('events behind it are no longer kept');
  return place;
}

function expired(why: string): GatewayError {
  return new GatewayError(
    ErrorCode.CURSOR_EXPIRED,
    `The cursor is too old: ${why}. Query what you show again, and follow from now on without one.`,
  );
}
