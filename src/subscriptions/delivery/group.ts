import { setImmediate as nextTurn } from 'node:timers/promises';
import type { GatewayError } from '../../errors.ts';
import { providerNameOf, refOf } from '../../ids.ts';
import type { EventLog, LogEvent } from '../events.ts';
import { failureOf } from './failure.ts';
import { createMember, type Delivered, type Member } from './member.ts';
import { isWanted, type Places, subjectIdOf } from './selection.ts';
import type {
  DeliveryLimits,
  DeliveryStatus,
  LiveOperation,
  Occasion,
  Subscriber,
} from './subscriber.ts';

/** How many members are sent an event before others have their turn. */
const MEMBERS_A_TURN = 2_000;

export interface GroupSurroundings {
  log: EventLog;
  limits: DeliveryLimits;
  status: DeliveryStatus;
  places: Places;
  /** The last member has left. */
  onEmpty(): void;
}

/** Subscriptions that are told the same: one execution and one serialised payload an event. */
export interface Group {
  /** Takes the next event. Its members are told in the order of the calls. */
  dispatch(occasion: Occasion): void;
  /** Adds a subscriber; returns how to remove it. */
  join(subscriber: Subscriber, since: string | undefined): () => void;
  fail(error: GatewayError): void;
}

interface Pending {
  number: number;
  cursor: string;
  /** Undefined: no member wants it. */
  payload: Promise<string | undefined>;
}

export function createGroup(operation: LiveOperation, surroundings: GroupSurroundings): Group {
  const { limits, status, places } = surroundings;
  const members = new Set<Member>();
  const pending: Pending[] = [];
  let dispatched = 0;
  let isFlushing = false;

  const wants = (event: LogEvent): boolean | Promise<boolean> => {
    const subjectId = subjectIdOf(event);
    const isIn = isWanted(operation.selection, event, providerNameOf(subjectId), places);
    if (isIn === false) return false;
    const maySee = operation.maySee(refOf(subjectId));
    if (maySee === true || maySee === false) return maySee && isIn;
    return maySee.then((may) => may && isIn);
  };

  const execute = (occasion: Occasion) => {
    status.executions += 1;
    return operation.execute(occasion);
  };
  const executeIf = async (isSo: Promise<boolean>, occasion: Occasion) =>
    (await isSo) ? execute(occasion) : undefined;

  const fail = (error: GatewayError) => {
    for (const member of members) member.fail(error);
  };

  const deliver = async ({ number, cursor, payload }: Pending): Promise<void> => {
    let serialised: string | undefined;
    try {
      serialised = await payload;
    } catch (error) {
      fail(failureOf(error));
      return;
    }
    if (serialised === undefined) return;
    const event: Delivered = { number, cursor, payload: serialised };
    let told = 0;
    for (const member of members) {
      member.take(event);
      told += 1;
      if (told % MEMBERS_A_TURN === 0) await nextTurn();
    }
  };
  const flush = async (): Promise<void> => {
    isFlushing = true;
    for (let next = pending.shift(); next; next = pending.shift()) await deliver(next);
    isFlushing = false;
  };

  const onOut = (member: Member) => {
    members.delete(member);
    status.subscribers -= 1;
    if (members.size === 0) surroundings.onEmpty();
  };

  return {
    dispatch(occasion) {
      const wanted = wants(occasion.event);
      if (wanted === false) return;
      const payload = wanted === true ? execute(occasion) : executeIf(wanted, occasion);
      // Whoever awaits it in `deliver` may come later than the rejection.
      payload.catch(() => undefined);
      pending.push({ number: dispatched, cursor: occasion.event.cursor, payload });
      dispatched += 1;
      if (pending.length > limits.maxQueuedEvents) {
        for (const member of members) member.closeAsSlow();
      }
      if (!isFlushing) void flush();
    },
    join(subscriber, since) {
      const member = createMember(subscriber, dispatched, since, {
        ...surroundings,
        onOut,
        replay: async (event) => ((await wants(event)) ? execute({ event }) : undefined),
      });
      members.add(member);
      status.subscribers += 1;
      return member.leave;
    },
    fail,
  };
}
