import { createHash } from 'node:crypto';
import { expect } from '@jest/globals';
import { Redis } from 'ioredis';
import { TRANSPORTS } from '../../helpers/transports.ts';
import { waitFor } from '../../helpers/wait-for.ts';
import { type Provocation, seenIn } from './provocation.ts';

const PREFIX = `limits-${process.pid}`;

const queryCalled = (name: string, length = 0) =>
  `query ${name} { __typename } # ${'x'.repeat(length)}`;
const hashOf = (query: string) => createHash('sha256').update(query).digest('hex');
const named = (query: string) => ({
  extensions: { persistedQuery: { version: 1, sha256Hash: hashOf(query) } },
});

async function register(url: string, query: string): Promise<void> {
  const { errors } = await TRANSPORTS.HTTP(url, { query, ...named(query) });
  expect(errors).toBeUndefined();
}
async function askFor(url: string, query: string): Promise<string[]> {
  const { errors } = await TRANSPORTS.HTTP(url, named(query));
  return seenIn(200, errors);
}

/** Two instances with these settings, and their Redis. */
type Shared = (there: { here: string; other: string; redis: Redis }) => Promise<string[]>;
function shared(persistedQueries: Record<string, number>, look: Shared): Provocation {
  return async ({ start, redisUrl }) => {
    const redis = new Redis(redisUrl);
    const settings = {
      redis: { url: redisUrl, prefix: PREFIX, patienceMs: 1_000 },
      server: { persistedQueries },
    };
    const [here, other] = [await start(settings), await start(settings)];
    try {
      return await look({ here: here.url, other: other.url, redis });
    } finally {
      redis.disconnect();
    }
  };
}
const keyOf = (query: string) => `${PREFIX}:{documents}:${hashOf(query)}`;

/** What is kept of the documents that clients register by their hash. */
export const PERSISTED: Record<string, Provocation> = {
  async 'server.persistedQueries.memoryMib'({ start }) {
    const { url } = await start({
      server: { persistedQueries: { memoryMib: 1, maxBytes: 300_000 } },
    });
    const all = ['A', 'B', 'C'].map((name) => queryCalled(name, 250_000));
    for (const query of all) await register(url, query);
    const [first, ...rest] = await Promise.all(all.map((query) => askFor(url, query)));
    expect(rest.at(-1)).toEqual([]);
    return first ?? [];
  },

  async 'server.persistedQueries.maxBytes'({ start }) {
    const { url } = await start({ server: { persistedQueries: { maxBytes: 100 } } });
    await register(url, queryCalled('Long', 100));
    return askFor(url, queryCalled('Long', 100));
  },

  'server.persistedQueries.maxShared': shared({ maxShared: 1 }, async ({ here, other, redis }) => {
    const [first, second] = ['First', 'Second'].map((name) => queryCalled(name)) as [
      string,
      string,
    ];
    for (const query of [first, second]) {
      await register(here, query);
      await waitFor('Redis to have it', () => redis.exists(keyOf(query)));
    }
    expect(await askFor(other, second)).toEqual([]);
    return askFor(other, first);
  }),

  'server.persistedQueries.lifetimeHours': shared(
    { lifetimeHours: 1 },
    async ({ here, other, redis }) => {
      const query = queryCalled('Aged');
      await register(here, query);
      await waitFor('Redis to have it', () => redis.exists(keyOf(query)));
      const lifeMs = await redis.pttl(keyOf(query));
      expect(lifeMs).toBeGreaterThan(3_500_000);
      expect(lifeMs).toBeLessThanOrEqual(3_600_000);
      // Its hour is over.
      await redis.pexpire(keyOf(query), 1);
      await waitFor('its end', async () => (await redis.exists(keyOf(query))) === 0);
      return askFor(other, query);
    },
  ),
};
