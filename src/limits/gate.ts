import { ErrorCode, GatewayError } from '../errors.ts';
import type { RedisConnection } from '../redis.ts';
import { createAllowance, type Window } from './allowance.ts';
import { createSeats } from './seats.ts';
import type { ViewerLimits } from './settings.ts';

/** Lets each viewer ask so often, and have so much under way at a time. */
export interface ViewerGate {
  /** Counts a request; tells why it is refused where it is one too many. Waits once in a block. */
  request(viewer: string): GatewayError | undefined | Promise<GatewayError | undefined>;
  /** Takes a place for an operation: how to give it back, or why there is none. */
  enter(viewer: string): (() => void) | GatewayError;
}

/** Which limit refused somebody, for the metrics. */
export type ViewerLimit = 'requests' | 'operations';

export interface GateOptions {
  limits: ViewerLimits;
  redis: RedisConnection | undefined;
  onRefusal: (limit: ViewerLimit) => void;
}

const MINUTE_MS = 60_000;

export function createGate({ limits, redis, onRefusal }: GateOptions): ViewerGate {
  const { requestsPerMinute, concurrentOperations } = limits;
  const allowance =
    requestsPerMinute > 0
      ? createAllowance({ limit: requestsPerMinute, windowMs: MINUTE_MS, redis })
      : undefined;
  const seats = concurrentOperations > 0 ? createSeats(concurrentOperations) : undefined;

  const refuseRequest = (spent: Window | undefined): GatewayError | undefined => {
    if (!spent) return undefined;
    onRefusal('requests');
    return tooOften(requestsPerMinute, spent);
  };

  return {
    request(viewer) {
      const spent = allowance?.take(viewer);
      return spent instanceof Promise ? spent.then(refuseRequest) : refuseRequest(spent);
    },
    enter(viewer) {
      if (!seats) return () => undefined;
      const leave = seats.take(viewer);
      if (leave) return leave;
      onRefusal('operations');
      return tooMany(concurrentOperations);
    },
  };
}

function tooOften(limit: number, { endsAt }: Window): GatewayError {
  const resetsAt = new Date(Date.now() + Math.max(0, endsAt - performance.now()));
  return new GatewayError(
    ErrorCode.RATE_LIMITED,
    `This viewer has asked ${limit} times within a minute, as often as one may (limits.requestsPerMinute). Ask again after ${resetsAt.toISOString()}.`,
    { retryable: true, resetsAt },
  );
}

function tooMany(limit: number): GatewayError {
  return new GatewayError(
    ErrorCode.RATE_LIMITED,
    `This viewer has ${limit} operations under way, as many as one may (limits.concurrentOperations). Wait for one of them to end.`,
    { retryable: true },
  );
}
