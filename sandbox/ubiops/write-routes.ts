import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Clock } from '../clock.ts';
import { bodyOf } from './body.ts';
import { createDeployment, deleteDeployment, updateDeployment } from './deployment-writes.ts';
import { find, type Params } from './find.ts';
import { Refused } from './query.ts';
import { addRevision, readForm, rebuildRevision, updateBuild } from './revision-writes.ts';
import {
  buildAnswer,
  deploymentCreateAnswer,
  deploymentDetail,
  inheritedAnswer,
  revisionAnswer,
  variableAnswer,
} from './shapes.ts';
import {
  copyVariables,
  createVariable,
  deleteVariable,
  type Level,
  updateVariable,
} from './variable-writes.ts';
import { versionAnswer, versionDetail } from './version-shapes.ts';
import { createVersion, deleteVersion, updateVersion } from './version-writes.ts';
import type { World } from './world.ts';

const PROJECT = '/projects/:project';
const DEPLOYMENT = `${PROJECT}/deployments/:deployment`;
const VERSION = `${DEPLOYMENT}/versions/:version`;

interface Route {
  Params: Params;
}

/** Registers every route of the two API generations that changes something about deployments. */
export function addWriteRoutes(app: FastifyInstance, world: World, clock: Clock): void {
  addBodies(app);
  addDeploymentWrites(app, world, clock);
  addVersionWrites(app, world, clock);
  addRevisionWrites(app, world, clock);
  addVariableWrites(app, world, clock);
}

/** JSON, also none at all, and forms as the stream that they are. */
function addBodies(app: FastifyInstance): void {
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, done) => {
    try {
      done(null, text === '' ? undefined : JSON.parse(String(text)));
    } catch {
      done(new Refused(400, 'JSON parse error'));
    }
  });
  app.addContentTypeParser('multipart/form-data', (_request, payload, done) => {
    done(null, payload);
  });
}

function addDeploymentWrites(app: FastifyInstance, world: World, clock: Clock): void {
  app.post<Route>(`${PROJECT}/deployments`, ({ params, body }, reply) => {
    const project = find(world, params).project();
    const created = createDeployment(project, body, clock.now(), world.nextNumber());
    return reply.code(201).send(deploymentCreateAnswer(project, created));
  });
  app.patch<Route>(DEPLOYMENT, ({ params, body }) => {
    const { project, deployment } = find(world, params).deployment();
    updateDeployment(project, deployment, body, clock.now());
    return deploymentDetail(project, deployment);
  });
  app.delete<Route>(DEPLOYMENT, ({ params }, reply) => {
    const { project, deployment } = find(world, params).deployment();
    deleteDeployment(project, deployment, clock.now());
    return reply.code(204).send();
  });
}

/** 3.13 answers the creation of a version as its lists show it, 4.12 with every detail. */
function addVersionWrites(app: FastifyInstance, world: World, clock: Clock): void {
  app.post<Route>(`${DEPLOYMENT}/versions`, ({ params, body }, reply) => {
    const { project, deployment } = find(world, params).deployment();
    const now = clock.now();
    const created = createVersion(project, deployment, body, now, world.nextNumber());
    const answer = project.generation === '3.13' ? versionAnswer : versionDetail;
    return reply.code(201).send(answer(project, deployment, created, now));
  });
  app.patch<Route>(VERSION, ({ params, body }) => {
    const { project, deployment, version } = find(world, params).version();
    updateVersion(project, deployment, version, body, clock.now());
    return versionDetail(project, deployment, version, clock.now());
  });
  app.delete<Route>(VERSION, ({ params }, reply) => {
    const { project, deployment, version } = find(world, params).version();
    deleteVersion(project, deployment, version, clock.now());
    return reply.code(204).send();
  });
}

function addRevisionWrites(app: FastifyInstance, world: World, clock: Clock): void {
  app.post<Route>(`${VERSION}/revisions`, async (request, reply) => {
    const { params } = request;
    const at = find(world, params);
    const { project } = at.version();
    const form = await readForm(
      payloadOf(request),
      request.headers['content-type'] ?? '',
      (part) => {
        request.received = part;
      },
    );
    request.texts = form.texts;
    const sourceOf = (deployment: string, version: string) =>
      find(world, { ...params, deployment, version }).version().version;
    const { revision, build } = addRevision(at, form, sourceOf, clock.now());
    const isOld = project.generation === '3.13';
    return reply
      .code(201)
      .send({ success: true, revision: revision.id, build: isOld ? build.id : null });
  });
  app.post<Route>(`${VERSION}/revisions/:id/rebuild`, ({ params, body }, reply) => {
    const place = find(world, params).revision();
    // "data: str or dict()": optional in 3.13, required in 4.12.
    if (place.project.generation === '4.12' || body !== undefined) bodyOf(body, []);
    const now = clock.now();
    const build = rebuildRevision(place, now);
    const answer =
      place.project.generation === '3.13'
        ? buildAnswer(build, now)
        : revisionAnswer(place.project, place.version, place.revision, now);
    return reply.code(201).send(answer);
  });
  app.patch<Route>(`${VERSION}/builds/:id`, ({ params, body }) => {
    const at = find(world, params);
    const build = at.build();
    updateBuild(at.version(), build, body, clock.now());
    return buildAnswer(build, clock.now());
  });
}

function addVariableWrites(app: FastifyInstance, world: World, clock: Clock): void {
  for (const owner of [PROJECT, DEPLOYMENT, VERSION]) {
    app.post<Route>(`${owner}/environment-variables`, ({ params, body }, reply) => {
      const level = levelOf(world, params);
      const created = createVariable(level, body, clock.now(), world.nextNumber());
      return reply.code(201).send(variableAnswer(created));
    });
    app.patch<Route>(`${owner}/environment-variables/:id`, ({ params, body }) => {
      const variable = find(world, params).variable();
      updateVariable(levelOf(world, params), variable, body, clock.now());
      return variableAnswer(variable);
    });
    app.delete<Route>(`${owner}/environment-variables/:id`, ({ params }, reply) => {
      const variable = find(world, params).variable();
      deleteVariable(levelOf(world, params), variable, clock.now());
      return reply.code(204).send();
    });
  }
  for (const owner of [DEPLOYMENT, VERSION]) {
    app.post<Route>(`${owner}/copy-environment-variables`, ({ params, body }) => {
      const sourceOf = (deployment: string, version: string | undefined) => {
        const { project } = params;
        const path: Params = { ...(project !== undefined && { project }), deployment };
        return find(world, version === undefined ? path : { ...path, version }).owner();
      };
      const level = levelOf(world, params);
      const copies = copyVariables(level, body, sourceOf, clock.now(), world.nextNumber);
      return copies.map((variable) =>
        inheritedAnswer({ variable, inheritanceType: null, inheritanceName: null }),
      );
    });
  }
}

function levelOf(world: World, params: Params): Level {
  const at = find(world, params);
  if (params.version !== undefined) return at.version();
  if (params.deployment !== undefined) return { ...at.deployment(), version: undefined };
  return { project: at.project(), deployment: undefined, version: undefined };
}

/** The body of an upload, which nobody has read yet. */
function payloadOf(request: FastifyRequest): AsyncIterable<Buffer> {
  if (request.headers['content-type']?.startsWith('multipart/form-data')) return request.raw;
  throw new Refused(400, 'A multipart form was expected');
}
