import { callToKeep } from '../datasources/http/call.ts';
import { pause } from '../datasources/http/pause.ts';
import type { Call } from '../datasources/provider.ts';
import { GatewayError, toGatewayError } from '../errors.ts';
import type { Invalidations } from './invalidations.ts';
import { STANDS_IN_MS } from './lifetimes.ts';
import type { Entry, Memory } from './memory.ts';
import { type Kept, keyOf, type Read, type Room } from './read.ts';
import { LOCK_MS, type Remote } from './remote.ts';
import { weighAndFreeze } from './weigh.ts';

/** What was had of an id: something to keep (also that there is nothing), or why not. */
export type Outcome = Entry | GatewayError;

export interface Tiers {
  memory: Memory;
  remote: Remote | undefined;
  invalidations: Invalidations;
  now: () => number;
}

/** How often to look whether another instance has read what it is reading. */
const LOOK_MS = 20;

/**
 * Has what memory does not have: from Redis, or from the provider where no other instance is asking
 * already. Has an outcome for each id, and never rejects. In the background it leaves alone what
 * another instance is reading: then there is no outcome.
 */
export async function fly<T>(
  tiers: Tiers,
  read: Read<T>,
  call: Call,
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  const asOf = tiers.invalidations.moment();
  const isVoid = (tags: readonly string[]) => tiers.invalidations.isVoid(tags, asOf);
  const remote = read.room.isPrivate ? undefined : tiers.remote;
  const hop = { ...tiers, remote, read, call, outcomes, asOf, isVoid };
  try {
    if (remote) await readTogether({ ...hop, remote });
    else await ask(hop, read.ids, undefined);
  } catch (error) {
    for (const id of read.ids) {
      if (!outcomes.has(id)) outcomes.set(id, toGatewayError(error, read.room.provider));
    }
  }
  return outcomes;
}

interface Hop<T> extends Tiers {
  read: Read<T>;
  call: Call;
  outcomes: Map<string, Outcome>;
  /** The moment of invalidation at which it began. */
  asOf: number;
  /** Whether something has become void since then. */
  isVoid: (tags: readonly string[]) => boolean;
}

/** Looks into Redis, asks for what this instance may ask for, and waits for the others' answers. */
async function readTogether<T>(hop: Hop<T> & { remote: Remote }): Promise<void> {
  const { read, call } = hop;
  let { open, present, sequence } = await look(hop, read.ids);
  if (sequence === undefined) return ask(hop, open, undefined);
  const asking: Promise<void>[] = [];
  for (let turn = 0; open.length > 0; turn += 1) {
    const mine = await acquire(hop, open, present);
    if (mine.length > 0) asking.push(ask(hop, mine, sequence));
    open = open.filter((id) => !mine.includes(id));
    if (open.length === 0 || call.isBackground) break;
    if (turn * LOOK_MS >= LOCK_MS) {
      asking.push(ask(hop, open, sequence));
      break;
    }
    await pause(LOOK_MS, call.signal);
    const next = await look(hop, open);
    open = next.open;
    present = next.present;
    sequence = next.sequence ?? sequence;
  }
  await Promise.all(asking);

  async function acquire(
    { remote }: { remote: Remote },
    ids: readonly string[],
    there: ReadonlySet<string>,
  ) {
    const keys = new Map(ids.map((id) => [keyOf(read.room, id), id]));
    const free = await remote.acquire(read.room.provider, [...keys.keys()], there);
    return free.flatMap((key) => keys.get(key) ?? []);
  }
}

/** Takes out of Redis what is fresh enough there. */
async function look<T>(
  hop: Hop<T> & { remote: Remote },
  ids: readonly string[],
): Promise<{
  open: string[];
  present: ReadonlySet<string>;
  sequence: number | undefined;
}> {
  const { remote, read, memory, outcomes, now, call, asOf, isVoid } = hop;
  const { room } = read;
  const { entries, present, sequence } = await remote.find(
    room.provider,
    ids.map((id) => keyOf(room, id)),
  );
  const open = ids.filter((id) => {
    const key = keyOf(room, id);
    const found = entries.get(key);
    if (!found || isVoid(found.tags)) return true;
    const entry = { ...found, asOf };
    const isNew = entry.hardUntil > (memory.get(key)?.hardUntil ?? 0);
    if (isNew) memory.set(key, entry);
    // Out of date it is only there to stand in; in the background something fresh is wanted.
    if ((call.isBackground ? entry.softUntil : entry.hardUntil) <= now()) return true;
    outcomes.set(id, entry);
    return false;
  });
  return { open, present, sequence };
}

/** Asks the provider, and keeps what it says. */
async function ask<T>(
  hop: Hop<T>,
  ids: readonly string[],
  sequence: number | undefined,
): Promise<void> {
  const { read, call, outcomes, memory, isVoid, remote } = hop;
  const { room } = read;
  if (ids.length === 0) return;
  const own = callToKeep(call);
  const kept = new Map<string, Entry>();
  try {
    const batch = await read.load(ids, own);
    for (const id of new Set([...ids, ...batch.keys()])) {
      const value = batch.get(id);
      if (value instanceof GatewayError) {
        outcomes.set(id, value);
        continue;
      }
      const weighed = spill(hop, value, own.keep.forMs);
      const outcome = toEntry(hop, room, read.describe(id, value), value, own.keep.forMs, weighed);
      outcomes.set(id, outcome);
      if (own.keep.forMs <= 0 || isVoid(outcome.tags)) continue;
      memory.set(keyOf(room, id), outcome);
      if (!holdsError(value)) kept.set(keyOf(room, id), outcome);
    }
  } catch (error) {
    for (const id of ids) outcomes.set(id, toGatewayError(error, room.provider));
  }
  if (!remote || sequence === undefined) return;
  remote.store(room.provider, kept, sequence);
  const rest = ids.map((id) => keyOf(room, id)).filter((key) => !kept.has(key));
  remote.release(room.provider, rest);
}

/** Keeps what came with an answer, where nothing as good is kept already. Tells what it weighs. */
function spill<T>(
  hop: Hop<T>,
  value: T | undefined,
  keepMs: number,
): Map<unknown, number> | undefined {
  const { read, memory, isVoid, now } = hop;
  if (!read.parts || value === undefined || keepMs <= 0) return undefined;
  const weighed = new Map<unknown, number>();
  for (const part of read.parts(value)) {
    if ((memory.get(part.key)?.softUntil ?? 0) > now()) continue;
    const entry = toEntry(hop, part.room, part.describe(), part.value, keepMs);
    weighed.set(part.value, entry.bytes);
    if (!isVoid(entry.tags)) memory.set(part.key, entry);
  }
  return weighed;
}

function toEntry<T>(
  { now, asOf }: Hop<T>,
  room: Room,
  { lifetime, tags }: Kept,
  value: unknown,
  keepMs: number,
  weighed?: ReadonlyMap<unknown, number>,
): Entry {
  const softUntil = now() + Math.min(lifetime.softMs, keepMs);
  const hardUntil = now() + Math.min(lifetime.hardMs, keepMs);
  const standsInMs = value === undefined || room.isPrivate ? 0 : STANDS_IN_MS;
  const bytes = weighAndFreeze(value, weighed);
  const keptUntil = hardUntil + standsInMs;
  return { value, tags, bytes, asOf, softUntil, hardUntil, keptUntil, quietUntil: 0 };
}

/** Errors are not written: they belong to the moment. */
function holdsError(value: unknown): boolean {
  const { faults } = (value ?? {}) as { faults?: unknown };
  return Array.isArray(faults) && faults.length > 0;
}
