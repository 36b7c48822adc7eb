import type { FastifyBaseLogger } from 'fastify';
import type { ProviderSource } from '../../datasources/provider.ts';
import { ErrorCode, type GatewayError, toGatewayError } from '../../errors.ts';
import type { Ref } from '../../ids.ts';
import type { Tracer } from '../../observability/span.ts';
import type { EventLog } from '../events.ts';
import type { Leases } from '../leases.ts';
import { createObserver, type Forget } from './observer.ts';
import { backOff, type Demand, jittered, wantedInterval } from './pace.ts';
import type { Timing } from './timing.ts';

/** How watching one unit goes, for metrics. */
export interface UnitStatus {
  provider: string;
  /** Global id of the unit. */
  unitId: string;
  /** Whether this instance polls it. */
  isHolder: boolean;
  /** The interval in effect, in milliseconds. */
  intervalMs: number;
  lastLookAt: Date | undefined;
  /** Requests of the last look. */
  requests: number;
  looks: number;
  failures: number;
  lastError: string | undefined;
}

/** Polls one unit while this instance holds its lease, and otherwise waits for it. */
export interface Poller {
  /** Looks at once, if this instance polls the unit, and often for a while. */
  nudge(hint: Ref, quickForMs: number): void;
  /** What is known is to be asked of the log again. */
  forget(): void;
  demand(): Demand;
  status(): UnitStatus;
  /** Gives the lease up, when the look under way has ended. */
  stop(): Promise<void>;
}

export interface PollerOptions {
  provider: ProviderSource;
  unit: Ref;
  log: EventLog;
  leases: Leases;
  timing: Timing;
  logger: FastifyBaseLogger;
  /** Absent where there are no traces. */
  tracer: Tracer | undefined;
  /** By what intervals are stretched to fit the provider's budget. */
  stretch: () => number;
  forget: Forget;
}

export function createPoller(options: PollerOptions): Poller {
  const { provider, unit, log, leases, timing, logger, tracer, stretch } = options;
  const leaseName = `watch:${unit.id}`;
  const pace = timing.paceOf(provider);
  const controller = new AbortController();
  const { signal } = controller;
  const { forget } = options;
  const observer = createObserver({ provider, unit, log, forget, timing, signal, tracer });
  const state = { looks: 0, failures: 0, requests: 1, lastLookAt: 0 };
  let lastError: ErrorCode | undefined;
  let token: number | undefined;
  let hints: Ref[] = [];
  let quickUntil = 0;
  let dueAt = 0;
  let thoroughAt = 0;
  let looking: Promise<void> | undefined;
  let beating: Promise<void> | undefined;
  let lookTimer: NodeJS.Timeout | undefined;
  let beatTimer: NodeJS.Timeout | undefined;

  const isStopped = () => controller.signal.aborted;
  const wantedMs = () => wantedInterval(pace, observer.isBusy() || timing.now() < quickUntil);
  const intervalMs = () => wantedMs() * stretch();

  const beat = async () => {
    const held = await leases.hold(leaseName, timing.leaseMs).catch(() => undefined);
    if (isStopped()) return;
    if (held !== token) {
      token = held;
      observer.forget();
      dueAt = 0;
      thoroughAt = 0;
    }
    if (token !== undefined) schedule();
    beatTimer = setTimeout(startBeat, timing.beatMs);
  };
  const startBeat = () => {
    beating = beat();
  };

  const schedule = () => {
    if (looking || token === undefined || isStopped()) return;
    clearTimeout(lookTimer);
    lookTimer = setTimeout(startLook, Math.max(0, dueAt - timing.now()));
  };

  const startLook = () => {
    if (token === undefined || looking || isStopped()) return;
    looking = look(token).finally(() => {
      looking = undefined;
      schedule();
    });
  };

  const look = async (held: number) => {
    const startedAt = timing.now();
    const thorough = startedAt >= thoroughAt;
    const asked = hints;
    hints = [];
    dueAt = Infinity;
    try {
      const { requests, fault } = await observer.observe(held, { hints: asked, thorough });
      state.requests = Math.max(1, requests);
      if (thorough) thoroughAt = startedAt + jittered(pace.slowMs, timing.random);
      settle(startedAt, fault);
    } catch (error) {
      hints = [...asked, ...hints];
      settle(startedAt, toGatewayError(error, provider.name), true);
    }
  };

  /** Notes how a look ended, and when the next one is due unless somebody asked for it sooner. */
  const settle = (startedAt: number, fault: GatewayError | undefined, isFailure = false) => {
    if (isStopped()) return;
    state.looks += 1;
    state.lastLookAt = startedAt;
    state.failures = isFailure ? state.failures + 1 : 0;
    report(fault);
    if (fault?.code === ErrorCode.CONFLICT) token = undefined;
    const interval = intervalMs();
    const waitMs = isFailure
      ? backOff(interval, state.failures, timing.longestBackOffMs)
      : interval;
    const next = startedAt + jittered(waitMs, timing.random);
    const resetsAt = isFailure ? (fault?.resetsAt?.getTime() ?? 0) : 0;
    const nudgedAt = dueAt === Infinity || isFailure ? Infinity : startedAt + timing.gapMs;
    dueAt = Math.max(Math.min(next, nudgedAt), resetsAt, timing.now());
  };

  /** Each kind of trouble is logged once, until it is over. */
  const report = (fault: GatewayError | undefined) => {
    if (fault && fault.code !== lastError) {
      const { code, message: reason } = fault;
      const details = { provider: provider.name, unit: unit.keys, code, reason };
      logger.warn(details, 'Watching is in trouble; it goes on');
    }
    lastError = fault?.code;
  };

  startBeat();
  return {
    nudge(hint, quickForMs) {
      quickUntil = Math.max(quickUntil, timing.now() + quickForMs);
      if (token === undefined) return;
      if (!hints.some(({ id }) => id === hint.id)) hints.push(hint);
      const isResting = state.failures > 0 && dueAt > timing.now();
      if (!isResting) dueAt = Math.max(timing.now(), state.lastLookAt + timing.gapMs);
      schedule();
    },
    forget() {
      observer.forget();
      thoroughAt = 0;
    },
    demand: () => ({ requests: state.requests, wantedMs: wantedMs() }),
    status: () => ({
      provider: provider.name,
      unitId: unit.id,
      isHolder: token !== undefined,
      intervalMs: intervalMs(),
      lastLookAt: state.lastLookAt === 0 ? undefined : new Date(state.lastLookAt),
      requests: state.requests,
      looks: state.looks,
      failures: state.failures,
      lastError,
    }),
    async stop() {
      controller.abort(new Error('the unit is not watched any more'));
      clearTimeout(lookTimer);
      clearTimeout(beatTimer);
      await looking;
      await beating;
      if (token !== undefined) await leases.release(leaseName).catch(() => undefined);
    },
  };
}
