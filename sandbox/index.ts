import { createClock } from './clock.ts';
import { cloud66 } from './cloud66/index.ts';
import { cloudFoundry } from './cloudfoundry/index.ts';
import { humanitec } from './humanitec/index.ts';
import { startStandIn, type StandIn, type StandInDefinition } from './server.ts';
import { ubiops } from './ubiops/index.ts';

export type { StandIn, LoggedRequest } from './server.ts';
export type { Fault } from './faults.ts';

/** Every stand-in by the provider's folder name, with the port it has outside of tests. */
export const STAND_INS = {
  ubiops: { create: ubiops, port: 4101 },
  humanitec: { create: humanitec, port: 4102 },
  cloud66: { create: cloud66, port: 4103 },
  cloudfoundry: { create: cloudFoundry, port: 4104 },
} as const;

export type StandInName = keyof typeof STAND_INS;

export interface Sandbox extends Record<StandInName, StandIn> {
  /** Moves the time of all stand-ins forward. */
  advance: (ms: number) => void;
  close(): Promise<void>;
}

export interface SandboxOptions {
  /** `fixed`: the documented ports 4101 to 4104. `any`: free ones, what tests use. */
  ports?: 'fixed' | 'any';
  /** `frozen`: time moves by `advance` only, what tests use. */
  clock?: 'running' | 'frozen';
  /** `documented`: each provider's own. `endless`: for whoever asks ten times as fast as time goes. */
  budgets?: 'documented' | 'endless';
}

/** Too many requests for anybody, and a number that headers can tell. */
const ENDLESS = 1_000_000_000;

/** Starts the four stand-ins. They share one clock. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const clock = createClock(options.clock ?? 'frozen');
  const start = (name: StandInName) => {
    const { create, port } = STAND_INS[name];
    const definition: StandInDefinition = create(clock);
    const { rateLimit } = definition;
    const limit = options.budgets === 'endless' ? ENDLESS : rateLimit.limit;
    return startStandIn(
      { ...definition, rateLimit: { ...rateLimit, limit } },
      clock,
      options.ports === 'fixed' ? port : 0,
    );
  };
  const standIns = {
    ubiops: await start('ubiops'),
    humanitec: await start('humanitec'),
    cloud66: await start('cloud66'),
    cloudfoundry: await start('cloudfoundry'),
  };
  return {
    ...standIns,
    advance: clock.advance,
    close: async () => {
      await Promise.all(Object.values(standIns).map((standIn) => standIn.close()));
    },
  };
}
