import type { RateLimit } from '../../schema/provider.ts';
import type { Pace } from '../../datasources/watch.ts';

/** What watching one unit costs. */
export interface Demand {
  /** Requests of a look. */
  requests: number;
  /** How often it is to be looked at, as far as the provider's budget allows. */
  wantedMs: number;
}

/** The part of a provider's budget that is there for watching. */
const SHARE = 0.5;

/** How far an interval varies, so that units and instances do not ask in step. */
const JITTER = 0.1;

/**
 * By what all intervals of a provider must be stretched, so that all of its units together take no
 * more than their share of its budget; 1: not at all.
 */
export function stretchOf(
  demands: Iterable<Demand>,
  rateLimit: Pick<RateLimit, 'limit'> | null,
  windowMs: number,
): number {
  const { limit = null } = rateLimit ?? {};
  if (limit === null || limit <= 0) return 1;
  let perWindow = 0;
  for (const { requests, wantedMs } of demands) perWindow += (requests * windowMs) / wantedMs;
  return Math.max(1, perWindow / (limit * SHARE));
}

/** How often a unit is to be looked at, before any stretching. */
export function wantedInterval(pace: Pace, isQuick: boolean): number {
  return isQuick ? pace.quickMs : pace.slowMs;
}

/** The interval with jitter: never longer than it is, since that is what is promised. */
export function jittered(intervalMs: number, random: () => number): number {
  return intervalMs * (1 - JITTER * random());
}

/** How long to stay away after `failures` failed looks in a row. */
export function backOff(intervalMs: number, failures: number, longestMs: number): number {
  return Math.max(intervalMs, Math.min(longestMs, intervalMs * 2 ** (failures - 1)));
}
