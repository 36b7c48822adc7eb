/** An environment variable is stored as it was given, so numbers and booleans come back as such. */
export type Variables = Record<string, string | number | boolean>;

export interface Metadata {
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

/** What every record has. Times are milliseconds since 1970; the API shows whole seconds. */
export interface Entity {
  guid: string;
  createdAt: number;
  updatedAt: number;
  metadata: Metadata;
}

export interface Organization extends Entity {
  name: string;
}

export interface Space extends Entity {
  name: string;
  organization: Organization;
}

export interface User {
  guid: string;
  name: string;
}

export interface Sidecar {
  name: string;
  command: string;
  memory_in_mb: number | null;
  process_types: string[];
}

export interface App extends Entity {
  /** `organization/space/name`: what ids are made from. */
  key: string;
  name: string;
  space: Space;
  state: 'STARTED' | 'STOPPED';
  lifecycle: 'buildpack' | 'cnb' | 'docker';
  buildpack: string;
  command: string;
  sidecars: Sidecar[];
  /** How many web instances it runs when no deployment is under way. */
  webInstances: number;
  environment: Variables | null;
  hasDatabase: boolean;
  revisionsEnabled: boolean;
  /** The current droplet. */
  droplet: Droplet | undefined;
  /** The current revision. */
  revision: Revision | undefined;
  revisionCount: number;
}

export interface Droplet extends Entity {
  app: App;
  packageGuid: string;
  state: 'STAGING' | 'STAGED' | 'FAILED' | 'EXPIRED';
  error: string | null;
}

export interface Build extends Entity {
  app: App;
  packageGuid: string;
  state: 'STAGING' | 'STAGED' | 'FAILED';
  error: string | null;
  droplet: Droplet | undefined;
  user: User;
}

export interface Revision extends Entity {
  app: App;
  version: number;
  droplet: Droplet | undefined;
  environment: Variables;
  description: string;
}

export interface Process extends Entity {
  app: App;
  type: string;
  command: string;
  instances: number;
  state: 'RUNNING' | 'CRASHED';
  revision: Revision | undefined;
}

/** The options as a client sends them and the API shows them. */
export interface DeploymentOptions {
  max_in_flight: number;
  web_instances?: number;
  memory_in_mb?: number;
  disk_in_mb?: number;
  log_rate_limit_in_bytes_per_second?: number;
  canary?: { steps: { instance_weight: number }[] };
}

/** What the `states` filter compares with; not part of today's answers. */
export type InternalState =
  'DEPLOYING' | 'PREPAUSED' | 'PAUSED' | 'DEPLOYED' | 'CANCELING' | 'CANCELED' | 'FAILED';

export interface Deployment extends Entity {
  app: App;
  state: InternalState;
  value: 'ACTIVE' | 'FINALIZED';
  reason: string;
  error?: string;
  lastHealthcheck: number | null;
  lastStatusChange: number;
  strategy: 'rolling' | 'canary';
  options: DeploymentOptions;
  steps?: { current: number; total: number };
  dropletGuid: string | null;
  previousDroplet: Droplet | undefined;
  newProcesses: { guid: string; type: string }[];
  revision: Revision | undefined;
  /** Somebody has taken over: what was planned for it no longer happens. */
  steered?: boolean;
  /** A row as installations before CAPI 3.91 served it: top-level `state`, no options. */
  legacy?: boolean;
}

export interface AuditEvent extends Entity {
  type: string;
  actor: { guid: string; type: string; name: string } | null;
  target: { guid: string; type: string; name: string } | null;
  data: Record<string, unknown>;
  space: Space | null;
  organization: Organization | null;
}

export interface Job extends Entity {
  operation: string;
  state: 'PROCESSING' | 'COMPLETE' | 'FAILED';
  errors: { code: number; title: string; detail: string }[];
  app: App;
}

export interface VariableGroup {
  name: 'running' | 'staging';
  updatedAt: number | null;
  variables: Variables;
}
