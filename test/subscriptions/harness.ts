import { pino } from 'pino';
import type { Sandbox, StandInName } from '../../sandbox/index.ts';
import { REGISTRY } from '../../src/datasources/registry.ts';
import { createSource } from '../../src/datasources/source.ts';
import { refOf } from '../../src/ids.ts';
import type { EventLog, StatusChange } from '../../src/subscriptions/events.ts';
import type { Leases } from '../../src/subscriptions/leases.ts';
import { createMemoryLeases } from '../../src/subscriptions/leases/memory.ts';
import { createEventLog } from '../../src/subscriptions/log/index.ts';
import { eventSettings } from '../../src/subscriptions/settings.ts';
import type { Timing } from '../../src/subscriptions/watch/timing.ts';
import {
  createWatcher,
  type Watcher,
  type WatcherOptions,
} from '../../src/subscriptions/watch/watcher.ts';
import { readChanges } from '../helpers/changes.ts';
import { sandboxConfig } from '../helpers/gateway.ts';
import { waitFor } from '../helpers/wait-for.ts';

export interface Station {
  watcher: Watcher;
  log: EventLog;
  /** All changes so far, oldest first. */
  changes: () => Promise<StatusChange[]>;
  /** Waits until every unit was looked at `looks` more times from now on. */
  looked: (looks?: number) => Promise<void>;
}

/** Short enough that no test waits, and the same for all. */
export const FAST: Partial<Timing> = {
  beatMs: 20,
  gapMs: 5,
  random: () => 0,
  // In windows this short every budget allows every interval.
  paceOf: () => ({ quickMs: 10, slowMs: 20, windowMs: 0.001 }),
};

/** Looks once and then only when it is nudged. */
export const ASLEEP: Partial<Timing> = {
  ...FAST,
  paceOf: () => ({ quickMs: 600_000, slowMs: 600_000, windowMs: 1 }),
};

/** A watcher of one stand-in, as the gateway makes it. */
export function watchStandIn(
  sandbox: Sandbox,
  name: StandInName,
  {
    log = createEventLog(eventSettings.parse({}), undefined),
    leases = createMemoryLeases(),
    timing = FAST,
    ...more
  }: Partial<Omit<WatcherOptions, 'leases'>> & { leases?: Leases } = {},
): Station {
  const entry = sandboxConfig(sandbox).providers.find((each) => each.name === name);
  if (!entry) throw new Error(`no stand-in ${name}`);
  const source = createSource(REGISTRY[entry.kind], entry, entry.options);
  const watcher = createWatcher({
    providers: new Map([[name, source]]),
    log,
    leases,
    forget: async () => undefined,
    logger: pino({ level: 'silent' }),
    ...more,
    timing,
  });
  const start = log.head();
  return {
    watcher,
    log,
    changes: async () => readChanges(log, await start),
    async looked(looks = 1) {
      const before = new Map(watcher.status().map(({ unitId, looks: done }) => [unitId, done]));
      await waitFor(`${looks} looks`, () => {
        const units = watcher.status();
        const done = units.every((unit) => unit.looks >= (before.get(unit.unitId) ?? 0) + looks);
        return units.length > 0 && done;
      });
    },
  };
}

/** A change in words. */
export function toWords({ type, subjectId, from, status }: StatusChange): string {
  return `${type} ${refOf(subjectId).keys.join('/')}: ${from ?? '-'} > ${status}`;
}
