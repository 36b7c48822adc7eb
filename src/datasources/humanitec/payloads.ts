import { z } from 'zod';
import type { Deployment } from '../../schema/deployment.ts';
import type { HumanitecDeploymentDetails } from '../../schema/details/humanitec.ts';
import { DeploymentKind, Status } from '../../schema/enums.ts';
import type { Version } from '../../schema/version.ts';
import {
  deploymentId,
  type EnvironmentKeys,
  KEY,
  type Reach,
  revisionId,
  scopeId,
  versionId,
} from './keys.ts';
import { text, time } from './primitives.ts';

const STATUSES = new Map([
  ['pending', Status.QUEUED],
  ['in progress', Status.IN_PROGRESS],
  ['succeeded', Status.SUCCEEDED],
  ['failed', Status.FAILED],
]);

/** The state in the gateway's words. The API types it as a plain string, so there may be others. */
export function statusOf(rawStatus: string): Status {
  return STATUSES.get(rawStatus) ?? Status.UNKNOWN;
}

const optionalKey = z.string().regex(KEY).nullable().catch(null);

const pipeline = z
  .object({
    id: z.string().min(1),
    run_id: text,
    job_id: text,
    step_index: z.int32().nullable().catch(null),
  })
  .transform((row) => ({
    id: row.id,
    runId: row.run_id,
    jobId: row.job_id,
    stepIndex: row.step_index,
  }));

/**
 * DeploymentResponse. The schema requires more than real rows have: what was made with older
 * releases lacks the set, the export, the pipeline and the mode.
 */
const deploymentFields = z.object({
  id: z.string().regex(KEY),
  env_id: z.string().regex(KEY).optional(),
  status: z.string().catch(''),
  status_changed_at: time,
  created_at: time,
  created_by: text,
  comment: text,
  from_id: text,
  delta_id: text,
  set_id: optionalKey,
  value_set_version_id: optionalKey,
  pipeline: pipeline.nullable().catch(null),
  mode: text,
  dependency_graph_id: text,
  legacy_mode: z.boolean().nullable().catch(null),
  operator_version: text,
  export_status: text,
  export_file: text,
});

type Fields = z.infer<typeof deploymentFields>;

/** A deployment of a known environment: what it was asked for decides, not what the row says. */
export function deploymentOf(reach: Reach, environment: EnvironmentKeys): z.ZodType<Deployment> {
  return deploymentFields.transform((row) => toDeployment(reach, environment, row));
}

/** A deployment of any environment of an application: the row itself names it. */
export function deploymentWithin(reach: Reach, application: string): z.ZodType<Deployment> {
  return deploymentFields
    .required({ env_id: true })
    .transform((row) => toDeployment(reach, { application, environment: row.env_id }, row));
}

/**
 * The same deployment, now that it is known how its environment stands. What is live is no target
 * to go back to, and nothing can be deployed while a deployment of the environment is active.
 */
export function withStanding(
  deployment: Deployment,
  { live, busy }: { live: boolean; busy: boolean },
): Deployment {
  const { status } = deployment;
  return {
    ...deployment,
    live,
    canRedeploy: hasFinished(status) && !busy,
    canRollback: status === Status.SUCCEEDED && !live && !busy,
  };
}

/** Whether it keeps others of its environment from being deployed. */
export function isActive({ status }: Deployment): boolean {
  return status === Status.QUEUED || status === Status.IN_PROGRESS;
}

function hasFinished(status: Status | undefined): boolean {
  return status === Status.SUCCEEDED || status === Status.FAILED;
}

/** The details of a deployment that this provider made. */
export function detailsOf({ details }: Deployment): HumanitecDeploymentDetails | undefined {
  return details.__typename === 'HumanitecDeploymentDetails' ? details : undefined;
}

function toDeployment(reach: Reach, environment: EnvironmentKeys, row: Fields): Deployment {
  const id = deploymentId(reach, { ...environment, deployment: row.id });
  const status = statusOf(row.status);
  const succeeded = status === Status.SUCCEEDED;
  const finished = hasFinished(status);
  const finishedAt = finished ? row.status_changed_at : null;
  // A row of the provider's own tests names itself as its base.
  const isFirst = row.from_id === null || row.from_id === row.id;
  return {
    __typename: 'Deployment',
    id,
    nativeId: row.id,
    kind: DeploymentKind.ROLLOUT,
    description: null,
    message: row.comment,
    progress: null,
    createdAt: row.created_at,
    startedAt: null,
    updatedAt: row.status_changed_at,
    finishedAt,
    durationMs: durationOf(row.created_at, finishedAt),
    createdBy: row.created_by,
    trigger: row.pipeline?.id ?? null,
    strategy: row.mode,
    url: null,
    labels: [],
    canCancel: false,
    canContinue: false,
    // What has finished can be deployed again unless another one is active, which its list tells.
    ...(!finished && { canRedeploy: false }),
    ...(!succeeded && { canRollback: false }),
    details: toDetails(environment, row),
    scopeId: scopeId(reach, environment.application, environment.environment),
    shortId: row.id.slice(0, 8),
    status,
    rawStatus: row.status,
    version: toVersion(reach, environment, row, id, status),
    ...(!succeeded && { live: false }),
    ...(isFirst && { previousId: null }),
    ...(succeeded && { errors: [] }),
  };
}

function toVersion(
  reach: Reach,
  environment: EnvironmentKeys,
  row: Fields,
  owner: string,
  status: Status,
): Version {
  const source = {
    ...environment,
    set: row.set_id ?? '',
    values: row.value_set_version_id ?? '',
  };
  return {
    __typename: 'Version',
    id: versionId(reach, { ...source, deployment: row.id }),
    nativeId: row.set_id ?? row.id,
    name: row.set_id ?? row.id,
    description: null,
    status,
    rawStatus: row.status,
    default: true,
    createdAt: row.created_at,
    updatedAt: row.status_changed_at,
    labels: [],
    details: {
      __typename: 'HumanitecVersionDetails',
      setId: row.set_id,
      deltaId: row.delta_id,
      valueSetVersionId: row.value_set_version_id,
    },
    deploymentId: owner,
    revisionId: row.set_id === null ? null : revisionId(reach, source),
  };
}

function toDetails({ environment }: EnvironmentKeys, row: Fields): HumanitecDeploymentDetails {
  return {
    __typename: 'HumanitecDeploymentDetails',
    environmentId: environment,
    setId: row.set_id,
    deltaId: row.delta_id,
    valueSetVersionId: row.value_set_version_id,
    fromDeploymentId: row.from_id,
    statusChangedAt: row.status_changed_at,
    mode: row.mode,
    pipeline: row.pipeline,
    dependencyGraphId: row.dependency_graph_id,
    legacyMode: row.legacy_mode,
    operatorVersion: row.operator_version,
    exportStatus: row.export_status,
    exportFile: row.export_file,
  };
}

function durationOf(from: Date | null, to: Date | null): number | null {
  const duration = from && to ? to.getTime() - from.getTime() : -1;
  return duration >= 0 ? duration : null;
}
