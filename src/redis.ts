import { Redis } from 'ioredis';
import type { FastifyBaseLogger } from 'fastify';

export interface RedisConnection {
  client: Redis;
  /** Whether commands can be sent right now. */
  isUp(): boolean;
  close(): void;
}

/**
 * The one place that makes Redis clients. Commands fail at once while there is no connection: the
 * gateway must never wait, or queue, for Redis.
 */
export function connectRedis(url: string, log: FastifyBaseLogger): RedisConnection {
  const client = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 2_000,
    retryStrategy: (attempt) => Math.min(attempt * 200, 5_000),
  });
  let reported = false;
  client.on('ready', () => {
    reported = false;
    log.info('Redis is there');
  });
  client.on('error', (error: Error) => {
    if (!reported) log.warn({ reason: error.message }, 'Redis is not there; going on without it');
    reported = true;
  });
  return {
    client,
    isUp: () => client.status === 'ready',
    close: () => client.disconnect(),
  };
}
