import type { FastifyBaseLogger } from 'fastify';
import type { Call, ProviderSource } from '../../datasources/provider.ts';
import { parseId, type Ref, refOf } from '../../ids.ts';
import type { Tracer } from '../../observability/span.ts';
import type { RedisConnection } from '../../redis.ts';
import type { EventLog, StatusChange } from '../events.ts';
import type { Leases } from '../leases.ts';
import { createInterests } from './interests.ts';
import { createNudges, type Nudge } from './nudges.ts';
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
  /** Is told of all changes that this instance has recorded. */
  onChange(listener: (changes: readonly StatusChange[]) => void): void;
  status(): UnitStatus[];
  close(): Promise<void>;
}

export interface WatcherOptions {
  providers: ReadonlyMap<string, ProviderSource>;
  log: EventLog;
  leases: Leases;
  logger: FastifyBaseLogger;
  redis?: RedisConnection | undefined;
  /** What is always watched: for each provider native keys or names of scopes; "*" is all. */
  always?: ReadonlyMap<string, readonly string[]>;
  timing?: Partial<Timing>;
  /** Absent where there are no traces. */
  tracer?: Tracer | undefined;
}

/** How long what was nudged is looked at often, unless said otherwise. */
const QUICK_MS = 60_000;

export function createWatcher(options: WatcherOptions): Watcher {
  const {
    providers,
    log,
    leases,
    logger,
    redis,
    tracer,
    always = new Map<string, readonly string[]>(),
  } = options;
  const timing: Timing = { ...TIMING, ...options.timing };
  const pollers = new Map<string, Poller>();
  const wholes = new Map<string, WholeProvider>();
  const stopping = new Set<Promise<void>>();
  const listeners: ((changes: readonly StatusChange[]) => void)[] = [];
  const nudged = new Map<string, NodeJS.Timeout>();

  const stretchFor = (provider: ProviderSource) => {
    const demands = [...pollers]
      .filter(([id]) => refOf(id).provider === provider.name)
      .map(([, poller]) => poller.demand());
    const { windowMs } = timing.paceOf(provider);
    return stretchOf(demands, provider.health().rateLimit, windowMs);
  };

  const units = createInterests(
    timing.lingerMs,
    (id) => {
      const unit = refOf(id);
      const provider = providers.get(unit.provider);
      if (!provider) return;
      const stretch = () => stretchFor(provider);
      const onChange = (changes: readonly StatusChange[]) => {
        for (const listener of listeners) listener(changes);
      };
      const places = { provider, unit, log, leases, timing, logger, tracer };
      pollers.set(id, createPoller({ ...places, stretch, onChange }));
    },
    (id) => {
      const stopped = pollers.get(id)?.stop();
      pollers.delete(id);
      if (!stopped) return;
      stopping.add(stopped);
      void stopped.finally(() => stopping.delete(stopped));
    },
  );

  const watchUnit = ({ id }: Ref) => {
    units.add(id);
    return once(() => units.remove(id));
  };

  const all = createInterests(
    timing.lingerMs,
    (name) => {
      const provider = providers.get(name);
      if (provider) {
        wholes.set(name, watchWhole({ provider, timing, logger, watch: watchUnit }));
      }
    },
    (name) => {
      wholes.get(name)?.stop();
      wholes.delete(name);
    },
  );

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

  const ends = [...always].flatMap(([name, scopes]) => {
    const provider = providers.get(name);
    if (!provider || scopes.length === 0) return [];
    if (scopes.includes('*')) return [watchAll(name)];
    const list = (call: Call) => resolve(provider, scopes, logger, call);
    const named = watchWhole({ provider, timing, logger, watch: watchUnit, list });
    return [() => named.stop()];
  });
  const stopListening = log.listen({
    onChange: () => undefined,
    onReset: () => {
      for (const poller of pollers.values()) poller.forget();
    },
  });

  return {
    interest({ providers: names, ids }) {
      const wanted = names ?? (ids ? [] : [...providers.keys()]);
      const endAll = [
        ...wanted.filter((name) => providers.has(name)).map(watchAll),
        ...(ids ?? []).map(watchId),
      ];
      return once(() => endAll.forEach((end) => end()));
    },
    nudge(targetId, quickForMs = QUICK_MS) {
      const unit = unitOf(targetId);
      if (!unit) return;
      // What nobody watches is watched for a while: the first look of a unit is one at once.
      clearTimeout(nudged.get(unit.id));
      if (!nudged.has(unit.id)) units.add(unit.id);
      const end = () => {
        nudged.delete(unit.id);
        units.remove(unit.id);
      };
      nudged.set(unit.id, setTimeout(end, quickForMs));
      nudgeHere({ targetId, quickForMs });
      nudges.send({ targetId, quickForMs });
    },
    onChange: (listener) => void listeners.push(listener),
    status: () => [...pollers.values()].map((poller) => poller.status()),
    async close() {
      stopListening();
      nudges.close();
      for (const timer of nudged.values()) clearTimeout(timer);
      for (const end of ends) end();
      for (const whole of wholes.values()) whole.stop();
      units.close();
      all.close();
      await Promise.all([...stopping, ...[...pollers.values()].map((poller) => poller.stop())]);
      pollers.clear();
    },
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
