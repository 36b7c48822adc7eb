import { EPOCH, type Step } from '../clock.ts';
import { hexOf, pick, uuidOf } from '../random.ts';
import {
  baseAt,
  statusAt,
  timestamp,
  type Application,
  type Deployment,
  type DeploymentError,
  type DeploymentFields,
  type DeploymentSet,
  type Environment,
  type Status,
} from './model.ts';
import { AUTOMATION, emailOf } from './people.ts';
import { addDelta, addSet, EMPTY_SET } from './sets.ts';
import { versionsOf } from './values.ts';

const DAY = 86_400_000;
/** Since when rows may carry the newer optional fields, and until when deltas are archived. */
const NEWER_FIELDS_FROM = EPOCH - 45 * DAY;
const ARCHIVED_UNTIL = EPOCH - 14 * DAY;

/** What is to be deployed, and how that will go. */
export interface DeployOrder {
  at: number;
  steps: Step<Status>[];
  /** The `from_id` of a deployment without a base; absent from the row without one. */
  firstFromId?: string;
  /** Goes back to an older deployment: rebase and deploy without a delta. */
  rollbackTo?: Deployment;
}

/** Starts a deployment in an environment and returns it. */
export function deploy(
  application: Application,
  environment: Environment,
  order: DeployOrder,
): Deployment {
  const number = environment.deployments.length;
  const base = order.rollbackTo ?? baseAt(environment, order.at);
  const set = order.rollbackTo?.set ?? nextSet(application, environment, order.at);
  const fields = fieldsOf(application, environment, order, base, set);
  const deployment: Deployment = {
    id: hexOf(12, 'deployment', 'humanitec', application.id, environment.id, number),
    envId: environment.id,
    createdAt: order.at,
    steps: order.steps,
    fields,
    onceFinished: {},
    errors: endsIn(order.steps, 'failed') ? errorsOf(application, number) : [],
    set,
  };
  if (order.at >= NEWER_FIELDS_FROM && fields.set_id) addNewerFields(deployment, number);
  environment.deployments.push(deployment);
  return deployment;
}

/** The row's own fields. Some rows leave out the set and the export, some pin no value set version. */
function fieldsOf(
  application: Application,
  environment: Environment,
  order: DeployOrder,
  base: Deployment | undefined,
  set: DeploymentSet,
): DeploymentFields {
  const number = environment.deployments.length;
  const seed = ['humanitec', application.id, environment.id, number] as const;
  const by = isByPipeline(number) ? AUTOMATION.id : emailOf(pick(100, ...seed));
  const comment = order.rollbackTo
    ? `Roll back to ${order.rollbackTo.id}`
    : commentOf(application, set, base?.set, number);
  const fields: DeploymentFields = { comment, created_by: by };
  const fromId = base?.id ?? order.firstFromId;
  if (fromId !== undefined) fields.from_id = fromId;
  if (set !== base?.set) {
    const { at } = order;
    const id = hexOf(40, 'delta', ...seed);
    const archived = at < ARCHIVED_UNTIL;
    const request = { id, envId: environment.id, at, by, name: comment, archived };
    fields.delta_id = addDelta(application, request, set, base?.set ?? EMPTY_SET).id;
  }
  if (number % 9 !== 4)
    Object.assign(fields, { set_id: set.id, export_status: '', export_file: '' });
  const pinned = number % 6 === 5 ? undefined : versionsOf(application, environment).at(-1)?.id;
  fields.value_set_version_id = pinned ?? null;
  return fields;
}

/** A deployment as the API shows it at `now`. */
export function toDeploymentBody(deployment: Deployment, now: number) {
  const { state, since } = statusAt(deployment, now);
  const finished = state === 'succeeded' || state === 'failed';
  return {
    id: deployment.id,
    env_id: deployment.envId,
    ...deployment.fields,
    status: state,
    status_changed_at: timestamp(since),
    created_at: timestamp(deployment.createdAt),
    ...(finished && deployment.onceFinished),
  };
}

/** A usual course: some seconds of waiting, under a minute in all. */
export function usualSteps(failed: boolean, ...seed: (string | number)[]): Step<Status>[] {
  return [
    { afterMs: 0, state: 'pending' },
    { afterMs: 2_000 + pick(4_000, 'wait', ...seed), state: 'in progress' },
    { afterMs: 26_000 + pick(28_000, 'run', ...seed), state: failed ? 'failed' : 'succeeded' },
  ];
}

function endsIn(steps: Step<Status>[], state: Status): boolean {
  return steps.at(-1)?.state === state;
}

function nextSet(application: Application, environment: Environment, at: number): DeploymentSet {
  const newest = application.sets.at(-1);
  const source = application.environments.find((each) => each.id === environment.source);
  if (source) return baseAt(source, at)?.set ?? newest ?? addSet(application);
  const unchanged = environment.deployments.length % 2 === 1;
  return unchanged && newest ? newest : addSet(application);
}

function commentOf(
  application: Application,
  set: DeploymentSet,
  before: DeploymentSet | undefined,
  number: number,
): string {
  if (set === before) return number % 5 === 0 ? '' : 'Redeploy with the current values';
  if (number % 16 === 6) return 'Rename “Übersicht” to <b>overview</b> & drop the old route';
  const workload = application.workloads[number % application.workloads.length] ?? 'workload';
  return `Update ${workload} (set ${set.id.slice(0, 7)})`;
}

function isByPipeline(number: number): boolean {
  return number % 3 === 0;
}

function addNewerFields(deployment: Deployment, number: number): void {
  const { fields, onceFinished } = deployment;
  if (isByPipeline(number)) {
    const runId = uuidOf('pipeline-run', deployment.id);
    fields.pipeline = { id: 'default', run_id: runId, job_id: 'deploy', step_index: 0 };
  }
  if (number % 2 === 0) {
    fields.mode = number % 8 === 0 ? 'incremental' : 'full';
    fields.dependency_graph_id = uuidOf('graph', deployment.id);
    onceFinished.legacy_mode = false;
  }
  if (number % 4 === 0) onceFinished.operator_version = '0.3.7';
}

function errorsOf(application: Application, number: number): DeploymentError[] {
  const objectId = application.workloads[number % application.workloads.length] ?? 'workload';
  const rollout: DeploymentError = {
    scope: 'workload',
    object_id: objectId,
    code: 'WLD-003',
    summary: 'Workload did not become ready',
    message: `Deployment ${objectId} exceeded its progress deadline.`,
    error_type: 'user_error',
  };
  const resource: DeploymentError = {
    scope: 'resource',
    object_id: `modules.${objectId}.externals.db`,
    code: 'RES-104',
    summary: 'Resource could not be provisioned',
    message: 'postgres: the instance did not answer within 20 seconds.',
    error_type: 'unknown',
  };
  return [[rollout], [resource], [rollout, resource], []][number % 4] ?? [];
}
