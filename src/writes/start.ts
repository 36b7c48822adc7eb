import { randomBytes } from 'node:crypto';
import type { FastifyBaseLogger } from 'fastify';
import type { ProviderSource } from '../datasources/provider.ts';
import type { RedisConnection } from '../redis.ts';
import type { Audit } from './audit.ts';
import { createFingerprint, type Fingerprint } from './fingerprint.ts';
import { createIdempotency } from './idempotency.ts';
import { createWrites, type Touched, type Writes } from './index.ts';
import { createMemoryJournal, createRedisJournal } from './journal.ts';
import { createMemoryLedger } from './memory-ledger.ts';
import { createRedisLedger, keysUnavailable } from './redis-ledger.ts';
import { keepRepairing } from './repair.ts';
import { createUploadNotes, type Uploaded } from './uploads.ts';
import type { WriteSettings } from './settings.ts';

export interface WritesSetup {
  settings: WriteSettings;
  /** Absent: what is promised of keys and of half-done writes lasts as long as the process. */
  redis: RedisConnection | undefined;
  providers: ReadonlyMap<string, ProviderSource>;
  log: FastifyBaseLogger;
  /** Makes everybody forget what was changed, on every instance. */
  afterWrite: (touched: Touched) => Promise<void>;
  /** Is told of each write beside the log. */
  audit: Audit;
}

/** The write side, with all that it keeps. */
export function startWrites(setup: WritesSetup): Writes & {
  /** Is told of each upload by URL, once, after it. Never rejects. */
  noteUpload: (upload: Uploaded) => Promise<void>;
  close(): Promise<void>;
} {
  const { settings, redis, providers, log, afterWrite } = setup;
  const journal = redis ? createRedisJournal(redis) : createMemoryJournal();
  const endRepairs = redis ? keepRepairing(journal, providers, log) : () => undefined;
  const audit: Audit = (record) => {
    log.info({ write: record }, 'write');
    setup.audit(record);
  };
  const writes = createWrites({
    keyed: createIdempotency({
      ledger: redis ? createRedisLedger(redis) : createMemoryLedger(),
      fingerprint: createFingerprints(settings.secret, redis),
      onLost: (error) => log.warn({ err: error }, 'the state of a keyed write was not kept'),
    }),
    journal,
    audit,
    afterWrite,
    log,
  });
  return {
    ...writes,
    noteUpload: createUploadNotes({ audit, afterWrite, log }),
    async close() {
      await writes.idle();
      endRepairs();
    },
  };
}

const PATIENCE_MS = 1_000;

/** Fingerprints with the configured secret, or with one that the instances agree on in Redis. */
function createFingerprints(
  configured: string | undefined,
  redis: RedisConnection | undefined,
): () => Promise<Fingerprint> {
  const own = randomBytes(32).toString('base64url');
  if (configured !== undefined || !redis) {
    const fingerprint = createFingerprint(configured ?? own);
    return async () => fingerprint;
  }
  const name = `${redis.prefix}:write:secret`;
  const agree = async () => {
    await redis.ask((client) => client.set(name, own, 'NX'), PATIENCE_MS);
    return redis.ask((client) => client.get(name), PATIENCE_MS);
  };
  return async () => {
    const secret = await agree().catch((cause: unknown) => {
      throw keysUnavailable(cause);
    });
    return createFingerprint(secret ?? own);
  };
}
