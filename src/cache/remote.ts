import { randomUUID } from 'node:crypto';
import type { RedisConnection } from '../redis.ts';
import { decode, encode, FORMAT, type FoundEntry } from './codec.ts';
import type { Entry } from './memory.ts';
import { ACQUIRE, INVALIDATE, RELEASE, STORE } from './scripts.ts';
import { providerOfTag, providerTag } from './tags.ts';
import { STANDS_IN_MS } from './lifetimes.ts';
import { groupBy } from '../datasources/batch.ts';

/** What was found, and the state of invalidation in which whatever is read now will have begun. */
export interface Found {
  entries: Map<string, FoundEntry>;
  /** The keys under which there was anything, also what is void or cannot be read. */
  present: ReadonlySet<string>;
  /** `undefined`: Redis cannot be asked; nothing is written either. */
  sequence: number | undefined;
}

/**
 * What all instances keep, in Redis. Everything of a provider is in one slot of a Cluster. Each
 * invalidation gets a number and leaves it at its tags; an entry remembers the number that was
 * current when reading it began, and is void when one of its tags has a later one. So it does not
 * matter in which order an entry is written and its tag invalidated. Nothing here ever throws.
 */
export interface Remote {
  find(provider: string, keys: readonly string[]): Promise<Found>;
  /**
   * Of these keys, those that this instance may load: the others are being loaded elsewhere, or
   * have come since they were looked for and were not `present`.
   */
  acquire(
    provider: string,
    keys: readonly string[],
    present: ReadonlySet<string>,
  ): Promise<string[]>;
  release(provider: string, keys: readonly string[]): void;
  store(provider: string, entries: ReadonlyMap<string, Entry>, sequence: number): void;
  /** Resolves when no instance finds what carries the tags any more. */
  invalidate(tags: readonly string[]): Promise<void>;
}

/** Somebody who holds a lock longer than this is not waited for. */
export const LOCK_MS = 2_000;

/** Invalidations must be remembered as long as anything that they could make void. */
const REMEMBER_MS = 48 * 3_600_000;

/** An invalidation is worth more patience than a read. */
const INVALIDATE_PATIENCE_MS = 250;

/** So many tags are remembered while Redis is away; then whole providers are invalidated. */
const MAX_PENDING = 5_000;

export interface RemoteOptions {
  redis: RedisConnection;
  now: () => number;
  /** Somebody else has invalidated these. */
  onInvalidate: (tags: readonly string[]) => void;
  /** Invalidations may have been missed. */
  onReturn: () => void;
}

export function createRemote(options: RemoteOptions): Remote {
  const { redis, now } = options;
  const me = randomUUID();
  const pending = new Set<string>();
  const names = createNames(redis.prefix);

  const attempt = async <T>(asking: Promise<T>): Promise<T | undefined> =>
    asking.catch(() => undefined);

  const spread = (provider: string, tags: readonly string[]) => {
    const keys = [names.sequence(provider), ...tags.map((tag) => names.tag(provider, tag))];
    const message = JSON.stringify({ from: me, tags });
    return redis.ask(
      (client) =>
        client.eval(INVALIDATE, keys.length, ...keys, REMEMBER_MS, names.channel, message),
      INVALIDATE_PATIENCE_MS,
    );
  };

  /** Tells Redis what it does not know yet; until then nothing of it can be believed. */
  const settle = async (): Promise<boolean> => {
    if (pending.size === 0) return true;
    const tags = [...pending];
    const groups = groupBy(tags, providerOfTag);
    const told = await Promise.all(
      [...groups].map(async ([provider, group]) => {
        const done = (await attempt(spread(provider, group))) !== undefined;
        if (done) group.forEach((tag) => pending.delete(tag));
        return done;
      }),
    );
    return told.every(Boolean);
  };

  listen(redis, names.channel, me, options);

  return {
    async find(provider, keys) {
      const entries = new Map<string, FoundEntry>();
      const nothing = { entries, present: new Set<string>(), sequence: undefined };
      if (!redis.isUp() || !(await settle())) return nothing;
      const wanted = [names.sequence(provider), ...keys.map((key) => names.entry(provider, key))];
      const answer = await attempt(redis.ask((client) => client.mget(...wanted)));
      if (!answer) return nothing;
      const [current, ...texts] = answer;
      const found = texts.flatMap((text, index) => {
        const decoded = text ? decode(text) : undefined;
        return decoded ? [{ key: keys[index] ?? '', ...decoded }] : [];
      });
      const present = new Set(keys.filter((_key, index) => texts[index] !== null));
      const tags = [...new Set(found.flatMap(({ entry }) => entry.tags))];
      const asked = tags.map((tag) => names.tag(provider, tag));
      const changes = tags.length
        ? await attempt(redis.ask((client) => client.mget(...asked)))
        : [];
      if (!changes) return nothing;
      const changedAt = new Map(tags.map((tag, index) => [tag, Number(changes[index] ?? 0)]));
      for (const { key, entry, sequence } of found) {
        const isVoid = entry.tags.some((tag) => (changedAt.get(tag) ?? 0) > sequence);
        if (!isVoid) entries.set(key, entry);
      }
      return { entries, present, sequence: Number(current ?? 0) };
    },

    async acquire(provider, keys, present) {
      const places = keys.flatMap((key) => [names.lock(provider, key), names.entry(provider, key)]);
      const were = keys.map((key) => (present.has(key) ? '1' : '0'));
      const got = await attempt(
        redis.ask((client) => client.eval(ACQUIRE, places.length, ...places, me, LOCK_MS, ...were)),
      );
      // Without Redis each instance goes on alone.
      if (!Array.isArray(got)) return [...keys];
      return keys.filter((_key, index) => got[index] === 1);
    },

    release(provider, keys) {
      if (keys.length === 0) return;
      const locks = keys.map((key) => names.lock(provider, key));
      void attempt(redis.ask((client) => client.eval(RELEASE, locks.length, ...locks, me)));
    },

    store(provider, entries, sequence) {
      if (entries.size === 0) return;
      const keys = [...entries.keys()].flatMap((key) => [
        names.entry(provider, key),
        names.lock(provider, key),
      ]);
      const values = [...entries.values()].flatMap((entry) => [
        encode(entry, sequence),
        Math.max(1, Math.min(entry.keptUntil, entry.hardUntil + STANDS_IN_MS) - now()),
      ]);
      void attempt(redis.ask((client) => client.eval(STORE, keys.length, ...keys, me, ...values)));
    },

    async invalidate(tags) {
      for (const tag of tags) pending.add(tag);
      if (pending.size > MAX_PENDING) {
        const providers = new Set([...pending].map(providerOfTag));
        pending.clear();
        for (const provider of providers) pending.add(providerTag(provider));
      }
      await settle();
    },
  };
}

/** Everything of a provider shares a hash tag, so that a Cluster keeps it in one place. */
function createNames(prefix: string) {
  const room = `${prefix}:c${FORMAT}`;
  return {
    channel: `${room}:invalidate`,
    sequence: (provider: string) => `${room}:{${provider}}:sequence`,
    entry: (provider: string, key: string) => `${room}:{${provider}}:${key}`,
    lock: (provider: string, key: string) => `${room}:{${provider}}:lock:${key}`,
    tag: (provider: string, tag: string) => `${room}:{${provider}}:tag:${tag}`,
  };
}

/** Hears of invalidations by other instances, also after the connection was lost and made anew. */
function listen(
  redis: RedisConnection,
  channel: string,
  me: string,
  { onInvalidate, onReturn }: RemoteOptions,
): void {
  const subscriber = redis.open();
  subscriber.on('ready', () => {
    void subscriber
      .subscribe(channel)
      .then(onReturn)
      .catch(() => undefined);
  });
  subscriber.on('message', (_channel: string, text: string) => {
    const message = JSON.parse(text) as { from: string; tags: string[] };
    if (message.from !== me) onInvalidate(message.tags);
  });
}
