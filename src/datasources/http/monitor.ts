import { CircuitState, HealthStatus } from '../../schema/enums.ts';
import type { ProviderHealth, RateLimit } from '../../schema/provider.ts';
import { ErrorCode, type GatewayError } from '../../errors.ts';

interface Outcome {
  at: number;
  latencyMs: number;
  error: GatewayError | undefined;
}

export interface Monitor {
  /** Notes how a request ended. `error`: why the provider is to blame, if it is. */
  record(latencyMs: number, error: GatewayError | undefined): void;
  /** Notes the budget that the provider told. */
  learn(rateLimit: RateLimit | null): void;
  health(): ProviderHealth;
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
export function createMonitor(): Monitor {
  let outcomes: Outcome[] = [];
  let lastError: { message: string; at: Date } | undefined;
  let rateLimit: RateLimit | null = null;

  return {
    record(latencyMs, error) {
      const blamed = error && BLAMED.has(error.code) ? error : undefined;
      outcomes.push({ at: Date.now(), latencyMs, error: blamed });
      if (outcomes.length > MAX_OUTCOMES) outcomes = outcomes.slice(-MAX_OUTCOMES / 2);
      if (blamed) lastError = { message: blamed.message, at: new Date() };
    },
    learn(learned) {
      if (learned) rateLimit = learned;
    },
    health() {
      const recent = outcomes.filter((outcome) => outcome.at >= Date.now() - WINDOW_MS);
      return {
        status: judge(recent),
        circuit: CircuitState.CLOSED,
        lastError: lastError?.message ?? null,
        lastErrorAt: lastError?.at ?? null,
        latencyMs: median(recent.filter(({ error }) => !error).map(({ latencyMs }) => latencyMs)),
        rateLimit,
      };
    },
  };
}

function judge(recent: readonly Outcome[]): HealthStatus {
  if (recent.every(({ error }) => !error)) return HealthStatus.UP;
  const last = recent.slice(-DOWN_AFTER);
  const down = last.every(({ error }) => error && error.code !== ErrorCode.PROVIDER_RATE_LIMITED);
  return down && last.length === DOWN_AFTER ? HealthStatus.DOWN : HealthStatus.DEGRADED;
}

function median(values: number[]): number | null {
  const sorted = values.sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}
