import type { z } from 'zod';
import { toId } from '../../ids.ts';
import type { CloudFoundryRevisionDetails } from '../../schema/details/cloudfoundry.ts';
import type { Revision } from '../../schema/revision.ts';
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
  toPairs,
  toText,
} from './fields.ts';
import { rowOfApp } from './payloads.ts';

/** `GET /v3/apps/:guid/revisions` and `GET /v3/revisions/:guid` */
export function revisionRow(provider: string): z.ZodType<Revision> {
  return rowOfApp.transform(({ app, guid, fields }): Revision => ({
    __typename: 'Revision',
    id: toId(provider, 'Revision', [app, guid]),
    nativeId: guid,
    number: toInteger(fields.version),
    description: toText(fields.description),
    createdAt: toDate(fields.created_at),
    createdBy: null,
    commit: null,
    deployable: typeof fields.deployable === 'boolean' ? fields.deployable : null,
    details: toDetails(app, fields),
  }));
}

function toDetails(app: string, fields: Fields): CloudFoundryRevisionDetails {
  const { labels, annotations } = toMetadata(fields.metadata);
  return {
    __typename: 'CloudFoundryRevisionDetails',
    appGuid: app,
    dropletGuid: toGuidInside(fields.droplet),
    processes: toPairs(fields.processes).map(([type, process]) => ({
      type,
      command: toText(toFields(process)?.command),
    })),
    sidecars: toList(fields.sidecars, toSidecar),
    updatedAt: toDate(fields.updated_at),
    labels,
    annotations,
    links: toLinks(fields.links) ?? [],
  };
}

function toSidecar(value: unknown): CloudFoundryRevisionDetails['sidecars'][number] | null {
  const { name, command, memory_in_mb, process_types }: Fields = toFields(value) ?? NO_FIELDS;
  if (typeof name !== 'string') return null;
  return {
    name,
    command: toText(command),
    memoryMib: toInteger(memory_in_mb),
    processTypes: toList(process_types, (type) => (typeof type === 'string' ? type : null)),
  };
}
