import { createCall } from '../datasources/http/call.ts';
import type { Call } from '../datasources/provider.ts';
import { GatewayError } from '../errors.ts';
import type { RedisConnection } from '../redis.ts';
import { fly, type Outcome, type Tiers } from './flight.ts';
import { createInvalidations, type Invalidations } from './invalidations.ts';
import { createMemory, type Entry } from './memory.ts';
import { type Answers, keyOf, type Read } from './read.ts';
import { createRemote } from './remote.ts';
import { untilAborted } from './wait.ts';

/** Two tiers: the memory of this instance, and Redis behind it where there is one. */
export interface Cache {
  /** Reads what is not fresh, and each thing only once at a time, here and in other instances. */
  read<T>(read: Read<T>, call: Call): Promise<Answers<T>>;
  /**
   * Forgets all that carries one of the tags, on every instance that can be reached. This one has
   * forgotten when the call returns; when it resolves nothing of it is found in Redis either.
   */
  invalidate(tags: readonly string[]): Promise<void>;
  /** The same on this instance alone, for what every instance hears of by itself. */
  forget: (tags: readonly string[]) => void;
  /** What was invalidated, wherever that was done: for whoever keeps what he makes of what is read. */
  readonly invalidations: Pick<Invalidations, 'moment' | 'isVoid'>;
  /** What the memory tier takes, about. */
  bytes(): number;
  counts(): CacheCounts;
  /** Ends reads that nobody waits for. */
  close(): void;
}

/** What was asked of the memory tier since the start, and what it did. */
export interface CacheCounts {
  hits: number;
  /** Served while it was read anew. */
  stale: number;
  misses: number;
  /** Batches that were read, from Redis or the provider. */
  loads: number;
}

export interface CacheOptions {
  memoryBytes: number;
  redis?: RedisConnection | undefined;
  now?: () => number;
}

interface Flight {
  leader: Call;
  landing: Promise<ReadonlyMap<string, Outcome>>;
}

/** How long reading anew in the background may take, and after a failure rests. */
const REFRESH_MS = 10_000;

export function createCache({ memoryBytes, redis, now = Date.now }: CacheOptions): Cache {
  const invalidations = createInvalidations();
  const memory = createMemory(memoryBytes, invalidations);
  const flights = new Map<string, Flight>();
  const closing = new AbortController();
  const counts: CacheCounts = { hits: 0, stale: 0, misses: 0, loads: 0 };

  const forget = (tags: readonly string[]) => {
    invalidations.add(tags);
    // Whoever reads from now on must not be given what was asked for before.
    flights.clear();
  };
  const remote =
    redis &&
    createRemote({
      redis,
      now,
      onInvalidate: forget,
      onReturn() {
        memory.distrust();
        flights.clear();
      },
    });
  const tiers = { memory, invalidations, remote, now };

  const takeOff = <T>(read: Read<T>, call: Call): Flight => {
    counts.loads += 1;
    const flight: Flight = { leader: call, landing: traced(tiers, read, call) };
    const keys = read.ids.map((id) => keyOf(read.room, id));
    for (const key of keys) flights.set(key, flight);
    void flight.landing.then(() => {
      for (const key of keys) if (flights.get(key) === flight) flights.delete(key);
    });
    return flight;
  };

  /** Reads anew what is out of date, while it is served as it is. */
  const refresh = async <T>(read: Read<T>, ids: readonly string[], { span }: Call) => {
    const quiet = ids.filter((id) => !flights.has(keyOf(read.room, id)));
    if (quiet.length === 0) return;
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(REFRESH_MS)]);
    const call = createCall(signal, Date.now() + REFRESH_MS, { isBackground: true, span });
    const outcomes = await takeOff({ ...read, ids: quiet }, call).landing;
    for (const id of quiet) {
      const entry = memory.get(keyOf(read.room, id));
      const failed = outcomes.get(id) instanceof GatewayError;
      if (entry && failed) entry.quietUntil = now() + REFRESH_MS;
    }
  };

  /** Something that can stand in for what could not be read. */
  const standIn = (key: string, error: GatewayError): Entry | undefined => {
    const entry = error.retryable ? memory.get(key) : undefined;
    return entry && entry.keptUntil > now() ? entry : undefined;
  };

  const take = <T>(answers: Answers<T>, { rests }: Call, id: string, entry: Entry) => {
    rests.tags.add(entry.tags);
    if (entry.softUntil < rests.freshUntil) rests.freshUntil = entry.softUntil;
    // What is kept in a room was put there by reads of the same type.
    if (entry.value !== undefined) answers.values.set(id, entry.value as T);
  };

  const settle = <T>(
    { room }: Read<T>,
    answers: Answers<T>,
    call: Call,
    id: string,
    outcome: Outcome,
  ) => {
    if (!(outcome instanceof GatewayError)) {
      take(answers, call, id, outcome);
      return;
    }
    call.rests.whole = false;
    const entry = standIn(keyOf(room, id), outcome);
    if (entry) {
      answers.stale.set(id, outcome);
      take(answers, call, id, entry);
    } else {
      answers.values.set(id, outcome);
    }
  };

  /** Waits for reads under way and makes those that nobody makes. */
  const fetch = async <T>(
    read: Read<T>,
    missing: readonly string[],
    answers: Answers<T>,
    call: Call,
  ): Promise<void> => {
    const joined = new Map<Flight, string[]>();
    const own: string[] = [];
    for (const id of missing) {
      const flight = flights.get(keyOf(read.room, id));
      if (!flight) own.push(id);
      else joined.set(flight, [...(joined.get(flight) ?? []), id]);
    }
    if (own.length > 0) joined.set(takeOff({ ...read, ids: own }, call), own);
    const again: string[] = [];
    await Promise.all(
      [...joined].map(async ([flight, ids]) => {
        const outcomes = await untilAborted(flight.landing, call.signal);
        for (const id of ids) {
          const outcome = outcomes.get(id);
          if (!outcome || (outcome instanceof GatewayError && isNotOurs(flight.leader, call))) {
            again.push(id);
          } else {
            settle(read, answers, call, id, outcome);
          }
        }
      }),
    );
    if (again.length > 0) await fetch(read, again, answers, call);
  };

  return {
    async read(read, call) {
      const answers: Answers<never> = { values: new Map(), stale: new Map() };
      const at = now();
      let missing: string[] | undefined;
      let old: string[] | undefined;
      for (const id of read.ids) {
        const entry = memory.get(keyOf(read.room, id));
        if (!entry || entry.hardUntil <= at) {
          counts.misses += 1;
          (missing ??= []).push(id);
          continue;
        }
        take(answers, call, id, entry);
        if (entry.softUntil <= at) counts.stale += 1;
        else counts.hits += 1;
        if (entry.softUntil <= at && entry.quietUntil <= at) (old ??= []).push(id);
      }
      if (old) void refresh(read, old, call);
      if (missing) await fetch(read, missing, answers, call);
      return answers;
    },

    async invalidate(tags) {
      forget(tags);
      await remote?.invalidate(tags);
    },
    forget,
    invalidations,
    bytes: () => memory.bytes(),
    counts: () => ({ ...counts }),
    close: () => closing.abort(new Error('the gateway closes')),
  };
}

/** As `fly`, and shows it where there are traces. */
function traced<T>(tiers: Tiers, read: Read<T>, call: Call): Promise<ReadonlyMap<string, Outcome>> {
  const { provider, word } = read.room;
  const span = call.span?.child(`load ${word}`, {
    'deploygraph.provider': provider,
    'deploygraph.things': read.ids.length,
    'deploygraph.background': call.isBackground,
  });
  if (!span) return fly(tiers, read, call);
  return fly(tiers, read, { ...call, span }).then((outcomes) => {
    const failed = [...outcomes.values()].find((outcome) => outcome instanceof GatewayError);
    span.end({}, failed?.code);
    return outcomes;
  });
}

/** Whether another operation's failure says nothing about ours: it was called off, or gave way. */
function isNotOurs(leader: Call, call: Call): boolean {
  return leader !== call && (leader.signal.aborted || leader.isBackground);
}
