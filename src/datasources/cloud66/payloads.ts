import { z } from 'zod';
import { toId, toRef } from '../../ids.ts';
import type { Deployment } from '../../schema/deployment.ts';
import { DeploymentKind, ScopeKind, Status } from '../../schema/enums.ts';
import type { Revision } from '../../schema/revision.ts';
import type { Scope } from '../../schema/scope.ts';
import type { Version } from '../../schema/version.ts';
import { toDeploymentRef, UID } from './account.ts';
import { coded, flag, moment, text, webAddress } from './fields.ts';
import { toStatus, wordOf } from './status.ts';

/** Only what is shown is taken; above all not `redeploy_hook`, which lets its reader deploy. */
const rawStack = z.object({ uid: z.string().regex(UID), name: text, environment: text });

const rawDeployment = z.object({
  id: z.int().positive(),
  triggered_by: text,
  triggered_via: coded,
  started_at: moment,
  finished_at: moment,
  outcome: coded,
  git_hash: text,
  git_ref: text,
  deploy_session: text,
  deploy_type: coded,
  is_head: flag,
  is_live: flag,
  reverted: flag,
  reverted_by: text,
  reverted_at: moment,
  is_deploying: flag,
  commit_url: webAddress,
});

type RawDeployment = z.infer<typeof rawDeployment>;

/** What a row's stack and state add to the row. */
interface Setting {
  provider: string;
  uid: string;
  status: Status;
}

/** A stack as a scope (developers.cloud66.com, Stacks). */
export function stackRow(provider: string): z.ZodType<Scope> {
  return rawStack.transform(({ uid, name, environment }) => ({
    ...toStackScope(provider, uid),
    name: name ?? uid,
    environment,
  }));
}

/** What a stack's uid alone says of its scope. */
export function toStackScope(provider: string, uid: string): Scope {
  return {
    __typename: 'Scope',
    id: toId(provider, 'Scope', [uid]),
    kind: ScopeKind.APPLICATION,
    nativeKind: 'stack',
    nativeKey: uid,
    parentId: null,
  };
}

/**
 * A deployment of the stack `uid`, with everything about it: no other request tells more
 * (developers.cloud66.com, Deployments). The row itself does not name its stack.
 */
export function deploymentRow(provider: string, uid: string): z.ZodType<Deployment> {
  return rawDeployment.transform((raw) => toDeployment(raw, provider, uid));
}

function toDeployment(raw: RawDeployment, provider: string, uid: string): Deployment {
  const { is_deploying: isDeploying, started_at: startedAt, finished_at: finishedAt } = raw;
  const status = toStatus({ isDeploying, outcome: raw.outcome, startedAt });
  const isFinished = finishedAt !== null && !isDeploying;
  const nativeId = String(raw.id);
  const setting = { provider, uid, status };
  return {
    __typename: 'Deployment',
    id: toDeploymentRef(provider, uid, nativeId).id,
    nativeId,
    shortId: nativeId,
    kind: DeploymentKind.ROLLOUT,
    scopeId: toId(provider, 'Scope', [uid]),
    description: null,
    message: null,
    progress: null,
    status,
    rawStatus: wordOf(raw.outcome),
    ...(status === Status.QUEUED && { upcoming: true }),
    live: raw.is_live,
    createdAt: startedAt,
    startedAt,
    updatedAt: finishedAt ?? startedAt,
    finishedAt,
    durationMs: durationOf(startedAt, finishedAt),
    createdBy: raw.triggered_by,
    trigger: wordOf(raw.triggered_via) || null,
    strategy: wordOf(raw.deploy_type) || null,
    url: null,
    labels: [],
    canCancel: isDeploying === true || status === Status.QUEUED,
    canContinue: false,
    canRedeploy: isFinished && raw.git_hash !== null,
    canRollback: status === Status.SUCCEEDED && raw.git_hash !== null && raw.is_live !== true,
    version: toVersion(raw, setting),
    revision: toRevision(raw, setting),
    errors: [],
    details: toDetails(raw),
  };
}

function toVersion(raw: RawDeployment, { provider, uid, status }: Setting): Version {
  const { id, git_hash: gitHash, git_ref: gitRef } = raw;
  return {
    __typename: 'Version',
    id: toId(provider, 'Version', [uid, String(id), gitHash ?? '']),
    nativeId: gitHash ?? String(id),
    name: gitRef ?? gitHash?.slice(0, 7) ?? 'unknown',
    description: null,
    status,
    rawStatus: wordOf(raw.outcome),
    default: true,
    createdAt: raw.started_at,
    updatedAt: raw.finished_at ?? raw.started_at,
    labels: [],
    deploymentId: toDeploymentRef(provider, uid, String(id)).id,
    revisionId: gitHash === null ? null : revisionId(provider, uid, id, gitHash),
    details: {
      __typename: 'Cloud66VersionDetails',
      gitHash,
      gitRef,
      deployType: raw.deploy_type,
      deploySession: raw.deploy_session,
      isLive: raw.is_live,
    },
  };
}

function toRevision(raw: RawDeployment, { provider, uid }: Setting): Revision | null {
  if (raw.git_hash === null) return null;
  return {
    __typename: 'Revision',
    id: revisionId(provider, uid, raw.id, raw.git_hash),
    nativeId: raw.git_hash,
    number: null,
    description: null,
    createdAt: null,
    createdBy: null,
    commit: { sha: raw.git_hash, ref: raw.git_ref, url: raw.commit_url },
    deployable: null,
    details: {
      __typename: 'Cloud66RevisionDetails',
      deploymentNumber: raw.id,
      deployedAt: raw.started_at,
      deployedBy: raw.triggered_by,
    },
  };
}

function toDetails(raw: RawDeployment): Deployment['details'] {
  return {
    __typename: 'Cloud66DeploymentDetails',
    outcome: raw.outcome,
    triggeredVia: raw.triggered_via,
    deployType: raw.deploy_type,
    deploySession: raw.deploy_session,
    gitHash: raw.git_hash,
    gitRef: raw.git_ref,
    commitUrl: raw.commit_url,
    isHead: raw.is_head,
    isLive: raw.is_live,
    isDeploying: raw.is_deploying,
    reverted: raw.reverted,
    revertedBy: raw.reverted_by,
    revertedAt: raw.reverted_at,
  };
}

function revisionId(provider: string, uid: string, id: number, gitHash: string): string {
  return toRef(provider, 'Revision', [uid, String(id), gitHash]).id;
}

function durationOf(startedAt: Date | null, finishedAt: Date | null): number | null {
  if (!startedAt || !finishedAt || finishedAt < startedAt) return null;
  return finishedAt.getTime() - startedAt.getTime();
}
