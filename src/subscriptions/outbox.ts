import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyBaseLogger } from 'fastify';
import type { WriteRecord } from '../writes/audit.ts';
import type { EventLog } from './events.ts';

/** How long to wait before trying again what failed. */
const RETRY_MS = 500;

/** More than these are done in no outage that somebody lets last. */
const MAX_WAITING = 1_000;

/** Hands writes to the event log. */
export interface Outbox {
  put: (record: WriteRecord) => void;
  /** Hands over what waits, if the log is there. */
  close(): Promise<void>;
}

/**
 * Hands writes over in order, each again and again until the log has it: what was done is not
 * missing there because Redis was away.
 */
export function createOutbox(log: Pick<EventLog, 'append'>, logger: FastifyBaseLogger): Outbox {
  const waiting: WriteRecord[] = [];
  const closing = new AbortController();
  let sending: Promise<void> | undefined;

  const hasTaken = (record: WriteRecord): Promise<boolean> =>
    log.append(record).then(
      () => true,
      () => false,
    );
  const send = async () => {
    for (let next = waiting[0]; next; next = waiting[0]) {
      if (await hasTaken(next)) waiting.shift();
      else if (closing.signal.aborted) break;
      else await pause(RETRY_MS, undefined, { signal: closing.signal }).catch(() => undefined);
    }
    sending = undefined;
  };

  return {
    put(record) {
      if (waiting.length >= MAX_WAITING) {
        logger.error({ write: record }, 'the event log is away for too long: a write is not in it');
        return;
      }
      waiting.push(record);
      sending ??= send();
    },
    async close() {
      closing.abort();
      await sending;
      for (const record of waiting) {
        logger.error({ write: record }, 'the event log is away: a write is not in it');
      }
    },
  };
}
