import type { ErrorCode } from '../errors.ts';
import type { WriteResult } from '../schema/enums.ts';

/** One write, for the record: who, what, where and what came of it. No values. */
export interface WriteRecord {
  /** Of this record, and of no other. */
  id: string;
  requestId: string;
  viewer: string;
  /** The mutation's name. */
  action: string;
  provider: string;
  targetId: string;
  result: WriteResult;
  /** Of what failed. */
  code: ErrorCode | undefined;
  /** Global ids of what was changed. */
  changedIds: string[];
  at: Date;
  durationMs: number;
}

/** Is told of each write, once, after it. Must not throw. */
export type Audit = (record: WriteRecord) => void;
