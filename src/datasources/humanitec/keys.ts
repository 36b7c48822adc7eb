import { type Ref, toId } from '../../ids.ts';

/** What of the platform an entry of the configuration lets in. */
export interface Reach {
  readonly provider: string;
  readonly organization: string;
  /** Ids of applications; `undefined`: all that the organization lists. */
  readonly applications: ReadonlySet<string> | undefined;
}

/** An environment; its id is unique within its application only. */
export interface EnvironmentKeys {
  readonly application: string;
  readonly environment: string;
}

export interface DeploymentKeys extends EnvironmentKeys {
  readonly deployment: string;
}

/** The source of a rollout. `values`: the value set version, "" where none is pinned. */
export interface RevisionKeys extends EnvironmentKeys {
  readonly set: string;
  readonly values: string;
}

/** `set` is "" where the deployment does not tell its set. */
export type VersionKeys = DeploymentKeys & RevisionKeys;

/**
 * What can be one segment of a path: anything but nothing, a dot segment, a separator, a control
 * character or half a surrogate pair. Percent-encoding does not save a path from "..", and throws
 * at the last. Humanitec's own rules are stricter, but not published for all kinds of ids.
 */
export const KEY = /^(?!\.{1,2}$)[^/\\\p{Cc}\p{Cs}]+$/u;

/** The keys below the organization; `undefined`: not let in, or no keys of a scope. */
export function scopeKeys(reach: Reach, ref: Ref): Partial<EnvironmentKeys> | undefined {
  if (!isScope(ref.keys) || !admits(reach, ref.keys)) return undefined;
  const [, application, environment] = ref.keys;
  return {
    ...(application !== undefined && { application }),
    ...(environment !== undefined && { environment }),
  };
}

/** The keys of an environment; `undefined` also for every other scope. */
export function environmentKeys(reach: Reach, ref: Ref): EnvironmentKeys | undefined {
  const [, application, environment] = ref.keys;
  if (application === undefined || environment === undefined) return undefined;
  return scopeKeys(reach, ref) && { application, environment };
}

/** `undefined`: not let in, or no keys of a deployment. */
export function deploymentKeys(reach: Reach, ref: Ref): DeploymentKeys | undefined {
  const [, application = '', environment = '', deployment = '', ...rest] = ref.keys;
  const valid = rest.length === 0 && [application, environment, deployment].every(isKey);
  return valid && admits(reach, ref.keys) ? { application, environment, deployment } : undefined;
}

/** `undefined`: not let in, or no keys of a version. */
export function versionKeys(reach: Reach, ref: Ref): VersionKeys | undefined {
  const [organization = '', application = '', environment = '', deployment = '', set, values] =
    ref.keys;
  const owner = { ...ref, keys: [organization, application, environment, deployment] };
  const keys = deploymentKeys(reach, owner);
  if (!keys || set === undefined || values === undefined || ref.keys.length > 6) return undefined;
  return isKeyOrNone(set) && isKeyOrNone(values) ? { ...keys, set, values } : undefined;
}

/** `undefined`: not let in, or no keys of a revision. */
export function revisionKeys(reach: Reach, ref: Ref): RevisionKeys | undefined {
  const [, application = '', environment = '', set = '', values = '', ...rest] = ref.keys;
  const valid = rest.length === 0 && [application, environment, set].every(isKey);
  if (!valid || !isKeyOrNone(values) || !admits(reach, ref.keys)) return undefined;
  return { application, environment, set, values };
}

/** Whether these can be the keys of a scope, of whatever organization. */
export function isScope(keys: readonly string[]): boolean {
  return keys.length >= 1 && keys.length <= 3 && keys.every(isKey);
}

/** The global id of the organization, or with keys of what is below it. */
export function scopeId(reach: Reach, ...keys: readonly string[]): string {
  return toId(reach.provider, 'Scope', [reach.organization, ...keys]);
}

export function deploymentId(reach: Reach, keys: DeploymentKeys): string {
  return toId(reach.provider, 'Deployment', pathKeys(reach, keys));
}

export function versionId(reach: Reach, keys: VersionKeys): string {
  return toId(reach.provider, 'Version', [...pathKeys(reach, keys), keys.set, keys.values]);
}

export function revisionId(reach: Reach, keys: RevisionKeys): string {
  const { application, environment, set, values } = keys;
  const path = [reach.organization, application, environment, set, values];
  return toId(reach.provider, 'Revision', path);
}

/** The path of the organization, `A` of an application, `E` of an environment. */
export function pathOf(reach: Reach, { application, environment }: Partial<EnvironmentKeys>) {
  const organization = `/orgs/${encodeURIComponent(reach.organization)}`;
  if (application === undefined) return organization;
  const path = `${organization}/apps/${encodeURIComponent(application)}`;
  return environment === undefined ? path : `${path}/envs/${encodeURIComponent(environment)}`;
}

/** The path of a deployment. */
export function deployPath(reach: Reach, keys: DeploymentKeys): string {
  return `${pathOf(reach, keys)}/deploys/${encodeURIComponent(keys.deployment)}`;
}

/** Whether an application is let in. */
export function admitsApplication({ applications }: Reach, application: string): boolean {
  return applications?.has(application) ?? true;
}

function admits(reach: Reach, [organization, application]: readonly string[]): boolean {
  if (organization !== reach.organization) return false;
  return application === undefined || admitsApplication(reach, application);
}

function isKey(key: string): boolean {
  return KEY.test(key);
}

function isKeyOrNone(key: string): boolean {
  return key === '' || isKey(key);
}

function pathKeys(reach: Reach, { application, environment, deployment }: DeploymentKeys) {
  return [reach.organization, application, environment, deployment];
}
