import type { FastifyInstance } from 'fastify';
import { appRoutes } from './app-routes.ts';
import { deploymentWrites } from './deployment-writes.ts';
import { environmentWrites } from './environment-writes.ts';
import { environmentRoutes } from './environment.ts';
import { presentDroplet, presentListedDroplet } from './droplets.ts';
import type { App, AuditEvent, Build, Deployment, Droplet, Entity, Process } from './model.ts';
import {
  HIDDEN_IN_LISTS,
  presentBuild,
  presentDeployment,
  presentEvent,
  presentJob,
  presentOrganization,
  presentProcess,
  presentRevision,
  presentSpace,
  type Present,
} from './present.ts';
import type { ListRules } from './query.ts';
import { answerList, find, originOf, type ByGuid, type Office } from './requests.ts';
import { rootRoutes } from './root.ts';
import { statsOf } from './stats.ts';
import type { Table, World } from './world.ts';

/** Every route of the Cloud Controller. */
export function cloudControllerRoutes(scope: FastifyInstance, world: World, office: Office): void {
  rootRoutes(scope);
  deploymentRoutes(scope, world);
  appRoutes(scope, world);
  spaceRoutes(scope, world);
  processRoutes(scope, world);
  environmentRoutes(scope, world);
  deploymentWrites(scope, world, office);
  environmentWrites(scope, world, office);
  const events = {
    kind: 'Event',
    table: world.events,
    rules: EVENT_RULES,
    present: presentEvent,
  };
  resource(scope, '/v3/audit_events', events);
  single(scope, '/v3/jobs/:guid', { kind: 'Job', table: world.jobs, present: presentJob });
}

const ofApp = { app_guids: (row: { app: App }) => row.app.guid };
const ofSpace = {
  ...ofApp,
  space_guids: (row: { app: App }) => row.app.space.guid,
  organization_guids: (row: { app: App }) => row.app.space.organization.guid,
};

const DEPLOYMENT_RULES: ListRules<Deployment> = {
  filters: {
    ...ofApp,
    states: (deployment) => deployment.state,
    status_values: (deployment) => deployment.value,
    status_reasons: (deployment) => deployment.reason,
  },
};

const BUILD_RULES: ListRules<Build> = {
  filters: {
    ...ofApp,
    states: (build) => build.state,
    package_guids: (build) => build.packageGuid,
  },
};

const DROPLET_RULES: ListRules<Droplet> = {
  filters: { ...ofSpace, states: (droplet) => droplet.state },
};

const PROCESS_RULES: ListRules<Process> = {
  filters: { ...ofSpace, types: (process) => process.type },
  choices: { embed: ['process_instances'] },
};

const EVENT_RULES: ListRules<AuditEvent> = {
  filters: {
    types: (event) => event.type,
    target_guids: (event) => event.target?.guid ?? null,
    space_guids: (event) => event.space?.guid ?? null,
    organization_guids: (event) => event.organization?.guid ?? null,
  },
  negatable: ['target_guids'],
  labels: false,
};

function deploymentRoutes(scope: FastifyInstance, world: World): void {
  resource(scope, '/v3/deployments', {
    kind: 'Deployment',
    table: world.deployments,
    rules: DEPLOYMENT_RULES,
    present: presentDeployment,
  });
  resource(scope, '/v3/builds', {
    kind: 'Build',
    table: world.builds,
    rules: BUILD_RULES,
    present: presentBuild,
  });
  resource(scope, '/v3/droplets', {
    kind: 'Droplet',
    table: world.droplets,
    rules: DROPLET_RULES,
    present: presentDroplet,
    presentListed: presentListedDroplet,
  });
  single(scope, '/v3/revisions/:guid', {
    kind: 'Revision',
    table: world.revisions,
    present: presentRevision,
  });
}

function spaceRoutes(scope: FastifyInstance, world: World): void {
  resource(scope, '/v3/organizations', {
    kind: 'Organization',
    table: world.organizations,
    rules: {
      filters: { names: (organization) => organization.name },
      orders: { name: (organization) => organization.name },
    },
    present: presentOrganization,
  });
  single(scope, '/v3/spaces/:guid', { kind: 'Space', table: world.spaces, present: presentSpace });
  scope.get('/v3/spaces', (request) =>
    answerList(request, {
      rows: world.spaces.rows,
      rules: {
        filters: {
          names: (space) => space.name,
          organization_guids: (space) => space.organization.guid,
        },
        orders: { name: (space) => space.name },
        includes: ['org', 'organization'],
      },
      present: presentSpace,
      include: (spaces, _query, origin) => {
        const organizations = new Set(spaces.map((space) => space.organization));
        const included = [...organizations].map((row) => presentOrganization(row, origin));
        return { included: { organizations: included } };
      },
    }),
  );
}

function processRoutes(scope: FastifyInstance, world: World): void {
  const table = world.processes;
  const presentListed: Present<Process> = (process, origin) => ({
    ...presentProcess(process, origin),
    command: HIDDEN_IN_LISTS,
  });
  const present = presentProcess;
  const rules = PROCESS_RULES;
  resource(scope, '/v3/processes', { kind: 'Process', table, rules, present, presentListed });
  scope.get<ByGuid>('/v3/apps/:guid/processes', (request) => {
    const app = find(world.apps, request.params.guid, 'App');
    const rows = table.rows.filter((process) => process.app === app);
    return answerList(request, { rows, rules, present: presentListed });
  });
  scope.get<ByGuid>('/v3/processes/:guid/stats', (request) => ({
    resources: statsOf(find(table, request.params.guid, 'Process')),
  }));
}

interface Resource<Row extends Entity> {
  kind: string;
  table: Table<Row>;
  rules: ListRules<Row>;
  present: Present<Row>;
  /** How the list shows it, where that differs. */
  presentListed?: Present<Row>;
}

function resource<Row extends Entity>(
  scope: FastifyInstance,
  path: string,
  { kind, table, rules, present, presentListed = present }: Resource<Row>,
): void {
  scope.get(path, (request) =>
    answerList(request, { rows: table.rows, rules, present: presentListed }),
  );
  single(scope, `${path}/:guid`, { kind, table, present });
}

function single<Row extends Entity>(
  scope: FastifyInstance,
  path: string,
  { kind, table, present }: Pick<Resource<Row>, 'kind' | 'table' | 'present'>,
): void {
  scope.get<ByGuid>(path, (request) =>
    present(find(table, request.params.guid, kind), originOf(request)),
  );
}
