import { variable } from './make.ts';
import type { Deployment, Project, Variable, Version } from './types.ts';

/** A variable as a deployment or a version sees it: with the level it comes from, null for its own. */
export interface EffectiveVariable {
  variable: Variable;
  inheritanceType: 'project' | 'deployment' | null;
  inheritanceName: string | null;
}

/**
 * What is in effect for the deployment, or for the version when one is given: its own variables
 * first, then those of the levels above that no lower one shadows by the same name.
 */
export function effectiveVariables(
  project: Project,
  deployment: Deployment,
  version?: Version,
): EffectiveVariable[] {
  const effective: EffectiveVariable[] = [];
  const add = (
    variables: Variable[],
    inheritanceType: EffectiveVariable['inheritanceType'],
    inheritanceName: string | null,
  ) => {
    const taken = new Set(effective.map((known) => known.variable.name));
    for (const candidate of variables) {
      if (taken.has(candidate.name)) continue;
      effective.push({ variable: candidate, inheritanceType, inheritanceName });
    }
  };
  if (version) {
    add(version.variables, null, null);
    add(deployment.variables, 'deployment', deployment.name);
  } else {
    add(deployment.variables, null, null);
  }
  add(project.variables, 'project', deployment.projectName);
  return effective;
}

/** Adds the variables of `current`: every way in which one can shadow another. */
export function addCurrentVariables(project: Project): void {
  project.variables.push(
    variable(project.id, 'log_level', 'info'),
    variable(project.id, 'region', 'eu-west'),
    variable(project.id, 'api_token', 'hidden', true),
    variable(project.id, 'database_url', 'postgres://db/main'),
    variable(project.id, 'model_bucket', 'models'),
    variable(project.id, 'registry_password', 'hidden', true),
  );
  const router = project.deployments.find(({ name }) => name === 'order-router');
  const [first, second] = router?.versions ?? [];
  if (!router || !first || !second) return;
  router.variables.push(
    variable(router.id, 'region', 'eu-central'),
    variable(router.id, 'api_token', 'local-token'),
    variable(router.id, 'batch_size', '32'),
    variable(router.id, 'proxy', ''),
    variable(router.id, 'signing_key', 'hidden', true),
  );
  first.variables.push(
    variable(first.id, 'log_level', 'debug'),
    variable(first.id, 'region', 'us-east'),
    variable(first.id, 'random_seed', '7'),
    variable(first.id, 'database_url', 'hidden', true),
  );
  second.variables.push(
    variable(second.id, 'batch_size', '64'),
    variable(second.id, 'signing_key', 'hidden', true),
  );
}

/**
 * Adds the shadowing of `seed`. Its one project variable is the secret of the documentation's
 * example, so that the lists of the examples hold what is printed and nothing else.
 */
export function addSeedVariables(project: Project): void {
  const router = project.deployments.find(({ name }) => name === 'order-router');
  const second = router?.versions[1];
  const tagger = project.deployments.find(({ name }) => name === 'image-tagger')?.versions[0];
  if (!router || !second || !tagger) return;
  router.variables.push(
    variable(router.id, 'database_password', 'postgres'),
    variable(router.id, 'batch_size', '32'),
    variable(router.id, 'proxy', ''),
  );
  second.variables.push(
    variable(second.id, 'database_password', 'hidden', true),
    variable(second.id, 'batch_size', '64'),
  );
  tagger.variables.push(variable(tagger.id, 'database_password', 'tagger'));
}
