import { ORG } from './catalogue.ts';
import { notFound, notFoundText } from './errors.ts';
import type { Application, Deployment, Environment, World } from './model.ts';

export interface OrgParams {
  orgId: string;
}
export interface AppParams extends OrgParams {
  appId: string;
}
export interface EnvParams extends AppParams {
  envId: string;
}
export interface DeployParams extends EnvParams {
  deployId: string;
}

/** Refuses any organization but the sandbox's. */
export function requireOrg({ orgId }: OrgParams): void {
  if (orgId !== ORG.id) throw notFound(`Organization ${orgId} not found.`);
}

export function requireApp(world: World, params: AppParams): Application {
  requireOrg(params);
  const found = world.applications.find((each) => each.id === params.appId);
  if (!found) throw notFound(`Application ${params.appId} not found in ${params.orgId}.`);
  return found;
}

export function requireEnv(world: World, params: EnvParams): [Application, Environment] {
  const application = requireApp(world, params);
  const found = application.environments.find((each) => each.id === params.envId);
  if (!found) throw notFound(`Environment ${params.envId} not found in ${params.appId}.`);
  return [application, found];
}

export function requireDeployment(world: World, params: DeployParams): Deployment {
  const [, environment] = requireEnv(world, params);
  const found = environment.deployments.find((each) => each.id === params.deployId);
  if (!found) throw notFound(`Deployment ${params.deployId} not found in ${params.envId}.`);
  return found;
}

/** As `requireApp`, for the endpoints whose 404 is a bare JSON string. */
export function requireAppOrText(world: World, params: AppParams): Application {
  const found = world.applications.find((each) => each.id === params.appId);
  if (params.orgId !== ORG.id || !found) {
    throw notFoundText(`Application ${params.appId} not found in ${params.orgId}.`);
  }
  return found;
}
