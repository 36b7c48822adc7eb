import {
  DEPLOY_TYPE,
  OUTCOME,
  SECOND,
  TRIGGERED_VIA,
  type Action,
  type Deployment,
} from './model.ts';

/** The stack whose uid the provider's pages use in every example. */
export const EXAMPLE_STACK_UID = '5999b763474b0eafa5fafb64bff0ba80';

/** The one deployment of the Deployments page, with the dates it has there. */
export function exampleDeployment(): Deployment {
  const startsAt = Date.parse('2014-08-29T17:46:16Z');
  return {
    id: 107,
    triggeredBy: 'test@cloud66.com',
    triggeredVia: TRIGGERED_VIA.web,
    queuedAt: startsAt - 10 * SECOND,
    startsAt,
    finishesAt: Date.parse('2014-08-29T17:58:23Z'),
    outcome: OUTCOME.success,
    gitHash: '5675fcd8f9e6dc534ecf1410c0661c066097e310',
    session: 'OhBHNzkXSl',
    type: DEPLOY_TYPE.build,
  };
}

/** The one action of the Stacks page, with the dates it has there. */
export function exampleAction(): Action {
  return {
    id: 10,
    user: 'test@cloud66.com',
    action: 'clear_caches',
    resourceId: '283',
    startedVia: 'api',
    startedAt: Date.parse('2014-09-01T19:08:05Z'),
    finishesAt: Date.parse('2014-09-01T19:08:09Z'),
    success: true,
    message: null,
    userReference: null,
  };
}
