import { z } from 'zod';
import { toId } from '../../ids.ts';
import type { CloudFoundryRevisionDetails } from '../../schema/details/cloudfoundry.ts';
import type { Revision } from '../../schema/revision.ts';
import {
  date,
  guid,
  guidInside,
  integer,
  links,
  listOf,
  metadata,
  orNull,
  pairs,
  toApp,
  words,
} from './payloads.ts';

const row = z.object({
  guid,
  relationships: toApp,
  version: integer,
  description: words,
  created_at: date,
  updated_at: date,
  deployable: orNull(z.boolean()),
  droplet: guidInside,
  processes: pairs,
  sidecars: listOf(
    z.object({
      name: z.string(),
      command: words,
      memory_in_mb: integer,
      process_types: listOf(z.string()),
    }),
  ),
  metadata,
  links,
});

const process = z.object({ command: words }).catch({ command: null });

/** `GET /v3/apps/:guid/revisions` and `GET /v3/revisions/:guid` */
export function revisionRow(provider: string): z.ZodType<Revision> {
  return row.transform((payload): Revision => {
    const app = payload.relationships.app.data.guid;
    return {
      __typename: 'Revision',
      id: toId(provider, 'Revision', [app, payload.guid]),
      nativeId: payload.guid,
      number: payload.version,
      description: payload.description,
      createdAt: payload.created_at,
      createdBy: null,
      commit: null,
      deployable: payload.deployable,
      details: toDetails(app, payload),
    };
  });
}

function toDetails(app: string, payload: z.output<typeof row>): CloudFoundryRevisionDetails {
  return {
    __typename: 'CloudFoundryRevisionDetails',
    appGuid: app,
    dropletGuid: payload.droplet,
    processes: payload.processes.map(([type, value]) => ({ type, ...process.parse(value) })),
    sidecars: payload.sidecars.map(({ name, command, memory_in_mb, process_types }) => ({
      name,
      command,
      memoryMib: memory_in_mb,
      processTypes: process_types,
    })),
    updatedAt: payload.updated_at,
    labels: payload.metadata.labels,
    annotations: payload.metadata.annotations,
    links: payload.links ?? [],
  };
}
