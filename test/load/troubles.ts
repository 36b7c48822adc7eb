import { type Sandbox, STAND_INS, type StandInName } from '../../sandbox/index.ts';
import type { Fault } from '../../sandbox/index.ts';
import { ErrorCode } from '../../src/errors.ts';

export type ProviderTrouble = 'down' | 'slow' | 'throttled';

/** What goes wrong at a time. */
export interface Phase {
  redis?: 'away' | 'frozen';
  providers?: Partial<Record<StandInName, ProviderTrouble>>;
}

/** Redis and each provider fail in turn, each in every way, each phase for an equal time. */
export const PHASES: readonly Phase[] = [
  {},
  { redis: 'away' },
  { providers: { ubiops: 'down', humanitec: 'slow', cloud66: 'throttled' } },
  {},
  { providers: { humanitec: 'down', cloud66: 'slow', cloudfoundry: 'throttled' } },
  { redis: 'frozen' },
  { providers: { cloud66: 'down', cloudfoundry: 'slow', ubiops: 'throttled' } },
  {},
  { redis: 'away', providers: { cloudfoundry: 'down', ubiops: 'slow', humanitec: 'throttled' } },
  {},
  {},
  {},
];

const FAULTS: Record<ProviderTrouble, Fault[]> = {
  down: [{ drop: true, times: 4 }, { status: 503 }],
  slow: [{ latencyMs: 700 }],
  throttled: [{ status: 429, headers: { 'retry-after': '1' } }],
};

/** Codes that a client may be told then. One that is slow is waited for. */
const CODES: Record<ProviderTrouble, readonly string[]> = {
  down: [ErrorCode.PROVIDER_UNAVAILABLE, ErrorCode.OUTCOME_UNKNOWN],
  slow: [],
  throttled: [ErrorCode.PROVIDER_RATE_LIMITED],
};

/**
 * How long a part may still be missing when it is back: a breaker rests for 10 s and looks again, a
 * budget stays closed for the second that it was told, Redis is looked for at least every 2 s.
 */
const RECOVERY_MS: Record<ProviderTrouble, number> = { down: 15_000, slow: 0, throttled: 5_000 };
const REDIS_RECOVERY_MS = 8_000;

/** What a client was told, or found in the `failures` of a list. */
export interface Told {
  code: string;
  provider: string | undefined;
}

/** A Redis that can fail, and come back with what it had. */
export interface FailingRedis {
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Lets it stand still until the returned function is called. */
  freeze(): () => void;
}

export interface Troubles {
  /** Begins a phase and ends the one before. */
  enter(phase: Phase): Promise<void>;
  /** Whether a part that is down, or was a moment before the request, is the reason for an error. */
  explains(told: Told, sentAt: number): boolean;
  /** Whether something of this provider may be out of date without a word about it. */
  touches(provider: string, sentAt: number): boolean;
  /** Redis let somebody else wait too: the machine is busy. */
  noteSlowRedis(): void;
  /** What is wrong now, for whoever cannot explain something. */
  describe(): string;
  /** Requests that were spoilt, by what was wrong with whom. */
  hits(): ReadonlyMap<string, number>;
}

const NAMES = Object.keys(STAND_INS) as StandInName[];

/** `redis` undefined: it is not the test's own, and does not fail. */
export function createTroubles(sandbox: Sandbox, redis: FailingRedis | undefined): Troubles {
  let current: Phase = {};
  let goOn: (() => void) | undefined;
  const until = new Map<string, number>();
  const hits = new Map<string, number>();
  const keyOf = (name: string, trouble: string) => `${name} ${trouble}`;
  const isIn = (name: string, trouble: ProviderTrouble, sentAt: number) =>
    current.providers?.[name as StandInName] === trouble ||
    (until.get(keyOf(name, trouble)) ?? 0) > sentAt;

  const endProvider = (name: StandInName) => {
    const trouble = current.providers?.[name];
    if (!trouble) return;
    const key = keyOf(name, trouble);
    const used = sandbox[name].faults().reduce((sum, fault) => sum + fault.used, 0);
    hits.set(key, (hits.get(key) ?? 0) + used);
    until.set(key, Date.now() + RECOVERY_MS[trouble]);
  };
  const setRedis = async (before: Phase['redis'], wanted: Phase['redis']) => {
    if (before === wanted || !redis) return;
    if (before === 'away') await redis.start();
    goOn?.();
    goOn = undefined;
    if (before) until.set('redis', Date.now() + REDIS_RECOVERY_MS);
    if (wanted === 'away') await redis.stop();
    if (wanted === 'frozen') goOn = redis.freeze();
  };

  return {
    async enter(phase) {
      if (phase === current) return;
      NAMES.forEach(endProvider);
      const before = current.redis;
      // From the first moment on in which it may be missing.
      if (before) until.set('redis', Infinity);
      current = phase;
      for (const name of NAMES) {
        const trouble = phase.providers?.[name];
        sandbox[name].setFaults(trouble ? FAULTS[trouble] : []);
      }
      await setRedis(before, phase.redis);
    },
    explains({ code, provider }, sentAt) {
      if (code === String(ErrorCode.IDEMPOTENCY_UNAVAILABLE)) {
        return current.redis !== undefined || (until.get('redis') ?? 0) > sentAt;
      }
      const troubles = ['down', 'throttled'] as const;
      return troubles.some(
        (trouble) =>
          provider !== undefined &&
          isIn(provider, trouble, sentAt) &&
          CODES[trouble].includes(code),
      );
    },
    touches: (provider, sentAt) =>
      isIn(provider, 'down', sentAt) || isIn(provider, 'throttled', sentAt),
    noteSlowRedis() {
      const known = until.get('redis') ?? 0;
      until.set('redis', Math.max(known, Date.now() + REDIS_RECOVERY_MS));
    },
    describe() {
      const ago = [...until].map(([key, at]) => `${key} until ${at - Date.now()} ms`);
      return JSON.stringify([current, ...ago]);
    },
    hits: () => hits,
  };
}
