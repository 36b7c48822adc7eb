import { createHash } from 'node:crypto';
import { BREAK, Kind, OperationTypeNode, parse, visit } from 'graphql';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { ErrorCode, GatewayError } from '../errors.ts';
import type { RedisConnection } from '../redis.ts';
import { createRedisScript } from '../redis-script.ts';
import { wholeNumber } from '../settings.ts';

/** Automatic persisted queries: documents that clients register, and then name by their hash. */
export const persistedQuerySettings = z
  .strictObject({
    /** Memory of an instance for them; the longest unused are let go first. */
    memoryMib: wholeNumber('mebibytes of memory for documents', 1, 65_536).default(30),
    /** A longer document is run, and not kept. */
    maxBytes: wholeNumber('a number of bytes', 100, 10_000_000).default(32_768),
    /** How many Redis holds for all instances; the longest known are let go first. */
    maxShared: wholeNumber('a number of documents', 1, 1_000_000).default(5_000),
    /** How long Redis holds one after it was registered. */
    lifetimeHours: wholeNumber('hours', 1, 8_760).default(24),
  })
  .prefault({});
export type PersistedQuerySettings = z.infer<typeof persistedQuerySettings>;

/**
 * Documents by the SHA-256 of their text, in memory and, for all instances, in Redis. A Redis that
 * is away or silent costs a document that is not in memory its patience, and nothing else.
 */
export interface PersistedQueries {
  find: (hash: string) => Promise<string | undefined>;
  /** Keeps a document that was found to be valid. Never throws; nobody has to wait for it. */
  keep: (hash: string, text: string) => void;
}

interface Kept {
  text: string;
  /** Until when Redis is known to have it, in milliseconds since 1970. */
  sharedUntil: number;
}

const HASH = /^[0-9a-f]{64}$/;

/** What an entry costs beside its text. */
const ENTRY_BYTES = 300;

const HOUR_MS = 3_600_000;

/** Keeps a document, and lets go of the longest known ones beyond as many as there may be. */
const SHARE = createRedisScript(`
  local text, hash, prefix = ARGV[1], ARGV[2], ARGV[3]
  local now, lifetime, most = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
  redis.call('SET', KEYS[2], text, 'PX', lifetime)
  redis.call('ZADD', KEYS[1], now, hash)
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - lifetime)
  local excess = redis.call('ZCARD', KEYS[1]) - most
  if excess > 0 then
    for _, old in ipairs(redis.call('ZRANGE', KEYS[1], 0, excess - 1)) do
      redis.call('DEL', prefix .. old)
    end
    redis.call('ZREMRANGEBYRANK', KEYS[1], 0, excess - 1)
  end
  redis.call('PEXPIRE', KEYS[1], lifetime)
`);

export function createPersistedQueries(
  { memoryMib, maxBytes, maxShared, lifetimeHours }: PersistedQuerySettings,
  redis: RedisConnection | undefined,
): PersistedQueries {
  const lifetimeMs = lifetimeHours * HOUR_MS;
  const memory = new LRUCache<string, Kept>({
    maxSize: memoryMib * 2 ** 20,
    sizeCalculation: ({ text }) => 2 * text.length + ENTRY_BYTES,
  });
  // In braces, so that all of them are in one slot of a Cluster.
  const prefix = `${redis?.prefix}:{documents}:`;

  const share = async (hash: string, kept: Kept): Promise<void> => {
    if (!redis || kept.sharedUntil > Date.now() || holdsValues(kept.text)) return;
    const now = Date.now();
    const keys = [`${prefix}index`, `${prefix}${hash}`];
    const args = [kept.text, hash, prefix, now, lifetimeMs, maxShared];
    await redis.ask((client) => SHARE(client, keys, args));
    kept.sharedUntil = now + lifetimeMs;
  };

  return {
    async find(hash) {
      const kept = memory.get(hash);
      if (kept) return kept.text;
      if (!redis || !HASH.test(hash)) return undefined;
      const text = await redis.ask((client) => client.get(prefix + hash)).catch(() => undefined);
      // What Redis says is believed only where it is what was asked for.
      if (typeof text !== 'string' || hashOf(text) !== hash) return undefined;
      memory.set(hash, { text, sharedUntil: 0 });
      return text;
    },
    keep(hash, text) {
      if (Buffer.byteLength(text) > maxBytes) return;
      const kept = memory.get(hash) ?? { text, sharedUntil: 0 };
      memory.set(hash, kept);
      // It is registered again where it is missed.
      share(hash, kept).catch(() => undefined);
    },
  };
}

/**
 * The hash of a request that speaks of an automatic persisted query.
 * @throws GatewayError where it is no hash, or that of another text.
 */
export function persistedHashOf(request: {
  query?: unknown;
  extensions?: unknown;
}): string | undefined {
  const { persistedQuery } = (request.extensions ?? {}) as { persistedQuery?: unknown };
  if (persistedQuery === undefined || persistedQuery === null) return undefined;
  const { version, sha256Hash } = persistedQuery as { version?: unknown; sha256Hash?: unknown };
  if (version !== 1 || typeof sha256Hash !== 'string' || !HASH.test(sha256Hash)) {
    throw badHash('write { version: 1, sha256Hash } with the hash in 64 small hexadecimal digits.');
  }
  if (typeof request.query === 'string' && hashOf(request.query) !== sha256Hash) {
    throw badHash('sha256Hash is not the SHA-256 of the query. Send that of the very text.');
  }
  return sha256Hash;
}

function badHash(problem: string): GatewayError {
  return new GatewayError(ErrorCode.BAD_USER_INPUT, `extensions.persistedQuery: ${problem}`);
}

/** Apollo Server speaks the protocol over HTTP; this is where it keeps the documents. */
export function toApolloCache({ find, keep }: PersistedQueries) {
  const hashIn = (key: string) => key.slice(key.lastIndexOf(':') + 1);
  return {
    get: (key: string) => find(hashIn(key)),
    set: async (key: string, text: string) => keep(hashIn(key), text),
    // It never takes one back.
    delete: async () => false,
  };
}

/** Whether values are written into a mutation: they may be secrets, which no Redis is to hold. */
function holdsValues(text: string): boolean {
  const document = parse(text, { noLocation: true });
  const writes = document.definitions.some(
    (definition) =>
      definition.kind === Kind.OPERATION_DEFINITION &&
      definition.operation === OperationTypeNode.MUTATION,
  );
  let found = false;
  const stop = () => {
    found = true;
    return BREAK;
  };
  if (writes) visit(document, { [Kind.STRING]: stop });
  return found;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
