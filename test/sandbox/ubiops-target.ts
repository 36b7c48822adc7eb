import type { Sandbox } from '../../sandbox/index.ts';
import type { Deviation } from './deviation.ts';
import { get, rowsOf, type Reply } from './http.ts';
import { withUnknowns } from './inspect.ts';
import { anonymous, standInRoutes } from './routes.ts';
import { readSpec } from './specs.ts';
import { typeDeviations, typeOf, type DerivedSpec } from './ubiops-check.ts';
import { createWalk, sample, type Terrain, type Walk } from './walk.ts';

const BASE = '/v2.1';
const VERSIONS = '/projects/{project_name}/deployments/{deployment_name}/versions';

/** The two generations of shapes: which project answers with them, and what describes them. */
export const GENERATIONS = [
  { generation: '3.13', project: 'seed' },
  { generation: '4.12', project: 'current' },
] as const;

/** What one generation of the stand-in answered. */
export interface UbiopsFindings {
  deviations: Deviation[];
  /** The statuses of each described route. */
  answered: Map<string, Set<number>>;
  /** The answers for names that do not exist. */
  errors: Reply[];
  /** The answers of the stand-in's routes that this generation does not describe. */
  dropped: Reply[];
}

/** Requests every route of one generation, below its project. */
export async function inspectUbiops(
  sandbox: Sandbox,
  { generation, project }: (typeof GENERATIONS)[number],
): Promise<UbiopsFindings> {
  const spec = readSpec<DerivedSpec>(`ubiops-${generation}.derived.json`);
  const routes = await standInRoutes('ubiops', BASE);
  const walk = createWalk((path) => get(sandbox, 'ubiops', BASE + path), terrainOf(project));
  const findings: UbiopsFindings = { deviations: [], answered: new Map(), errors: [], dropped: [] };
  const described = describedRoutes(spec, routes);
  for (const route of described) {
    for (const path of await walk.pathsOf(route)) {
      note(spec, findings, project, route, await walk.read(path));
    }
    const [path] = await walk.pathsOf(route);
    for (const unknown of withUnknowns(route, path ?? route)) {
      findings.errors.push(await walk.read(unknown));
    }
  }
  const audit = '/projects/{project_name}/audit';
  const all = await walk.read(`/projects/${project}/audit?limit=100000`);
  note(spec, findings, project, audit, all);
  const known = new Set(described.map(anonymous));
  for (const route of routes.filter((each) => !known.has(each))) {
    findings.dropped.push(await walk.read(await anyPathOf(walk, route)));
  }
  return findings;
}

/** What of the body of a 200 is not as the description of the generation says. */
export function deviationsOf(generation: string, route: string, body: unknown): Deviation[] {
  const spec = readSpec<DerivedSpec>(`ubiops-${generation}.derived.json`);
  return typeDeviations(spec, typeOf(spec, route) ?? 'nothing', body, `GET ${route}`);
}

/** The described GET routes that the stand-in has. */
function describedRoutes(spec: DerivedSpec, routes: readonly string[]): string[] {
  return spec.endpoints
    .filter(({ method, path }) => method === 'GET' && routes.includes(anonymous(path)))
    .map(({ path }) => path);
}

function terrainOf(project: string): Terrain {
  return {
    rows: '',
    keyOf: (parameter) => KEYS[parameter] ?? 'id',
    query: '',
    sources: {
      '/projects': async () => [{ name: project }],
      '/projects/{project_name}/deployments': (parent, walk) => walk.list(parent),
      // One deployment has a version for each thing that a version can say.
      [VERSIONS]: async (parent, walk) => {
        const rows = await walk.list(parent);
        return parent.includes('/showcase/') ? rows : sample(rows);
      },
      ...ownVariables(`${VERSIONS}/{version}`),
      ...ownVariables('/projects/{project_name}/deployments/{deployment_name}'),
    },
  };
}

const KEYS: Record<string, string> = {
  project_name: 'name',
  deployment_name: 'name',
  version: 'version',
};

/** Of an inherited variable nothing can be read by its id. */
function ownVariables(owner: string): Terrain['sources'] {
  return {
    [`${owner}/environment-variables`]: async (parent, walk) => {
      const rows = await walk.list(parent);
      return sample(rows.filter((row) => row['inheritance_type'] === null));
    },
  };
}

/** The list of projects has both generations: only this one's project is held to its model. */
function note(
  spec: DerivedSpec,
  { deviations, answered }: UbiopsFindings,
  project: string,
  route: string,
  { url, status, body }: Reply,
): void {
  answered.set(route, (answered.get(route) ?? new Set()).add(status));
  const type = typeOf(spec, route);
  if (status !== 200 || type === undefined || type === 'file') return;
  const own = route === '/projects' ? rowsOf(body).filter(({ name }) => name === project) : body;
  const where = `GET ${new URL(url).pathname}`;
  deviations.push(...typeDeviations(spec, type, own, where));
  // A variable that comes in a list is reported, and held to its model all the same.
  if (Array.isArray(own) && !type.startsWith('list')) {
    deviations.push(...typeDeviations(spec, `list[${type}]`, own, where));
  }
}

/** A path of a route whose parameters have no names: the version's, with any id at the end. */
async function anyPathOf(walk: Walk, route: string): Promise<string> {
  const [version] = await walk.pathsOf(`${VERSIONS}/{version}`);
  const versionRoute = anonymous(`${VERSIONS}/{version}`);
  return route.replace(versionRoute, version ?? '').replace('{}', 'any-id');
}
