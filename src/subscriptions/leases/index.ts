import { randomUUID } from 'node:crypto';
import type { RedisConnection } from '../../redis.ts';
import type { Leases } from '../leases.ts';
import { createMemoryLeases } from './memory.ts';
import { createRedisLeases } from './redis.ts';

/** Leases among the instances that share a Redis; without one, those of the only instance. */
export function createLeases(redis: RedisConnection | undefined): Leases {
  return redis ? createRedisLeases(redis, randomUUID()) : createMemoryLeases();
}
