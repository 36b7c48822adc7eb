import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { type AuthenticateRequest, rememberViewers } from '../auth/recent.ts';
import type { Cache } from '../cache/cache.ts';
import type { Config } from '../config.ts';
import { createExecutor } from '../execution/executor.ts';
import { createGate } from '../limits/gate.ts';
import { collectSnapshots } from '../observability/snapshots.ts';
import { createSchema } from '../resolvers/index.ts';
import type { FindText } from '../responses/operation.ts';
import { createResponseReuse, type ResponseReuse } from '../responses/reuse.ts';
import { createResponseStore } from '../responses/store.ts';
import { drainOnClose } from '../server/drain.ts';
import { serveExplorer } from '../server/explorer.ts';
import { serveFiles } from '../server/files.ts';
import { openFrontDoor } from '../server/front-door.ts';
import { serveGraphQL } from '../server/graphql.ts';
import { sendSafeHeaders } from '../server/headers.ts';
import { serveHealth } from '../server/health.ts';
import { serveMetrics } from '../server/metrics.ts';
import { createSessions } from '../server/live/sessions.ts';
import { serveLive } from '../server/live.ts';
import { createPersistedQueries } from '../server/persisted-queries.ts';
import { explainRefusals } from '../server/refusals.ts';
import { requestIdOf } from '../server/request-id.ts';
import { endSlowBodies } from '../server/slow-bodies.ts';
import {
  createDocumentFinder,
  createTextFinder,
  serveTrustedDocuments,
} from '../server/trusted-documents.ts';
import { refuseAddress, refuseUnreadable } from '../server/unreadable.ts';
import { serveWebhooks } from '../server/webhooks.ts';
import type { Core } from './core.ts';

/** What the server must know of the gateway's life. */
export interface Life {
  log: FastifyBaseLogger;
  isDraining: () => boolean;
}

export interface Web {
  app: FastifyInstance;
  /** After the core has gone over to another configuration: whoever asks, or is connected, is told
   * apart anew. */
  renew(): Promise<void>;
}

/** The server with all that it serves. */
export async function createWeb(
  config: Config,
  core: Core,
  { log, isDraining }: Life,
): Promise<Web> {
  const { access, createContext, redis, watcher, metrics, tracer } = core;
  let remembered = rememberViewers(core.authenticate, access.passthrough);
  const authenticate: AuthenticateRequest = (headers) => remembered(headers);
  const sessions = createSessions({ authenticate: core.authenticate, createContext });
  const { explorer: introspection, executor, allowedOrigins } = config.server;
  const schema = await createSchema();
  const execute = createExecutor(executor, schema);
  const findDocument = createDocumentFinder(config.server.trustedDocuments);
  const persisted = createPersistedQueries(config.server.persistedQueries, redis);

  const gate = createGate({
    limits: config.limits,
    redis,
    onRefusal: (limit) => metrics.refused(limit),
  });

  const app = Fastify({
    loggerInstance: log,
    logController: new LogController({
      disableRequestLogging: true,
      requestIdLogLabel: 'requestId',
    }),
    requestIdHeader: false,
    bodyLimit: config.limits.maxBodyBytes,
    return503OnClosing: false,
    genReqId: ({ headers }) => requestIdOf(headers),
    clientErrorHandler: refuseUnreadable,
    frameworkErrors: refuseAddress,
  });
  serveLive(app, {
    schema,
    introspection,
    execute,
    limits: config.limits,
    findDocument,
    persisted,
    allowedOrigins,
    settings: config.live,
    delivery: core.delivery,
    metrics,
    tracer,
    gate,
    openSession: sessions.open,
  });
  explainRefusals(app, config.limits);
  await sendSafeHeaders(app, config.server);
  serveTrustedDocuments(app, findDocument);
  const reuse = reuseResponses(config, core.cache, createTextFinder(findDocument, persisted));
  const door = reuse && openFrontDoor(app, { reuse, authenticate, gate });
  endSlowBodies(app, config.limits.bodyTimeoutMs);
  drainOnClose(app, config.server.graceMs);
  await serveGraphQL(app, {
    schema,
    introspection,
    execute,
    limits: config.limits,
    authenticate,
    metrics,
    tracer,
    createContext,
    gate,
    persisted,
    door,
  });
  serveFiles(app, core.files.transfers);
  serveWebhooks(app, {
    providers: access.watching,
    settingsOf: (name) => core.config().providers.find((entry) => entry.name === name)?.webhook,
    nudge: (targetId) => watcher.nudge(targetId),
  });
  serveHealth(app, {
    providers: access.watching,
    parts: redis ? { redis: () => (redis.isUp() ? 'up' : 'down') } : {},
    isDraining,
  });
  collectSnapshots(metrics.registry, {
    cache: () => ({ ...core.cache.counts(), bytes: core.cache.bytes() }),
    reuse: reuse && (() => reuse.counts()),
    delivery: () => core.delivery.status(),
    units: () => watcher.status(),
    health: () => [...access.watching].map(([name, provider]) => [name, provider.health()]),
    isRedisUp: redis && (() => redis.isUp()),
  });
  serveMetrics(app, config.server.metrics, () => metrics.text());
  if (config.server.explorer) await serveExplorer(app);
  return {
    app,
    async renew() {
      remembered = rememberViewers(core.authenticate, access.passthrough);
      await sessions.renew();
    },
  };
}

/** Answers rest on what the cache keeps: without one they are not used again. */
function reuseResponses(
  config: Config,
  cache: Cache,
  findText: FindText,
): ResponseReuse | undefined {
  if (!config.cache.enabled || !config.cache.responses) return undefined;
  const bytes = config.cache.responseMib * 2 ** 20;
  return createResponseReuse(createResponseStore(bytes, cache.invalidations), findText);
}
