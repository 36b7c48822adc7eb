import type { FastifyInstance } from 'fastify';
import type { Clock } from '../clock.ts';
import { ORG } from './catalogue.ts';
import { toDeploymentBody } from './deployments.ts';
import {
  requireApp,
  requireDeployment,
  requireEnv,
  requireOrg,
  type AppParams,
  type DeployParams,
  type EnvParams,
  type OrgParams,
} from './lookup.ts';
import {
  baseAt,
  statusAt,
  timestamp,
  type Application,
  type Environment,
  type World,
} from './model.ts';
import { runtimeOf, runtimesOf } from './runtime.ts';

const APPS = '/orgs/:orgId/apps';
const ENVS = `${APPS}/:appId/envs`;
const DEPLOYS = `${ENVS}/:envId/deploys`;

/** Applications, environments, deployments and what runs. Lists are bare arrays, without pages. */
export function addApplicationRoutes(app: FastifyInstance, world: World, clock: Clock): void {
  app.get<{ Params: OrgParams }>(APPS, ({ params }) => {
    requireOrg(params);
    return world.applications.map(toApplicationBody);
  });
  app.get<{ Params: AppParams }>(`${APPS}/:appId`, ({ params }) =>
    toApplicationBody(requireApp(world, params)),
  );
  app.get<{ Params: AppParams }>(ENVS, ({ params }) => {
    const now = clock.now();
    return requireApp(world, params).environments.map((each) => toEnvironmentBody(each, now));
  });
  app.get<{ Params: EnvParams }>(`${ENVS}/:envId`, ({ params }) => {
    const [, environment] = requireEnv(world, params);
    return toEnvironmentBody(environment, clock.now());
  });
  addDeploymentRoutes(app, world, clock);
  addRuntimeRoutes(app, world, clock);
}

function addDeploymentRoutes(app: FastifyInstance, world: World, clock: Clock): void {
  app.get<{ Params: EnvParams; Querystring: { pipelineRunId?: unknown } }>(
    DEPLOYS,
    ({ params, query }) => {
      const [, { deployments }] = requireEnv(world, params);
      const now = clock.now();
      const bodies = deployments.map((each) => toDeploymentBody(each, now)).reverse();
      if (query.pipelineRunId === undefined) return bodies;
      return bodies.filter(
        ({ pipeline }) => pipeline && `${pipeline.id},${pipeline.run_id}` === query.pipelineRunId,
      );
    },
  );
  app.get<{ Params: DeployParams }>(`${DEPLOYS}/:deployId`, ({ params }) =>
    toDeploymentBody(requireDeployment(world, params), clock.now()),
  );
  app.get<{ Params: DeployParams }>(`${DEPLOYS}/:deployId/errors`, ({ params }) => {
    const deployment = requireDeployment(world, params);
    return statusAt(deployment, clock.now()).state === 'failed' ? deployment.errors : [];
  });
}

function addRuntimeRoutes(app: FastifyInstance, world: World, clock: Clock): void {
  app.get<{ Params: AppParams; Querystring: { id?: unknown } }>(
    `${APPS}/:appId/runtime`,
    ({ params, query }) => runtimesOf(requireApp(world, params), query.id, clock.now()),
  );
  app.get<{ Params: EnvParams }>(`${ENVS}/:envId/runtime`, (request, reply) => {
    const [application, environment] = requireEnv(world, request.params);
    const wantsV2 = request.headers.accept?.includes('application/v2+json') ?? false;
    const body = runtimeOf(application, environment, clock.now(), wantsV2 ? 2 : 1);
    if (wantsV2) return reply.type('application/v2+json').send(JSON.stringify(body));
    return body;
  });
}

function toApplicationBody({ id, name, createdAt, createdBy, environments }: Application) {
  return {
    id,
    name,
    org_id: ORG.id,
    created_at: timestamp(createdAt),
    created_by: createdBy,
    envs: environments.map((each) => ({ id: each.id, name: each.name, type: each.type })),
    status: 'active',
    status_changed_at: timestamp(createdAt),
  };
}

/** `last_deploy` and `from_deploy` are left out where there is nothing to show. */
function toEnvironmentBody(environment: Environment, now: number) {
  const { id, name, type, createdAt, createdBy, deleting, deployments } = environment;
  const last = deployments.at(-1);
  const base = baseAt(environment, now);
  return {
    id,
    name,
    type,
    created_at: timestamp(createdAt),
    created_by: createdBy,
    status: deleting ? 'deleting' : 'active',
    status_changed_at: timestamp(deleting?.since ?? createdAt),
    ...(deleting && { status_message: deleting.message }),
    ...(last && { last_deploy: toDeploymentBody(last, now) }),
    ...(base && { from_deploy: toDeploymentBody(base, now) }),
  };
}
