import type { Grants } from './grants.ts';

/** Grants where nobody is asked who they are: everything, and variables as configured. */
export function grantsOfNobody(readVariables: boolean): Grants {
  return {
    viewer: 'anonymous',
    fingerprint: 'anonymous',
    expiresAt: Infinity,
    may: (permission) => permission !== 'readVariables' || readVariables,
  };
}
