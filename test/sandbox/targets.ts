import type { Sandbox, StandInName } from '../../sandbox/index.ts';
import { uuidOf } from '../../sandbox/random.ts';
import { at, get, send } from './http.ts';
import type { Target, Visit } from './inspect.ts';
import { withoutNullable, type OpenApiDocument } from './openapi.ts';
import { standInRoutes } from './routes.ts';
import { readSpec } from './specs.ts';
import { createWalk, sample, type Terrain } from './walk.ts';

const HUMANITEC: Terrain = {
  rows: '',
  keyOf: () => 'id',
  query: '',
  sources: {
    '/orgs/{orgId}/apps': (parent, walk) => walk.list(parent),
    '/orgs/{orgId}/apps/{appId}/sets/{setId}/diff': async (parent, walk) =>
      sample(await walk.list(parent.replace(/\/[^/]+\/diff$/, ''))),
  },
};

const APP = '/orgs/sandbox-org/apps/my-app';
const A = '/orgs/{orgId}/apps/{appId}';
const HUMANITEC_VISITS: Visit[] = [
  {
    route: `${A}/envs/{envId}/runtime`,
    path: `${APP}/envs/staging/runtime`,
    headers: { authorization: 'Bearer sandbox', accept: 'application/v2+json' },
    mediaType: 'application/v2+json',
  },
  { route: `${A}/runtime`, path: `${APP}/runtime?id=development&id=staging&id=not-existing-env` },
  { route: `${A}/runtime`, path: `${APP}/runtime` },
  { route: `${A}/deltas`, path: '/orgs/sandbox-org/apps/tempora/deltas?archived=true' },
  { route: '/orgs/{orgId}/audit-logs', path: '/orgs/sandbox-org/audit-logs?per_page=100' },
  { route: '/orgs/{orgId}/audit-logs', path: '/orgs/sandbox-org/audit-logs?per_page=0' },
  { route: '/orgs/{orgId}/users/{userId}', path: '/orgs/sandbox-org/users/Not_An_Id' },
];

const CLOUD_FOUNDRY: Terrain = {
  rows: '/resources',
  keyOf: (parameter) => parameter,
  query: '?per_page=5000',
  sources: {
    /** Every fifth app, and those that never had a droplet: nothing was ever set for them. */
    '/v3/apps': async (parent, walk) =>
      (await walk.list(parent)).filter(
        (app, index) => index % 5 === 0 || at(app, '/relationships/current_droplet/data') === null,
      ),
    '/v3/revisions': async (_parent, walk) => {
      const lists = await walk.pathsOf('/v3/apps/{guid}/revisions');
      return sample((await Promise.all(lists.map((list) => walk.list(list)))).flat());
    },
    '/v3/environment_variable_groups': async () => [{ name: 'running' }, { name: 'staging' }],
    /** No list has the jobs: the provider names one in the answer to what started it. */
    '/v3/jobs': async () =>
      ['delete', 'apply_manifest', 'restage'].map((name) => ({ guid: uuidOf('job', name) })),
  },
};

const CLOUD_FOUNDRY_VISITS: Visit[] = [
  ...['deployments', 'apps', 'builds', 'droplets', 'audit_events', 'spaces', 'organizations'].map(
    (list) => ({ route: `/v3/${list}`, path: `/v3/${list}?no_such_parameter=1` }),
  ),
  { route: '/v3/apps', path: '/v3/apps?include=space.organization&per_page=5' },
  { route: '/v3/apps', path: '/v3/apps?include=space,org&page=2&per_page=3' },
  { route: '/v3/spaces', path: '/v3/spaces?include=organization' },
  { route: '/v3/deployments', path: '/v3/deployments?page=2&per_page=10&order_by=-created_at' },
  { route: '/v3/deployments', path: '/v3/deployments?states=NOTHING' },
];

/** The Humanitec stand-in with the vendor's OpenAPI 3.0 document. */
export function humanitecTarget(sandbox: Sandbox): Promise<Target> {
  const file = 'humanitec.openapi.json';
  return createTarget(sandbox, 'humanitec', file, HUMANITEC, HUMANITEC_VISITS);
}

/** The Cloud Foundry stand-in with the authors' OpenAPI 3.1 document. */
export function cloudFoundryTarget(sandbox: Sandbox): Promise<Target> {
  const file = 'cloudfoundry.openapi.json';
  return createTarget(sandbox, 'cloudfoundry', file, CLOUD_FOUNDRY, CLOUD_FOUNDRY_VISITS);
}

async function createTarget(
  sandbox: Sandbox,
  name: StandInName,
  file: string,
  terrain: Terrain,
  visits: readonly Visit[],
): Promise<Target> {
  return {
    document: withoutNullable(readSpec<OpenApiDocument>(file)),
    routes: await standInRoutes(name),
    walk: createWalk((path) => get(sandbox, name, path), terrain),
    terrain,
    complete: name === 'cloudfoundry',
    ask: (path, headers) =>
      headers ? send(sandbox[name].url + path, { headers }) : get(sandbox, name, path),
    faultNext: (fault) => sandbox[name].setFaults([{ ...fault, times: 1 }]),
    visits,
  };
}
