import { createHash } from 'node:crypto';
import type { RedisClient } from './redis.ts';

/** A Lua script: runs as one step in Redis, and is sent only where Redis does not have it yet. */
export type RedisScript = (
  client: RedisClient,
  keys: readonly string[],
  args: readonly (string | number)[],
) => Promise<unknown>;

export function createRedisScript(source: string): RedisScript {
  const digest = createHash('sha1').update(source).digest('hex');
  return async (client, keys, args) => {
    try {
      return await client.evalsha(digest, keys.length, ...keys, ...args);
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return client.eval(source, keys.length, ...keys, ...args);
    }
  };
}
