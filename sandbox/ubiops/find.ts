import { Refused } from './query.ts';
import type { Build, Deployment, Project, Revision, Variable, Version } from './types.ts';
import type { World } from './world.ts';

/** The parts of a path. Everything is found by name but builds, revisions and variables. */
export interface Params {
  project?: string;
  deployment?: string;
  version?: string;
  id?: string;
}

/** Finds what a path names, with what it is in; a name that does not exist is refused with 404. */
export function find(world: World, params: Params) {
  const project = (): Project => {
    const name = params.project ?? '';
    const found = world.projects.find((each) => each.name === name || each.aliases.includes(name));
    return found ?? missing('project', name);
  };
  const deployment = (): { project: Project; deployment: Deployment } => {
    const within = project();
    const found = within.deployments.find((each) => each.name === params.deployment);
    return { project: within, deployment: found ?? missing('deployment', params.deployment) };
  };
  const version = (): { project: Project; deployment: Deployment; version: Version } => {
    const within = deployment();
    const found = within.deployment.versions.find((each) => each.name === params.version);
    return { ...within, version: found ?? missing('version', params.version) };
  };
  const revision = () => {
    const within = version();
    const found: Revision | undefined = byId(within.version.revisions, params);
    return { ...within, revision: found ?? missing('revision', params.id) };
  };
  const builds = (): Build[] => {
    const within = version();
    if (within.project.generation !== '3.13') throw new Refused(404, 'Not found');
    return within.version.builds;
  };
  const build = (): Build => byId(builds(), params) ?? missing('build', params.id);
  /** Whatever the path names that has variables. */
  const owner = (): Project | Deployment | Version => {
    if (params.version !== undefined) return version().version;
    return params.deployment === undefined ? project() : deployment().deployment;
  };
  /** Only one that is defined at that level: the routes "cannot be used" for inherited variables. */
  const variable = (): Variable =>
    byId(owner().variables, params) ?? missing('environment variable', params.id);
  return { project, deployment, version, revision, builds, build, owner, variable };
}

function byId<Row extends { id: string }>(rows: Row[], { id }: Params): Row | undefined {
  return rows.find((row) => row.id === id);
}

function missing(kind: string, name: string | undefined): never {
  throw new Refused(404, `The ${kind} '${name ?? ''}' was not found`);
}
