import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyBaseLogger } from 'fastify';
import type { DestinationStream } from 'pino';
import { providerTag } from './cache/tags.ts';
import type { Config } from './config.ts';
import { createCall } from './datasources/http/call.ts';
import type { ProviderSource } from './datasources/provider.ts';
import { type GatewayError, toGatewayError } from './errors.ts';
import { createLog } from './observability/log.ts';
import type { DeliveryStatus } from './subscriptions/delivery/subscriber.ts';
import type { EventLog } from './subscriptions/events.ts';
import type { Timing } from './subscriptions/watch/timing.ts';
import type { Watcher } from './subscriptions/watch/watcher.ts';
import { createCore } from './wiring/core.ts';
import { createTracerFor } from './wiring/tracer.ts';
import { restartsFor, toReloaded } from './wiring/reload.ts';
import { createWeb } from './wiring/web.ts';

export interface Gateway {
  /** Where it listens, for instance "http://127.0.0.1:4000". */
  url: string;
  /** Asks each provider for something cheap; the error of those that cannot be used. */
  check(): Promise<{ provider: string; error: GatewayError | undefined }[]>;
  /** Forgets all that is kept of the providers, here and in every instance that can be reached. */
  forget(): Promise<void>;
  /** What was seen to happen, by all instances that share a Redis. */
  events: EventLog;
  /** Looks after changes of status. */
  watcher: Watcher;
  /** What subscriptions have cost so far. */
  deliveryStatus(): DeliveryStatus;
  /**
   * Goes over to another configuration without dropping a connection of anybody who may still ask.
   * Resolves with the paths of settings that differ and need a restart; they stay as they are.
   */
  reload(next: Config): Promise<string[]>;
  /**
   * Says at `/health/ready` that it is about to stop, and serves on for `server.drainMs`, or for as
   * long as is said here.
   */
  drain(forMs?: number): Promise<void>;
  /** Sends live clients elsewhere, lets requests under way finish, and ends. */
  close(): Promise<void>;
}

/** How long a provider may take to show that it can be used. */
const CHECK_MS = 30_000;

/**
 * Puts the gateway together and starts it: what it is made of first, then how it is reached.
 * @param timing other times for watching than its own, for whoever cannot wait
 * @param output where the log goes in place of the standard output
 */
export async function createGateway(
  config: Config,
  timing: Partial<Timing> = {},
  output?: DestinationStream,
): Promise<Gateway> {
  const log: FastifyBaseLogger = await createLog(config, output);
  const tracer = await createTracerFor(config.observability.traces);
  const core = createCore(config, { log, origin: () => url, timing, tracer });
  let isDraining = false;
  const web = await createWeb(config, core, { log, isDraining: () => isDraining });
  const url: string = await web.app.listen({ host: config.server.host, port: config.server.port });
  const { access, cache, events, watcher, delivery } = core;
  return {
    url,
    events,
    watcher,
    check: () => Promise.all([...access.watching.values()].map(check)),
    forget: () => cache.invalidate(access.names.map(providerTag)),
    deliveryStatus: () => delivery.status(),
    async reload(next) {
      const restarts = restartsFor(core.config(), next);
      core.reload(toReloaded(core.config(), next));
      await web.renew();
      return restarts;
    },
    async drain(forMs = config.server.drainMs) {
      isDraining = true;
      await pause(forMs);
    },
    async close() {
      isDraining = true;
      // Others can watch at once, and need not wait until the last upload here has ended.
      await Promise.all([web.app.close(), watcher.close()]);
      await core.close();
      await tracer?.close();
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
