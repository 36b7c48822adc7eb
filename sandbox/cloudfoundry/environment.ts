import type { FastifyInstance } from 'fastify';
import { uuidOf } from '../random.ts';
import { resourceNotFound } from './errors.ts';
import type { App, VariableGroup } from './model.ts';
import { timestamp, type Present } from './present.ts';
import { find, originOf, type ByGuid } from './requests.ts';
import type { World } from './world.ts';

/** A route below `/:name`. */
export interface ByName {
  Params: { name: string };
}

/** The routes of environment variables at all levels, and of the features of an app. */
export function environmentRoutes(scope: FastifyInstance, world: World): void {
  scope.get<ByGuid>('/v3/apps/:guid/env', (request) => {
    const app = find(world.apps, request.params.guid, 'App');
    return {
      staging_env_json: world.groups.staging.variables,
      running_env_json: world.groups.running.variables,
      environment_variables: app.environment,
      system_env_json: { VCAP_SERVICES: servicesOf(app) },
      application_env_json: { VCAP_APPLICATION: applicationOf(app) },
    };
  });
  scope.get<ByGuid>('/v3/apps/:guid/environment_variables', (request) =>
    presentVariables(find(world.apps, request.params.guid, 'App'), originOf(request)),
  );
  scope.get<ByGuid>('/v3/revisions/:guid/environment_variables', (request) => {
    const revision = find(world.revisions, request.params.guid, 'Revision');
    const origin = originOf(request);
    const self = `${origin}/v3/revisions/${revision.guid}`;
    return {
      var: revision.environment,
      links: {
        self: { href: `${self}/environment_variables` },
        revision: { href: self },
        app: { href: `${origin}/v3/apps/${revision.app.guid}` },
      },
    };
  });
  scope.get<ByName>('/v3/environment_variable_groups/:name', (request) =>
    presentGroup(groupOf(world, request.params.name), originOf(request)),
  );
  featureRoutes(scope, world);
}

/** An app's own variables. */
export const presentVariables: Present<App> = (app, origin) => {
  const appUrl = `${origin}/v3/apps/${app.guid}`;
  const links = { self: { href: `${appUrl}/environment_variables` }, app: { href: appUrl } };
  return { var: app.environment ?? {}, links };
};

export function groupOf(world: World, name: string): VariableGroup {
  if (name === 'running' || name === 'staging') return world.groups[name];
  throw resourceNotFound('Environment variable group');
}

export const presentGroup: Present<VariableGroup> = ({ name, updatedAt, variables }, origin) => ({
  updated_at: updatedAt === null ? null : timestamp(updatedAt),
  name,
  var: variables,
  links: { self: { href: `${origin}/v3/environment_variable_groups/${name}` } },
});

function featureRoutes(scope: FastifyInstance, world: World): void {
  scope.get<ByGuid>('/v3/apps/:guid/features', (request) => ({
    resources: featuresOf(find(world.apps, request.params.guid, 'App')),
  }));
  scope.get<{ Params: { guid: string; name: string } }>(
    '/v3/apps/:guid/features/:name',
    (request) => {
      const { guid, name } = request.params;
      const feature = featuresOf(find(world.apps, guid, 'App')).find(
        (candidate) => candidate.name === name,
      );
      if (!feature) throw resourceNotFound('Feature');
      return feature;
    },
  );
}

function featuresOf(app: App): { name: string; description: string; enabled: boolean }[] {
  return [
    { name: 'ssh', description: 'Enable SSHing into the app.', enabled: true },
    {
      name: 'revisions',
      description: 'Enable versioning of an application',
      enabled: app.revisionsEnabled,
    },
  ];
}

function servicesOf(app: App): Record<string, unknown> {
  if (!app.hasDatabase) return {};
  const name = `${app.name}-db`;
  return {
    postgres: [
      {
        name,
        binding_guid: uuidOf('binding', app.guid),
        binding_name: null,
        instance_guid: uuidOf('instance', app.guid),
        instance_name: name,
        label: 'postgres',
        tags: ['relational', 'sql'],
        plan: 'small',
        credentials: { username: app.name, password: uuidOf('password', app.guid) },
        syslog_drain_url: null,
        volume_mounts: [],
        provider: null,
      },
    ],
  };
}

function applicationOf(app: App): Record<string, unknown> {
  const { space } = app;
  const uris = [`${app.name}.${space.name}.example.com`];
  return {
    limits: { fds: 16384 },
    application_id: app.guid,
    application_name: app.name,
    application_uris: uris,
    name: app.name,
    organization_id: space.organization.guid,
    organization_name: space.organization.name,
    space_id: space.guid,
    space_name: space.name,
    uris,
    users: null,
  };
}
