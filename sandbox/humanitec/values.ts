import { uuidOf } from '../random.ts';
import type {
  Application,
  Environment,
  PatchOperation,
  SharedValue,
  ValueSetVersion,
} from './model.ts';

/** One edit of a shared value; a key that is not there yet is created. */
export interface ValueChange {
  at: number;
  by: string;
  key: string;
  /** The environment that overrides it; the application's own value without. */
  envId?: string;
  /** Absent: the value is deleted. A secret's value is kept nowhere. */
  value?: string;
  secret?: boolean;
  description?: string;
  /** Where the value is; absent: in the organization's primary store. */
  reference?: SecretReference;
  versionId?: string;
}

export interface SecretReference {
  store?: string;
  ref?: string;
  version?: string;
}

/** What an edit came to: for the audit log. */
export type ChangeVerb = 'create' | 'update' | 'delete';

/**
 * Applies an edit and adds the value set versions it leads to: one at the level of the edit, and for
 * an edit of the application one more in each environment that has overrides.
 */
export function changeValue(application: Application, change: ValueChange): ChangeVerb {
  const environment = application.environments.find((each) => each.id === change.envId);
  const level = environment ? environment.overrides : application.values;
  const verb = applyTo(level, change, environment ? 'env' : 'app', application.id);
  const operation: PatchOperation = {
    op: verb === 'create' ? 'add' : verb === 'update' ? 'replace' : 'remove',
    path: `/${change.key}`,
  };
  const value = level.get(change.key);
  if (value) operation.value = value;

  if (environment) {
    environment.versions ??= [...application.versions];
    addVersion(application, environment, change, `env_value_${verb}`, operation);
    return verb;
  }
  addVersion(application, undefined, change, `app_value_${verb}`, operation);
  for (const each of application.environments) {
    if (each.versions) addVersion(application, each, change, `app_value_${verb}`, operation);
  }
  return verb;
}

/** The application's values under the environment's overrides; `source` tells which is which. */
export function valuesOf(
  application: Application,
  environment: Environment | undefined,
): SharedValue[] {
  const merged = new Map([...application.values, ...(environment?.overrides ?? [])]);
  return [...merged.values()];
}

/**
 * The versions of an environment, oldest first: "In case this environment has no overrides the
 * response is the same as the App level endpoint."
 */
export function versionsOf(
  application: Application,
  environment: Environment | undefined,
): ValueSetVersion[] {
  return environment?.versions ?? application.versions;
}

function applyTo(
  level: Map<string, SharedValue>,
  change: ValueChange,
  source: 'app' | 'env',
  appId: string,
): ChangeVerb {
  if (change.value === undefined) {
    level.delete(change.key);
    return 'delete';
  }
  const before = level.get(change.key);
  const secret = change.secret ?? before?.is_secret ?? false;
  const version = Number(before?.secret_version ?? 0) + 1;
  level.set(change.key, {
    key: change.key,
    value: secret ? '' : change.value,
    is_secret: secret,
    description: change.description ?? before?.description ?? '',
    created_at: before?.created_at ?? dateTime(change.at),
    updated_at: dateTime(change.at),
    source,
    secret_key: secret
      ? (change.reference?.ref ?? ['orgs/sandbox-org/apps', appId, source, change.key].join('/'))
      : null,
    secret_version: secret ? (change.reference?.version ?? `${version}`) : null,
    secret_store_id: secret ? (change.reference?.store ?? 'humanitec') : null,
  });
  return before ? 'update' : 'create';
}

function addVersion(
  application: Application,
  environment: Environment | undefined,
  change: ValueChange,
  resultOf: string,
  operation: PatchOperation,
): void {
  const versions = versionsOf(application, environment);
  const values = valuesOf(application, environment);
  versions.push({
    id:
      change.versionId ??
      uuidOf('humanitec-values', application.id, environment?.id ?? '', versions.length),
    values: Object.fromEntries(values.map((value) => [value.key, value])),
    change: [operation],
    created_at: dateTime(change.at),
    created_by: change.by,
    updated_at: dateTime(change.at),
    result_of: resultOf,
    comment: '',
    source_value_set_version_id: null,
  });
}

/** Values carry a plain `date-time`, here with microseconds, not the API's usual pattern. */
function dateTime(at: number): string {
  return new Date(at).toISOString().replace('Z', '000Z');
}
