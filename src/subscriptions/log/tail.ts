import { setTimeout as pause } from 'node:timers/promises';
import type { RedisClient } from '../../redis.ts';
import type { LogListener } from '../events.ts';
import { comparePlaces, type Extent } from './cursors.ts';
import { arrivals, toEntries } from './entries.ts';

/** How long one XREAD waits; then it is looked whether the log is still the same. */
const BLOCK_MS = 1_000;

/** When a connection on which nothing comes back is given up. */
const SILENCE_MS = 3_000;

/** How long to wait before trying again what failed. */
const RETRY_MS = 200;

const BATCH = 500;

interface TailOptions {
  open: () => RedisClient;
  stream: string;
  head: () => Promise<Extent>;
}

/**
 * Follows the stream for all listeners of this instance, on a connection of its own. It goes on
 * behind the last event it told of, whatever happens to the connection in between.
 */
export function createTail({ open, stream, head }: TailOptions) {
  const listeners = new Set<{ listener: LogListener }>();
  const closing = new AbortController();
  let joined: Promise<void> | undefined;
  let following: Promise<void> = Promise.resolve();
  let client: RedisClient | undefined;
  let epoch = '';
  let place = { time: 0, count: 0 };
  /** The connection was lost since the last answer: the log may have gone on without us. */
  let isDoubtful = false;

  const tell = (act: (listener: LogListener) => void) => {
    for (const { listener } of listeners) act(listener);
  };

  /** Begins again with the whole of another log. */
  const reset = (found: string, from = { time: 0, count: 0 }) => {
    epoch = found;
    place = from;
    tell((listener) => listener.onReset());
  };

  const deliver = (entries: [string, unknown][]) => {
    for (const raw of entries) {
      const [entry] = toEntries([raw]);
      if (entry && entry.epoch !== epoch) {
        reset(entry.epoch);
        return;
      }
      const [time = '0', count = '0'] = raw[0].split('-');
      place = { time: Number(time), count: Number(count) };
      if (!entry) continue;
      tell((listener) => listener.onEvent(entry.event));
    }
  };

  /** A log that was emptied is silent, and so is one that let go what was not heard yet. */
  const checkHead = async () => {
    const found = await head();
    isDoubtful = false;
    if (found.epoch !== epoch) reset(found.epoch);
    else if (comparePlaces(found.floor, place) > 0) reset(epoch, found.floor);
    else if (comparePlaces(found.last, place) < 0) reset(epoch, found.last);
  };

  const step = async (connection: RedisClient) => {
    if (isDoubtful) await checkHead();
    const id = `${place.time}-${place.count}`;
    const reading = connection.xread('COUNT', BATCH, 'BLOCK', BLOCK_MS, 'STREAMS', stream, id);
    const entries = arrivals.parse(await within(SILENCE_MS, reading));
    if (entries.length > 0) deliver(entries);
    else await checkHead();
  };

  const follow = async () => {
    client = open();
    while (!closing.signal.aborted) {
      try {
        await step(client);
      } catch (error) {
        isDoubtful = true;
        if (error === SILENT) client.disconnect(true);
        await pause(RETRY_MS, undefined, { signal: closing.signal }).catch(() => undefined);
      }
    }
  };

  const join = (): Promise<void> => {
    joined ??= head().then(
      (found) => {
        epoch = found.epoch;
        place = found.last;
        if (!closing.signal.aborted) following = follow();
      },
      (error: unknown) => {
        joined = undefined;
        throw error;
      },
    );
    return joined;
  };

  /** Joins as soon as Redis is there: a listener may be all there is. */
  const joinInTime = async () => {
    while (!closing.signal.aborted && listeners.size > 0) {
      try {
        return await join();
      } catch {
        await pause(RETRY_MS, undefined, { signal: closing.signal }).catch(() => undefined);
      }
    }
  };

  return {
    /**
     * Fixes the place from which listeners hear. Who reads or records does this first, so that what
     * comes behind a reading reaches those who listened before it.
     */
    join,
    listen: (listener: LogListener): (() => void) => {
      const entry = { listener };
      listeners.add(entry);
      void joinInTime();
      return () => listeners.delete(entry);
    },
    close: async (): Promise<void> => {
      closing.abort();
      listeners.clear();
      client?.disconnect();
      await following;
    },
  };
}

const SILENT = new Error('Redis is silent');

async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(SILENT), ms);
  });
  try {
    return await Promise.race([promise, silence]);
  } finally {
    clearTimeout(timer);
  }
}
