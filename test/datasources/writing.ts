import type { ProviderSource } from '../../src/datasources/provider.ts';
import type { ProviderWrites, UndoStep, WriteCall } from '../../src/datasources/writes.ts';
import { GatewayError } from '../../src/errors.ts';
import { newCall } from '../helpers/provider.ts';

/** A write of its own, with a journal that a test can look into. */
export interface TestWrite extends WriteCall {
  /** What was noted and is not settled, in order. */
  open: UndoStep[];
  noted: UndoStep[];
}

export function newWrite(limitMs = 10_000): TestWrite {
  const open: UndoStep[] = [];
  const noted: UndoStep[] = [];
  return {
    ...newCall(AbortSignal.timeout(limitMs)),
    deadline: Date.now() + limitMs,
    reference: 'w1',
    open,
    noted,
    async journal(step) {
      noted.push(step);
      open.push(step);
      return async () => {
        open.splice(open.indexOf(step), 1);
      };
    },
  };
}

/** What a write is refused with; fails where it is not. */
export async function failureOf(writing: Promise<unknown>): Promise<GatewayError> {
  try {
    await writing;
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  throw new Error('the write succeeded');
}

/** The write side of a provider; a method that is missing fails the test that calls it. */
export function writesOf(provider: ProviderSource): Required<ProviderWrites> {
  // The reason for the cast: tests name the methods that they know to be there.
  return provider as ProviderSource & Required<ProviderWrites>;
}

/** Nothing but what the test itself sets. */
export const PLAIN_ORDER = {
  source: undefined,
  comment: undefined,
  valueSetVersionId: undefined,
  mode: undefined,
  pipeline: undefined,
  services: undefined,
  cloud66: undefined,
  strategy: undefined,
  labels: undefined,
  annotations: undefined,
};

/** A change of one variable. */
export function change(
  name: string,
  value?: string,
  more: { secret?: boolean; newName?: string } = {},
) {
  return { name, value, secret: more.secret, newName: more.newName };
}
