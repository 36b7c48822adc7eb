import type { FastifyInstance, FastifyRequest } from 'fastify';
import { presentDroplet, presentListedDroplet } from './droplets.ts';
import { resourceNotFound } from './errors.ts';
import type { App, Build, Droplet, Revision } from './model.ts';
import {
  presentApp,
  presentBuild,
  presentOrganization,
  presentRevision,
  presentSpace,
  toOne,
} from './present.ts';
import { parseListQuery, type ListRules } from './query.ts';
import { answerList, find, originOf, type ByGuid } from './requests.ts';
import type { World } from './world.ts';

const STACK = 'cflinuxfs4';

const APP_RULES: ListRules<App> = {
  filters: {
    names: (app) => app.name,
    space_guids: (app) => app.space.guid,
    organization_guids: (app) => app.space.organization.guid,
    stacks: (app) => (app.lifecycle === 'docker' ? null : STACK),
    lifecycle_type: (app) => app.lifecycle,
  },
  choices: { lifecycle_type: ['buildpack', 'docker', 'cnb'] },
  orders: { name: (app) => app.name, state: (app) => app.state },
  includes: ['space', 'org', 'space.organization'],
};

/** `deployable` "is validated against the booleans without converting the query string". */
const REVISION_RULES: ListRules<Revision> = {
  filters: { versions: (revision) => String(revision.version) },
  refused: { deployable: 'must be a boolean' },
};

const BUILD_RULES: ListRules<Build> = { filters: { states: (build) => build.state } };

const DROPLET_RULES: ListRules<Droplet> = {
  filters: { states: (droplet) => droplet.state },
  choices: { current: ['true', 'false'] },
};

/** The routes of apps and what is below them. */
export function appRoutes(scope: FastifyInstance, world: World): void {
  scope.get('/v3/apps', (request) =>
    answerList(request, {
      rows: world.apps.rows,
      rules: APP_RULES,
      present: presentApp,
      include: (apps, query, origin) => includedOf(apps, query.include, origin),
    }),
  );
  scope.get<ByGuid>('/v3/apps/:guid', (request) => {
    const app = appOf(world, request);
    const rules = { filters: {}, includes: APP_RULES.includes ?? [] };
    const { include } = parseListQuery(request.query, rules);
    const origin = originOf(request);
    const included = include.length > 0 ? includedOf([app], include, origin) : {};
    return { ...presentApp(app, origin), ...included };
  });
  revisionRoutes(scope, world);
  dropletRoutes(scope, world);
  scope.get<ByGuid>('/v3/apps/:guid/builds', (request) => {
    const app = appOf(world, request);
    const rows = world.builds.rows.filter((build) => build.app === app);
    return answerList(request, { rows, rules: BUILD_RULES, present: presentBuild });
  });
}

function revisionRoutes(scope: FastifyInstance, world: World): void {
  scope.get<ByGuid>('/v3/apps/:guid/revisions', (request) => {
    const app = appOf(world, request);
    const rows = world.revisions.rows.filter((revision) => revision.app === app);
    return answerList(request, { rows, rules: REVISION_RULES, present: presentRevision });
  });
  scope.get<ByGuid>('/v3/apps/:guid/revisions/deployed', (request) => {
    const app = appOf(world, request);
    const deployed = world.processes.rows
      .filter((process) => process.app === app && app.state === 'STARTED')
      .map((process) => process.revision);
    const rows = world.revisions.rows.filter((revision) => deployed.includes(revision));
    // It "ignores filters", and still refuses the ones it does not know.
    const rules = { ...REVISION_RULES, ignoresFilters: true };
    return answerList(request, { rows, rules, present: presentRevision });
  });
}

function dropletRoutes(scope: FastifyInstance, world: World): void {
  scope.get<ByGuid>('/v3/apps/:guid/droplets', (request) => {
    const app = appOf(world, request);
    const { choices } = parseListQuery(request.query, DROPLET_RULES);
    const rows = world.droplets.rows.filter(
      (droplet) => droplet.app === app && (choices.current !== 'true' || droplet === app.droplet),
    );
    return answerList(request, { rows, rules: DROPLET_RULES, present: presentListedDroplet });
  });
  scope.get<ByGuid>('/v3/apps/:guid/droplets/current', (request) => {
    const { droplet } = appOf(world, request);
    if (!droplet) throw resourceNotFound('Droplet');
    return presentDroplet(droplet, originOf(request));
  });
  scope.get<ByGuid>('/v3/apps/:guid/relationships/current_droplet', (request) => {
    const { droplet, guid } = appOf(world, request);
    if (!droplet) throw resourceNotFound('Droplet');
    const app = `${originOf(request)}/v3/apps/${guid}`;
    return {
      ...toOne(droplet.guid),
      links: {
        self: { href: `${app}/relationships/current_droplet` },
        related: { href: `${app}/droplets/current` },
      },
    };
  });
}

/** `space.organization` includes both; `org` only the organizations. */
function includedOf(
  apps: readonly App[],
  include: readonly string[],
  origin: string,
): Record<string, unknown> {
  const spaces = new Set(apps.map((app) => app.space));
  const organizations = new Set(apps.map((app) => app.space.organization));
  const hasSpaces = include.some((name) => name !== 'org');
  const hasOrganizations = include.some((name) => name !== 'space');
  return {
    included: {
      ...(hasSpaces && { spaces: [...spaces].map((row) => presentSpace(row, origin)) }),
      ...(hasOrganizations && {
        organizations: [...organizations].map((row) => presentOrganization(row, origin)),
      }),
    },
  };
}

function appOf(world: World, request: FastifyRequest<ByGuid>): App {
  return find(world.apps, request.params.guid, 'App');
}
