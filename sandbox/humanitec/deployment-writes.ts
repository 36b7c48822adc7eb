import type { FastifyInstance } from 'fastify';
import type { Clock } from '../clock.ts';
import { hexOf } from '../random.ts';
import { record } from './audit.ts';
import { applyDelta } from './delta.ts';
import { toDeploymentBody, usualSteps } from './deployments.ts';
import { badRequest, conflict } from './errors.ts';
import { requireEnv, type EnvParams } from './lookup.ts';
import {
  baseAt,
  isActive,
  type Application,
  type Deployment,
  type DeploymentFields,
  type DeploymentSet,
  type Environment,
  type World,
} from './model.ts';
import { AUTOMATION } from './people.ts';
import { EMPTY_SET } from './sets.ts';
import { versionsOf } from './values.ts';

const E = '/orgs/:orgId/apps/:appId/envs/:envId';

/** What a `DeploymentRequest` may hold; nothing in it is required. */
interface DeploymentRequest {
  comment?: string;
  delta_id?: string;
  set_id?: string;
  value_set_version_id?: string | null;
  mode?: string;
  pipeline?: Partial<Pipeline>;
}

type Pipeline = NonNullable<DeploymentFields['pipeline']>;

/** Starts deployments, and chooses what the next one is based on. */
export function addDeploymentWrites(app: FastifyInstance, world: World, clock: Clock): void {
  app.post<{ Params: EnvParams; Body: unknown }>(`${E}/deploys`, ({ params, body }, reply) => {
    const [application, environment] = requireEnv(world, params);
    const now = clock.now();
    const deployment = start(application, environment, parseRequest(body), now);
    note(world, now, params, 'POST', '/deploys', 201);
    return reply.code(201).send(toDeploymentBody(deployment, now));
  });
  app.put<{ Params: EnvParams; Body: unknown }>(
    `${E}/from_deploy_id`,
    ({ params, body }, reply) => {
      const [application, environment] = requireEnv(world, params);
      const found = application.environments
        .flatMap(({ deployments }) => deployments)
        .find(({ id }) => id === body);
      if (!found) throw badRequest(`No Deployment ${String(body)} in Application ${params.appId}.`);
      const now = clock.now();
      environment.rebase = { at: now, deployment: found };
      note(world, now, params, 'PUT', '/from_deploy_id', 204);
      return reply.code(204).send();
    },
  );
}

function note(
  world: World,
  now: number,
  { appId, envId }: EnvParams,
  method: 'POST' | 'PUT',
  path: string,
  status: number,
): void {
  record(world, now, AUTOMATION.id, method, `/apps/${appId}/envs/${envId}${path}`, status);
}

function start(
  application: Application,
  environment: Environment,
  request: DeploymentRequest,
  now: number,
): Deployment {
  if (isActive(environment, now)) {
    throw conflict('There is already an active deployment in the Environment.');
  }
  const base = baseAt(environment, now);
  const set = setOf(application, request, base?.set);
  const seed = [
    'humanitec',
    application.id,
    environment.id,
    environment.deployments.length,
  ] as const;
  const deployment: Deployment = {
    id: hexOf(12, 'deployment', ...seed),
    envId: environment.id,
    createdAt: now,
    steps: usualSteps(false, ...seed),
    fields: fieldsOf(request, base, set, valuesOf(application, environment, request)),
    onceFinished: { legacy_mode: false },
    errors: [],
    set,
  };
  environment.deployments.push(deployment);
  return deployment;
}

function fieldsOf(
  request: DeploymentRequest,
  base: Deployment | undefined,
  set: DeploymentSet,
  values: string | null,
): DeploymentFields {
  return {
    comment: request.comment ?? '',
    created_by: AUTOMATION.id,
    ...(base && { from_id: base.id }),
    ...(request.delta_id !== undefined && { delta_id: request.delta_id }),
    set_id: set.id,
    export_status: '',
    export_file: '',
    value_set_version_id: values,
    mode: request.mode === 'incremental' ? 'incremental' : 'full',
    ...(request.pipeline && { pipeline: { ...NO_PIPELINE, ...request.pipeline } }),
  };
}

/** A response has all of a pipeline's fields, a request may have any. */
const NO_PIPELINE: Pipeline = { id: '', run_id: '', job_id: '', step_index: 0 };

/** The set of a request: the base's with the delta on it, the one it names, or the base's. */
function setOf(
  application: Application,
  { delta_id: deltaId, set_id: setId }: DeploymentRequest,
  base = EMPTY_SET,
): DeploymentSet {
  if (deltaId !== undefined) {
    const delta = application.deltas.find(({ id }) => id === deltaId);
    if (!delta) throw badRequest(`Delta ${deltaId} does not exist.`);
    return applyDelta(application, base, delta);
  }
  if (setId === undefined) return base;
  const set = application.sets.find(({ id }) => id === setId);
  if (!set) throw badRequest(`Deployment Set ${setId} does not exist.`);
  return set;
}

function valuesOf(
  application: Application,
  environment: Environment,
  { value_set_version_id: asked }: DeploymentRequest,
): string | null {
  const versions = versionsOf(application, environment);
  if (asked === undefined || asked === null) return versions.at(-1)?.id ?? null;
  if (versions.some(({ id }) => id === asked)) return asked;
  throw badRequest(`Value Set Version ${asked} does not exist.`);
}

function parseRequest(body: unknown): DeploymentRequest {
  if (typeof body !== 'object' || body === null) throw badRequest('The body must be an object.');
  // Each field is checked below, before anybody relies on it.
  const request = body as Record<string, unknown>;
  for (const name of ['comment', 'delta_id', 'set_id', 'value_set_version_id', 'mode']) {
    const value = request[name];
    const isNull = value === null && name === 'value_set_version_id';
    if (value !== undefined && typeof value !== 'string' && !isNull) {
      throw badRequest(`${name} must be a string.`);
    }
  }
  const { mode, pipeline } = request;
  if (pipeline !== undefined) checkPipeline(pipeline);
  if (mode !== undefined && mode !== 'full' && mode !== 'incremental') {
    throw badRequest('mode must be "full" or "incremental".');
  }
  return request;
}

/** DeploymentPipelineReferenceRequest */
function checkPipeline(pipeline: unknown): void {
  if (typeof pipeline !== 'object' || pipeline === null) {
    throw badRequest('pipeline must be an object.');
  }
  for (const [name, value] of Object.entries(pipeline)) {
    const isRight = name === 'step_index' ? Number.isInteger(value) : typeof value === 'string';
    if (!isRight) throw badRequest(`pipeline.${name} is of the wrong type.`);
  }
}
