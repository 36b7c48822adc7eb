import { createHash } from 'node:crypto';
import { startTestGatewayOf, type TestGateway, UNWATCHED } from '../helpers/gateway.ts';
import { startRedis } from '../helpers/redis.ts';
import { startRoomySandbox } from './pool.ts';

/** A gateway to be talked to, by those who say anything and by one who wants to be served. */
export interface Surroundings {
  gateway: TestGateway;
  /** Headers of whoever says anything. */
  stranger: Record<string, string>;
  /** Headers of the one who is to be answered whatever the others say. */
  guest: Record<string, string>;
  close(): Promise<void>;
}

export type StartSurroundings = (
  settings: Record<string, unknown>,
  everyProvider?: Record<string, unknown>,
) => Promise<Surroundings>;

/** Everybody may ask, as much as they like. */
export const startOpen: StartSurroundings = async (settings, everyProvider) => {
  const sandbox = await startRoomySandbox();
  const gateway = await startTestGatewayOf(sandbox, { ...UNWATCHED, ...settings }, everyProvider);
  return {
    ...{ gateway, stranger: {}, guest: {} },
    async close() {
      await gateway.close();
      await sandbox.close();
    },
  };
};

/** Whoever asks has a key, and asks no more than is allowed; Redis counts and keeps. */
export const startGuarded: StartSurroundings = async (settings, everyProvider) => {
  const sandbox = await startRoomySandbox();
  const redis = await startRedis();
  const grants = [{ role: 'admin', readVariables: true }];
  const keyOf = (name: string) => ({
    name,
    hash: createHash('sha256').update(name).digest('hex'),
    grants,
  });
  const { limits, ...rest } = settings;
  const gateway = await startTestGatewayOf(
    sandbox,
    {
      ...{ ...UNWATCHED, ...rest },
      auth: { apiKeys: [keyOf('stranger'), keyOf('guest')] },
      redis: { url: redis.url, prefix: `fuzz${process.pid}` },
      cache: { enabled: true },
      limits: { ...(limits as object), requestsPerMinute: 100_000, concurrentOperations: 3 },
    },
    everyProvider,
  );
  const headersOf = (name: string) => ({ authorization: `Bearer ${name}` });
  return {
    ...{ gateway, stranger: headersOf('stranger'), guest: headersOf('guest') },
    async close() {
      await gateway.close();
      await redis.stop();
      await sandbox.close();
    },
  };
};
