import { stepAt, type Step } from '../clock.ts';

/** The four words of the API's `status`; the second has a space. */
export type Status = 'pending' | 'in progress' | 'succeeded' | 'failed';

/** What never changes about a deployment. Real rows leave out some fields the schema requires. */
export interface DeploymentFields {
  comment: string;
  created_by: string;
  from_id?: string;
  delta_id?: string;
  set_id?: string;
  export_status?: string;
  export_file?: string;
  value_set_version_id?: string | null;
  pipeline?: { id: string; run_id: string; job_id: string; step_index: number };
  mode?: 'full' | 'incremental';
  dependency_graph_id?: string;
}

/** `summary` and `error_type` are required by the schema and missing in its own example. */
export interface DeploymentError {
  scope: string;
  object_id: string;
  code: string;
  message: string;
  summary?: string;
  error_type?: string;
}

export interface Deployment {
  id: string;
  envId: string;
  createdAt: number;
  steps: Step<Status>[];
  fields: DeploymentFields;
  /** Shown from the end on: before it they are documented as unknown. */
  onceFinished: { legacy_mode?: boolean; operator_version?: string };
  /** Shown once it has failed. */
  errors: DeploymentError[];
  /** The state it leads to, also where the row does not tell. */
  set: DeploymentSet;
}

export interface Module {
  profile: string;
  spec?: Record<string, unknown>;
  externals?: Record<string, unknown>;
}

export interface DeploymentSet {
  id: string;
  modules: Record<string, Module>;
  shared: Record<string, unknown>;
  version: number;
}

/** A JSON Patch operation; deltas know `add`, `remove` and `replace`. */
export interface PatchOperation {
  op: 'add' | 'remove' | 'replace';
  path: string;
  value?: unknown;
}

export interface PlainDelta {
  modules: {
    add?: Record<string, Module>;
    remove?: string[];
    update?: Record<string, PatchOperation[]>;
  };
  shared?: PatchOperation[];
}

export interface Delta extends PlainDelta {
  id: string;
  metadata: {
    created_by?: string;
    created_at?: string;
    last_modified_at?: string;
    archived?: boolean;
    env_id?: string;
    name?: string;
    shared?: boolean;
    contributers?: string[];
  };
}

export interface SharedValue {
  key: string;
  value: string;
  is_secret: boolean;
  description: string;
  created_at: string;
  updated_at: string;
  source: 'app' | 'env';
  secret_key: string | null;
  secret_version: string | null;
  secret_store_id: string | null;
}

export interface ValueSetVersion {
  id: string;
  values: Record<string, SharedValue>;
  change: PatchOperation[];
  created_at: string;
  created_by: string;
  updated_at: string;
  result_of: string;
  comment: string;
  source_value_set_version_id: string | null;
}

export interface Environment {
  id: string;
  name: string;
  type: string;
  createdAt: number;
  createdBy: string;
  /** The environment whose state this one takes over; without one it makes new sets. */
  source?: string;
  deleting?: { since: number; message: string };
  /** Oldest first. */
  deployments: Deployment[];
  /** The base chosen by a rebase, in force until a later deployment succeeds. */
  rebase?: { at: number; deployment: Deployment };
  overrides: Map<string, SharedValue>;
  /** Oldest first; absent until the first override, when the application's are shown. */
  versions?: ValueSetVersion[];
  paused: boolean;
}

export interface Webhook {
  id: string;
  disabled: boolean;
  triggers: { scope: string; type: string }[];
  url: string;
  headers: Record<string, string>;
  payload: Record<string, unknown>;
  created_at?: string;
  created_by?: string;
}

export interface Application {
  id: string;
  name: string;
  createdAt: number;
  createdBy: string;
  workloads: string[];
  environments: Environment[];
  sets: DeploymentSet[];
  deltas: Delta[];
  values: Map<string, SharedValue>;
  /** Oldest first. */
  versions: ValueSetVersion[];
  webhooks: Webhook[];
}

export interface AuditEntry {
  at: number;
  userId: string;
  method: 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  path: string;
  status: number;
}

/** Everything the stand-in knows. */
export interface World {
  applications: Application[];
  /** Oldest first. */
  audit: AuditEntry[];
  /** How many of the scheduled deployments have begun. */
  arrived: number;
}

/** The API's timestamp: milliseconds are left out when there are none. */
export function timestamp(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z');
}

/** Where a deployment stands at `now`, and since when. */
export function statusAt(deployment: Deployment, now: number): { state: Status; since: number } {
  return (
    stepAt(deployment.createdAt, deployment.steps, now) ?? {
      state: 'pending',
      since: deployment.createdAt,
    }
  );
}

/** Whether a deployment of the environment is still under way: then no other may begin. */
export function isActive({ deployments }: Environment, now: number): boolean {
  const newest = deployments.at(-1);
  const state = newest && statusAt(newest, now).state;
  return state === 'pending' || state === 'in progress';
}

/**
 * The deployment the next one starts from: the newest that succeeded, or what a later rebase chose.
 * A failed deployment does not move it.
 */
export function baseAt(environment: Environment, now: number): Deployment | undefined {
  const { deployments, rebase } = environment;
  const succeeded = deployments.findLast((each) => statusAt(each, now).state === 'succeeded');
  if (!rebase || rebase.at > now) return succeeded;
  if (!succeeded) return rebase.deployment;
  return statusAt(succeeded, now).since > rebase.at ? succeeded : rebase.deployment;
}
