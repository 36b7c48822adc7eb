import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { RedisConnection } from '../redis.ts';
import { createRedisScript } from '../redis-script.ts';

/** When an allowance begins anew, by `performance.now()`. */
export interface Window {
  readonly endsAt: number;
}

/**
 * What each viewer may take within a window, which begins with the first that is taken. Instances
 * that share a Redis take it from one sum, a block at a time, so that hardly anybody waits for
 * Redis; without it, or while it is away, each counts for itself.
 */
export interface Allowance {
  /** Takes one. Undefined: it was there. A window: all of it is spent until that ends. */
  take(viewer: string): Window | undefined | Promise<Window | undefined>;
}

export interface AllowanceOptions {
  limit: number;
  windowMs: number;
  redis: RedisConnection | undefined;
}

/** Viewers who are kept in mind. Whoever is forgotten is asked for again, in Redis. */
const MAX_VIEWERS = 20_000;

/** A tenth of what is left, so that instances can share the end of it; no less than a hundredth of all. */
const BLOCK_OF_REST = 10;
const BLOCK_OF_ALL = 100;

/** Answers how many may be taken, none when all are spent, and how long the window has to go. */
const LEASE = createRedisScript(`
  local limit = tonumber(ARGV[1])
  local left = limit - tonumber(redis.call('GET', KEYS[1]) or '0')
  local block = 0
  if left > 0 then
    block = math.min(left, math.max(math.ceil(left / ${BLOCK_OF_REST}), math.ceil(limit / ${BLOCK_OF_ALL})))
    redis.call('INCRBY', KEYS[1], block)
  end
  local toGo = redis.call('PTTL', KEYS[1])
  if toGo < 0 then
    toGo = tonumber(ARGV[2])
    redis.call('PEXPIRE', KEYS[1], toGo)
  end
  return {block, toGo}
`);

/** What this instance has of a viewer's allowance. */
interface Lease extends Window {
  left: number;
  /** What it has had of this window, with what is left. */
  readonly had: number;
  /** There is no more to be had before the window ends. */
  readonly isLast: boolean;
}

export function createAllowance({ limit, windowMs, redis }: AllowanceOptions): Allowance {
  const leases = new LRUCache<string, Lease>({ max: MAX_VIEWERS });
  const renewals = new Map<string, Promise<void>>();

  /** As Redis counts it. @throws Error when Redis is not there. */
  const leaseShared = async (viewer: string, had: number): Promise<Lease> => {
    if (!redis) throw new Error('there is no Redis');
    const key = `${redis.prefix}:requests:${hashOf(viewer)}`;
    const answer = await redis.ask((client) => LEASE(client, [key], [limit, windowMs]));
    const [left, toGo] = answer as [number, number];
    return { left, had: had + left, endsAt: performance.now() + toGo, isLast: left === 0 };
  };

  /** As this instance counts it. */
  const leaseAlone = (had: number, endsAt: number): Lease => {
    const rest = Math.max(0, limit - had);
    const least = Math.ceil(limit / BLOCK_OF_ALL);
    const left = Math.min(rest, Math.max(Math.ceil(rest / BLOCK_OF_REST), least));
    return { left, had: had + left, endsAt, isLast: left === 0 };
  };

  const renew = async (viewer: string): Promise<void> => {
    const now = performance.now();
    const known = leases.get(viewer);
    const { had, endsAt } =
      known && now < known.endsAt ? known : { had: 0, endsAt: now + windowMs };
    const lease = await leaseShared(viewer, had).catch(() => leaseAlone(had, endsAt));
    leases.set(viewer, lease);
    renewals.delete(viewer);
  };

  const takeOfNext = async (viewer: string): Promise<Window | undefined> => {
    const renewal = renewals.get(viewer) ?? renew(viewer);
    renewals.set(viewer, renewal);
    await renewal;
    return take(viewer);
  };

  const take: Allowance['take'] = (viewer) => {
    const lease = leases.get(viewer);
    if (!lease || performance.now() >= lease.endsAt) return takeOfNext(viewer);
    if (lease.left > 0) {
      lease.left -= 1;
      return undefined;
    }
    return lease.isLast ? lease : takeOfNext(viewer);
  };
  return { take };
}

/** Names of viewers may be long, and say who somebody is. */
function hashOf(viewer: string): string {
  return createHash('sha256').update(viewer).digest('base64url');
}
