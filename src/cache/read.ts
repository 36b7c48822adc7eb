import type { Batch, Call } from '../datasources/provider.ts';
import type { GatewayError } from '../errors.ts';
import type { Lifetime } from './lifetimes.ts';

/** What is kept together: of one provider entry, read with one set of credentials. */
export interface Room {
  /** Name of the provider entry. */
  provider: string;
  /** The beginning of every key: whose credentials, and what kind of thing. */
  name: string;
  /** The kind of thing. */
  word: string;
  /** Never written to Redis: it holds, or may hold, values that are nobody else's business. */
  isPrivate: boolean;
}

/** For how long something is kept, and what makes it void. */
export interface Kept {
  lifetime: Lifetime;
  tags: readonly string[];
}

/** A kind of thing, and how it is kept. */
export interface Kind<T> {
  room: Room;
  /** How to keep what was read under an id; `undefined`: there is nothing under it. */
  describe: (id: string, value: T | undefined) => Kept;
}

/** Reads things of one kind by their ids. */
export interface Read<T> extends Kind<T> {
  ids: readonly string[];
  load(ids: readonly string[], call: Call): Promise<Batch<T>>;
  /** Things of another kind that come with each of these. */
  parts?: ((value: T) => Iterable<Part>) | undefined;
}

/** A thing that came with another one. */
export interface Part {
  key: string;
  room: Room;
  value: unknown;
  describe: () => Kept;
}

export function partOf<T>({ room, describe }: Kind<T>, id: string, value: T): Part {
  return { key: keyOf(room, id), room, value, describe: () => describe(id, value) };
}

export interface Answers<T> {
  /** Frozen values and errors by id; what does not exist is absent. */
  values: Map<string, T | GatewayError>;
  /** Why an id was answered with what is out of date. */
  stale: Map<string, GatewayError>;
}

export function keyOf(room: Room, id: string): string {
  return `${room.name}:${id}`;
}
