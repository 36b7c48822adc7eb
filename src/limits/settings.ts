import { type z } from 'zod';
import { wholeNumber } from '../settings.ts';

/** How large a document may be, and how much it may ask for. docs/operations.md says why. */
export const operationLimits = {
  /** Words and signs of a document. */
  maxTokens: wholeNumber('a number of tokens', 100, 100_000).default(4_000),
  /** Fields within fields. */
  maxDepth: wholeNumber('a depth', 3, 100).default(16),
  /** Fields that are given another name. */
  maxAliases: wholeNumber('a number of aliases', 0, 1_000_000).default(100),
  /** Fields, with those of each fragment wherever it is spread. */
  maxFields: wholeNumber('a number of fields', 10, 1_000_000).default(2_000),
  maxDirectives: wholeNumber('a number of directives', 0, 1_000_000).default(100),
  /** Objects that the answer may have, as the page sizes of the document let expect. */
  maxCost: wholeNumber('a number of objects', 100, 10_000_000).default(50_000),
};

export type OperationLimits = z.infer<z.ZodObject<typeof operationLimits>>;

/** How much one viewer may ask for; 0: without limit. Where nothing is said: see `settleViewerLimits`. */
export const viewerLimits = {
  /** Operations in a minute, of all instances that share a Redis. */
  requestsPerMinute: wholeNumber('a number of requests', 0, 1_000_000_000).optional(),
  /** Queries and mutations under way at a time, in one instance. */
  concurrentOperations: wholeNumber('a number of operations', 0, 1_000_000).optional(),
};

export interface ViewerLimits {
  requestsPerMinute: number;
  concurrentOperations: number;
}

/** Enough for a viewer with all the connections one may have who comes back with ten subscriptions on each. */
const REQUESTS_PER_MINUTE = 12_000;
const CONCURRENT_OPERATIONS = 200;

/** Where nobody is asked who they are, all are one viewer: then there is a limit only if it is written. */
export function settleViewerLimits(
  written: { [Limit in keyof ViewerLimits]?: number | undefined },
  mode: 'none' | 'required',
): ViewerLimits {
  const isAsked = mode === 'required';
  return {
    requestsPerMinute: written.requestsPerMinute ?? (isAsked ? REQUESTS_PER_MINUTE : 0),
    concurrentOperations: written.concurrentOperations ?? (isAsked ? CONCURRENT_OPERATIONS : 0),
  };
}
