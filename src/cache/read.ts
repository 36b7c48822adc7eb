import type { Batch, Call } from '../datasources/provider.ts';
import { GatewayError } from '../errors.ts';
import type { Lifetime } from './lifetimes.ts';

/** What is kept together: of one provider entry, read with one set of credentials. */
export interface Room {
  /** Name of the provider entry. */
  provider: string;
  /** The beginning of every key: whose credentials, and what kind of thing. */
  name: string;
  /** Never written to Redis: it holds, or may hold, values that are nobody else's business. */
  isPrivate: boolean;
}

/** A kind of thing, and how it is kept. */
export interface Kind<T> {
  room: Room;
  /** How to keep what was read under an id; `undefined`: there is nothing under it. */
  describe(id: string, value: T | undefined): { lifetime: Lifetime; tags: readonly string[] };
}

/** Reads things of one kind by their ids. */
export interface Read<T> extends Kind<T> {
  ids: readonly string[];
  load(ids: readonly string[], call: Call): Promise<Batch<T>>;
  /** Things of another kind that come with each of these, by id. */
  parts?: Parts<T> | undefined;
}

export interface Parts<T> extends Kind<unknown> {
  of(value: T): Iterable<readonly [id: string, part: unknown]>;
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
