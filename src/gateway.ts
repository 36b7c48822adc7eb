import Fastify, { type FastifyBaseLogger, LogController } from 'fastify';
import { pino } from 'pino';
import { grantsOfNobody } from './auth/nobody.ts';
import type { Config } from './config.ts';
import type { Context } from './context.ts';
import { createCall } from './datasources/http/call.ts';
import type { ProviderSource } from './datasources/provider.ts';
import { REGISTRY } from './datasources/registry.ts';
import { createSource } from './datasources/source.ts';
import { type GatewayError, toGatewayError } from './errors.ts';
import { createLoaders } from './loaders/index.ts';
import { createExecutor } from './execution/executor.ts';
import { connectRedis } from './redis.ts';
import { createSchema } from './resolvers/index.ts';
import { drainOnClose } from './server/drain.ts';
import { serveExplorer } from './server/explorer.ts';
import { serveGraphQL } from './server/graphql.ts';
import { serveHealth } from './server/health.ts';
import { serveLive } from './server/live.ts';
import { createDelivery } from './subscriptions/delivery/delivery.ts';
import { createLineage } from './subscriptions/delivery/lineage.ts';
import type { DeliveryStatus } from './subscriptions/delivery/subscriber.ts';
import type { EventLog } from './subscriptions/events.ts';
import { createEventLog } from './subscriptions/log/index.ts';
import { sendSafeHeaders } from './server/headers.ts';
import { explainRefusals } from './server/refusals.ts';
import { requestIdOf } from './server/request-id.ts';
import { createDocumentFinder, serveTrustedDocuments } from './server/trusted-documents.ts';

export interface Gateway {
  /** Where it listens, for instance "http://127.0.0.1:4000". */
  url: string;
  /** Asks each provider for something cheap; the error of those that cannot be used. */
  check(): Promise<{ provider: string; error: GatewayError | undefined }[]>;
  /** What subscriptions have cost so far. */
  deliveryStatus(): DeliveryStatus;
  /** What was seen to happen, by all instances that share a Redis. */
  events: EventLog;
  close(): Promise<void>;
}

/** How long requests under way may take when the gateway is told to stop. */
const DRAIN_MS = 10_000;

/** How long a provider may take to show that it can be used. */
const CHECK_MS = 30_000;

/** Puts the gateway together and starts it. Wires; decides nothing. */
export async function createGateway(config: Config): Promise<Gateway> {
  const log: FastifyBaseLogger = pino({ level: config.logLevel });
  const providers = new Map(
    config.providers.map((entry) => [
      entry.name,
      createSource(REGISTRY[entry.kind], entry, entry.options),
    ]),
  );
  const redis = config.redis && connectRedis(config.redis, log);
  const events = createEventLog(config.events, redis);
  const grants = grantsOfNobody(config.auth.readVariables);

  const createContext = (requestId: string, signal: AbortSignal, deadline: number): Context => {
    const call = createCall(signal, deadline);
    const loaders = createLoaders(providers, call, grants);
    return { requestId, grants, providers, loaders, events, call, limits: config.limits };
  };
  const schema = await createSchema();
  const findDocument = createDocumentFinder(config.server.trustedDocuments);
  const { explorer: introspection, executor } = config.server;
  const delivery = createDelivery({
    log: events,
    limits: config.live,
    lineage: createLineage(providers),
    onInterest: () => () => undefined,
  });

  const app = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    requestIdHeader: false,
    bodyLimit: config.limits.maxBodyBytes,
    genReqId: ({ headers }) => requestIdOf(headers),
  });
  serveLive(app, {
    schema,
    introspection,
    execute: createExecutor(executor, schema),
    limits: config.limits,
    findDocument,
    allowedOrigins: config.server.allowedOrigins,
    settings: config.live,
    delivery,
    openSession: async () => ({ grants, createContext }),
  });
  drainOnClose(app, DRAIN_MS);
  explainRefusals(app, config.limits);
  await sendSafeHeaders(app, config.server);
  serveTrustedDocuments(app, findDocument);
  await serveGraphQL(app, {
    schema,
    introspection,
    executor,
    limits: config.limits,
    createContext,
  });
  serveHealth(app, providers, redis ? { redis: () => (redis.isUp() ? 'up' : 'down') } : {});
  if (config.server.explorer) await serveExplorer(app);

  const url = await app.listen({ host: config.server.host, port: config.server.port });
  return {
    url,
    events,
    check: () => Promise.all([...providers.values()].map(check)),
    deliveryStatus: () => delivery.status(),
    close: async () => {
      await app.close();
      delivery.close();
      await events.close();
      redis?.close();
    },
  };
}

async function check(
  provider: ProviderSource,
): Promise<{ provider: string; error: GatewayError | undefined }> {
  try {
    await provider.ping(createCall(AbortSignal.timeout(CHECK_MS)));
    return { provider: provider.name, error: undefined };
  } catch (error) {
    return { provider: provider.name, error: toGatewayError(error, provider.name) };
  }
}
