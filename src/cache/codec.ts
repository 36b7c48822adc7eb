import type { Entry } from './memory.ts';
import { weighAndFreeze } from './weigh.ts';

/**
 * The form of what is written to Redis. Part of every key, so that instances of two releases never
 * read each other's: raise it whenever a schema class changes its fields, or this file its format.
 */
export const FORMAT = 2;

/** What is written; one letter names, because there are many. */
interface Written {
  v?: unknown;
  /** Tags. */
  t: string[];
  /** Soft, hard and last end. */
  u: [number, number, number];
  /** The state of invalidation when reading it began. */
  q: number;
}

/** What was read from Redis; as of when it is good is for whoever looked to say. */
export type FoundEntry = Omit<Entry, 'asOf'>;

/** A key that no domain object has: what stands under it is a date. */
const DATE = '$date';

export interface Decoded {
  entry: FoundEntry;
  /** See `Remote`: what was invalidated later than this makes it void. */
  sequence: number;
}

export function encode({ value, tags, ...until }: Entry, sequence: number): string {
  const written: Written = {
    v: value,
    t: [...tags],
    u: [until.softUntil, until.hardUntil, until.keptUntil],
    q: sequence,
  };
  return JSON.stringify(written, function (this: Record<string, unknown>, key, plain: unknown) {
    const before = this[key];
    return before instanceof Date ? { [DATE]: before.getTime() } : plain;
  });
}

/** `undefined`: it was not written by this format. */
export function decode(text: string): Decoded | undefined {
  try {
    const { v, t, u, q } = JSON.parse(text, reviveDate) as Written;
    const [softUntil, hardUntil, keptUntil] = u;
    const bytes = weighAndFreeze(v);
    const entry = { value: v, tags: t, bytes, softUntil, hardUntil, keptUntil, quietUntil: 0 };
    return { entry, sequence: q };
  } catch {
    return undefined;
  }
}

function reviveDate(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !(DATE in value)) return value;
  return new Date(Number(value[DATE]));
}
