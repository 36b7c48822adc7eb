import { callToKeep } from '../datasources/http/call.ts';
import { pause } from '../datasources/http/pause.ts';
import type { Batch, Call } from '../datasources/provider.ts';
import { GatewayError, toGatewayError } from '../errors.ts';
import type { Journal } from './journal.ts';
import { STANDS_IN_MS } from './lifetimes.ts';
import type { Entry, Memory } from './memory.ts';
import { type Kind, keyOf, type Read } from './read.ts';
import { LOCK_MS, type Remote } from './remote.ts';
import { weighAndFreeze } from './weigh.ts';

/** What was had of an id: something to keep (also that there is nothing), or why not. */
export type Outcome = Entry | GatewayError;

export interface Tiers {
  memory: Memory;
  remote: Remote | undefined;
  journal: Journal;
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
  const watch = tiers.journal.begin();
  const remote = read.room.isPrivate ? undefined : tiers.remote;
  const hop = { ...tiers, remote, read, call, outcomes, isVoid: watch.isVoid };
  try {
    if (remote) await readTogether({ ...hop, remote });
    else await ask(hop, read.ids, undefined);
  } catch (error) {
    for (const id of read.ids) {
      if (!outcomes.has(id)) outcomes.set(id, toGatewayError(error, read.room.provider));
    }
  } finally {
    watch.end();
  }
  return outcomes;
}

interface Hop<T> extends Tiers {
  read: Read<T>;
  call: Call;
  outcomes: Map<string, Outcome>;
  isVoid(tags: readonly string[]): boolean;
}

/** Looks into Redis, asks for what this instance may ask for, and waits for the others' answers. */
async function readTogether<T>(hop: Hop<T> & { remote: Remote }): Promise<void> {
  const { read, call } = hop;
  let { open, sequence } = await look(hop, read.ids);
  if (sequence === undefined) return ask(hop, open, undefined);
  const asking: Promise<void>[] = [];
  for (let turn = 0; open.length > 0; turn += 1) {
    const mine = await acquire(hop, open);
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
    sequence = next.sequence ?? sequence;
  }
  await Promise.all(asking);

  async function acquire({ remote }: { remote: Remote }, ids: readonly string[]) {
    const keys = new Map(ids.map((id) => [keyOf(read.room, id), id]));
    const free = await remote.acquire(read.room.provider, [...keys.keys()]);
    return free.flatMap((key) => keys.get(key) ?? []);
  }
}

/** Takes out of Redis what is fresh enough there. */
async function look<T>(
  hop: Hop<T> & { remote: Remote },
  ids: readonly string[],
): Promise<{ open: string[]; sequence: number | undefined }> {
  const { remote, read, memory, outcomes, now, call, isVoid } = hop;
  const { room } = read;
  const { entries, sequence } = await remote.find(
    room.provider,
    ids.map((id) => keyOf(room, id)),
  );
  const open = ids.filter((id) => {
    const key = keyOf(room, id);
    const entry = entries.get(key);
    if (!entry || isVoid(entry.tags)) return true;
    const isNew = entry.hardUntil > (memory.get(key)?.hardUntil ?? 0);
    if (isNew) memory.set(key, entry);
    // Out of date it is only there to stand in; in the background something fresh is wanted.
    if ((call.isBackground ? entry.softUntil : entry.hardUntil) <= now()) return true;
    outcomes.set(id, entry);
    return false;
  });
  return { open, sequence };
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
      const outcome = toOutcome(hop, batch, id, own.keep.forMs);
      outcomes.set(id, outcome);
      if (outcome instanceof GatewayError || own.keep.forMs <= 0 || isVoid(outcome.tags)) continue;
      memory.set(keyOf(room, id), outcome);
      if (!holdsError(outcome.value)) kept.set(keyOf(room, id), outcome);
      spill(hop, batch.get(id), own.keep.forMs);
    }
  } catch (error) {
    for (const id of ids) outcomes.set(id, toGatewayError(error, room.provider));
  }
  if (!remote || sequence === undefined) return;
  remote.store(room.provider, kept, sequence);
  const rest = ids.map((id) => keyOf(room, id)).filter((key) => !kept.has(key));
  remote.release(room.provider, rest);
}

/** Keeps what came with an answer, where nothing as good is kept already. */
function spill<T>(hop: Hop<T>, value: T | GatewayError | undefined, keepMs: number): void {
  const { read, memory, isVoid, now } = hop;
  if (!read.parts || value === undefined || value instanceof GatewayError) return;
  const { room, describe, of } = read.parts;
  for (const [id, part] of of(value)) {
    const key = keyOf(room, id);
    if ((memory.get(key)?.softUntil ?? 0) > now()) continue;
    const entry = toEntry({ room, describe }, id, part, now(), keepMs);
    if (!isVoid(entry.tags)) memory.set(key, entry);
  }
}

function toOutcome<T>({ read, now }: Hop<T>, batch: Batch<T>, id: string, keepMs: number): Outcome {
  const value = batch.get(id);
  if (value instanceof GatewayError) return value;
  return toEntry(read, id, value, now(), keepMs);
}

/** What is kept under an id, from now on. */
export function toEntry<T>(
  { room, describe }: Kind<T>,
  id: string,
  value: T | undefined,
  at: number,
  keepMs: number,
): Entry {
  const { lifetime, tags } = describe(id, value);
  const softUntil = at + Math.min(lifetime.softMs, keepMs);
  const hardUntil = at + Math.min(lifetime.hardMs, keepMs);
  const standsInMs = value === undefined || room.isPrivate ? 0 : STANDS_IN_MS;
  const bytes = weighAndFreeze(value);
  const keptUntil = hardUntil + standsInMs;
  return { value, tags, bytes, softUntil, hardUntil, keptUntil, quietUntil: 0 };
}

/** Errors are not written: they belong to the moment. */
function holdsError(value: unknown): boolean {
  const { faults } = (value ?? {}) as { faults?: unknown };
  return Array.isArray(faults) && faults.length > 0;
}
