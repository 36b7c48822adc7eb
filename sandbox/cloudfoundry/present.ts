import type {
  App,
  AuditEvent,
  Build,
  Deployment,
  Entity,
  Job,
  Metadata,
  Organization,
  Process,
  Revision,
  Space,
} from './model.ts';
import { isDeployable } from './revisions.ts';

/** A record as the API shows it; links go to `origin`. */
export type Present<Row> = (row: Row, origin: string) => Record<string, unknown>;

/** What lists show instead of a start command. */
export const HIDDEN_IN_LISTS = '[PRIVATE DATA HIDDEN IN LISTS]';

/** `YYYY-MM-DDThh:mm:ssZ`: whole seconds. */
export function timestamp(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

export const presentDeployment: Present<Deployment> = (deployment, origin) => {
  const { app, legacy, revision } = deployment;
  return {
    ...datesOf(deployment),
    ...(legacy && { state: deployment.state }),
    status: statusOf(deployment),
    strategy: deployment.strategy,
    ...(!legacy && { options: deployment.options }),
    droplet: { guid: deployment.dropletGuid },
    previous_droplet: { guid: deployment.previousDroplet?.guid ?? null },
    new_processes: deployment.newProcesses,
    revision: revision ? { guid: revision.guid, version: revision.version } : null,
    metadata: metadataOf(deployment),
    relationships: { app: toOne(app.guid) },
    links: deploymentLinks(deployment, origin),
  };
};

export const presentRevision: Present<Revision> = (revision, origin) => {
  const { app } = revision;
  const self = `${origin}/v3/revisions/${revision.guid}`;
  return {
    ...datesOf(revision),
    version: revision.version,
    droplet: { guid: revision.droplet?.guid ?? null },
    processes: { web: { command: null } },
    sidecars: app.sidecars,
    description: revision.description,
    deployable: isDeployable(revision),
    relationships: { app: toOne(app.guid) },
    metadata: metadataOf(revision),
    links: {
      self: { href: self },
      app: { href: `${origin}/v3/apps/${app.guid}` },
      environment_variables: { href: `${self}/environment_variables` },
    },
  };
};

export const presentBuild: Present<Build> = (build, origin) => {
  const { app, user } = build;
  const droplet = build.state === 'STAGED' ? build.droplet : undefined;
  return {
    ...datesOf(build),
    state: build.state,
    staging_memory_in_mb: 1024,
    staging_disk_in_mb: 4096,
    staging_log_rate_limit_bytes_per_second: -1,
    error: build.error,
    lifecycle: lifecycleOf(app),
    package: { guid: build.packageGuid },
    droplet: droplet ? { guid: droplet.guid } : null,
    created_by: {
      guid: user.guid,
      name: user.name,
      email: user.name.includes('@') ? user.name : null,
    },
    relationships: { app: toOne(app.guid) },
    metadata: metadataOf(build),
    links: {
      self: { href: `${origin}/v3/builds/${build.guid}` },
      app: { href: `${origin}/v3/apps/${app.guid}` },
      ...(droplet && { droplet: { href: `${origin}/v3/droplets/${droplet.guid}` } }),
    },
  };
};

export const presentApp: Present<App> = (app, origin) => {
  const self = `${origin}/v3/apps/${app.guid}`;
  const below = Object.fromEntries(
    [
      'processes',
      'packages',
      'environment_variables',
      'droplets',
      'tasks',
      'revisions',
      'features',
    ].map((name) => [name, { href: `${self}/${name}` }]),
  );
  return {
    ...datesOf(app),
    name: app.name,
    state: app.state,
    lifecycle: lifecycleOf(app),
    relationships: {
      space: toOne(app.space.guid),
      current_droplet: { data: app.droplet ? { guid: app.droplet.guid } : null },
    },
    metadata: metadataOf(app),
    links: {
      self: { href: self },
      space: { href: `${origin}/v3/spaces/${app.space.guid}` },
      ...below,
      current_droplet: { href: `${self}/droplets/current` },
      deployed_revisions: { href: `${self}/revisions/deployed` },
      start: { href: `${self}/actions/start`, method: 'POST' },
      stop: { href: `${self}/actions/stop`, method: 'POST' },
    },
  };
};

export const presentProcess: Present<Process> = (process, origin) => {
  const { app, revision } = process;
  const self = `${origin}/v3/processes/${process.guid}`;
  return {
    ...datesOf(process),
    version: process.guid,
    type: process.type,
    command: process.command,
    user: 'vcap',
    instances: process.instances,
    memory_in_mb: 512,
    disk_in_mb: 1024,
    log_rate_limit_in_bytes_per_second: -1,
    health_check: { type: 'port', data: { timeout: null, invocation_timeout: null } },
    readiness_health_check: { type: 'process', data: { invocation_timeout: null } },
    relationships: {
      app: toOne(app.guid),
      revision: revision ? toOne(revision.guid) : null,
    },
    metadata: metadataOf(process),
    links: {
      self: { href: self },
      scale: { href: `${self}/actions/scale`, method: 'POST' },
      app: { href: `${origin}/v3/apps/${app.guid}` },
      space: { href: `${origin}/v3/spaces/${app.space.guid}` },
      stats: { href: `${self}/stats` },
    },
  };
};

export const presentSpace: Present<Space> = (space, origin) => {
  const self = `${origin}/v3/spaces/${space.guid}`;
  return {
    ...datesOf(space),
    name: space.name,
    relationships: { organization: toOne(space.organization.guid), quota: { data: null } },
    metadata: metadataOf(space),
    links: {
      self: { href: self },
      features: { href: `${self}/features` },
      organization: { href: `${origin}/v3/organizations/${space.organization.guid}` },
      apply_manifest: { href: `${self}/actions/apply_manifest`, method: 'POST' },
    },
  };
};

export const presentOrganization: Present<Organization> = (organization, origin) => {
  const self = `${origin}/v3/organizations/${organization.guid}`;
  return {
    ...datesOf(organization),
    name: organization.name,
    suspended: false,
    relationships: { quota: { data: null } },
    metadata: metadataOf(organization),
    links: {
      self: { href: self },
      domains: { href: `${self}/domains` },
      default_domain: { href: `${self}/domains/default` },
    },
  };
};

export const presentEvent: Present<AuditEvent> = (event, origin) => ({
  ...datesOf(event),
  type: event.type,
  actor: event.actor,
  target: event.target,
  data: event.data,
  space: event.space ? { guid: event.space.guid } : null,
  organization: event.organization ? { guid: event.organization.guid } : null,
  links: { self: { href: `${origin}/v3/audit_events/${event.guid}` } },
});

export const presentJob: Present<Job> = (job, origin) => ({
  ...datesOf(job),
  operation: job.operation,
  state: job.state,
  errors: job.errors,
  warnings: [],
  links: {
    self: { href: `${origin}/v3/jobs/${job.guid}` },
    app: { href: `${origin}/v3/apps/${job.app.guid}` },
  },
});

function statusOf(deployment: Deployment): Record<string, unknown> {
  const { value, reason, error, steps, lastHealthcheck, lastStatusChange, legacy } = deployment;
  return {
    value,
    reason,
    details: {
      last_successful_healthcheck: lastHealthcheck === null ? null : timestamp(lastHealthcheck),
      ...(!legacy && { last_status_change: timestamp(lastStatusChange) }),
      ...(error !== undefined && { error }),
    },
    ...(steps && { canary: { steps: { ...steps } } }),
  };
}

function deploymentLinks(deployment: Deployment, origin: string): Record<string, unknown> {
  const self = `${origin}/v3/deployments/${deployment.guid}`;
  return {
    self: { href: self },
    app: { href: `${origin}/v3/apps/${deployment.app.guid}` },
    ...(deployment.value === 'ACTIVE' && {
      cancel: { href: `${self}/actions/cancel`, method: 'POST' },
    }),
    ...(deployment.reason === 'PAUSED' && {
      continue: { href: `${self}/actions/continue`, method: 'POST' },
    }),
  };
}

/** The lifecycle of an app and its builds. */
function lifecycleOf({ lifecycle, buildpack }: App): Record<string, unknown> {
  if (lifecycle === 'docker') return { type: 'docker', data: {} };
  const buildpacks = lifecycle === 'cnb' ? ['docker://gcr.io/paketo-buildpacks/java'] : [buildpack];
  return { type: lifecycle, data: { buildpacks, stack: 'cflinuxfs4' } };
}

/** The fields every answer begins with. */
export function datesOf({ guid, createdAt, updatedAt }: Entity): Record<string, unknown> {
  return { guid, created_at: timestamp(createdAt), updated_at: timestamp(updatedAt) };
}

export function toOne(guid: string): { data: { guid: string } } {
  return { data: { guid } };
}

export function metadataOf({ metadata }: Entity): Metadata {
  return metadata;
}
