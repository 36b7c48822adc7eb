import { z } from 'zod';
import { type Ref, toId, toRef } from '../../ids.ts';
import type { AuditEvent } from '../../schema/audit-event.ts';
import type { Build } from '../../schema/build.ts';
import type { Deployment } from '../../schema/deployment.ts';
import { AuditAction, DeploymentKind, ScopeKind, Status } from '../../schema/enums.ts';
import type { Revision } from '../../schema/revision.ts';
import type { Scope } from '../../schema/scope.ts';
import { count, flag, labels, listOf, moment, text, word } from './fields.ts';
import { projectOf } from './keys.ts';
import { toBuildStatus } from './status.ts';

/** A UUID or a name that paths and ids are made of; without it a row is no row. */
const key = z.string().min(1);

/** The scope of a project, whose name is its key and therefore known without a request. */
export function toScope(ref: Ref): Scope {
  const project = projectOf(ref);
  return {
    __typename: 'Scope',
    id: ref.id,
    kind: ScopeKind.PROJECT,
    nativeKind: 'project',
    name: project,
    nativeKey: project,
    environment: null,
    parentId: null,
  };
}

/** A row of `/projects`. */
export function projectRow(provider: string): z.ZodType<Scope> {
  return z.object({ name: key }).transform(({ name }) => toScope(toRef(provider, 'Scope', [name])));
}

const FIELDS = listOf(
  z
    .object({ name: text, data_type: text, widget: z.unknown().prefault(null) })
    .transform((row) => ({
      name: row.name,
      dataType: row.data_type,
      widget: row.widget,
    })),
).transform((fields) => fields ?? []);

const DEPLOYMENT = z.object({
  id: key,
  name: key,
  description: text,
  input_type: text,
  output_type: text,
  input_fields: FIELDS,
  output_fields: FIELDS,
  supports_request_format: flag,
  number_of_versions: count,
  labels,
  creation_date: moment,
  last_updated: moment,
});

/**
 * A row of `P/deployments`, or `D` itself. Neither tells the state: that is the default version's.
 */
export function deploymentRow(project: Ref): z.ZodType<Deployment> {
  return DEPLOYMENT.transform((payload) => ({
    __typename: 'Deployment',
    id: toId(project.provider, 'Deployment', [...project.keys, payload.name, payload.id]),
    nativeId: payload.id,
    kind: DeploymentKind.SERVICE,
    name: payload.name,
    shortId: payload.id.slice(0, 8),
    scopeId: project.id,
    description: payload.description,
    message: null,
    progress: null,
    createdAt: payload.creation_date,
    startedAt: null,
    updatedAt: payload.last_updated,
    finishedAt: null,
    durationMs: null,
    createdBy: null,
    trigger: null,
    strategy: null,
    url: null,
    labels: payload.labels,
    canCancel: false,
    canContinue: false,
    canRedeploy: false,
    canRollback: false,
    previousId: null,
    details: {
      __typename: 'UbiOpsDeploymentDetails',
      inputType: payload.input_type,
      outputType: payload.output_type,
      inputFields: payload.input_fields,
      outputFields: payload.output_fields,
      supportsRequestFormat: payload.supports_request_format,
      numberOfVersions: payload.number_of_versions,
    },
  }));
}

/** What only `D` itself tells: which version is the default, `null` for none. */
export const DEFAULT_VERSION = z
  .object({ id: key, default_version: text })
  .transform((payload) => ({ uuid: payload.id, name: payload.default_version }));

const BUILD = z.object({
  id: key,
  revision: key.nullish(),
  creation_date: moment,
  status: word,
  error_message: text,
  trigger: text,
  has_request_method: flag,
  has_requests_method: flag,
});

/** A build of API 3.14 and before. */
export function buildRow(version: Ref): z.ZodType<Build> {
  return BUILD.transform((payload) => {
    const status = toBuildStatus(payload.status);
    return {
      __typename: 'Build',
      id: toId(version.provider, 'Build', [...version.keys, payload.id]),
      nativeId: payload.id,
      status,
      rawStatus: payload.status,
      errorMessage: payload.error_message,
      trigger: payload.trigger,
      createdAt: payload.creation_date,
      updatedAt: null,
      createdBy: null,
      canCancel: status === Status.QUEUED || status === Status.IN_PROGRESS,
      details: {
        __typename: 'UbiOpsBuildDetails',
        hasRequestMethod: payload.has_request_method,
        hasRequestsMethod: payload.has_requests_method,
      },
      versionId: version.id,
      revisionId: payload.revision
        ? toId(version.provider, 'Revision', [...version.keys, payload.revision])
        : null,
    };
  });
}

const REVISION = z.object({
  id: key,
  version: text,
  creation_date: moment,
  created_by: text,
  status: text,
  error_message: text,
  has_request_method: flag,
  has_requests_method: flag,
  empty: flag,
});
type RevisionPayload = z.infer<typeof REVISION>;

export function revisionRow(version: Ref): z.ZodType<Revision> {
  return REVISION.transform((payload) => ({
    __typename: 'Revision',
    id: toId(version.provider, 'Revision', [...version.keys, payload.id]),
    nativeId: payload.id,
    number: null,
    description: null,
    createdAt: payload.creation_date,
    createdBy: payload.created_by,
    commit: null,
    deployable: null,
    details: {
      __typename: 'UbiOpsRevisionDetails',
      versionName: payload.version,
      status: payload.status === null ? null : toBuildStatus(payload.status),
      rawStatus: payload.status,
      errorMessage: payload.error_message,
      hasRequestMethod: payload.has_request_method,
      hasRequestsMethod: payload.has_requests_method,
      empty: payload.empty,
    },
  }));
}

/**
 * The build that a revision of API 3.15 and later is: the same UUID, date and person. Nothing can
 * cancel it, as the route for that went with the builds.
 */
export function revisionBuildRow(version: Ref): z.ZodType<Build> {
  return REVISION.transform((payload: RevisionPayload) => ({
    __typename: 'Build',
    id: toId(version.provider, 'Build', [...version.keys, payload.id]),
    nativeId: payload.id,
    status: toBuildStatus(payload.status ?? ''),
    rawStatus: payload.status ?? '',
    errorMessage: payload.error_message,
    trigger: null,
    createdAt: payload.creation_date,
    updatedAt: null,
    createdBy: payload.created_by,
    canCancel: false,
    details: {
      __typename: 'UbiOpsBuildDetails',
      hasRequestMethod: payload.has_request_method,
      hasRequestsMethod: payload.has_requests_method,
    },
    versionId: version.id,
    revisionId: toId(version.provider, 'Revision', [...version.keys, payload.id]),
  }));
}

/** A variable with the level it comes from: `null` is the level that was asked. */
export interface VariableRow {
  uuid: string;
  name: string;
  value: string | null;
  secret: boolean;
  inheritedFrom: string | null;
}

/** What does not say whether it is secret is taken for secret. */
export const VARIABLE: z.ZodType<VariableRow> = z
  .object({
    id: word,
    name: key,
    value: z.string().nullish().catch(null),
    secret: z.boolean().catch(true),
    inheritance_type: text,
  })
  .transform(({ id, name, value, secret, inheritance_type }) => ({
    uuid: id,
    name,
    value: secret ? null : (value ?? null),
    secret,
    inheritedFrom: inheritance_type,
  }));

const ACTIONS: ReadonlyMap<string, AuditAction> = new Map([
  ['create', AuditAction.CREATE],
  ['update', AuditAction.UPDATE],
  ['delete', AuditAction.DELETE],
]);

export function auditRow(owner: Ref): z.ZodType<AuditEvent> {
  return z
    .object({
      id: key,
      date: moment,
      action: word,
      user: text,
      event: text,
      object_type: text,
      object_name: text,
    })
    .transform((payload) => ({
      id: `${owner.provider}/${payload.id}`,
      occurredAt: payload.date,
      actor: payload.user,
      action: ACTIONS.get(payload.action) ?? AuditAction.INFO,
      objectType: payload.object_type,
      objectName: payload.object_name,
      message: payload.event,
    }));
}
