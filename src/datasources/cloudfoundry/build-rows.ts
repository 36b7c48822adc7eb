import type { z } from 'zod';
import { toId } from '../../ids.ts';
import type { Build } from '../../schema/build.ts';
import type {
  CloudFoundryBuildDetails,
  CloudFoundryLifecycle,
} from '../../schema/details/cloudfoundry.ts';
import {
  type Fields,
  NO_FIELDS,
  toDate,
  toFields,
  toGuidInside,
  toInteger,
  toLinks,
  toList,
  toMetadata,
  toNumber,
  toText,
} from './fields.ts';
import { rowOfApp } from './payloads.ts';
import { toBuildStatus } from './status.ts';

/** `GET /v3/builds`. A build tells its app and its droplet, but no revision and no deployment. */
export function buildRow(provider: string): z.ZodType<Build> {
  return rowOfApp.transform(({ app, guid, fields }): Build => {
    const state = toText(fields.state) ?? '';
    const creator = toFields(fields.created_by) ?? NO_FIELDS;
    return {
      __typename: 'Build',
      id: toId(provider, 'Build', [app, guid]),
      nativeId: guid,
      status: toBuildStatus(state),
      rawStatus: state,
      errorMessage: toText(fields.error),
      trigger: null,
      createdAt: toDate(fields.created_at),
      updatedAt: toDate(fields.updated_at),
      createdBy: toText(creator.email) ?? toText(creator.name) ?? toText(creator.guid),
      canCancel: false,
      details: toDetails(fields, creator),
      versionId: null,
      revisionId: null,
    };
  });
}

/** The droplet that a build made; "" until it has made one. */
export function dropletOf({ details }: Build): string {
  return (details?.__typename === 'CloudFoundryBuildDetails' && details.dropletGuid) || '';
}

function toDetails(fields: Fields, creator: Fields): CloudFoundryBuildDetails {
  const { labels, annotations } = toMetadata(fields.metadata);
  return {
    __typename: 'CloudFoundryBuildDetails',
    packageGuid: toGuidInside(fields.package),
    dropletGuid: toGuidInside(fields.droplet),
    stagingMemoryMib: toInteger(fields.staging_memory_in_mb),
    stagingDiskMib: toInteger(fields.staging_disk_in_mb),
    stagingLogRateLimitBytesPerSecond: toNumber(fields.staging_log_rate_limit_bytes_per_second),
    lifecycle: toLifecycle(fields.lifecycle),
    createdByGuid: toText(creator.guid),
    createdByName: toText(creator.name),
    labels,
    annotations,
    links: toLinks(fields.links) ?? [],
  };
}

function toLifecycle(value: unknown): CloudFoundryLifecycle | null {
  const lifecycle = toFields(value);
  if (!lifecycle) return null;
  const { buildpacks, stack } = toFields(lifecycle.data) ?? NO_FIELDS;
  return {
    type: toText(lifecycle.type),
    buildpacks: toList(buildpacks, toBuildpack),
    stack: toText(stack),
  };
}

/** A buildpack may be a Git address with a user and password in it. */
function toBuildpack(value: unknown): string | null {
  return typeof value === 'string' ? value.replace(/^([\w+.-]+:\/\/)[^/]*@/, '$1') : null;
}
