import type { z } from 'zod';
import { toId } from '../../ids.ts';
import type { Deployment, DeploymentError, Progress } from '../../schema/deployment.ts';
import type {
  CloudFoundryDeploymentDetails,
  CloudFoundryDeploymentOptions,
} from '../../schema/details/cloudfoundry.ts';
import { DeploymentKind, Status } from '../../schema/enums.ts';
import type { Version } from '../../schema/version.ts';
import { scopeId } from './keys.ts';
import {
  type Fields,
  NO_FIELDS,
  toDate,
  toFields,
  toGuid,
  toGuidInside,
  toInteger,
  toLinks,
  toList,
  toMetadata,
  toNumber,
  toText,
} from './fields.ts';
import { rowOfApp, type RowOfApp } from './payloads.ts';
import { toStatus } from './status.ts';

/** `GET /v3/deployments`: all that a deployment tells, but not whether it is live (see newest.ts). */
export function deploymentRow(provider: string): z.ZodType<Deployment> {
  return rowOfApp.transform((row) => toDeployment(provider, toPayload(row)));
}

/** What is live needs no going back to. */
export function withLive(deployment: Deployment, live: boolean): Deployment {
  return { ...deployment, live, ...(live && { canRollback: false }) };
}

type Payload = ReturnType<typeof toPayload>;

/** Each part of a row once, as it is understood. */
function toPayload({ app, guid, fields }: RowOfApp) {
  const status = toFields(fields.status) ?? NO_FIELDS;
  const times = toFields(status.details) ?? NO_FIELDS;
  return {
    app,
    guid,
    createdAt: toDate(fields.created_at),
    updatedAt: toDate(fields.updated_at),
    state: toText(fields.state),
    value: toText(status.value),
    reason: toText(status.reason),
    error: toText(times.error),
    lastHealthyAt: toDate(times.last_successful_healthcheck),
    lastChangeAt: toDate(times.last_status_change),
    progress: toProgress(status.canary),
    strategy: toText(fields.strategy),
    options: toOptions(fields.options),
    droplet: toGuidInside(fields.droplet),
    previousDroplet: toGuidInside(fields.previous_droplet),
    newProcesses: toList(fields.new_processes, toProcess),
    revision: toRevision(fields.revision),
    metadata: toMetadata(fields.metadata),
    links: toLinks(fields.links),
  };
}

function toProgress(canary: unknown): Progress | null {
  const steps = toFields(toFields(canary)?.steps);
  return steps && { current: toInteger(steps.current), total: toInteger(steps.total) };
}

function toOptions(value: unknown): CloudFoundryDeploymentOptions | null {
  const options = toFields(value);
  if (!options) return null;
  return {
    maxInFlight: toInteger(options.max_in_flight),
    webInstances: toInteger(options.web_instances),
    memoryMib: toInteger(options.memory_in_mb),
    diskMib: toInteger(options.disk_in_mb),
    logRateLimitBytesPerSecond: toNumber(options.log_rate_limit_in_bytes_per_second),
    canarySteps: toList(toFields(options.canary)?.steps, toCanaryStep),
  };
}

function toCanaryStep(value: unknown): { instanceWeight: number | null } | null {
  const step = toFields(value);
  return step && { instanceWeight: toInteger(step.instance_weight) };
}

function toProcess(value: unknown): { guid: string; type: string | null } | null {
  const { guid, type }: Fields = toFields(value) ?? NO_FIELDS;
  return typeof guid === 'string' ? { guid, type: toText(type) } : null;
}

function toRevision(value: unknown): { guid: string; version: number | null } | null {
  const { guid, version }: Fields = toFields(value) ?? NO_FIELDS;
  const known = toGuid(guid);
  return known === null ? null : { guid: known, version: toInteger(version) };
}

function toDeployment(provider: string, payload: Payload): Deployment {
  const { app, guid, error } = payload;
  const state = toStatus(payload);
  const id = toId(provider, 'Deployment', [app, guid]);
  return {
    __typename: 'Deployment',
    id,
    nativeId: guid,
    kind: DeploymentKind.ROLLOUT,
    scopeId: scopeId(provider, { nativeKind: 'app', guid: app }),
    shortId: guid.slice(0, 8),
    description: null,
    message: error,
    progress: payload.progress,
    ...toTimes(payload),
    createdBy: null,
    trigger: null,
    strategy: payload.strategy,
    url: null,
    labels: payload.metadata.labels,
    ...state,
    // Nothing but a rollout that succeeded can be live; which of those is takes a look at the others.
    ...(state.status !== Status.SUCCEEDED && { live: false }),
    version: toVersion(provider, id, payload, state),
    errors: error === null ? [] : [toError(guid, error)],
    ...toActions(payload, state.status),
    details: toDetails(payload),
  };
}

function toTimes({ createdAt, updatedAt, value, lastChangeAt }: Payload) {
  const finishedAt = value === 'FINALIZED' ? lastChangeAt : null;
  const tookMs = createdAt && finishedAt ? finishedAt.getTime() - createdAt.getTime() : null;
  // Clocks of different machines may disagree by a second.
  const durationMs = tookMs === null ? null : Math.max(0, tookMs);
  return { createdAt, startedAt: null, updatedAt, finishedAt, durationMs };
}

function toError(deployment: string, message: string): DeploymentError {
  return {
    scope: 'deployment',
    objectId: deployment,
    code: null,
    summary: null,
    message,
    type: null,
  };
}

const CANCELABLE = new Set([Status.IN_PROGRESS, Status.PAUSED, Status.CANCELLING]);
const REPEATABLE = new Set([Status.SUCCEEDED, Status.FAILED, Status.CANCELLED, Status.SUPERSEDED]);

/**
 * The `cancel` and `continue` links are there "only while" the action is possible. Without its
 * droplet a revision cannot be deployed either.
 */
function toActions({ links: known, droplet }: Payload, state: Status) {
  const offers = (rel: string) => known === null || known.some((link) => link.rel === rel);
  const hasSource = droplet !== null;
  return {
    canCancel: CANCELABLE.has(state) && offers('cancel'),
    canContinue: state === Status.PAUSED && offers('continue'),
    // What has ended can be deployed again where its droplet is still there, see verdicts.ts.
    ...(!(REPEATABLE.has(state) && hasSource) && { canRedeploy: false }),
    ...(!(state === Status.SUCCEEDED && hasSource) && { canRollback: false }),
  };
}

/** The one version of a rollout: the revision it rolls out, or the droplet where there is none. */
function toVersion(
  provider: string,
  deploymentId: string,
  payload: Payload,
  state: { status: Status; rawStatus: string },
): Version {
  const { app, guid, revision, droplet } = payload;
  const number = revision?.version ?? null;
  const nativeId = number === null ? (revision?.guid ?? droplet ?? guid) : String(number);
  return {
    __typename: 'Version',
    id: toId(provider, 'Version', [app, guid, revision?.guid ?? '', droplet ?? '']),
    nativeId,
    name: nativeId,
    description: null,
    ...state,
    default: true,
    createdAt: payload.createdAt,
    updatedAt: payload.updatedAt,
    labels: [],
    details: {
      __typename: 'CloudFoundryVersionDetails',
      revisionGuid: revision?.guid ?? null,
      revisionVersion: number,
      dropletGuid: droplet,
    },
    deploymentId,
    revisionId: revision && toId(provider, 'Revision', [app, revision.guid]),
  };
}

function toDetails(payload: Payload): CloudFoundryDeploymentDetails {
  return {
    __typename: 'CloudFoundryDeploymentDetails',
    appGuid: payload.app,
    statusValue: payload.value,
    statusReason: payload.reason,
    state: payload.state,
    lastSuccessfulHealthcheckAt: payload.lastHealthyAt,
    lastStatusChangeAt: payload.lastChangeAt,
    options: payload.options,
    dropletGuid: payload.droplet,
    previousDropletGuid: payload.previousDroplet,
    newProcesses: payload.newProcesses,
    revisionGuid: payload.revision?.guid ?? null,
    revisionVersion: payload.revision?.version ?? null,
    annotations: payload.metadata.annotations,
    links: payload.links ?? [],
  };
}
