import type { RedisConnection } from '../../redis.ts';
import type { EventLog } from '../events.ts';
import type { EventSettings } from '../settings.ts';
import { MAX_SUBJECTS } from './bounds.ts';
import { createMemoryLog } from './memory.ts';
import { createRedisLog } from './redis.ts';

const HOUR_MS = 3_600_000;

/** The log of the whole gateway where there is a Redis, else that of this process. */
export function createEventLog(
  { maxEvents, maxAgeHours }: EventSettings,
  redis: RedisConnection | undefined,
): EventLog {
  const bounds = { maxEvents, maxAgeMs: maxAgeHours * HOUR_MS, maxSubjects: MAX_SUBJECTS };
  return redis ? createRedisLog(redis, bounds) : createMemoryLog(bounds);
}
