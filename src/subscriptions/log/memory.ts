import { randomBytes } from 'node:crypto';
import { type EventLog, isStatusChange, type LogEvent, type LogListener } from '../events.ts';
import { compareEventCursors, type Extent, parseCursorWithin, toEventCursor } from './cursors.ts';
import { createHistory } from './history.ts';
import { createKnownScope, type KnownScope } from './known.ts';
import { type LogBounds, lostScope, staleToken } from './bounds.ts';

/** The log of a gateway without Redis: it ends with the process. */
export function createMemoryLog(bounds: LogBounds): EventLog {
  const epoch = randomBytes(9).toString('base64url');
  const scopes = new Map<string, KnownScope>();
  /** By number, oldest first; numbers have no gaps. */
  const events = new Map<number, LogEvent>();
  const writeIds = new Set<string>();
  const history = createHistory();
  /** Wrapped, so that one listener may listen twice. */
  const listeners = new Set<{ listener: LogListener }>();
  let floor = 0;
  let last = 0;

  const cursorOf = (count: number) => toEventCursor({ epoch, time: 0, count });
  const extent = (): Extent => ({
    epoch,
    floor: { time: 0, count: floor },
    last: { time: 0, count: last },
  });

  const append = <Event extends LogEvent>(create: (cursor: string) => Event): Event => {
    last += 1;
    const event = create(cursorOf(last));
    events.set(last, event);
    if (isStatusChange(event)) history.add(event.subjectId, last);
    return event;
  };

  const trim = () => {
    const oldest = Date.now() - bounds.maxAgeMs;
    for (const [number, event] of events) {
      if (events.size <= bounds.maxEvents && timeOf(event) >= oldest) return;
      events.delete(number);
      if (isStatusChange(event)) history.dropOldest(event.subjectId);
      else writeIds.delete(event.id);
      floor = number;
    }
  };
  const tell = (event: LogEvent) => {
    for (const { listener } of listeners) listener.onEvent(event);
  };

  return {
    async record(scopeId, observations, token, { isFirst } = { isFirst: true }) {
      if (!isFirst && !scopes.has(scopeId)) throw lostScope();
      const scope = scopes.get(scopeId) ?? createKnownScope(bounds.maxSubjects);
      if (token < scope.token) throw staleToken(token, scope.token);
      scope.token = token;
      const isBaseline = !scopes.has(scopeId);
      scopes.set(scopeId, scope);
      const made = observations.flatMap((observation) => {
        const news = scope.take(observation, isBaseline);
        if (!news) return [];
        const observedAt = new Date();
        return [append((cursor) => ({ ...observation, ...news, cursor, observedAt }))];
      });
      scope.forget();
      trim();
      made.forEach(tell);
      return made;
    },

    async append(write) {
      if (writeIds.has(write.id)) return;
      writeIds.add(write.id);
      const event = append((cursor) => ({ ...write, type: 'Write', cursor }));
      trim();
      tell(event);
    },

    known: async (scopeId) => scopes.get(scopeId)?.statuses(),
    head: async () => cursorOf(last),

    async read(after, limit) {
      const { count } = parseCursorWithin(after, extent());
      const end = Math.min(last, count + limit);
      return { events: pick(events, range(count + 1, end)), isComplete: end === last };
    },

    compare: compareEventCursors,

    listen(listener) {
      const entry = { listener };
      listeners.add(entry);
      return () => listeners.delete(entry);
    },

    async history(subjectId, { first, after }) {
      const end = after === undefined ? Infinity : parseCursorWithin(after, extent()).count;
      const numbers = history.of(subjectId).filter((number) => number < end);
      return {
        changes: pick(events, numbers.slice(-first).reverse()).filter(isStatusChange),
        hasNext: numbers.length > first,
      };
    },

    close: async () => listeners.clear(),
  };
}

function timeOf(event: LogEvent): number {
  return (isStatusChange(event) ? event.observedAt : event.at).getTime();
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}

function pick<T>(items: ReadonlyMap<number, T>, numbers: readonly number[]): T[] {
  return numbers.flatMap((number) => items.get(number) ?? []);
}
