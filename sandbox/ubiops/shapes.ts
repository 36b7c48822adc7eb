import { statusOf } from './builds.ts';
import { inMicroseconds, inMilliseconds } from './dates.ts';
import type {
  AuditEvent,
  Build,
  Deployment,
  Project,
  Revision,
  Variable,
  Version,
} from './types.ts';
import type { EffectiveVariable } from './variables.ts';

type Answer = Record<string, unknown>;

/** A project as the list shows it. 3.13 knows the day of its creation only. */
export function projectAnswer(project: Project): Answer {
  const created = inMicroseconds(project.createdAt);
  return {
    id: project.id,
    name: project.name,
    creation_date: project.generation === '3.13' ? created.slice(0, 10) : created,
    advanced_permissions: false,
    credits: null,
    organization_name: project.organization,
    ...(project.generation === '4.12' && { labels: project.labels }),
  };
}

export function projectDetail(project: Project): Answer {
  return {
    ...projectAnswer(project),
    suspended: project.generation === '3.13' ? null : false,
    suspended_reason: null,
    ...(project.generation === '4.12' && { cors_origins: [] }),
  };
}

/** A deployment as the list shows it: its fields without widgets, and no default version. */
export function deploymentAnswer(project: Project, deployment: Deployment): Answer {
  if (deployment.examples) return deployment.examples.list;
  const bare = (fields: Deployment['inputFields']) =>
    fields.map(({ name, data_type }) => ({ name, data_type }));
  return {
    ...deploymentBase(project, deployment),
    input_fields: bare(deployment.inputFields),
    output_fields: bare(deployment.outputFields),
    ...(project.generation === '3.13' && { number_of_versions: deployment.versions.length }),
  };
}

export function deploymentDetail(project: Project, deployment: Deployment): Answer {
  if (deployment.examples) return deployment.examples.detail;
  return {
    ...deploymentCreateAnswer(project, deployment),
    default_version: deployment.defaultVersion,
  };
}

/** The answer to what creates a deployment: it cannot have a default version yet. */
export function deploymentCreateAnswer(project: Project, deployment: Deployment): Answer {
  return {
    ...deploymentBase(project, deployment),
    input_fields: deployment.inputFields,
    output_fields: deployment.outputFields,
  };
}

/** A build of 3.13. The message is empty unless it has failed. */
export function buildAnswer(build: Build, now: number): Answer {
  const { status } = statusOf(build, now);
  return {
    id: build.id,
    revision: build.revision,
    creation_date: inMilliseconds(build.startedAt),
    status,
    error_message: status === 'failed' ? build.errorMessage : '',
    trigger: build.trigger,
    ...methods(),
  };
}

/** A revision. Since 3.15 it says how its build went, in four words. */
export function revisionAnswer(
  project: Project,
  version: Version,
  revision: Revision,
  now: number,
): Answer {
  const answer = {
    id: revision.id,
    version: version.name,
    creation_date: inMilliseconds(revision.createdAt),
    created_by: revision.createdBy,
  };
  if (project.generation === '3.13') return answer;
  const build = version.builds.findLast((candidate) => candidate.revision === revision.id);
  const status = revisionStatus(build, now);
  return {
    ...answer,
    status,
    error_message: status === 'failed' && build ? build.errorMessage : '',
    ...methods(),
    empty: revision.empty,
  };
}

export function variableAnswer({ id, name, value, secret }: Variable): Answer {
  return { id, name, value: secret ? null : value, secret };
}

export function inheritedAnswer(effective: EffectiveVariable): Answer {
  return {
    ...variableAnswer(effective.variable),
    inheritance_type: effective.inheritanceType,
    inheritance_name: effective.inheritanceName,
  };
}

export function auditAnswer(event: AuditEvent): Answer {
  return {
    id: event.id,
    date: inMilliseconds(event.at),
    action: event.action,
    user: event.user,
    event: event.event,
    object_type: event.objectType,
    object_name: event.objectName,
  };
}

/** Whether the code has the two methods; all code here has the first one only. */
export function methods(hasCode = true): Answer {
  return { has_request_method: hasCode, has_requests_method: false };
}

function deploymentBase(project: Project, deployment: Deployment): Answer {
  const updated = deployment.versions.at(-1)?.createdAt ?? deployment.createdAt;
  return {
    id: deployment.id,
    name: deployment.name,
    ...(project.generation === '4.12' && {
      supports_request_format: deployment.supportsRequestFormat,
    }),
    project: deployment.projectName,
    description: deployment.description,
    input_type: deployment.inputFields.length === 0 ? 'plain' : 'structured',
    output_type: deployment.outputFields.length === 0 ? 'plain' : 'structured',
    labels: deployment.labels,
    creation_date: inMicroseconds(deployment.createdAt),
    last_updated: inMicroseconds(Math.max(updated, deployment.createdAt)),
  };
}

function revisionStatus(build: Build | undefined, now: number): string {
  if (!build) return 'queued';
  const { status } = statusOf(build, now);
  if (status === 'deploying' || status === 'validating') return 'building';
  return status === 'cancelled' ? 'failed' : status;
}
