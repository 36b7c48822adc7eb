import type { Leases } from '../leases.ts';

/** Leases where there is one instance: it has them all. */
export function createMemoryLeases(): Leases {
  return {
    hold: async () => 1,
    release: async () => undefined,
  };
}
