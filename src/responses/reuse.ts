import { LRUCache } from 'lru-cache';
import { createOperationReader, type FindText } from './operation.ts';
import type { ResponseStore, StoredResponse } from './store.ts';

/** What one request has to do with the answers of others. */
export type Claim =
  /** There is an answer; send it. */
  | { kind: 'stored'; response: StoredResponse }
  /** Somebody runs the same operation: wait for it. Undefined: what came of it is not to be shared. */
  | { kind: 'running'; outcome: Promise<StoredResponse | undefined> }
  /** Run it, and tell what came of it. */
  | { kind: 'lead'; lead: Lead }
  /** Nothing that may be shared. */
  | { kind: 'alone' };

/** The one of several equal operations that is run. */
export interface Lead {
  /** Hands the answer to those who wait, and keeps it for those who come. */
  settle(response: StoredResponse | undefined): void;
}

/** Finds equal operations by what was sent and by who may see the answer. */
export interface ResponseReuse {
  /** `scope`: stands for everything beside the body that the answer depends on. */
  claim(scope: string, body: Buffer): Claim;
  counts(): ReuseCounts;
}

/** Queries since the start by what they got: a stored answer, another's, or one of their own. */
export interface ReuseCounts {
  stored: number;
  joined: number;
  run: number;
}

/** Bodies of requests that are remembered with what they come down to. */
const MAX_BODIES = 5_000;

export function createResponseReuse(store: ResponseStore, findText: FindText): ResponseReuse {
  const readOperation = createOperationReader(findText);
  const keys = new LRUCache<string, string>({
    maxSize: 16 * 1024 * 1024,
    max: MAX_BODIES,
    sizeCalculation: (key, body) => key.length + body.length + 1,
  });
  const running = new Map<string, Promise<StoredResponse | undefined>>();

  const counts: ReuseCounts = { stored: 0, joined: 0, run: 0 };

  /** "": the body is no query, as far as can be told. */
  const operationOf = (body: Buffer): string => {
    // Only to tell bodies apart, for which the cheapest reading of their bytes will do.
    const bytes = body.toString('latin1');
    const known = keys.get(bytes);
    if (known !== undefined) return known;
    const operation = readOperation(body.toString());
    if (operation !== undefined) keys.set(bytes, operation);
    return operation ?? '';
  };

  const takeLead = (key: string): Claim => {
    const since = store.moment();
    let resolve: (response: StoredResponse | undefined) => void = () => undefined;
    const outcome = new Promise<StoredResponse | undefined>((settle) => {
      resolve = settle;
    });
    running.set(key, outcome);
    let isSettled = false;
    const lead: Lead = {
      settle(response) {
        if (isSettled) return;
        isSettled = true;
        running.delete(key);
        resolve(response && store.keep(key, response, since) ? response : undefined);
      },
    };
    return { kind: 'lead', lead };
  };

  return {
    claim(scope, body) {
      const operation = operationOf(body);
      if (!operation) return { kind: 'alone' };
      const key = `${scope}\n${operation}`;
      const response = store.find(key);
      if (response) {
        counts.stored += 1;
        return { kind: 'stored', response };
      }
      const outcome = running.get(key);
      if (outcome) {
        counts.joined += 1;
        return { kind: 'running', outcome };
      }
      counts.run += 1;
      return takeLead(key);
    },
    counts: () => ({ ...counts }),
  };
}
