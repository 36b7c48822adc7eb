import { ErrorCode } from '../errors.ts';
import type { RedisConnection } from '../redis.ts';
import { TransferRefused } from './refusal.ts';

/** Remembers which tickets were used, for as long as they could be used again. */
export interface Marks {
  /**
   * Marks a ticket as used.
   * @throws TransferRefused 410 when it was used before, 503 when nobody can tell.
   */
  use(nonce: string, expiresAt: number): Promise<void>;
}

/** How long a client may wait for Redis: without its answer the file cannot pass. */
const PATIENCE_MS = 1_000;

/** Marks in Redis, where all instances see them; without Redis those of this process. */
export function createMarks(redis: RedisConnection | undefined, now: () => number): Marks {
  const mark = redis ? markInRedis(redis, now) : markInMemory(now);
  return {
    async use(nonce, expiresAt) {
      if (await mark(nonce, expiresAt)) return;
      const message = 'This URL was used before. Ask for a new one.';
      throw new TransferRefused(410, message, ErrorCode.FORBIDDEN);
    },
  };
}

/** Marks, and says whether it was the first to do so. */
type Mark = (nonce: string, expiresAt: number) => Promise<boolean>;

function markInMemory(now: () => number): Mark {
  /** In the order of their use, which is about that of their end. */
  const used = new Map<string, number>();
  return async (nonce, expiresAt) => {
    for (const [known, end] of used) {
      if (end > now()) break;
      used.delete(known);
    }
    if (used.has(nonce)) return false;
    used.set(nonce, expiresAt);
    return true;
  };
}

function markInRedis(redis: RedisConnection, now: () => number): Mark {
  return async (nonce, expiresAt) => {
    const key = `${redis.prefix}:file:${nonce}`;
    const lifetimeMs = Math.max(1, expiresAt - now());
    try {
      const answer = await redis.ask(
        (client) => client.set(key, '1', 'PX', lifetimeMs, 'NX'),
        PATIENCE_MS,
      );
      return answer === 'OK';
    } catch (cause) {
      throw new TransferRefused(
        503,
        'Redis is not there, and without it nobody knows whether this URL was used. Try again later.',
        ErrorCode.IDEMPOTENCY_UNAVAILABLE,
        cause,
      );
    }
  };
}
