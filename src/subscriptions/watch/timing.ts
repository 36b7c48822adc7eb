import type { Pace } from '../../datasources/watch.ts';
import type { ProviderSource } from '../../datasources/provider.ts';

/** The times that watching keeps, in milliseconds. Tests shorten them. */
export interface Timing {
  /** How long a lease is taken for: after so long another instance takes over a dead one's units. */
  leaseMs: number;
  /** How often a lease is renewed, or asked for. */
  beatMs: number;
  /** How long a unit is watched after the last one who was interested in it has gone. */
  lingerMs: number;
  /** How often the units of a provider are listed anew while all of them are watched. */
  refreshMs: number;
  /** How long the state of a subject may stay as it is and still be looked at often. */
  patienceMs: number;
  /** Time for one look. */
  lookMs: number;
  /** Between two looks at a unit, however often it is nudged. */
  gapMs: number;
  /** The longest time between two looks that fail. */
  longestBackOffMs: number;
  paceOf: (provider: ProviderSource) => Pace;
  now: () => number;
  /** From 0 to 1. */
  random: () => number;
}

/** A dead instance's lease ends within 7 s, and others ask for it every 2 s: 9 s for a takeover. */
export const TIMING: Timing = {
  leaseMs: 7_000,
  beatMs: 2_000,
  lingerMs: 600_000,
  refreshMs: 300_000,
  patienceMs: 900_000,
  lookMs: 60_000,
  gapMs: 100,
  longestBackOffMs: 300_000,
  paceOf: ({ watch }) => watch.pace,
  now: Date.now,
  random: Math.random,
};
