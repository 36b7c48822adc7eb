import type { Occasion } from '../webhooks.ts';
import { ORG } from './catalogue.ts';
import { timestamp, type Deployment, type World } from './model.ts';

/**
 * The triggers `deployment.started` and `deployment.finished`, with the default payload. A webhook of
 * the real platform belongs to one application; here one is told of all of them. When exactly
 * "started" comes is not documented: it is sent when the deployment is created.
 */
export function occasionsOf(world: World, from: number, until: number): Occasion[] {
  const found: Occasion[] = [];
  for (const { id, environments } of world.applications) {
    for (const deployment of environments.flatMap(({ deployments }) => deployments)) {
      const { createdAt, steps } = deployment;
      const endsAt = createdAt + (steps.at(-1)?.afterMs ?? 0);
      if (from <= createdAt && createdAt <= until) {
        found.push(tell(id, deployment, 'started', createdAt));
      }
      if (from <= endsAt && endsAt <= until) found.push(tell(id, deployment, 'finished', endsAt));
    }
  }
  return found.sort((one, other) => one.at - other.at);
}

function tell(
  applicationId: string,
  { id, envId, fields }: Deployment,
  type: 'started' | 'finished',
  at: number,
): Occasion {
  return {
    key: `${id} ${type}`,
    at,
    payload: {
      event: `deployment.${type}`,
      triggered_at: timestamp(at),
      triggered_by: fields.created_by,
      org_id: ORG.id,
      app_id: applicationId,
      env_id: envId,
    },
  };
}
