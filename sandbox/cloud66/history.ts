import { EPOCH } from '../clock.ts';
import { hexOf, pick } from '../random.ts';
import { addDeployment, revert } from './deployments.ts';
import {
  DAY,
  DEPLOY_TYPE,
  HOUR,
  MINUTE,
  OUTCOME,
  SECOND,
  TRIGGERED_VIA,
  type Coded,
  type Stack,
} from './model.ts';
import { historyLengthOf, nameOf, PEOPLE } from './profiles.ts';
import { EXAMPLE_STACK_UID, exampleAction, exampleDeployment } from './seed.ts';

const VIA = [TRIGGERED_VIA.web, TRIGGERED_VIA.api, TRIGGERED_VIA.hook] as const;
const TYPES = [DEPLOY_TYPE.build, DEPLOY_TYPE.redeploy, DEPLOY_TYPE.build, DEPLOY_TYPE.scale];

/** Outcomes that are fixed, by `name/environment` and place from the end (1: the newest). */
const OUTCOMES: Record<string, Record<number, Coded>> = {
  'shop/production': { 1: OUTCOME.success, 2: OUTCOME.failed },
  'identity/production': { 1: OUTCOME.failed, 2: OUTCOME.success },
  'support/staging': { 1: OUTCOME.failed },
  'reporting/production': {
    1: OUTCOME.success,
    2: { code: 9, meaning: 'aborted' },
    3: { code: 1 },
  },
};

/** Which place from the end is a deployment that was undone; the one after it is the revert. */
const REVERTED: Record<string, number> = {
  'payments/production': 2,
  'shop/production': 5,
  'billing/staging': 35,
};

/** Gives the stack the deployments that are over when the sandbox starts. */
export function addHistory(stack: Stack): void {
  if (stack.uid === EXAMPLE_STACK_UID) {
    stack.deployments.push(exampleDeployment());
    stack.actions.push(exampleAction());
    stack.createdAt = Date.parse('2014-08-14T00:38:14Z');
    return;
  }
  const length = historyLengthOf(stack);
  const spacing =
    stack.index === 0 ? 8 * HOUR : DAY + pick(48, 'cloud66', 'spacing', stack.uid) * HOUR;
  for (let place = length; place >= 1; place -= 1) addPast(stack, place, spacing, length);
  if (length > 0) stack.createdAt = EPOCH - (length + 1) * spacing;
}

/** Adds the deployment at `place` from the end; what happened longer ago has a higher place. */
function addPast(stack: Stack, place: number, spacing: number, length: number): void {
  const name = nameOf(stack);
  const chance = (below: number, what: string) => pick(below, 'cloud66', what, name, place);
  const startsAt = EPOCH - place * spacing + chance(spacing / 2 / SECOND, 'start') * SECOND;
  const revertPlace = REVERTED[name];
  const deployment = addDeployment(stack, {
    queuedAt: startsAt - (5 + chance(40, 'queue')) * SECOND,
    startsAt,
    finishesAt: startsAt + 2 * MINUTE + chance(780, 'duration') * SECOND,
    outcome: outcomeAt(stack, place, length),
    type: typeAt(stack, place, length),
    triggeredVia: VIA[chance(VIA.length, 'via')] ?? TRIGGERED_VIA.web,
  });
  const undone = stack.deployments.at(-2);
  if (revertPlace === place + 1 && undone) {
    revert(undone, deployment.triggeredBy, startsAt);
  }
}

function outcomeAt(stack: Stack, place: number, length: number): Coded {
  const name = nameOf(stack);
  const fixed = OUTCOMES[name]?.[place];
  if (fixed) return fixed;
  const revertPlace = REVERTED[name];
  if (place === length || place === revertPlace || place + 1 === revertPlace) {
    return OUTCOME.success;
  }
  return pick(7, 'cloud66', 'outcome', name, place) === 0 ? OUTCOME.failed : OUTCOME.success;
}

function typeAt(stack: Stack, place: number, length: number): Coded {
  const name = nameOf(stack);
  if (place === length) return DEPLOY_TYPE.firstBuild;
  if (place + 1 === REVERTED[name]) return DEPLOY_TYPE.revert;
  if (place === REVERTED[name]) return DEPLOY_TYPE.build;
  return TYPES[pick(TYPES.length, 'cloud66', 'type', name, place)] ?? DEPLOY_TYPE.build;
}

/** Gives the stack actions other than deployments: most over, one of them failed, some running. */
export function addActions(stack: Stack): void {
  if (stack.uid === EXAMPLE_STACK_UID) return;
  const running = ['blog/staging', 'shop/production'].includes(nameOf(stack));
  addAction(stack, 1, 'restart', { startedAt: EPOCH - 3 * HOUR, lastsMs: 40 * SECOND });
  addAction(stack, 2, 'env-var-update', { startedAt: EPOCH - 2 * HOUR, lastsMs: 6 * SECOND });
  addAction(stack, 3, 'clear_caches', {
    startedAt: EPOCH - HOUR,
    lastsMs: 90 * SECOND,
    message: 'Could not reach the server',
  });
  if (!running) return;
  addAction(stack, 4, 'maintenance_mode', { startedAt: EPOCH - 30 * SECOND, lastsMs: 2 * MINUTE });
}

function addAction(
  stack: Stack,
  order: number,
  action: string,
  course: { startedAt: number; lastsMs: number; message?: string },
): void {
  stack.actions.push({
    id: 100_000 * (stack.index + 1) + 90_000 + order,
    user: PEOPLE[order % PEOPLE.length] ?? PEOPLE[0],
    action,
    resourceId: String(280 + stack.index),
    startedVia: order % 2 === 0 ? 'api' : 'ui',
    startedAt: course.startedAt,
    finishesAt: course.startedAt + course.lastsMs,
    success: course.message === undefined,
    message: course.message ?? null,
    userReference: order === 2 ? `change-${hexOf(8, 'cloud66', 'reference', stack.uid)}` : null,
  });
}
