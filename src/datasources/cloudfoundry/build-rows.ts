import { z } from 'zod';
import { toId } from '../../ids.ts';
import type { Build } from '../../schema/build.ts';
import type {
  CloudFoundryBuildDetails,
  CloudFoundryLifecycle,
} from '../../schema/details/cloudfoundry.ts';
import {
  date,
  float,
  guid,
  guidInside,
  integer,
  links,
  listOf,
  metadata,
  orNull,
  toApp,
  words,
} from './payloads.ts';
import { toBuildStatus } from './status.ts';

const user = z
  .object({ guid: words, name: words, email: words })
  .catch({ guid: null, name: null, email: null });

const lifecycle = orNull(
  z.object({
    type: words,
    data: orNull(z.object({ buildpacks: listOf(z.string()), stack: words })),
  }),
);

const row = z.object({
  guid,
  relationships: toApp,
  created_at: date,
  updated_at: date,
  state: words,
  error: words,
  staging_memory_in_mb: integer,
  staging_disk_in_mb: integer,
  staging_log_rate_limit_bytes_per_second: float,
  lifecycle,
  package: guidInside,
  droplet: guidInside,
  created_by: user,
  metadata,
  links,
});
type Payload = z.output<typeof row>;

/** `GET /v3/builds`. A build tells its app and its droplet, but no revision and no deployment. */
export function buildRow(provider: string): z.ZodType<Build> {
  return row.transform((payload): Build => ({
    __typename: 'Build',
    id: toId(provider, 'Build', [payload.relationships.app.data.guid, payload.guid]),
    nativeId: payload.guid,
    status: toBuildStatus(payload.state ?? ''),
    rawStatus: payload.state ?? '',
    errorMessage: payload.error,
    trigger: null,
    createdAt: payload.created_at,
    updatedAt: payload.updated_at,
    createdBy: payload.created_by.email ?? payload.created_by.name ?? payload.created_by.guid,
    canCancel: false,
    details: toDetails(payload),
    versionId: null,
    revisionId: null,
  }));
}

/** The droplet that a build made; "" until it has made one. */
export function dropletOf({ details }: Build): string {
  return (details?.__typename === 'CloudFoundryBuildDetails' && details.dropletGuid) || '';
}

function toDetails(payload: Payload): CloudFoundryBuildDetails {
  return {
    __typename: 'CloudFoundryBuildDetails',
    packageGuid: payload.package,
    dropletGuid: payload.droplet,
    stagingMemoryMib: payload.staging_memory_in_mb,
    stagingDiskMib: payload.staging_disk_in_mb,
    stagingLogRateLimitBytesPerSecond: payload.staging_log_rate_limit_bytes_per_second,
    lifecycle: toLifecycle(payload.lifecycle),
    createdByGuid: payload.created_by.guid,
    createdByName: payload.created_by.name,
    labels: payload.metadata.labels,
    annotations: payload.metadata.annotations,
    links: payload.links ?? [],
  };
}

function toLifecycle(given: Payload['lifecycle']): CloudFoundryLifecycle | null {
  if (!given) return null;
  const { type, data } = given;
  const buildpacks = (data?.buildpacks ?? []).map(withoutLogin);
  return { type, buildpacks, stack: data?.stack ?? null };
}

/** A buildpack may be a Git address with a user and password in it. */
function withoutLogin(buildpack: string): string {
  return buildpack.replace(/^([\w+.-]+:\/\/)[^/]*@/, '$1');
}
