import type { FastifyBaseLogger } from 'fastify';
import type { Call, ProviderSource } from '../../datasources/provider.ts';
import { parseId, type Ref, refOf } from '../../ids.ts';
import type { Tracer } from '../../observability/span.ts';
import type { RedisConnection } from '../../redis.ts';
import type { EventLog } from '../events.ts';
import type { Leases } from '../leases.ts';
import { createInterests } from './interests.ts';
import { createNudges, type Nudge } from './nudges.ts';
import type { Forget } from './observer.ts';
import { stretchOf } from './pace.ts';
import { createPoller, type Poller, type UnitStatus } from './poller.ts';
import { TIMING, type Timing } from './timing.ts';
import { watchWhole, type WholeProvider } from './whole.ts';

export type { UnitStatus };

/** What somebody wants to hear of; without either: everything of all providers. */
export interface Interest {
  /** Names of providers. */
  providers?: readonly string[] | undefined;
  /** Global ids of scopes, deployments, versions or builds. */
  ids?: readonly string[] | undefined;
}

/**
 * Looks after changes of status. Each unit of a provider is polled by one of the instances that
 * share a Redis, however many are interested in it, and what it sees is recorded in the event log.
 */
export interface Watcher {
  /** Watches what is wanted until the returned function is called, and for a while after. */
  interest(interest: Interest): () => void;
  /**
   * Somebody says that a scope, deployment, version or build has changed, or will soon: it is looked
   * at at once, by whichever instance polls it, and often for a while.
   */
  nudge(targetId: string, quickForMs?: number): void;
  /**
   * The sources of these providers were replaced, or are new, or gone: what is watched of them is
   * watched through those that are there now. All that is wanted of them stays wanted.
   */
  renew(names: readonly string[], always: Always): void;
  status(): UnitStatus[];
  /** Gives every lease up, so that others can watch; nudges are still passed on to them. */
  close(): Promise<void>;
}

/** What is always watched: for each provider native keys or names of scopes; "*" is all. */
export type Always = ReadonlyMap<string, readonly string[]>;

export interface WatcherOptions {
  /** Read whenever one is needed, see `Watcher.renew`. */
  providers: ReadonlyMap<string, ProviderSource>;
  log: EventLog;
  leases: Leases;
  forget: Forget;
  logger: FastifyBaseLogger;
  redis?: RedisConnection | undefined;
  always?: Always;
  timing?: Partial<Timing>;
  /** Absent where there are no traces. */
  tracer?: Tracer | undefined;
}

/** How long what was nudged is looked at often, unless said otherwise. */
const QUICK_MS = 60_000;

export function createWatcher(options: WatcherOptions): Watcher {
  const { providers, log, leases, forget, logger, redis, tracer } = options;
  const timing: Timing = { ...TIMING, ...options.timing };
  const pollers = new Map<string, Poller>();
  const wholes = new Map<string, WholeProvider>();
  const stopping = new Set<Promise<void>>();
  const nudged = new Map<string, NodeJS.Timeout>();
  let closing: Promise<void> | undefined;

  const stretchFor = (provider: ProviderSource) => {
    const demands = [...pollers]
      .filter(([id]) => refOf(id).provider === provider.name)
      .map(([, poller]) => poller.demand());
    const { windowMs } = timing.paceOf(provider);
    return stretchOf(demands, provider.health().rateLimit, windowMs);
  };

  const startPoller = (id: string) => {
    const unit = refOf(id);
    const provider = providers.get(unit.provider);
    if (!provider) return;
    const stretch = () => stretchFor(provider);
    const places = { provider, unit, log, leases, forget, timing, logger, tracer };
    pollers.set(id, createPoller({ ...places, stretch }));
  };
  const stopPoller = async (id: string): Promise<void> => {
    const stopped = pollers.get(id)?.stop();
    pollers.delete(id);
    if (!stopped) return;
    stopping.add(stopped);
    await stopped.finally(() => stopping.delete(stopped));
  };
  const units = createInterests(timing.lingerMs, startPoller, (id) => void stopPoller(id));
  /** The new one begins when the old one has given up the lease, which would be its own. */
  const restartPoller = async (id: string): Promise<void> => {
    await stopPoller(id);
    if (units.keys().includes(id) && !pollers.has(id)) startPoller(id);
  };

  const watchUnit = ({ id }: Ref) => {
    units.add(id);
    return once(() => units.remove(id));
  };

  const startWhole = (name: string) => {
    const provider = providers.get(name);
    if (provider) wholes.set(name, watchWhole({ provider, timing, logger, watch: watchUnit }));
  };
  const stopWhole = (name: string) => {
    wholes.get(name)?.stop();
    wholes.delete(name);
  };
  const all = createInterests(timing.lingerMs, startWhole, stopWhole);
  /** Of those who want everything: what they watch, by provider. */
  const everything = new Set<Map<string, () => void>>();

  const watchAll = (name: string) => {
    all.add(name);
    return once(() => all.remove(name));
  };

  const unitOf = (id: string): Ref | undefined => {
    const ref = parseId(id);
    return ref && providers.get(ref.provider)?.watch.unitOf(ref);
  };

  /** The unit, or where it spans several the whole provider. */
  const watchId = (id: string) => {
    const unit = unitOf(id);
    if (unit) return watchUnit(unit);
    const name = parseId(id)?.provider;
    return name !== undefined && providers.has(name) ? watchAll(name) : () => undefined;
  };

  const nudgeHere = ({ targetId, quickForMs }: Nudge) => {
    const unit = unitOf(targetId);
    if (unit) pollers.get(unit.id)?.nudge(refOf(targetId), quickForMs);
  };
  const nudges = createNudges(redis, nudgeHere);

  const watchAlways = (always: Always) =>
    [...always].flatMap(([name, scopes]) => {
      const provider = providers.get(name);
      if (!provider || scopes.length === 0) return [];
      if (scopes.includes('*')) return [watchAll(name)];
      const list = (call: Call) => resolve(provider, scopes, logger, call);
      const named = watchWhole({ provider, timing, logger, watch: watchUnit, list });
      return [() => named.stop()];
    });
  let ends = watchAlways(options.always ?? new Map<string, readonly string[]>());
  const stopListening = log.listen({
    onEvent: () => undefined,
    onReset: () => {
      for (const poller of pollers.values()) poller.forget();
    },
  });

  const end = async () => {
    stopListening();
    nudges.close();
    for (const timer of nudged.values()) clearTimeout(timer);
    for (const stop of ends) stop();
    for (const whole of wholes.values()) whole.stop();
    units.close();
    all.close();
    await Promise.all([...stopping, ...[...pollers.values()].map((poller) => poller.stop())]);
    pollers.clear();
  };

  return {
    interest({ providers: names, ids }) {
      const wanted = names ?? (ids ? [] : [...providers.keys()]);
      const known = wanted.filter((name) => providers.has(name));
      const byProvider = new Map(known.map((name) => [name, watchAll(name)]));
      const others = (ids ?? []).map(watchId);
      if (!names && !ids) everything.add(byProvider);
      return once(() => {
        everything.delete(byProvider);
        for (const stop of [...byProvider.values(), ...others]) stop();
      });
    },
    nudge(targetId, quickForMs = QUICK_MS) {
      const unit = unitOf(targetId);
      if (!unit) return;
      nudges.send({ targetId, quickForMs });
      if (closing) return;
      // What nobody watches is watched for a while: the first look of a unit is one at once.
      clearTimeout(nudged.get(unit.id));
      if (!nudged.has(unit.id)) units.add(unit.id);
      const end = () => {
        nudged.delete(unit.id);
        units.remove(unit.id);
      };
      nudged.set(unit.id, setTimeout(end, quickForMs));
      nudgeHere({ targetId, quickForMs });
    },
    renew(names, always) {
      const before = ends;
      ends = watchAlways(always);
      for (const stop of before) stop();
      for (const name of names) {
        for (const wanted of everything) {
          if (providers.has(name) && !wanted.has(name)) wanted.set(name, watchAll(name));
        }
        stopWhole(name);
        if (all.keys().includes(name)) startWhole(name);
      }
      const changed = units.keys().filter((id) => names.includes(refOf(id).provider));
      for (const id of changed) void restartPoller(id);
    },
    status: () => [...pollers.values()].map((poller) => poller.status()),
    close: () => (closing ??= end()),
  };
}

/** The units of the scopes that the configuration names. */
async function resolve(
  provider: ProviderSource,
  wanted: readonly string[],
  logger: FastifyBaseLogger,
  call: Call,
): Promise<Ref[]> {
  const { items } = await provider.listScopes({}, call);
  const found = items.filter(
    ({ nativeKey, name }) => wanted.includes(nativeKey) || wanted.includes(name ?? nativeKey),
  );
  const missing = wanted.filter(
    (key) => !found.some(({ nativeKey, name }) => nativeKey === key || name === key),
  );
  if (missing.length > 0) {
    logger.warn({ provider: provider.name, missing }, 'There is no such scope to watch');
  }
  const spanning = found.some(({ id }) => !provider.watch.unitOf(refOf(id)));
  if (spanning) return provider.watch.listUnits(call);
  const units = found.flatMap(({ id }) => provider.watch.unitOf(refOf(id)) ?? []);
  return [...new Map(units.map((unit) => [unit.id, unit])).values()];
}

function once(action: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    action();
  };
}
