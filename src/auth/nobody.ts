import type { Grants, GrantedPart } from './grants.ts';

/** Grants where nobody is asked who they are: everything, and variables as configured. */
export function grantsOfNobody(readVariables: boolean): Grants {
  const everything: GrantedPart = {
    scopes: undefined,
    permissions: new Set([
      'read',
      'deploy',
      'administer',
      ...(readVariables ? (['readVariables'] as const) : []),
    ]),
  };
  return {
    viewer: 'anonymous',
    fingerprint: 'anonymous',
    expiresAt: Infinity,
    may: (permission) => everything.permissions.has(permission),
    partsOf: () => [everything],
  };
}
