import { uuidOf } from '../random.ts';
import { stateOf } from './builds.ts';
import { inMicroseconds } from './dates.ts';
import { methods } from './shapes.ts';
import type { Deployment, Project, Version } from './types.ts';

type Answer = Record<string, unknown>;

/** A version as the list shows it. */
export function versionAnswer(
  project: Project,
  deployment: Deployment,
  version: Version,
  now: number,
): Answer {
  if (version.examples) return version.examples.list;
  const { settings } = version;
  const state = stateOf(version, now);
  const own = project.generation === '3.13' ? since313(version) : since412(deployment, version);
  return {
    id: version.id,
    deployment: deployment.name,
    version: version.name,
    description: version.description,
    status: state.status,
    active_revision: state.activeRevision,
    ...(project.generation === '3.13'
      ? { latest_build: state.latestBuild?.id ?? null }
      : { latest_revision: version.revisions.at(-1)?.id ?? null }),
    instance_type: settings.instanceType,
    maximum_instances: settings.maximumInstances,
    minimum_instances: settings.minimumInstances,
    maximum_idle_time: settings.maximumIdleTime,
    labels: version.labels,
    creation_date: inMicroseconds(version.createdAt),
    last_updated: inMicroseconds(Math.max(version.createdAt, state.changedAt)),
    request_retention_time: settings.requestRetentionTime,
    request_retention_mode: settings.requestRetentionMode,
    static_ip: settings.staticIp,
    restart_request_interruption: settings.restartRequestInterruption,
    ...own,
  };
}

/**
 * One version. The field list calls the time of the last upload `last_file_upload`; the example of
 * the same page says `last_file_uploaded`, which is what `seed` answers.
 */
export function versionDetail(
  project: Project,
  deployment: Deployment,
  version: Version,
  now: number,
): Answer {
  if (version.examples) return version.examples.detail;
  const uploadedAt = version.revisions.at(-1)?.createdAt;
  const uploaded = uploadedAt === undefined ? null : inMicroseconds(uploadedAt);
  return {
    ...versionAnswer(project, deployment, version, now),
    ...methods(uploaded !== null),
    ...(project.generation === '3.13'
      ? { last_file_uploaded: uploaded }
      : { last_file_upload: uploaded, ...instanceTypeGroup(version) }),
  };
}

function since313({ settings }: Version): Answer {
  return {
    language: settings.runtime,
    language_description: settings.runtimeName,
    memory_allocation: settings.memoryMib,
    monitoring: settings.monitoring,
    default_notification_group: settings.defaultNotificationGroup,
    maximum_queue_size_express: settings.queueSizeExpress,
    maximum_queue_size_batch: settings.queueSizeBatch,
  };
}

function since412(deployment: Deployment, { name, settings }: Version): Answer {
  return {
    default: deployment.defaultVersion === name,
    environment: settings.runtime,
    environment_display_name: settings.runtimeName,
    maximum_queue_size: settings.queueSize,
    ports: settings.ports,
    scaling_strategy: settings.scalingStrategy,
    instance_processes: settings.instanceProcesses,
  };
}

function instanceTypeGroup({ settings }: Version): Answer {
  const name = settings.instanceType;
  return {
    instance_type_group_id: instanceTypeGroupId(name),
    instance_type_group_name: name,
  };
}

/** The id of the group that has the instance type of this name. */
export function instanceTypeGroupId(name: string): string {
  return uuidOf('ubiops', 'instance-type-group', name);
}
