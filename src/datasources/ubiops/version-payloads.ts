import { z } from 'zod';
import { type Ref, toId } from '../../ids.ts';
import { Status } from '../../schema/enums.ts';
import type { Version } from '../../schema/version.ts';
import { count, flag, labels, listOf, moment, seconds, text, word } from './fields.ts';
import { toVersionStatus } from './status.ts';

/**
 * What turns a revision into something that runs, and therefore where its state is: builds of their
 * own up to API 3.14, the revisions themselves from 3.15 on. The address of the API is the same.
 */
export type Generation = 'builds' | 'revisions';

/** A version, with what its payload says beside it. */
export interface VersionRow {
  /** The status is UNKNOWN while only the newest build can tell. */
  version: Version;
  /** Which API this is; `undefined`: the payload does not show it. */
  generation: Generation | undefined;
  /** UUID of the newest build; `null`: it was never built. `undefined`: not told. */
  newest: string | null | undefined;
  /** Whether it says of itself that it is the default, or not. */
  tellsDefault: boolean;
}

const ports = listOf(
  z.object({ public_port: count, deployment_port: count, protocol: text }).transform((port) => ({
    publicPort: port.public_port,
    deploymentPort: port.deployment_port,
    protocol: port.protocol,
  })),
);

/** `undefined` where the key is not there at all: that is how the generations are told apart. */
const pointer = z.string().min(1).nullish().catch(undefined);

const VERSION = z.object({
  id: z.string().min(1),
  version: z.string().min(1),
  default: flag,
  description: text,
  status: word,
  active_revision: text,
  latest_build: pointer,
  latest_revision: pointer,
  labels,
  creation_date: moment,
  last_updated: moment,
  language: text,
  language_description: text,
  environment: text,
  environment_display_name: text,
  instance_type: text,
  instance_type_group_id: text,
  instance_type_group_name: text,
  memory_allocation: count,
  maximum_instances: count,
  minimum_instances: count,
  maximum_idle_time: seconds,
  scaling_strategy: text,
  instance_processes: count,
  ports,
  static_ip: flag,
  restart_request_interruption: flag,
  request_retention_time: seconds,
  request_retention_mode: text,
  maximum_queue_size: count,
  maximum_queue_size_express: count,
  maximum_queue_size_batch: count,
  monitoring: text,
  default_notification_group: text,
  // The documentation's fields say `last_file_upload`, its examples `last_file_uploaded`.
  last_file_upload: moment,
  last_file_uploaded: moment,
  has_request_method: flag,
  has_requests_method: flag,
});
type VersionPayload = z.infer<typeof VERSION>;

/** A row of `D/versions`, or `V` itself, which has a few fields more. */
export function versionRow(deployment: Ref): z.ZodType<VersionRow> {
  return VERSION.transform((payload) => {
    const generation = generationOf(payload);
    const newest = generation === 'builds' ? payload.latest_build : payload.latest_revision;
    return {
      version: toVersion(deployment, payload, newest),
      generation,
      newest,
      tellsDefault: payload.default !== null,
    };
  });
}

function generationOf(payload: VersionPayload): Generation | undefined {
  if (payload.latest_revision !== undefined) return 'revisions';
  return payload.latest_build === undefined ? undefined : 'builds';
}

function toVersion(
  { provider, keys, id: deploymentId }: Ref,
  payload: VersionPayload,
  newest: string | null | undefined,
): Version {
  const own = [...keys, payload.version, payload.id];
  return {
    __typename: 'Version',
    id: toId(provider, 'Version', own),
    nativeId: payload.id,
    deploymentId,
    name: payload.version,
    description: payload.description,
    status: toVersionStatus(payload.status, newest === null ? null : Status.UNKNOWN),
    rawStatus: payload.status,
    default: payload.default ?? false,
    createdAt: payload.creation_date,
    updatedAt: payload.last_updated,
    labels: payload.labels,
    revisionId: payload.active_revision
      ? toId(provider, 'Revision', [...own, payload.active_revision])
      : null,
    ...(newest !== undefined && {
      latestBuildId: newest && toId(provider, 'Build', [...own, newest]),
    }),
    details: toDetails(payload),
  };
}

function toDetails(payload: VersionPayload): NonNullable<Version['details']> {
  return {
    __typename: 'UbiOpsVersionDetails',
    language: payload.language,
    languageDescription: payload.language_description,
    environment: payload.environment,
    environmentDisplayName: payload.environment_display_name,
    instanceType: payload.instance_type,
    instanceTypeGroupId: payload.instance_type_group_id,
    instanceTypeGroupName: payload.instance_type_group_name,
    memoryAllocationMib: payload.memory_allocation,
    maximumInstances: payload.maximum_instances,
    minimumInstances: payload.minimum_instances,
    maximumIdleTimeMs: payload.maximum_idle_time,
    scalingStrategy: payload.scaling_strategy,
    instanceProcesses: payload.instance_processes,
    ports: payload.ports,
    staticIp: payload.static_ip,
    restartRequestInterruption: payload.restart_request_interruption,
    requestRetentionTimeMs: payload.request_retention_time,
    requestRetentionMode: payload.request_retention_mode,
    maximumQueueSize: payload.maximum_queue_size,
    maximumQueueSizeExpress: payload.maximum_queue_size_express,
    maximumQueueSizeBatch: payload.maximum_queue_size_batch,
    monitoring: payload.monitoring,
    defaultNotificationGroup: payload.default_notification_group,
    lastFileUploadAt: payload.last_file_upload ?? payload.last_file_uploaded,
    hasRequestMethod: payload.has_request_method,
    hasRequestsMethod: payload.has_requests_method,
  };
}
