import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { FastifyBaseLogger } from 'fastify';
import { createAccess, type ProviderAccess } from '../auth/credentials.ts';
import {
  type Authenticate,
  createAuthenticate,
  createIdentifier,
  type Viewer,
} from '../auth/viewers.ts';
import { type Cache, createCache } from '../cache/cache.ts';
import { providerTag, tagsOfChange } from '../cache/tags.ts';
import type { Config } from '../config.ts';
import type { Context } from '../context.ts';
import { createBudgetTalk } from '../datasources/http/budget-talk.ts';
import { createCall } from '../datasources/http/call.ts';
import type { WriteCall } from '../datasources/writes.ts';
import { createFiles } from '../files/index.ts';
import { createLoaders } from '../loaders/index.ts';
import { createMetrics, type Metrics } from '../observability/metrics.ts';
import type { Tracer } from '../observability/span.ts';
import { connectRedis, type RedisConnection } from '../redis.ts';
import { createDelivery, type Delivery } from '../subscriptions/delivery/delivery.ts';
import { type EventLog, isStatusChange, type Observation } from '../subscriptions/events.ts';
import { createLeases } from '../subscriptions/leases/index.ts';
import { createEventLog } from '../subscriptions/log/index.ts';
import { createOutbox } from '../subscriptions/outbox.ts';
import type { Timing } from '../subscriptions/watch/timing.ts';
import { type Always, createWatcher, type Watcher } from '../subscriptions/watch/watcher.ts';
import { startWrites } from '../writes/start.ts';
import { watchFor } from './interest.ts';
import { createPlaces } from './places.ts';
import { createMaker, toRealm } from './sources.ts';

/** All that the gateway is made of, but for how it is reached. */
export interface Core {
  redis: RedisConnection | undefined;
  cache: Cache;
  access: ProviderAccess;
  /** By the configuration as it is now. */
  authenticate: Authenticate;
  /** The configuration as it is now. */
  config: () => Config;
  /**
   * Goes over to another configuration: what `toReloaded` takes over of it, and nothing else.
   * Subscriptions and operations under way go on.
   */
  reload(next: Config): void;
  events: EventLog;
  watcher: Watcher;
  delivery: Delivery;
  files: ReturnType<typeof createFiles>;
  metrics: Metrics;
  /** Absent where there are no traces. */
  tracer: Tracer | undefined;
  createContext: (
    viewer: Viewer,
    requestId: string,
    signal: AbortSignal,
    deadline: number,
  ) => Context;
  close(): Promise<void>;
}

/** What the configuration does not hold. */
export interface Surroundings {
  log: FastifyBaseLogger;
  /** Where clients reach the gateway; it is known once it listens. */
  origin: () => string;
  /** Other times for watching than its own. */
  timing: Partial<Timing>;
  tracer: Tracer | undefined;
}

export function createCore(config: Config, { log, origin, timing, tracer }: Surroundings): Core {
  const metrics = createMetrics();
  const redis = config.redis && connectRedis(config.redis, log);
  const cache = createCache({ memoryBytes: config.cache.memoryMib * 2 ** 20, redis });
  const talk = redis && createBudgetTalk(redis);
  const access = createAccess(
    config.providers,
    createMaker({ cache, isKept: config.cache.enabled }, log, talk, metrics),
  );
  let current = config;
  let realms = config.providers.map(toRealm);
  let identify = createIdentifier(config.auth);
  const admit = () => createAuthenticate(current.auth, identify, realms, access);
  let authenticate = admit();
  const events = createEventLog(config.events, redis);
  const watcher = createWatcher({
    providers: config.events.watch ? access.watching : new Map(),
    log: events,
    leases: createLeases(redis),
    forget: (news) => cache.invalidate(tagsOf(news)),
    logger: log,
    redis,
    always: toAlways(config),
    timing,
    tracer,
  });
  const outbox = createOutbox(events, log);
  const writes = startWrites({
    settings: config.writes,
    redis,
    providers: access.watching,
    log,
    async afterWrite({ provider, ids, scopeIds }) {
      for (const id of [...scopeIds, ...ids]) watcher.nudge(id);
      // What else a write touched only the provider knows, and writes are rare.
      await cache.invalidate([providerTag(provider)]);
    },
    audit: outbox.put,
  });
  const files = createFiles({
    settings: config.files,
    redis,
    origin,
    providers: access.watching,
    afterUpload: writes.noteUpload,
    createCall: (signal) => createTransferCall(signal, config.limits.operationTimeoutMs),
  });
  // Before it is delivered: what is loaded for an event is read after it.
  const stopListening = events.listen({
    onEvent(event) {
      if (!isStatusChange(event)) return;
      cache.forget(tagsOf([event]));
      metrics.heard(event.observedAt);
    },
    onReset: () => undefined,
  });
  const delivery = createDelivery({
    log: events,
    limits: config.live,
    places: createPlaces(access.watching, (name) => realms.find((realm) => realm.name === name)),
    onInterest: watchFor(watcher, access),
  });

  return {
    redis,
    metrics,
    tracer,
    cache,
    access,
    authenticate: (presented) => authenticate(presented),
    config: () => current,
    events,
    watcher,
    delivery,
    files,
    createContext({ grants, sources: providers, locate }, requestId, signal, deadline) {
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
        locate: (targets) => locate(targets, call),
        forget: () => {
          call.reads.clear();
          context.loaders = createLoaders(providers, call, grants);
        },
      };
      return context;
    },
    reload(next) {
      if (!isDeepStrictEqual(next.auth, current.auth)) identify = createIdentifier(next.auth);
      const changed = access.replace(next.providers);
      current = next;
      realms = next.providers.map(toRealm);
      authenticate = admit();
      log.level = next.logLevel;
      watcher.renew(changed, toAlways(next));
    },
    async close() {
      stopListening();
      delivery.close();
      cache.close();
      talk?.close();
      await writes.close();
      await outbox.close();
      await watcher.close();
      await events.close();
      redis?.close();
    },
  };
}

function tagsOf(changes: readonly Observation[]): string[] {
  const tags = changes.flatMap(({ scopeId, subjectId }) => tagsOfChange(scopeId, subjectId));
  return [...new Set(tags)];
}

/** What is watched whether or not anybody asks for it. */
function toAlways({ providers }: Config): Always {
  return new Map(providers.map(({ name, watch }) => [name, watch]));
}

/** A transfer is one request: there is nothing to take back. It must begin in time, not end. */
function createTransferCall(signal: AbortSignal, timeoutMs: number): WriteCall {
  const journal: WriteCall['journal'] = async () => async () => undefined;
  const call = createCall(signal, Date.now() + timeoutMs);
  return { ...call, reference: randomUUID().replaceAll('-', ''), journal };
}
