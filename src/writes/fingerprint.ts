import { createHmac } from 'node:crypto';
import type { MutationInput } from '../schema/mutations/input.ts';

/** Tells inputs apart without keeping them: values of variables are among them. */
export type Fingerprint = (mutation: string, input: MutationInput) => string;

/** What an input says of the request, not of what is to be done. */
const HANDLING = ['idempotencyKey', 'clientMutationId'];

/** `secret`: the same on all instances; without it values could be guessed from their fingerprints. */
export function createFingerprint(secret: string): Fingerprint {
  return (mutation, input) =>
    createHmac('sha256', secret)
      .update(JSON.stringify([mutation, canonical(input)]))
      .digest('base64url');
}

/** Equal for inputs that say the same: in the order of their names, without what is left out. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .filter(([name, each]) => each !== undefined && each !== null && !HANDLING.includes(name))
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, each]) => [name, canonical(each)]);
}
