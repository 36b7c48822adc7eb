import type { FastifyInstance } from 'fastify';
import { notFound, notFoundText } from './errors.ts';
import {
  requireApp,
  requireAppOrText,
  requireEnv,
  type AppParams,
  type EnvParams,
} from './lookup.ts';
import type { Application, DeploymentSet, ValueSetVersion, World } from './model.ts';
import { diffSets } from './sets.ts';
import { valuesOf, versionsOf } from './values.ts';

const A = '/orgs/:orgId/apps/:appId';
const E = `${A}/envs/:envId`;

/** What deployments are made from: deltas, sets, shared values; and the webhooks. */
export function addConfigurationRoutes(app: FastifyInstance, world: World): void {
  addDeltaRoutes(app, world);
  addSetRoutes(app, world);
  addValueRoutes(app, world);
  addVersionRoutes(app, world);
  app.get<{ Params: AppParams }>(
    `${A}/webhooks`,
    ({ params }) => requireApp(world, params).webhooks,
  );
  app.get<{ Params: AppParams & { jobId: string } }>(`${A}/webhooks/:jobId`, ({ params }) => {
    const found = requireApp(world, params).webhooks.find((each) => each.id === params.jobId);
    if (!found) throw notFound(`Webhook ${params.jobId} not found.`);
    return found;
  });
}

/** Archived deltas are listed only with `archived=true`, and then alone. */
function addDeltaRoutes(app: FastifyInstance, world: World): void {
  app.get<{ Params: AppParams; Querystring: { archived?: unknown; env?: unknown } }>(
    `${A}/deltas`,
    ({ params, query }) => {
      const archived = query.archived === 'true';
      return requireApp(world, params).deltas.filter(
        ({ metadata }) =>
          (metadata.archived ?? false) === archived &&
          (query.env === undefined || metadata.env_id === query.env),
      );
    },
  );
  app.get<{ Params: AppParams & { deltaId: string } }>(`${A}/deltas/:deltaId`, ({ params }) => {
    const { deltas } = requireAppOrText(world, params);
    const found = deltas.find((each) => each.id === params.deltaId);
    if (!found) throw notFoundText(`Delta ${params.deltaId} not found.`);
    return found;
  });
}

/** A difference is the delta which, applied to the source, gives the set of the path. */
function addSetRoutes(app: FastifyInstance, world: World): void {
  app.get<{ Params: AppParams }>(`${A}/sets`, ({ params }) => requireAppOrText(world, params).sets);
  app.get<{ Params: AppParams & { setId: string }; Querystring: { diff?: string } }>(
    `${A}/sets/:setId`,
    ({ params, query }) => {
      const application = requireAppOrText(world, params);
      const set = requireSet(application, params.setId);
      if (query.diff === undefined) return set;
      return diffSets(set, requireSet(application, query.diff));
    },
  );
  app.get<{ Params: AppParams & { setId: string; sourceSetId: string } }>(
    `${A}/sets/:setId/diff/:sourceSetId`,
    ({ params }) => {
      const application = requireAppOrText(world, params);
      const set = requireSet(application, params.setId);
      return diffSets(set, requireSet(application, params.sourceSetId));
    },
  );
}

function requireSet(application: Application, setId: string): DeploymentSet {
  const found = application.sets.find((each) => each.id === setId);
  if (!found) throw notFoundText(`Deployment Set ${setId} not found.`);
  return found;
}

function addValueRoutes(app: FastifyInstance, world: World): void {
  app.get<{ Params: AppParams }>(`${A}/values`, ({ params }) =>
    valuesOf(requireApp(world, params), undefined),
  );
  app.get<{ Params: EnvParams }>(`${E}/values`, ({ params }) => {
    const [application, environment] = requireEnv(world, params);
    return valuesOf(application, environment);
  });
}

function addVersionRoutes(app: FastifyInstance, world: World): void {
  interface Query {
    key_changed?: string;
  }
  const version = 'value-set-versions/:versionId';
  app.get<{ Params: AppParams; Querystring: Query }>(
    `${A}/value-set-versions`,
    ({ params, query }) => {
      const versions = versionsOf(requireApp(world, params), undefined);
      return listVersions(versions, query.key_changed);
    },
  );
  app.get<{ Params: AppParams & { versionId: string } }>(`${A}/${version}`, ({ params }) =>
    requireVersion(versionsOf(requireApp(world, params), undefined), params.versionId),
  );
  app.get<{ Params: EnvParams; Querystring: Query }>(
    `${E}/value-set-versions`,
    ({ params, query }) =>
      listVersions(versionsOf(...requireEnv(world, params)), query.key_changed),
  );
  app.get<{ Params: EnvParams & { versionId: string } }>(`${E}/${version}`, ({ params }) =>
    requireVersion(versionsOf(...requireEnv(world, params)), params.versionId),
  );
}

function listVersions(
  versions: ValueSetVersion[],
  keyChanged: string | undefined,
): ValueSetVersion[] {
  const changed = versions.filter(
    ({ change }) =>
      keyChanged === undefined || change.some(({ path }) => path === `/${keyChanged}`),
  );
  return changed.reverse();
}

function requireVersion(versions: ValueSetVersion[], id: string): ValueSetVersion {
  const found = versions.find((each) => each.id === id);
  if (!found) throw notFound(`Value Set Version ${id} not found.`);
  return found;
}
