import { createHash } from 'node:crypto';
import { ErrorCode, GatewayError } from '../errors.ts';
import type { RedisConnection } from '../redis.ts';
import { type Entry, type Ledger, LEASE_MS, REMEMBER_MS } from './ledger.ts';
import { newReference } from './memory-ledger.ts';
import type { Outcome } from './outcome.ts';

/** A write waits for its ledger longer than a read for its cache. */
const PATIENCE_MS = 1_000;

/** One hash per key. Redis' own clock measures leases, so that instances need not agree on the time. */
const CLOCK = `local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

const BEGIN = `${CLOCK}
local fingerprint, owner, reference, lease, remember = unpack(ARGV)
local line = redis.call('HMGET', KEYS[1], 'fingerprint', 'outcome', 'until', 'reference', 'sent', 'mark')
if not line[1] then
  redis.call('HSET', KEYS[1], 'fingerprint', fingerprint, 'owner', owner, 'reference', reference,
    'until', now + lease)
  redis.call('PEXPIRE', KEYS[1], remember)
  return {'yours', reference}
end
if line[1] ~= fingerprint then return {'conflict'} end
if line[2] then return {'done', line[2]} end
if tonumber(line[3]) > now then return {'running'} end
redis.call('HSET', KEYS[1], 'owner', owner, 'until', now + lease)
if not line[5] then return {'yours', line[4]} end
return {'sent', line[4], line[6]}`;

const OWNED = `if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] then return 0 end
`;
const KEEP = `${OWNED}${CLOCK}redis.call('HSET', KEYS[1], 'until', now + ARGV[2]) return 1`;
const SEND = `${OWNED}redis.call('HSET', KEYS[1], 'sent', '1')
if ARGV[2] == '1' then redis.call('HSET', KEYS[1], 'mark', ARGV[3])
else redis.call('HDEL', KEYS[1], 'mark') end
return 1`;
const END = `${OWNED}redis.call('HSET', KEYS[1], 'outcome', ARGV[2]) return 1`;
const LET_GO = `${OWNED}redis.call('HSET', KEYS[1], 'until', 0) return 1`;
const FORGET = `${OWNED}redis.call('DEL', KEYS[1]) return 1`;

/** A ledger that all instances share. */
export function createRedisLedger(redis: RedisConnection): Ledger {
  const run = async (script: string, key: string, ...values: string[]): Promise<unknown> => {
    const name = createHash('sha256').update(key).digest('base64url');
    try {
      return await redis.ask(
        (client) => client.eval(script, 1, `${redis.prefix}:write:${name}`, ...values),
        PATIENCE_MS,
      );
    } catch (cause) {
      throw keysUnavailable(cause);
    }
  };

  return {
    async begin(key, fingerprint, owner) {
      const answer = await run(
        BEGIN,
        key,
        fingerprint,
        owner,
        newReference(),
        String(LEASE_MS),
        String(REMEMBER_MS),
      );
      return toEntry(answer as (string | null)[]);
    },
    keep: async (key, owner) => void (await run(KEEP, key, owner, String(LEASE_MS))),
    send: async (key, owner, mark) =>
      (await run(SEND, key, owner, mark === null ? '0' : '1', mark ?? '')) === 1,
    end: async (key, owner, outcome) => void (await run(END, key, owner, JSON.stringify(outcome))),
    giveUp: async (key, owner, sent) => void (await run(sent ? LET_GO : FORGET, key, owner)),
  };
}

/** Redis is configured and not there: a keyed write must not be sent. */
export function keysUnavailable(cause: unknown): GatewayError {
  return new GatewayError(
    ErrorCode.IDEMPOTENCY_UNAVAILABLE,
    'Redis does not answer, and without it writes with an idempotencyKey cannot be kept apart. Repeat it later with the same key.',
    { retryable: true, cause },
  );
}

/** What BEGIN returns. */
function toEntry([state, first = null, mark = null]: (string | null)[]): Entry {
  if (state === 'yours') return { state, reference: first ?? '' };
  if (state === 'sent') return { state, sent: { reference: first ?? '', mark } };
  // The gateway itself wrote it.
  if (state === 'done') return { state, outcome: JSON.parse(first ?? '') as Outcome };
  return { state: state === 'conflict' ? state : 'running' };
}
