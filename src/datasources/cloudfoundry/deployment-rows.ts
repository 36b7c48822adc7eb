import { z } from 'zod';
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
import { toStatus } from './status.ts';

const NO_DETAILS = { last_successful_healthcheck: null, last_status_change: null, error: null };
const NO_STATUS = { value: null, reason: null, details: NO_DETAILS, canary: null };

const status = z
  .object({
    value: words,
    reason: words,
    details: z
      .object({ last_successful_healthcheck: date, last_status_change: date, error: words })
      .catch(NO_DETAILS),
    canary: orNull(z.object({ steps: z.object({ current: integer, total: integer }) })),
  })
  .catch(NO_STATUS);

const options = orNull(
  z.object({
    max_in_flight: integer,
    web_instances: integer,
    memory_in_mb: integer,
    disk_in_mb: integer,
    log_rate_limit_in_bytes_per_second: float,
    canary: orNull(z.object({ steps: listOf(z.object({ instance_weight: integer })) })),
  }),
);

const row = z.object({
  guid,
  relationships: toApp,
  created_at: date,
  updated_at: date,
  state: words,
  status,
  strategy: words,
  options,
  droplet: guidInside,
  previous_droplet: guidInside,
  new_processes: listOf(z.object({ guid: z.string(), type: words })),
  revision: orNull(z.object({ guid, version: integer })),
  metadata,
  links,
});
type Payload = z.output<typeof row>;

/** `GET /v3/deployments`: all that a deployment tells, but not whether it is live (see newest.ts). */
export function deploymentRow(provider: string): z.ZodType<Deployment> {
  return row.transform((payload) => toDeployment(provider, payload));
}

/** What is live needs no going back to. */
export function withLive(deployment: Deployment, live: boolean): Deployment {
  return { ...deployment, live, canRollback: deployment.canRollback && !live };
}

function toDeployment(provider: string, payload: Payload): Deployment {
  const app = payload.relationships.app.data.guid;
  const state = toStatus({ ...payload.status, state: payload.state });
  const id = toId(provider, 'Deployment', [app, payload.guid]);
  const { error } = payload.status.details;
  return {
    __typename: 'Deployment',
    id,
    nativeId: payload.guid,
    kind: DeploymentKind.ROLLOUT,
    scopeId: scopeId(provider, { nativeKind: 'app', guid: app }),
    shortId: payload.guid.slice(0, 8),
    description: null,
    message: error,
    progress: toProgress(payload),
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
    errors: error === null ? [] : [toError(payload.guid, error)],
    ...toActions(payload, state.status),
    details: toDetails(app, payload),
  };
}

function toTimes({
  created_at: createdAt,
  updated_at: updatedAt,
  status: { value, details },
}: Payload) {
  const finishedAt = value === 'FINALIZED' ? details.last_status_change : null;
  const tookMs = createdAt && finishedAt ? finishedAt.getTime() - createdAt.getTime() : null;
  // Clocks of different machines may disagree by a second.
  const durationMs = tookMs === null ? null : Math.max(0, tookMs);
  return { createdAt, startedAt: null, updatedAt, finishedAt, durationMs };
}

function toProgress({ status: { canary: steps } }: Payload): Progress | null {
  return steps && { current: steps.steps.current, total: steps.steps.total };
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
    canRedeploy: REPEATABLE.has(state) && hasSource,
    canRollback: state === Status.SUCCEEDED && hasSource,
  };
}

/** The one version of a rollout: the revision it rolls out, or the droplet where there is none. */
function toVersion(
  provider: string,
  deploymentId: string,
  payload: Payload,
  state: { status: Status; rawStatus: string },
): Version {
  const app = payload.relationships.app.data.guid;
  const { revision, droplet } = payload;
  const number = revision?.version ?? null;
  const nativeId = number === null ? (revision?.guid ?? droplet ?? payload.guid) : String(number);
  return {
    __typename: 'Version',
    id: toId(provider, 'Version', [app, payload.guid, revision?.guid ?? '', droplet ?? '']),
    nativeId,
    name: nativeId,
    description: null,
    ...state,
    default: true,
    createdAt: payload.created_at,
    updatedAt: payload.updated_at,
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

function toDetails(app: string, payload: Payload): CloudFoundryDeploymentDetails {
  const { value, reason, details } = payload.status;
  return {
    __typename: 'CloudFoundryDeploymentDetails',
    appGuid: app,
    statusValue: value,
    statusReason: reason,
    state: payload.state,
    lastSuccessfulHealthcheckAt: details.last_successful_healthcheck,
    lastStatusChangeAt: details.last_status_change,
    options: toOptions(payload.options),
    dropletGuid: payload.droplet,
    previousDropletGuid: payload.previous_droplet,
    newProcesses: payload.new_processes,
    revisionGuid: payload.revision?.guid ?? null,
    revisionVersion: payload.revision?.version ?? null,
    annotations: payload.metadata.annotations,
    links: payload.links ?? [],
  };
}

function toOptions(given: Payload['options']): CloudFoundryDeploymentOptions | null {
  if (!given) return null;
  return {
    maxInFlight: given.max_in_flight,
    webInstances: given.web_instances,
    memoryMib: given.memory_in_mb,
    diskMib: given.disk_in_mb,
    logRateLimitBytesPerSecond: given.log_rate_limit_in_bytes_per_second,
    canarySteps: (given.canary?.steps ?? []).map((step) => ({
      instanceWeight: step.instance_weight,
    })),
  };
}
