import type { ErrorCode } from '../errors.ts';

/** One write, for the record: who, what, where and what came of it. No values. */
export interface WriteRecord {
  requestId: string;
  viewer: string;
  /** The mutation's name. */
  action: string;
  provider: string;
  targetId: string;
  /**
   * `refused`: it was wrong as it was, see `userErrors`. `replayed`: the result of an earlier one
   * under its key; nothing was sent. `unknown`: it was sent, and nobody knows what came of it.
   */
  result: 'done' | 'partly' | 'refused' | 'replayed' | 'failed' | 'unknown';
  /** Of what failed. */
  code: ErrorCode | undefined;
  /** Global ids of what was changed. */
  changedIds: string[];
  at: Date;
  durationMs: number;
}

/** Is told of each write, once, after it. Must not throw. */
export type Audit = (record: WriteRecord) => void;
