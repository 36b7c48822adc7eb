import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';
import type { OperationTypeNode } from 'graphql';
import type { GatewayError } from '../errors.ts';
import type { ViewerLimit } from '../limits/gate.ts';

/** How an operation ended: with all that it asked for, with errors beside data, or with nothing. */
export type OperationOutcome = 'succeeded' | 'partial' | 'failed';

export interface OperationEnd {
  type: OperationTypeNode | undefined;
  outcome: OperationOutcome;
  durationMs: number;
  /** Requests that it sent upstream. */
  upstreamRequests: number;
}

/** What is measured as it happens. One for each gateway: nothing is shared in the process. */
export interface Metrics {
  readonly registry: Registry;
  /** Notes how an operation ended; a subscription, how it began. */
  operation(end: OperationEnd): void;
  /** Notes how a request to a provider ended; each attempt counts. */
  upstream(provider: string, latencyMs: number, error: GatewayError | undefined): void;
  /** Notes that a viewer was refused, and by which limit. */
  refused(limit: ViewerLimit): void;
  /** Notes that a change was heard of that was seen at this moment. */
  heard(observedAt: Date): void;
  /** All metrics as Prometheus reads them. */
  text(): Promise<string>;
}

export function outcomeOf({
  data,
  errors,
}: {
  data?: unknown;
  errors?: readonly unknown[] | undefined;
}): OperationOutcome {
  if (!errors || errors.length === 0) return 'succeeded';
  return data === undefined || data === null ? 'failed' : 'partial';
}

const SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const REQUESTS = [0, 1, 2, 5, 10, 20, 50, 100, 200];

export function createMetrics(now: () => number = Date.now): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const operations = new Histogram({
    name: 'deploygraph_operation_duration_seconds',
    help: 'Operations that were run, by type and outcome; for subscriptions the time to begin.',
    labelNames: ['type', 'outcome'],
    buckets: SECONDS,
    registers,
  });
  const perOperation = new Histogram({
    name: 'deploygraph_operation_upstream_requests',
    help: 'Requests to providers that one operation sent.',
    labelNames: ['type'],
    buckets: REQUESTS,
    registers,
  });
  const requests = new Counter({
    name: 'deploygraph_upstream_requests_total',
    help: 'Requests to providers by outcome: succeeded, or the code of the error.',
    labelNames: ['provider', 'outcome'],
    registers,
  });
  const latency = new Histogram({
    name: 'deploygraph_upstream_request_duration_seconds',
    help: 'Time of requests to providers, each attempt by itself.',
    labelNames: ['provider'],
    buckets: SECONDS,
    registers,
  });
  const lag = new Histogram({
    name: 'deploygraph_event_lag_seconds',
    help: 'From when a change was seen, by whichever instance, to when this one could deliver it.',
    buckets: SECONDS,
    registers,
  });
  const refusals = new Counter({
    name: 'deploygraph_refused_requests_total',
    help: 'Requests that were more than a viewer may send, by limit.',
    labelNames: ['limit'],
    registers,
  });
  let hasDefaults = false;

  return {
    registry,
    operation({ type = 'unknown', outcome, durationMs, upstreamRequests }) {
      operations.observe({ type, outcome }, durationMs / 1_000);
      perOperation.observe({ type }, upstreamRequests);
    },
    upstream(provider, latencyMs, error) {
      requests.inc({ provider, outcome: error?.code ?? 'succeeded' });
      latency.observe({ provider }, latencyMs / 1_000);
    },
    refused: (limit) => refusals.inc({ limit }),
    heard: (observedAt) => lag.observe(Math.max(0, now() - observedAt.getTime()) / 1_000),
    text() {
      // They watch the process: whoever never asks does not pay for it.
      if (!hasDefaults) collectDefaultMetrics({ register: registry });
      hasDefaults = true;
      return registry.metrics();
    },
  };
}
