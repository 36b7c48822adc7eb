import { createHash } from 'node:crypto';

/**
 * A name for a set of credentials, to begin keys with: equal for equal ones, on every instance. What
 * is kept under one is never served to who shows another. `shown` is all that decides what the
 * provider answers: the entry's address, its options, and what a viewer brings along.
 */
export function credentialScope(provider: string, ...shown: readonly unknown[]): string {
  const text = JSON.stringify([provider, ...shown]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}
