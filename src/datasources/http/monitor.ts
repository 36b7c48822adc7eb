import { CircuitState, HealthStatus } from '../../schema/enums.ts';
import type { ProviderHealth, RateLimit } from '../../schema/provider.ts';
import { ErrorCode, type GatewayError } from '../../errors.ts';

interface Outcome {
  at: number;
  latencyMs: number;
  error: GatewayError | undefined;
}

/** How requests ended since the start: "succeeded", or the code of the error. Attempts count. */
export type OutcomeCounts = ReadonlyMap<string, number>;

export interface Monitor {
  /** Notes how a request ended. `error`: why, if not well. */
  record(latencyMs: number, error: GatewayError | undefined): void;
  /** Notes the budget that the provider told. */
  learn(rateLimit: RateLimit | null): void;
  health(): ProviderHealth;
  outcomes(): OutcomeCounts;
}

export interface MonitorOptions {
  circuit?: () => CircuitState;
  /** Whether nothing may be sent because the budget is spent. */
  isSpent?: () => boolean;
  now?: () => number;
}

const WINDOW_MS = 60_000;

/** Bounds the memory of a busy minute; older outcomes are forgotten first. */
const MAX_OUTCOMES = 2_000;

/** So many failures in a row, and nothing else, make a provider DOWN. */
const DOWN_AFTER = 3;

/** Failures that say something about the provider, not about the request. */
const BLAMED = new Set([
  ErrorCode.PROVIDER_UNAVAILABLE,
  ErrorCode.PROVIDER_TIMEOUT,
  ErrorCode.PROVIDER_RATE_LIMITED,
  ErrorCode.PROVIDER_UNAUTHORIZED,
  ErrorCode.PROVIDER_INVALID_RESPONSE,
]);

/** Remembers the outcomes of the last minute. */
export function createMonitor({
  circuit = () => CircuitState.CLOSED,
  isSpent = () => false,
  now = Date.now,
}: MonitorOptions = {}): Monitor {
  let recent: Outcome[] = [];
  let lastError: { message: string; at: Date } | undefined;
  let rateLimit: RateLimit | null = null;
  const counts = new Map<string, number>();

  const judge = (): HealthStatus => {
    if (circuit() !== CircuitState.CLOSED) return HealthStatus.DOWN;
    const judged = judgeOutcomes(recent);
    return judged === HealthStatus.UP && isSpent() ? HealthStatus.DEGRADED : judged;
  };

  return {
    record(latencyMs, error) {
      const name = error?.code ?? 'succeeded';
      counts.set(name, (counts.get(name) ?? 0) + 1);
      const blamed = error && BLAMED.has(error.code) ? error : undefined;
      recent.push({ at: now(), latencyMs, error: blamed });
      if (recent.length > MAX_OUTCOMES) recent = recent.slice(-MAX_OUTCOMES / 2);
      if (blamed) lastError = { message: blamed.message, at: new Date(now()) };
    },
    learn(learned) {
      if (learned) rateLimit = learned;
    },
    health() {
      recent = recent.filter(({ at }) => at > now() - WINDOW_MS);
      return {
        status: judge(),
        circuit: circuit(),
        lastError: lastError?.message ?? null,
        lastErrorAt: lastError?.at ?? null,
        latencyMs: median(recent.filter(({ error }) => !error).map(({ latencyMs }) => latencyMs)),
        requests: recent.length,
        failedRequests: recent.filter(({ error }) => error).length,
        rateLimit,
      };
    },
    outcomes: () => new Map(counts),
  };
}

function judgeOutcomes(recent: readonly Outcome[]): HealthStatus {
  if (recent.every(({ error }) => !error)) return HealthStatus.UP;
  const last = recent.slice(-DOWN_AFTER);
  const down = last.every(({ error }) => error && error.code !== ErrorCode.PROVIDER_RATE_LIMITED);
  return down && last.length === DOWN_AFTER ? HealthStatus.DOWN : HealthStatus.DEGRADED;
}

function median(values: number[]): number | null {
  const sorted = values.sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}
