import { Cluster, type ClusterOptions, Redis, type RedisOptions } from 'ioredis';
import type { FastifyBaseLogger } from 'fastify';
import { z } from 'zod';
import { flag, text, wholeNumber } from './settings.ts';

const address = z.strictObject({
  host: text('a host'),
  port: wholeNumber('a port', 1, 65_535),
});

const common = {
  /** Begins every key, so that several gateways can share a Redis. */
  prefix: text('a prefix for keys').default('deploygraph'),
  /** How long to wait for an answer where Redis only saves work, in milliseconds. */
  patienceMs: wholeNumber('a time in milliseconds', 1, 5_000).optional(),
};

const login = {
  username: text('a user name').optional(),
  password: text('a password').optional(),
  tls: flag().default(false),
};

/** One server, a Sentinel group, or a Cluster. Holds secrets. */
export const redisSettings = z.union([
  z.strictObject({ url: text('a redis:// or rediss:// URL'), ...common }),
  z.strictObject({
    sentinel: z.strictObject({
      name: text('the name of the group'),
      nodes: z.array(address).min(1, 'name at least one sentinel'),
      password: text('the sentinels’ password').optional(),
    }),
    ...login,
    ...common,
  }),
  z.strictObject({
    cluster: z.strictObject({ nodes: z.array(address).min(1, 'name at least one node') }),
    ...login,
    ...common,
  }),
]);
export type RedisSettings = z.infer<typeof redisSettings>;

export type RedisClient = Redis | Cluster;

export interface RedisConnection {
  /** What every key must begin with, without a colon behind it. */
  readonly prefix: string;
  /** Whether commands can be sent right now. */
  isUp(): boolean;
  /**
   * Sends a command, and gives up on it after `withinMs` (`redis.patienceMs` where absent). A Redis
   * that lets one wait is asked nothing until it answers: only the first requests of an outage are
   * slowed. What is given more time than `redis.patienceMs` waits in it for that answer.
   * @throws Error when Redis is not there, does not answer in time, or refuses.
   */
  ask<T>(command: (client: RedisClient) => Promise<T>, withinMs?: number): Promise<T>;
  /** Another connection, for commands that block and for subscriptions; closed with this one. */
  open(): RedisClient;
  close(): void;
}

/** So much is added to the first requests of an outage, unless the configuration says otherwise. */
const PATIENCE_MS = 50;

/** How long a Redis may be silent before its connection is made anew. */
const SILENCE_MS = 2_000;

/** Commands fail at once while there is no connection: the gateway never waits, or queues, for one. */
const OPTIONS = {
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  connectTimeout: SILENCE_MS,
  // A connection that was lost before it is closed leaves this timer behind: it must be short.
  disconnectTimeout: 100,
  retryStrategy: (attempt: number) => Math.min(attempt * 200, 5_000),
} satisfies RedisOptions;

/** The one place that makes Redis clients. */
export function connectRedis(settings: RedisSettings, log: FastifyBaseLogger): RedisConnection {
  const clients: RedisClient[] = [];
  const open = (): RedisClient => {
    const client = createClient(settings);
    clients.push(client);
    // Without a listener a lost connection would end the process.
    client.on('error', () => undefined);
    return client;
  };
  const client = open();
  reportChanges(client, log);
  const usualMs = settings.patienceMs ?? PATIENCE_MS;
  /** One question at a time, until there is an answer or a new connection; absent: it answers. */
  let probing: Promise<void> | undefined;

  const probe = () => {
    if (probing) return;
    log.warn('Redis does not answer; going on without it');
    const timer = setTimeout(() => client.disconnect(true), SILENCE_MS);
    probing = client
      .ping()
      .catch(() => undefined)
      .then(() => {
        clearTimeout(timer);
        probing = undefined;
      });
  };

  const isUp = () => client.status === 'ready' && !probing;

  return {
    prefix: settings.prefix,
    isUp,
    async ask(command, withinMs = usualMs) {
      // Whoever gives it more time than usual cannot do without it, and waits to hear of it.
      const isWorthWaiting = client.status === 'ready' && withinMs > usualMs;
      if (!isUp() && !isWorthWaiting) throw new Error('Redis is not there');
      let timer: NodeJS.Timeout | undefined;
      let isOver = false;
      const silence = new Promise<never>((_resolve, reject) => {
        const giveUp = () => {
          if (isOver) return;
          probe();
          reject(new Error(`Redis did not answer within ${withinMs} ms`));
        };
        // After a busy moment of this process the answer may be there, and only not read yet.
        timer = setTimeout(() => setImmediate(giveUp), withinMs);
      });
      const send = async () => {
        await probing;
        if (isOver || !isUp()) throw new Error('Redis is not there');
        return command(client);
      };
      try {
        return await Promise.race([probing ? send() : command(client), silence]);
      } finally {
        isOver = true;
        clearTimeout(timer);
      }
    },
    open,
    close: () => clients.forEach((each) => each.disconnect()),
  };
}

function createClient(settings: RedisSettings): RedisClient {
  if ('url' in settings) return new Redis(settings.url, OPTIONS);
  const { username, password, tls } = settings;
  const login = {
    ...(username && { username }),
    ...(password && { password }),
    ...(tls && { tls: {} }),
  };
  if ('sentinel' in settings) {
    const { name, nodes, password: sentinelPassword } = settings.sentinel;
    return new Redis({
      ...OPTIONS,
      ...login,
      name,
      sentinels: nodes,
      ...(sentinelPassword && { sentinelPassword }),
    });
  }
  const options: ClusterOptions = {
    enableOfflineQueue: false,
    redisOptions: { ...OPTIONS, ...login },
    clusterRetryStrategy: OPTIONS.retryStrategy,
  };
  return new Cluster(settings.cluster.nodes, options);
}

/** Logs each loss and each return once. */
function reportChanges(client: RedisClient, log: FastifyBaseLogger): void {
  let reported = false;
  client.on('ready', () => {
    reported = false;
    log.info('Redis is there');
  });
  client.on('error', (error: Error) => {
    if (!reported) log.warn({ reason: error.message }, 'Redis is not there; going on without it');
    reported = true;
  });
}
