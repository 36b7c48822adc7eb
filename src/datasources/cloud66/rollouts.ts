import { ErrorCode, GatewayError, refuse, unsupported } from '../../errors.ts';
import type { Ref } from '../../ids.ts';
import type { Deployment } from '../../schema/deployment.ts';
import { Status } from '../../schema/enums.ts';
import { pause } from '../http/pause.ts';
import type { Call } from '../provider.ts';
import { afresh, missing, newerThan, orMissing, refuseForeign } from '../rollouts.ts';
import type {
  DeploymentSource,
  ProviderWrites,
  Rollout,
  RolloutOrder,
  SentWrite,
  WriteCall,
} from '../writes.ts';
import { acceptance, requireAccepted } from './acceptance.ts';
import { type Account, type Keys, parseKeys, stackPath } from './account.ts';
import { orAbsent } from './envelope.ts';
import { isTakenOn } from './actions.ts';
import { openHistory } from './history.ts';
import { getDeployments } from './lookup.ts';

const PLATFORM = 'Cloud 66';

const UNDER_WAY: ReadonlySet<Status> = new Set([Status.QUEUED, Status.IN_PROGRESS]);

/** The new deployment is looked for at once, and again after each of these, in milliseconds. */
const LOOK_AGAIN_MS = [250, 750, 1_500];

/** What is deployed: a commit, branch or tag, and only these services where some are named. */
interface Request {
  gitRef: string | undefined;
  services?: readonly string[] | undefined;
}

/** Deployments that are started and cancelled. Going back is deploying the earlier commit. */
export function createRollouts(account: Account) {
  return {
    async startDeployment(scope, order, call) {
      const uid = uidOf(account, scope);
      const foreign = ['comment', 'valueSetVersionId', 'mode', 'strategy'] as const;
      refuseForeign(order, [...foreign, 'labels', 'annotations'], PLATFORM);
      const gitRef = await gitRefOf(account, order.source, call);
      return deploy(account, uid, { gitRef, services: order.services }, call);
    },

    redeploy: (ref, call) => repeat(account, ref, call),

    rollback: (ref, call) => repeat(account, ref, call),

    findRollouts: (order, sent, call) => findRollouts(account, order, sent, call),

    async cancelDeployment(ref, call) {
      const { uid, deploymentId = '' } = keysOf(account, ref);
      const before = await getOne(account, ref, call);
      const path = `${stackPath(uid, 'deployments', deploymentId)}.json`;
      const answer = await account.http.send('DELETE', path, {}, acceptance, call);
      requireAccepted(account.provider, answer);
      const after = await getOne(account, ref, afresh(call)).catch(() => before);
      return toCancelling(after);
    },
  } satisfies ProviderWrites;
}

async function repeat(account: Account, ref: Ref, call: WriteCall): Promise<Rollout> {
  const { uid } = keysOf(account, ref);
  const gitRef = commitOf(await getOne(account, ref, call));
  return deploy(account, uid, { gitRef }, call);
}

/** The provider names no deployment in its answer; what is new in the list must be it. */
async function deploy(
  account: Account,
  uid: string,
  { gitRef, services }: Request,
  call: WriteCall,
): Promise<Rollout> {
  const newestBefore = await newestOf(account, uid, call);
  const json = {
    ...(gitRef !== undefined && { git_ref: gitRef }),
    ...(services && services.length > 0 && { services: toList(services) }),
    user_reference: call.reference,
  };
  const path = `${stackPath(uid, 'deployments')}.json`;
  const answer = await account.http.send('POST', path, { json }, acceptance, call);
  requireAccepted(account.provider, answer);
  // Without an action of its own it waits behind another deployment, which may take long.
  const pauses = answer.async_action_id === null ? [] : LOOK_AGAIN_MS;
  const deployment = await findNew(account, uid, { newestBefore, gitRef, pauses }, call);
  return deployment ? { deployment } : { queued: true };
}

/** `undefined`: it is not there, or several could be it, or the list cannot be read. */
async function findNew(
  account: Account,
  uid: string,
  wanted: { newestBefore: string | null; gitRef: string | undefined; pauses: readonly number[] },
  call: WriteCall,
): Promise<Deployment | undefined> {
  try {
    for (const pauseMs of [0, ...wanted.pauses]) {
      if (pauseMs > 0) await pause(pauseMs, call.signal);
      const found = await newerOn(account, uid, wanted.newestBefore, afresh(call));
      const matching = found.filter((row) => isOf(row, wanted.gitRef));
      if (matching.length > 0) return matching.length === 1 ? matching[0] : undefined;
    }
  } catch {
    // The deployment was accepted, whether it can be shown or not.
  }
  return undefined;
}

/**
 * @throws GatewayError OUTCOME_UNKNOWN while it may wait behind a deployment that is under way,
 * where it is in no list yet, or where its action shows that it was taken on
 */
async function findRollouts(
  account: Account,
  order: RolloutOrder,
  { reference, newestBefore }: SentWrite,
  call: Call,
): Promise<Deployment[]> {
  const { uid, gitRef } = await wantedBy(account, order, call);
  const { deployments } = await openHistory(account, uid, call).page(1);
  const found = newerThan(deployments, newestBefore).filter((row) => isOf(row, gitRef));
  if (found.length > 0) return found;
  const isBusy = deployments.some(({ status }) => UNDER_WAY.has(status ?? Status.UNKNOWN));
  if (isBusy) throw hidden(account.provider, 'another deployment of the stack is under way');
  if (!(await isTakenOn(account, uid, reference, call))) return [];
  throw hidden(account.provider, 'it was taken on, and is not in the list yet');
}

async function wantedBy(account: Account, order: RolloutOrder, call: Call) {
  if (order.kind === 'start') {
    const gitRef = await gitRefOf(account, order.order.source, call);
    return { uid: uidOf(account, order.scope), gitRef };
  }
  const gitRef = commitOf(await getOne(account, order.deployment, call));
  return { uid: keysOf(account, order.deployment).uid, gitRef };
}

function hidden(provider: string, why: string): GatewayError {
  return new GatewayError(
    ErrorCode.OUTCOME_UNKNOWN,
    `${provider}: whether the deployment was taken on cannot be told yet: ${why}. Repeat it later with the same idempotencyKey.`,
    { provider },
  );
}

/** What stands above a deployment on the first page of its stack. */
async function newerOn(
  account: Account,
  uid: string,
  newestBefore: string | null,
  call: Call,
): Promise<Deployment[]> {
  const { deployments } = await openHistory(account, uid, call).page(1);
  return newerThan(deployments, newestBefore);
}

/** The id of what stands on top; null: nothing. */
async function newestOf(account: Account, uid: string, call: Call): Promise<string | null> {
  const page = await orAbsent(openHistory(account, uid, afresh(call)).page(1));
  if (!page) throw missing(account.provider, 'stack');
  return page.deployments[0]?.id ?? null;
}

/** What was set off elsewhere is not ours; neither is what deploys another commit. */
function isOf({ details, trigger }: Deployment, gitRef: string | undefined): boolean {
  if (details.__typename !== 'Cloud66DeploymentDetails') return false;
  if (trigger !== null && trigger !== 'api') return false;
  if (gitRef === undefined) return true;
  return details.gitRef === gitRef || details.gitHash === gitRef || details.gitRef === null;
}

/** @throws GatewayError for a source of another kind */
async function gitRefOf(
  account: Account,
  source: DeploymentSource | undefined,
  call: Call,
): Promise<string | undefined> {
  switch (source?.kind) {
    case undefined:
      return undefined;
    case 'gitRef':
      return source.gitRef;
    case 'revision': {
      const { gitHash } = parseKeys(account, source.revision) ?? {};
      if (gitHash) return gitHash;
      throw missing(account.provider, 'revision', 'source.revisionId');
    }
    case 'deployment':
      if (source.deltaId !== undefined) throw foreignSource('deltaId');
      return commitOf(await getOne(account, source.deployment, call, 'source.deploymentId'));
    case 'delta':
    case 'set':
      throw foreignSource(`${source.kind}Id`);
    case 'droplet':
      throw foreignSource('dropletGuid');
  }
}

function foreignSource(field: string) {
  const advice = 'Give a gitRef, a revisionId or a deploymentId.';
  return unsupported(['source', field], `${PLATFORM} deploys commits. ${advice}`);
}

/** The commit rather than the branch, which has moved on since. */
function commitOf({ details }: Deployment): string {
  const known = details.__typename === 'Cloud66DeploymentDetails' ? details : undefined;
  const gitRef = known?.gitHash ?? known?.gitRef;
  if (gitRef) return gitRef;
  const reason = 'it does not tell its commit. Choose another deployment.';
  throw refuse(['deploymentId'], reason, ErrorCode.CONFLICT);
}

/** "svc:tag,…" */
function toList(services: readonly string[]): string {
  const odd = services.find((service) => service === '' || /[,\s]/.test(service));
  if (odd === undefined) return services.join(',');
  throw refuse(['services'], 'a service has neither commas nor spaces in it.');
}

/** Nothing in the row says that it is to end; the next read may show it in progress again. */
function toCancelling(deployment: Deployment): Deployment {
  const { status } = deployment;
  if (status !== Status.IN_PROGRESS && status !== Status.QUEUED) return deployment;
  return { ...deployment, status: Status.CANCELLING, canCancel: false };
}

async function getOne(account: Account, ref: Ref, call: Call, field?: string): Promise<Deployment> {
  const found = await getDeployments(account, [ref], call);
  return orMissing(found.get(ref.id), account.provider, 'deployment', field);
}

function uidOf(account: Account, scope: Ref): string {
  const keys = parseKeys(account, scope);
  if (!keys) throw missing(account.provider, 'stack');
  return keys.uid;
}

function keysOf(account: Account, ref: Ref): Keys {
  const keys = parseKeys(account, ref);
  if (!keys) throw missing(account.provider, 'deployment');
  return keys;
}
