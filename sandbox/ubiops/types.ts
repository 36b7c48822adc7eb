import { type Step } from '../clock.ts';

/** Which client library's shapes a project answers with. The address is the same for both. */
export type Generation = '3.13' | '4.12';

export type BuildStatus =
  'queued' | 'building' | 'deploying' | 'validating' | 'success' | 'failed' | 'cancelled';

/** A variable where it is defined. The value of a secret is kept and never served. */
export interface Variable {
  id: string;
  name: string;
  value: string;
  secret: boolean;
}

export interface Revision {
  id: string;
  createdAt: number;
  createdBy: string;
  /** No deployment file: only 4.12 tells. */
  empty: boolean;
  /** How long the uploaded file was; absent for one that was there from the start. */
  bytes?: number;
}

/** A build; in 4.12 it has no routes and is seen as the state of its revision. */
export interface Build {
  id: string;
  revision: string;
  startedAt: number;
  steps: readonly Step<BuildStatus>[];
  /** Served once the build has failed. */
  errorMessage: string;
  trigger: string;
}

export interface VersionSettings {
  /** The `language` of 3.13, the `environment` of 4.12. */
  runtime: string;
  runtimeName: string;
  memoryMib: number;
  instanceType: string;
  maximumInstances: number;
  minimumInstances: number;
  maximumIdleTime: number;
  monitoring: string | null;
  defaultNotificationGroup: string | null;
  requestRetentionTime: number;
  requestRetentionMode: 'none' | 'metadata' | 'full';
  staticIp: boolean;
  restartRequestInterruption: boolean;
  /** The two queues of 3.13, the one queue of 4.12. */
  queueSizeExpress: number;
  queueSizeBatch: number;
  queueSize: number;
  ports: unknown[];
  scalingStrategy: string;
  instanceProcesses: number;
}

/** Objects of the documentation that are served as they are printed there. */
export interface Examples {
  list: Record<string, unknown>;
  detail: Record<string, unknown>;
}

export interface Version {
  id: string;
  name: string;
  description: string;
  labels: Record<string, string>;
  createdAt: number;
  settings: VersionSettings;
  /**
   * `availability`: its status is `available` or `unavailable` only. `progress`: it also says
   * `building` and `failed`, the two words that only the command-line tool knows.
   */
  reports: 'availability' | 'progress';
  revisions: Revision[];
  builds: Build[];
  variables: Variable[];
  examples?: Examples;
}

export interface Field {
  name: string;
  data_type: string;
  widget: Record<string, unknown>;
}

export interface Deployment {
  id: string;
  name: string;
  /** What its answers call the project; the documentation's examples say other names than `seed`. */
  projectName: string;
  description: string;
  inputFields: Field[];
  outputFields: Field[];
  labels: Record<string, string>;
  createdAt: number;
  supportsRequestFormat: boolean;
  defaultVersion: string | null;
  versions: Version[];
  variables: Variable[];
  /** Whether revisions keep arriving for its newest version. */
  busy: boolean;
  examples?: Examples;
}

export interface AuditEvent {
  id: string;
  at: number;
  action: 'create' | 'update' | 'delete' | 'info';
  user: string;
  event: string;
  objectType: string;
  /** Empty when the object is gone by now. */
  objectName: string;
  /** The deployment whose own audit list shows it. */
  deploymentId: string | null;
}

export interface Project {
  id: string;
  name: string;
  /** Other names that lead here: those that the documentation's examples use. */
  aliases: readonly string[];
  generation: Generation;
  organization: string;
  createdAt: number;
  labels: Record<string, string>;
  deployments: Deployment[];
  variables: Variable[];
  audit: AuditEvent[];
}
