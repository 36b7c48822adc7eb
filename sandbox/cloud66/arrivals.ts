import { EPOCH } from '../clock.ts';
import { pick } from '../random.ts';
import { addDeployment } from './deployments.ts';
import {
  DEPLOY_TYPE,
  MINUTE,
  OUTCOME,
  SECOND,
  TRIGGERED_VIA,
  type Coded,
  type Stack,
} from './model.ts';
import { nameOf } from './profiles.ts';

/** Deployments that are on their way when the sandbox starts; seconds relative to the start. */
const UNDERWAY: {
  stack: string;
  queued: number;
  starts: number;
  finishes: number;
  outcome: Coded;
  type: Coded;
}[] = [
  {
    stack: 'shop/staging',
    queued: -110,
    starts: -90,
    finishes: 60,
    outcome: OUTCOME.success,
    type: DEPLOY_TYPE.redeploy,
  },
  {
    stack: 'billing/production',
    queued: -15,
    starts: 30,
    finishes: 120,
    outcome: OUTCOME.success,
    type: DEPLOY_TYPE.build,
  },
  {
    stack: 'catalog/production',
    queued: -75,
    starts: -60,
    finishes: 90,
    outcome: OUTCOME.failed,
    type: DEPLOY_TYPE.build,
  },
  {
    stack: 'search/staging',
    queued: -100,
    starts: -80,
    finishes: 45,
    outcome: OUTCOME.success,
    type: DEPLOY_TYPE.build,
  },
  {
    stack: 'search/staging',
    queued: -20,
    starts: 50,
    finishes: 140,
    outcome: OUTCOME.failed,
    type: DEPLOY_TYPE.redeploy,
  },
  {
    stack: 'warehouse/development',
    queued: -60,
    starts: -40,
    finishes: 100,
    outcome: OUTCOME.success,
    type: DEPLOY_TYPE.firstBuild,
  },
];

/** The stacks that receive new deployments, in turn: one a minute, so each every twelve minutes. */
const BUSY_STACKS = [
  'shop/production',
  'identity/staging',
  'payments/production',
  'search/production',
  'mailer/staging',
  'catalog/staging',
  'analytics/production',
  'billing/development',
  'media/production',
  'blog/production',
  'warehouse/production',
  'reporting/staging',
] as const;

const ARRIVAL_TYPES = [
  DEPLOY_TYPE.build,
  DEPLOY_TYPE.redeploy,
  DEPLOY_TYPE.build,
  DEPLOY_TYPE.redeploy,
  DEPLOY_TYPE.scale,
] as const;
const ARRIVAL_VIA = [TRIGGERED_VIA.hook, TRIGGERED_VIA.api, TRIGGERED_VIA.web] as const;

/** Adds the deployments that are queued or running when the sandbox starts. */
export function addUnderway(stacks: readonly Stack[]): void {
  for (const plan of UNDERWAY) {
    const stack = stacks.find((candidate) => nameOf(candidate) === plan.stack);
    if (!stack) throw new Error(`cloud66: no stack ${plan.stack}`);
    addDeployment(stack, {
      queuedAt: EPOCH + plan.queued * SECOND,
      startsAt: EPOCH + plan.starts * SECOND,
      finishesAt: EPOCH + plan.finishes * SECOND,
      outcome: plan.outcome,
      type: plan.type,
      triggeredVia: TRIGGERED_VIA.api,
    });
  }
}

/**
 * Returns a function that adds what has arrived by `now`. Arrival n (from 1) is queued n minutes
 * after the start, begins 20 seconds later and ends within the next 100; each fifth one fails,
 * from the third on.
 */
export function createArrivals(stacks: readonly Stack[]): (now: number) => void {
  const busy = BUSY_STACKS.flatMap((name) => stacks.filter((stack) => nameOf(stack) === name));
  let arrived = 0;
  return (now) => {
    while (EPOCH + (arrived + 1) * MINUTE <= now) {
      arrived += 1;
      const stack = busy[(arrived - 1) % busy.length];
      if (stack) arrive(stack, arrived);
    }
  };
}

function arrive(stack: Stack, arrival: number): void {
  const queuedAt = EPOCH + arrival * MINUTE;
  const startsAt = queuedAt + 20 * SECOND;
  addDeployment(stack, {
    queuedAt,
    startsAt,
    finishesAt: startsAt + (60 + pick(40, 'cloud66', 'arrival', arrival)) * SECOND,
    outcome: arrival % 5 === 3 ? OUTCOME.failed : OUTCOME.success,
    type: ARRIVAL_TYPES[arrival % ARRIVAL_TYPES.length] ?? DEPLOY_TYPE.build,
    triggeredVia: ARRIVAL_VIA[arrival % ARRIVAL_VIA.length] ?? TRIGGERED_VIA.web,
  });
}
