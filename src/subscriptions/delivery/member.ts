import type { GatewayError } from '../../errors.ts';
import type { EventLog, LogEvent } from '../events.ts';
import { failureOf } from './failure.ts';
import type { DeliveryLimits, DeliveryStatus, Subscriber } from './subscriber.ts';

/** How many events are read from the log at a time. */
const PAGE = 100;

/** An event that was worked out for a group. */
export interface Delivered {
  /** Counts the group's events. */
  number: number;
  cursor: string;
  payload: string;
}

/** What a member needs of its group. */
export interface MemberSurroundings {
  log: EventLog;
  limits: DeliveryLimits;
  status: DeliveryStatus;
  /** The payload of an event from the log; undefined: the member does not want it. */
  replay(event: LogEvent): Promise<string | undefined>;
  /** The member is out: it failed, or was too slow. */
  onOut(member: Member): void;
}

/** One subscriber of a group. */
export interface Member {
  take(event: Delivered): void;
  fail(error: GatewayError): void;
  closeAsSlow(): void;
  /** The subscriber has left; nothing is sent any more. */
  leave: () => void;
}

/**
 * A member that is sent the group's events from number `first` on. With `since` it is first sent
 * what the log has behind that cursor. What the group delivers meanwhile is held; the cursors say
 * which of it the log has told already.
 */
export function createMember(
  subscriber: Subscriber,
  first: number,
  since: string | undefined,
  surroundings: MemberSurroundings,
): Member {
  const { log, limits, status } = surroundings;
  let isOut = false;
  let position = since;
  let held: Delivered[] | undefined = since === undefined ? undefined : [];
  let wasMissed = false;

  const out = (end: () => void) => {
    if (isOut) return;
    isOut = true;
    held = undefined;
    surroundings.onOut(member);
    end();
  };
  const closeAsSlow = () =>
    out(() => {
      status.closedAsSlow += 1;
      subscriber.closeAsSlow();
    });
  const send = (payload: string, sent?: () => void) => {
    status.delivered += 1;
    subscriber.next(payload, sent);
  };
  const sendLive = ({ cursor, payload }: Delivered) => {
    if (position !== undefined) {
      if (log.compare(cursor, position) <= 0) return;
      position = undefined;
    }
    send(payload);
    if (subscriber.bufferedBytes() > limits.maxBufferedBytes) closeAsSlow();
  };
  const hold = (event: Delivered, waiting: Delivered[]) => {
    if (waiting.length < limits.maxQueuedEvents) {
      waiting.push(event);
      return;
    }
    // The log has them all: it is read on, instead of keeping more.
    waiting.length = 0;
    wasMissed = true;
  };
  /** Sends what the log has, a page at a time, each only once the network has taken the last. */
  const catchUp = async (from: string): Promise<void> => {
    let isComplete = false;
    let reached = from;
    while (!isOut && (!isComplete || wasMissed)) {
      wasMissed = false;
      const page = await log.read(reached, PAGE);
      isComplete = page.isComplete;
      for (const event of page.events) {
        const payload = await surroundings.replay(event);
        reached = event.cursor;
        position = reached;
        if (isOut) return;
        if (payload === undefined) continue;
        await new Promise<void>((resolve) => send(payload, resolve));
      }
    }
    // Nothing may come between the last look and this: what is held now is all that is missing.
    const waiting = held ?? [];
    held = undefined;
    for (const event of waiting) {
      if (!isOut) sendLive(event);
    }
  };

  const member: Member = {
    take: (event) => {
      if (isOut || event.number < first) return;
      if (held) hold(event, held);
      else sendLive(event);
    },
    fail: (error) => out(() => subscriber.fail(error)),
    closeAsSlow,
    leave: () => out(() => undefined),
  };
  if (since !== undefined) {
    catchUp(since).catch((error: unknown) => out(() => subscriber.fail(failureOf(error))));
  }
  return member;
}
