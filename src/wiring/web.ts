import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { rememberViewers } from '../auth/recent.ts';
import type { Cache } from '../cache/cache.ts';
import type { Config } from '../config.ts';
import { createExecutor } from '../execution/executor.ts';
import { createGate } from '../limits/gate.ts';
import { collectSnapshots } from '../observability/snapshots.ts';
import { createSchema } from '../resolvers/index.ts';
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
import { serveLive } from '../server/live.ts';
import { explainRefusals } from '../server/refusals.ts';
import { requestIdOf } from '../server/request-id.ts';
import { createDocumentFinder, serveTrustedDocuments } from '../server/trusted-documents.ts';
import { serveWebhooks } from '../server/webhooks.ts';
import type { Core } from './core.ts';

/** How long requests under way may take when the gateway is told to stop. */
const DRAIN_MS = 10_000;

/** The server with all that it serves. */
export async function createWeb(
  config: Config,
  core: Core,
  log: FastifyBaseLogger,
): Promise<FastifyInstance> {
  const { access, createContext, redis, watcher, metrics, tracer } = core;
  const authenticate = rememberViewers(core.authenticate, access.passthrough);
  const { explorer: introspection, executor, allowedOrigins } = config.server;
  const schema = await createSchema();
  const execute = createExecutor(executor, schema);
  const findDocument = createDocumentFinder(config.server.trustedDocuments);

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
    genReqId: ({ headers }) => requestIdOf(headers),
  });
  serveLive(app, {
    schema,
    introspection,
    execute,
    limits: config.limits,
    findDocument,
    allowedOrigins,
    settings: config.live,
    delivery: core.delivery,
    metrics,
    tracer,
    gate,
    async openSession(headers, parameters) {
      const viewer = await core.authenticate({ ...headers, ...parameters });
      return {
        grants: viewer.grants,
        locate: viewer.locate,
        createContext: (...about) => createContext(viewer, ...about),
      };
    },
  });
  drainOnClose(app, DRAIN_MS);
  explainRefusals(app, config.limits);
  await sendSafeHeaders(app, config.server);
  serveTrustedDocuments(app, findDocument);
  const reuse = reuseResponses(config, core.cache);
  const door = reuse && openFrontDoor(app, { reuse, authenticate, gate });
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
    door,
  });
  serveFiles(app, core.files.transfers);
  serveWebhooks(app, {
    providers: access.watching,
    settings: new Map(
      config.providers.flatMap(({ name, webhook }) => (webhook ? [[name, webhook]] : [])),
    ),
    nudge: (targetId) => watcher.nudge(targetId),
  });
  serveHealth(app, access.watching, redis ? { redis: () => (redis.isUp() ? 'up' : 'down') } : {});
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
  return app;
}

/** Answers rest on what the cache keeps: without one they are not used again. */
function reuseResponses(config: Config, cache: Cache): ResponseReuse | undefined {
  if (!config.cache.enabled || !config.cache.responses) return undefined;
  const bytes = config.cache.responseMib * 2 ** 20;
  return createResponseReuse(createResponseStore(bytes, cache.invalidations));
}
