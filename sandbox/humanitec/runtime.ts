import { hexOf } from '../random.ts';
import { ORG } from './catalogue.ts';
import { badRequest, notFound } from './errors.ts';
import { statusAt, type Application, type Environment, type Status } from './model.ts';

const MOST_IDS = 5;

interface Health {
  status: string;
  statusClass: string;
  pod: string;
  phase: string;
  message: string;
}

const HEALTHY: Health = {
  status: 'Running',
  statusClass: 'Success',
  pod: 'Success',
  phase: 'Running',
  message: '',
};
const HEALTH: Record<Status, Health> = {
  pending: HEALTHY,
  succeeded: HEALTHY,
  'in progress': {
    status: 'Starting',
    statusClass: 'Warning',
    pod: 'Pending',
    phase: 'Pending',
    message: 'Waiting for the new pods to become ready.',
  },
  failed: {
    status: 'Partially Succeeded',
    statusClass: 'Warning',
    pod: 'Failure',
    phase: 'Running',
    message: 'Exceeded its progress deadline.',
  },
};

/**
 * What runs in an environment. `application/v2+json` nests the controllers and adds a status per
 * module; without it in the request the older shape is answered.
 */
export function runtimeOf(
  application: Application,
  environment: Environment,
  now: number,
  version: 1 | 2,
) {
  const health = healthOf(environment, now);
  const newest = environment.deployments.at(-1);
  if (!health || !newest) throw notFound(neverDeployed(environment));
  const revision = environment.deployments.length;
  const modules: Record<string, unknown> = {};
  for (const name of Object.keys(newest.set.modules)) {
    const controller = controllerOf(environment, name, health, revision);
    modules[name] =
      version === 1
        ? { [name]: controller }
        : {
            status: health.status,
            status_class: health.statusClass,
            controllers: { [name]: controller },
          };
  }
  return { namespace: `${ORG.id}-${application.id}-${environment.id}`, modules };
}

/** The runtime of several environments; one that is unknown has its error inside the 200. */
export function runtimesOf(application: Application, ids: unknown, now: number) {
  const asked = (Array.isArray(ids) ? ids : [ids]).filter((id) => typeof id === 'string');
  if (asked.length === 0) throw badRequest('At least one id must be given.');
  if (asked.length > MOST_IDS) throw badRequest(`At most ${MOST_IDS} ids can be given.`);
  return asked.map((id) => {
    const environment = application.environments.find((each) => each.id === id);
    if (!environment) {
      const error = `Environment ${ORG.id}/${application.id}/${id} does not exist`;
      return { error, id, paused: false };
    }
    const health = healthOf(environment, now);
    if (!health) return { error: neverDeployed(environment), id, paused: environment.paused };
    return { id, paused: environment.paused, status: health.statusClass };
  });
}

function healthOf(environment: Environment, now: number): Health | undefined {
  const newest = environment.deployments.at(-1);
  return newest && HEALTH[statusAt(newest, now).state];
}

function neverDeployed(environment: Environment): string {
  return `Environment ${environment.id} has not been deployed to.`;
}

function controllerOf(environment: Environment, name: string, health: Health, revision: number) {
  const replicas = environment.paused ? 0 : environment.type === 'production' ? 2 : 1;
  return {
    kind: 'Deployment',
    replicas,
    status: health.status,
    message: health.message,
    revision,
    pods: Array.from({ length: replicas }, (_, index) => ({
      podName: `${name}-${hexOf(10, name, environment.id, revision)}-${hexOf(5, index, revision)}`,
      revision,
      phase: health.phase,
      status: health.pod,
      containerStatuses: [containerOf(environment, name, health)],
    })),
  };
}

/** The schema describes `restart_count` and requires `restartCount`: both are given. */
function containerOf(environment: Environment, name: string, health: Health) {
  const restarts = health.pod === 'Failure' ? 4 : 0;
  const startedAt = new Date(environment.deployments.at(-1)?.createdAt ?? environment.createdAt);
  return {
    name,
    ready: health.pod === 'Success',
    restart_count: restarts,
    restartCount: restarts,
    status: health.pod,
    state:
      health.phase === 'Pending'
        ? { waiting: { reason: 'ContainerCreating', message: '' } }
        : { running: { started_at: startedAt.toISOString() } },
  };
}
