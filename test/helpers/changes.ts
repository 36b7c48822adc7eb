import {
  type EventLog,
  isStatusChange,
  type StatusChange,
} from '../../src/subscriptions/events.ts';

/** The changes of status behind a cursor, oldest first. */
export async function readChanges(
  log: EventLog,
  after: string,
  limit = 100_000,
): Promise<StatusChange[]> {
  return (await log.read(after, limit)).events.filter(isStatusChange);
}
