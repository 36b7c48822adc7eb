import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { Clock } from '../clock.ts';
import { send } from '../server.ts';
import { find, type Params } from './find.ts';
import { filterByLabels, pageOfAudit, type Query, Refused, textOf } from './query.ts';
import {
  auditAnswer,
  buildAnswer,
  deploymentAnswer,
  deploymentDetail,
  inheritedAnswer,
  projectAnswer,
  projectDetail,
  revisionAnswer,
  variableAnswer,
} from './shapes.ts';
import type { Revision } from './types.ts';
import { effectiveVariables } from './variables.ts';
import { versionAnswer, versionDetail } from './version-shapes.ts';
import type { World } from './world.ts';
import { addWriteRoutes } from './write-routes.ts';
import { zipOf, zipOfSize } from './zip.ts';

const PROJECT = '/projects/:project';
const DEPLOYMENT = `${PROJECT}/deployments/:deployment`;
const VERSION = `${DEPLOYMENT}/versions/:version`;

/** One route's parameters and query. */
interface Route {
  Params: Params;
  Querystring: Query;
}

/** Registers every route of the two API generations that is about deployments. */
export function addRoutes(app: FastifyInstance, world: World, clock: Clock): void {
  app.addHook('preHandler', async () => world.catchUp(clock.now()));
  app.setErrorHandler((error, _request, reply) => {
    const status = error instanceof Refused ? error.status : (statusOf(error) ?? 500);
    const message = error instanceof Error ? error.message : 'Internal server error';
    return send(reply, { status, body: { error: message } });
  });
  addProjectRoutes(app, world);
  addDeploymentRoutes(app, world, clock);
  addBuildRoutes(app, world, clock);
  addRevisionRoutes(app, world, clock);
  addVariableRoutes(app, world);
  addWriteRoutes(app, world, clock);
}

/** The status of an error that the server itself found, for instance in a body. */
function statusOf(error: unknown): number | undefined {
  return error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : undefined;
}

function addProjectRoutes(app: FastifyInstance, world: World): void {
  app.get<Route>('/projects', ({ query }) => {
    const organization = textOf(query, 'organization');
    return filterByLabels(world.projects, query)
      .filter((project) => organization === undefined || project.organization === organization)
      .map(projectAnswer);
  });
  app.get<Route>(PROJECT, ({ params }) => projectDetail(find(world, params).project()));
  app.get<Route>(`${PROJECT}/audit`, ({ params, query }) => {
    const { audit } = find(world, params).project();
    return pageOfAudit(audit, query).map(auditAnswer);
  });
  app.get<Route>(`${DEPLOYMENT}/audit`, ({ params, query }) => {
    const { project, deployment } = find(world, params).deployment();
    const own = project.audit.filter((event) => event.deploymentId === deployment.id);
    return pageOfAudit(own, query).map(auditAnswer);
  });
}

function addDeploymentRoutes(app: FastifyInstance, world: World, clock: Clock): void {
  app.get<Route>(`${PROJECT}/deployments`, ({ params, query }) => {
    const project = find(world, params).project();
    const format = project.generation === '4.12' ? textOf(query, 'supports_request_format') : '';
    return filterByLabels(project.deployments, query)
      .filter((each) => !format || String(each.supportsRequestFormat) === format.toLowerCase())
      .map((each) => deploymentAnswer(project, each));
  });
  app.get<Route>(DEPLOYMENT, ({ params }) => {
    const { project, deployment } = find(world, params).deployment();
    return deploymentDetail(project, deployment);
  });
  app.get<Route>(`${DEPLOYMENT}/versions`, ({ params, query }) => {
    const { project, deployment } = find(world, params).deployment();
    return filterByLabels(deployment.versions, query).map((each) =>
      versionAnswer(project, deployment, each, clock.now()),
    );
  });
  app.get<Route>(VERSION, ({ params }) => {
    const { project, deployment, version } = find(world, params).version();
    return versionDetail(project, deployment, version, clock.now());
  });
}

/** The routes of builds, which 3.15 has dropped in part and 4.12 altogether. */
function addBuildRoutes(app: FastifyInstance, world: World, clock: Clock): void {
  app.get<Route>(`${VERSION}/builds`, ({ params }) =>
    find(world, params)
      .builds()
      .map((build) => buildAnswer(build, clock.now())),
  );
  app.get<Route>(`${VERSION}/builds/:id`, ({ params }) =>
    buildAnswer(find(world, params).build(), clock.now()),
  );
}

function addRevisionRoutes(app: FastifyInstance, world: World, clock: Clock): void {
  app.get<Route>(`${VERSION}/revisions`, ({ params }) => {
    const { project, version } = find(world, params).version();
    return version.revisions.map((each) => revisionAnswer(project, version, each, clock.now()));
  });
  app.get<Route>(`${VERSION}/revisions/:id`, ({ params }) => {
    const { project, version, revision } = find(world, params).revision();
    return revisionAnswer(project, version, revision, clock.now());
  });
  app.get<Route>(`${VERSION}/revisions/:id/download`, ({ params }, reply) => {
    const { deployment, version, revision } = find(world, params).revision();
    if (revision.empty) throw new Refused(404, 'The revision has no deployment file');
    const fileName = `${deployment.name}_${version.name}_${revision.id}.zip`;
    return reply
      .type('application/zip')
      .header('content-disposition', `attachment; filename="${fileName}"`)
      .headers(revision.bytes === undefined ? {} : { 'content-length': revision.bytes })
      .send(fileOf(revision));
  });
}

function addVariableRoutes(app: FastifyInstance, world: World): void {
  app.get<Route>(`${PROJECT}/environment-variables`, ({ params }) =>
    find(world, params).project().variables.map(variableAnswer),
  );
  app.get<Route>(`${DEPLOYMENT}/environment-variables`, ({ params }) => {
    const { project, deployment } = find(world, params).deployment();
    return effectiveVariables(project, deployment).map(inheritedAnswer);
  });
  app.get<Route>(`${VERSION}/environment-variables`, ({ params }) => {
    const { project, deployment, version } = find(world, params).version();
    return effectiveVariables(project, deployment, version).map(inheritedAnswer);
  });
  /** The examples show a list of one, where the declared type is the variable itself. */
  for (const owner of [PROJECT, DEPLOYMENT, VERSION]) {
    app.get<Route>(`${owner}/environment-variables/:id`, ({ params }) => [
      variableAnswer(find(world, params).variable()),
    ]);
  }
}

/** What was uploaded is not kept: its place takes another archive, as long as it was. */
function fileOf({ id, bytes }: Revision): Buffer | Readable {
  if (bytes === undefined) return zipOf('deployment.py', codeOf(id));
  return Readable.from(zipOfSize('deployment.py', bytes), { objectMode: false });
}

function codeOf(revision: string): string {
  return [
    'class Deployment:',
    '    def __init__(self, base_directory, context):',
    `        self.revision = "${revision}"`,
    '',
    '    def request(self, data):',
    '        return data',
    '',
  ].join('\n');
}
