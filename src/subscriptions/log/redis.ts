import { randomBytes } from 'node:crypto';
import type { z } from 'zod';
import { ErrorCode, GatewayError } from '../../errors.ts';
import type { RedisClient, RedisConnection } from '../../redis.ts';
import { Status } from '../../schema/enums.ts';
import { type EventLog, isStatusChange } from '../events.ts';
import { type LogBounds, lostScope, MAX_HISTORY, staleToken } from './bounds.ts';
import {
  compareEventCursors,
  comparePlaces,
  type Extent,
  parseCursorWithin,
  parseEventCursor,
  toEventCursor,
} from './cursors.ts';
import { extentOf, toArguments, toEvents, toText } from './entries.ts';
import { APPEND, HEAD, HISTORY, READ, RECORD } from './scripts.ts';
import { createTail } from './tail.ts';

/** How long the log waits for Redis, which is where it is. */
const PATIENCE_MS = 1_000;

/** A scope that was not recorded for so long is begun anew, with a silent baseline. */
const SCOPE_LIFE_MS = 30 * 24 * 3_600_000;

/** How long it is remembered that a write was appended. */
const WRITE_ID_LIFE_MS = 3_600_000;

/**
 * The log of all instances that share a Redis. Its keys are in one slot, so that a Cluster runs the
 * scripts too. The epoch is made with the first key: a Redis that lost its data gets another one.
 */
export function createRedisLog(redis: RedisConnection, bounds: LogBounds): EventLog {
  const start = `${redis.prefix}:{events}`;
  const log = `${start}:log`;
  const stream = `${start}:stream`;
  const scopeKey = (scopeId: string) => `${start}:known:${scopeId}`;
  const historyStart = `${start}:history:`;
  const newEpoch = () => randomBytes(9).toString('base64url');

  const ask = async <T>(command: (client: RedisClient) => Promise<T>): Promise<T> => {
    try {
      return await redis.ask(command, PATIENCE_MS);
    } catch (cause) {
      throw unreachable(cause);
    }
  };
  const askExtent = async (
    script: typeof HEAD,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<z.infer<typeof extentOf>> =>
    extentOf.parse(
      await ask((client) => script(client, [log, stream, ...keys], [newEpoch(), ...args])),
    );
  const head = async (): Promise<Extent> => (await askExtent(HEAD, [], [])).extent;
  const tail = createTail({ open: () => redis.open(), stream, head });

  return {
    async record(scopeId, observations, token, { isFirst } = { isFirst: true }) {
      // What is appended must be behind the place that listeners hear from.
      await tail.join();
      const now = Date.now();
      const seen = JSON.stringify(observations.map((each) => toArguments(each, now)));
      const { maxEvents, maxAgeMs, maxSubjects } = bounds;
      const limits = [maxEvents, maxAgeMs, maxSubjects, SCOPE_LIFE_MS, MAX_HISTORY, historyStart];
      const mayBegin = isFirst ? 1 : 0;
      const answer = await ask((client) =>
        RECORD(
          client,
          [log, stream, scopeKey(scopeId)],
          [newEpoch(), token, seen, ...limits, mayBegin],
        ),
      );
      // The script answers with a number and, behind it, entries of the stream.
      const [highest, ...entries] = answer as [number, ...unknown[]];
      if (highest > 0) throw staleToken(token, highest);
      if (highest < 0) throw lostScope();
      return toEvents(entries).filter(isStatusChange);
    },

    async append(write) {
      await tail.join();
      const { maxEvents, maxAgeMs } = bounds;
      const once = `${start}:write:${write.id}`;
      const args = [newEpoch(), toText(write), maxEvents, maxAgeMs, WRITE_ID_LIFE_MS];
      await ask((client) => APPEND(client, [log, stream, once], args));
    },

    async known(scopeId) {
      const fields = await ask((client) => client.hgetall(scopeKey(scopeId)));
      if (Object.keys(fields).length === 0) return undefined;
      return new Map(
        Object.entries(fields).flatMap(([id, value]) => {
          const status = Status[value.split(' ')[0] as Status] as Status | undefined;
          return id.startsWith('#') || !status ? [] : [[id, status] as const];
        }),
      );
    },

    async head() {
      await tail.join();
      const { epoch, last } = await head();
      return toEventCursor({ epoch, ...last });
    },

    async read(after, limit) {
      await tail.join();
      const { time, count } = parseEventCursor(after);
      const { extent, entries } = await askExtent(READ, [], [`${time}-${count}`, limit + 1]);
      parseCursorWithin(after, extent);
      return { events: toEvents(entries.slice(0, limit)), isComplete: entries.length <= limit };
    },

    compare: compareEventCursors,
    listen: tail.listen,

    async history(subjectId, { first, after }) {
      const { extent, entries } = await askExtent(HISTORY, [`${historyStart}${subjectId}`], []);
      const place = after === undefined ? undefined : parseCursorWithin(after, extent);
      const older = toEvents(entries)
        .filter(isStatusChange)
        .filter(({ cursor }) => !place || comparePlaces(parseEventCursor(cursor), place) < 0);
      return { changes: older.slice(0, first), hasNext: older.length > first };
    },

    close: tail.close,
  };
}

function unreachable(cause: unknown): GatewayError {
  return new GatewayError(
    ErrorCode.INTERNAL_SERVER_ERROR,
    'The event log is in Redis, which cannot be reached. Ask again in a moment.',
    { retryable: true, cause },
  );
}
