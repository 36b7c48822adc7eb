import { randomBytes } from 'node:crypto';
import type { Status } from '../../schema/enums.ts';
import type { EventLog, LogListener, Observation, StatusChange } from '../events.ts';
import { compareEventCursors, type Extent, parseCursorWithin, toEventCursor } from './cursors.ts';
import { createHistory } from './history.ts';
import { createKnownScope, type KnownScope } from './known.ts';
import { type LogBounds, lostScope, staleToken } from './bounds.ts';

/** The log of a gateway without Redis: it ends with the process. */
export function createMemoryLog(bounds: LogBounds): EventLog {
  const epoch = randomBytes(9).toString('base64url');
  const scopes = new Map<string, KnownScope>();
  /** By number, oldest first; numbers have no gaps. */
  const changes = new Map<number, StatusChange>();
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

  const append = (observation: Observation, from: Status | null, sequence: number) => {
    last += 1;
    const change = {
      ...observation,
      cursor: cursorOf(last),
      sequence,
      from,
      observedAt: new Date(),
    };
    changes.set(last, change);
    history.add(change.subjectId, last);
    return change;
  };

  const trim = () => {
    const oldest = Date.now() - bounds.maxAgeMs;
    for (const [number, { subjectId, observedAt }] of changes) {
      if (changes.size <= bounds.maxEvents && observedAt.getTime() >= oldest) return;
      changes.delete(number);
      history.dropOldest(subjectId);
      floor = number;
    }
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
        return news ? [append(observation, news.from, news.sequence)] : [];
      });
      scope.forget();
      trim();
      for (const change of made) for (const { listener } of listeners) listener.onChange(change);
      return made;
    },

    known: async (scopeId) => scopes.get(scopeId)?.statuses(),
    head: async () => cursorOf(last),

    async read(after, limit) {
      const { count } = parseCursorWithin(after, extent());
      const end = Math.min(last, count + limit);
      return { changes: pick(changes, range(count + 1, end)), isComplete: end === last };
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
        changes: pick(changes, numbers.slice(-first).reverse()),
        hasNext: numbers.length > first,
      };
    },

    close: async () => listeners.clear(),
  };
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}

function pick<T>(items: ReadonlyMap<number, T>, numbers: readonly number[]): T[] {
  return numbers.flatMap((number) => items.get(number) ?? []);
}
