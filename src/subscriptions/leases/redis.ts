import type { RedisConnection } from '../../redis.ts';
import { createRedisScript } from '../../redis-script.ts';
import type { Leases } from '../leases.ts';

/** How long to wait for Redis: a lease that is not held in time is not held. */
const PATIENCE_MS = 1_000;

/** Tokens outlive the statuses that they guard, see `SCOPE_LIFE_MS` of the log. */
const TOKEN_LIFE_MS = 60 * 24 * 3_600_000;

const HOLD = createRedisScript(`
  local holder = redis.call('GET', KEYS[1])
  if holder and holder ~= ARGV[1] then return false end
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  local token = holder and redis.call('GET', KEYS[2]) or redis.call('INCR', KEYS[2])
  redis.call('PEXPIRE', KEYS[2], ARGV[3])
  return tonumber(token)
`);

const RELEASE = createRedisScript(`
  if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
`);

/** Leases among all who share the Redis; `instance` is the name of this one. */
export function createRedisLeases(redis: RedisConnection, instance: string): Leases {
  const keysOf = (name: string) => {
    // The braces keep both in one slot of a Cluster.
    const start = `${redis.prefix}:lease:{${name}}`;
    return [`${start}:holder`, `${start}:token`];
  };
  return {
    async hold(name, forMs) {
      const held = redis.ask(
        (client) => HOLD(client, keysOf(name), [instance, Math.ceil(forMs), TOKEN_LIFE_MS]),
        PATIENCE_MS,
      );
      // A lease that nobody can tell of is not held: its holder stops, and loses nothing by it.
      const token = await held.catch(() => undefined);
      return typeof token === 'number' ? token : undefined;
    },
    async release(name) {
      // Where Redis is not there, the lease ends by itself.
      await redis
        .ask((client) => RELEASE(client, keysOf(name), [instance]), PATIENCE_MS)
        .catch(() => undefined);
    },
  };
}
