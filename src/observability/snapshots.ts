import { Counter, Gauge, type Registry } from 'prom-client';
import type { CacheCounts } from '../cache/cache.ts';
import type { ReuseCounts } from '../responses/reuse.ts';
import { CircuitState } from '../schema/enums.ts';
import type { ProviderHealth } from '../schema/provider.ts';
import type { DeliveryStatus } from '../subscriptions/delivery/subscriber.ts';
import type { UnitStatus } from '../subscriptions/watch/poller.ts';

/** What the parts of the gateway can tell at any time. */
export interface Snapshots {
  cache: () => CacheCounts & { bytes: number };
  /** Absent where answers are not used again. */
  reuse: (() => ReuseCounts) | undefined;
  delivery: () => DeliveryStatus;
  units: () => UnitStatus[];
  /** By name of the provider. */
  health: () => Iterable<readonly [string, ProviderHealth]>;
  /** Absent without Redis. */
  isRedisUp: (() => boolean) | undefined;
}

/** A value with its labels. */
type Sample = readonly [labels: Record<string, string>, value: number];

const CIRCUITS = Object.values(CircuitState);

/** Has read at each scrape what the parts know anyway; between scrapes it costs nothing. */
export function collectSnapshots(registry: Registry, snapshots: Snapshots): void {
  const { cache, reuse, delivery, units, health, isRedisUp } = snapshots;
  const { gauge, counter } = createReaders(registry);

  gauge('cache_bytes', 'What the memory tier takes, about.', [], () => [[{}, cache().bytes]]);
  counter('cache_reads_total', 'Things asked of the cache: fresh, stale, missing.', 'result', () =>
    toSamples('result', { hit: cache().hits, stale: cache().stale, miss: cache().misses }),
  );
  counter('cache_loads_total', 'Batches read because the memory had them not fresh.', '', () => [
    [{}, cache().loads],
  ]);
  if (reuse) {
    counter('responses_total', 'Queries that might share an answer, by what they got.', 'use', () =>
      toSamples('use', { stored: reuse().stored, joined: reuse().joined, run: reuse().run }),
    );
  }
  gauge('subscribers', 'Subscriptions that are followed.', [], () => [
    [{}, delivery().subscribers],
  ]);
  gauge('subscription_groups', 'Different subscriptions among them.', [], () => [
    [{}, delivery().groups],
  ]);
  const events: [string, string, keyof DeliveryStatus][] = [
    ['subscription_executions_total', 'Events worked out.', 'executions'],
    ['events_delivered_total', 'Events handed to connections.', 'delivered'],
    ['closed_as_slow_total', 'Subscribers that read too slowly.', 'closedAsSlow'],
  ];
  for (const [name, help, key] of events) counter(name, help, '', () => [[{}, delivery()[key]]]);
  if (isRedisUp) gauge('redis_up', '1: Redis answers.', [], () => [[{}, Number(isRedisUp())]]);

  gauge('circuit_state', '1 for the state of the breaker.', ['provider', 'state'], () =>
    [...health()].flatMap(([provider, { circuit }]) =>
      CIRCUITS.map((state): Sample => [{ provider, state }, Number(state === circuit)]),
    ),
  );
  for (const key of ['limit', 'remaining'] as const) {
    gauge(`rate_limit_${key}_requests`, 'As the provider last said.', ['provider'], () =>
      [...health()].flatMap(([provider, { rateLimit }]): Sample[] => {
        const value = rateLimit?.[key] ?? undefined;
        return value === undefined ? [] : [[{ provider }, value]];
      }),
    );
  }
  collectUnits(gauge, units);
}

type ReadGauge = ReturnType<typeof createReaders>['gauge'];

/** Units are many and come and go: they are told by provider. */
function collectUnits(gauge: ReadGauge, units: () => UnitStatus[]): void {
  const each = (samplesOf: (provider: string, own: UnitStatus[]) => Sample[]) => () => {
    const all = units();
    return [...new Set(all.map(({ provider }) => provider))].flatMap((provider) =>
      samplesOf(
        provider,
        all.filter((unit) => unit.provider === provider),
      ),
    );
  };
  const held = (own: UnitStatus[]) => own.filter(({ isHolder }) => isHolder);

  gauge(
    'watch_units',
    'Units watched, by whether this instance polls them.',
    ['provider', 'holder'],
    each((provider, own) => [
      [{ provider, holder: 'this' }, held(own).length],
      [{ provider, holder: 'other' }, own.length - held(own).length],
    ]),
  );
  gauge(
    'watch_interval_seconds',
    'The longest interval in effect.',
    ['provider'],
    each((provider, own) => [
      [{ provider }, Math.max(...own.map(({ intervalMs }) => intervalMs)) / 1_000],
    ]),
  );
  gauge(
    'watch_look_age_seconds',
    'Since the last look, of the unit that waits for longest.',
    ['provider'],
    each((provider, own) => {
      const looks = held(own).flatMap(({ lastLookAt }) => lastLookAt?.getTime() ?? []);
      return looks.length === 0 ? [] : [[{ provider }, (Date.now() - Math.min(...looks)) / 1_000]];
    }),
  );
  gauge(
    'watch_failing_units',
    'Units whose last look failed.',
    ['provider'],
    each((provider, own) => [
      [{ provider }, own.filter(({ lastError }) => lastError !== undefined).length],
    ]),
  );
}

function toSamples(label: string, values: Record<string, number>): Sample[] {
  return Object.entries(values).map(([name, value]) => [{ [label]: name }, value]);
}

/** Makes metrics that read their samples when they are scraped. */
function createReaders(registry: Registry) {
  const registers = [registry];
  return {
    gauge: (name: string, help: string, labelNames: string[], read: () => Sample[]): void => {
      new Gauge({
        ...{ name: `deploygraph_${name}`, help, labelNames, registers },
        collect() {
          this.reset();
          for (const [labels, value] of read()) this.set(labels, value);
        },
      });
    },
    counter: (name: string, help: string, label: string, read: () => Sample[]): void => {
      new Counter({
        ...{ name: `deploygraph_${name}`, help, labelNames: label ? [label] : [], registers },
        collect() {
          this.reset();
          for (const [labels, value] of read()) this.inc(labels, value);
        },
      });
    },
  };
}
