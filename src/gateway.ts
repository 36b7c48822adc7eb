import { randomUUID } from 'node:crypto';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { pino } from 'pino';
import { createAccess, type Maker } from './auth/credentials.ts';
import type { Realm } from './auth/rights.ts';
import { type Authenticate, createAuthenticate, type Viewer } from './auth/viewers.ts';
import { whereaboutsByKeys, whereaboutsByLookup } from './auth/whereabouts.ts';
import type { Config, ProviderEntry } from './config.ts';
import { type Cache, createCache } from './cache/cache.ts';
import { credentialScope } from './cache/credentials.ts';
import { cachedSource } from './cache/source.ts';
import { providerTag } from './cache/tags.ts';
import type { Context } from './context.ts';
import { type BudgetTalk, createBudgetTalk } from './datasources/http/budget-talk.ts';
import { createCall } from './datasources/http/call.ts';
import type { ProviderSource } from './datasources/provider.ts';
import type { WriteCall } from './datasources/writes.ts';
import { REGISTRY } from './datasources/registry.ts';
import { createLines, createSource } from './datasources/source.ts';
import { type GatewayError, toGatewayError } from './errors.ts';
import { createFiles } from './files/index.ts';
import { toRef } from './ids.ts';
import { createLoaders } from './loaders/index.ts';
import { connectRedis } from './redis.ts';
import { createSchema } from './resolvers/index.ts';
import { drainOnClose } from './server/drain.ts';
import { createResponseReuse } from './responses/reuse.ts';
import { createResponseStore } from './responses/store.ts';
import { serveExplorer } from './server/explorer.ts';
import { type FrontDoor, openFrontDoor } from './server/front-door.ts';
import { serveFiles } from './server/files.ts';
import { serveGraphQL } from './server/graphql.ts';
import { serveHealth } from './server/health.ts';
import { startWrites } from './writes/start.ts';
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
  /** Forgets all that is kept of the providers, here and in every instance that can be reached. */
  forget(): Promise<void>;
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
  const redis = config.redis && connectRedis(config.redis, log);
  const cache = createCache({ memoryBytes: config.cache.memoryMib * 2 ** 20, redis });
  const talk = redis && createBudgetTalk(redis);
  const access = createAccess(
    config.providers,
    createMaker(config.providers, config.cache.enabled ? cache : undefined, log, talk),
  );
  const authenticate = createAuthenticate(config.auth, config.providers.map(toRealm), access);
  const events = createEventLog(config.events, redis);

  const writes = startWrites({
    settings: config.writes,
    redis,
    providers: access.watching,
    log,
    // What else a write touched only the provider knows, and writes are rare.
    afterWrite: ({ provider }) => cache.invalidate([providerTag(provider)]),
  });
  const files = createFiles({
    settings: config.files,
    redis,
    origin: () => url,
    providers: access.watching,
    createCall: (signal) => createTransferCall(signal, config.limits.operationTimeoutMs),
  });

  const createContext = (
    { grants, sources: providers }: Viewer,
    requestId: string,
    signal: AbortSignal,
    deadline: number,
  ): Context => {
    const call = createCall(signal, deadline, { requestId });
    const context: Context = {
      requestId,
      grants,
      providers,
      loaders: createLoaders(providers, call, grants),
      events,
      call,
      limits: config.limits,
      files: files.links,
      writes: writes.run,
      forget: () => {
        call.reads.clear();
        context.loaders = createLoaders(providers, call, grants);
      },
    };
    return context;
  };

  const app = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    requestIdHeader: false,
    bodyLimit: config.limits.maxBodyBytes,
    genReqId: ({ headers }) => requestIdOf(headers),
  });
  drainOnClose(app, DRAIN_MS);
  explainRefusals(app, config.limits);
  await sendSafeHeaders(app, config.server);
  serveTrustedDocuments(app, createDocumentFinder(config.server.trustedDocuments));
  const admit = reuseResponses(app, config, cache, authenticate);
  await serveGraphQL(app, {
    schema: await createSchema(),
    introspection: config.server.explorer,
    executor: config.server.executor,
    limits: config.limits,
    authenticate,
    createContext,
    ...(admit && { admit }),
  });
  serveFiles(app, files.transfers);
  serveHealth(app, access.watching, redis ? { redis: () => (redis.isUp() ? 'up' : 'down') } : {});
  if (config.server.explorer) await serveExplorer(app);

  const url: string = await app.listen({ host: config.server.host, port: config.server.port });
  return {
    url,
    events,
    check: () => Promise.all([...access.watching.values()].map(check)),
    forget: () => cache.invalidate(access.names.map(providerTag)),
    close: async () => {
      await app.close();
      cache.close();
      talk?.close();
      await writes.close();
      await events.close();
      redis?.close();
    },
  };
}

/** A transfer is one request: there is nothing to take back. It must begin in time, not end. */
function createTransferCall(signal: AbortSignal, timeoutMs: number): WriteCall {
  const journal: WriteCall['journal'] = async () => async () => undefined;
  const call = createCall(signal, Date.now() + timeoutMs);
  return { ...call, reference: randomUUID().replaceAll('-', ''), journal };
}

/** Makes the sources of an entry, which share connections, slots and breaker. */
function createMaker(
  entries: readonly ProviderEntry[],
  cache: Cache | undefined,
  log: FastifyBaseLogger,
  talk: BudgetTalk | undefined,
): Maker<ProviderEntry> {
  const lines = new Map(entries.map((entry) => [entry.name, createLines(entry)] as const));
  return {
    make(entry, options) {
      const { name, kind, baseUrl } = entry;
      const scope = credentialScope(name, kind, baseUrl, options);
      const source = createSource(REGISTRY[kind], entry, options, {
        lines: lines.get(name),
        report: (attempt) => log.debug(attempt, 'asked a provider'),
        share: talk && ((service) => talk.share(`${scope} ${service}`)),
      });
      return cache ? cachedSource(source, cache, scope) : source;
    },
    refuse: (entry, refusal) =>
      createSource(REGISTRY[entry.kind], entry, entry.options, { refusal }),
    withToken({ kind, options }, token) {
      const own = options as Record<string, unknown>;
      return REGISTRY[kind].options.safeParse({ ...own, credentials: { token } }).data;
    },
  };
}

function toRealm({ name, kind, options }: ProviderEntry): Realm {
  const definition = REGISTRY[kind];
  return {
    name,
    // The configuration was checked: each name leads to a scope.
    toScope: (path) => toRef(name, 'Scope', definition.toScopeKeys(path, options) ?? []),
    whereabouts: definition.scopeOf
      ? whereaboutsByLookup((ref) => definition.scopeOf?.(ref))
      : whereaboutsByKeys,
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

/** Answers rest on what the cache keeps: without one they are not used again. */
function reuseResponses(
  app: FastifyInstance,
  config: Config,
  cache: Cache,
  authenticate: Authenticate,
): FrontDoor['admit'] | undefined {
  if (!config.cache.enabled || !config.cache.responses) return undefined;
  const store = createResponseStore(config.cache.responseMib * 2 ** 20);
  cache.onInvalidate((tags) => (tags ? store.invalidate(tags) : store.clear()));
  return openFrontDoor(app, { reuse: createResponseReuse(store), authenticate }).admit;
}
