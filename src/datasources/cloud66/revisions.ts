import { ErrorCode, GatewayError } from '../../errors.ts';
import type { Ref } from '../../ids.ts';
import type { Deployment } from '../../schema/deployment.ts';
import type { Revision } from '../../schema/revision.ts';
import type { Version } from '../../schema/version.ts';
import type { Batch, Call, Listing } from '../provider.ts';
import { type Account, parseKeys, toDeploymentRef } from './account.ts';
import type { History } from './history.ts';
import { getDeployments } from './lookup.ts';

/** The one version of each deployment: the commit it deployed. */
export function listVersions(
  account: Account,
  deployments: readonly Ref[],
  call: Call,
): Promise<Batch<Listing<Version>>> {
  return throughDeployment(account, deployments, call, ({ version }) =>
    version ? { items: [version], faults: [] } : undefined,
  );
}

export function getVersions(
  account: Account,
  refs: readonly Ref[],
  call: Call,
): Promise<Batch<Version>> {
  return throughDeployment(account, refs, call, ({ version }, { id }) =>
    version?.id === id ? version : undefined,
  );
}

/** The commit of each version; none where the provider told no commit. */
export function listRevisions(
  account: Account,
  versions: readonly Ref[],
  call: Call,
): Promise<Batch<Listing<Revision>>> {
  return throughDeployment(account, versions, call, ({ version, revision }, { id }) =>
    version?.id === id ? { items: revision ? [revision] : [], faults: [] } : undefined,
  );
}

export function getRevisions(
  account: Account,
  refs: readonly Ref[],
  call: Call,
): Promise<Batch<Revision>> {
  return throughDeployment(account, refs, call, ({ revision }, { id }) =>
    revision?.id === id ? revision : undefined,
  );
}

/** Deployment, version and revision are one row: whatever is asked for, the deployment is read. */
async function throughDeployment<T>(
  account: Account,
  refs: readonly Ref[],
  call: Call,
  pick: (deployment: Deployment, ref: Ref) => T | undefined,
): Promise<Batch<T>> {
  const parents = new Map<Ref, Ref>();
  for (const ref of refs) {
    const { uid = '', deploymentId } = parseKeys(account, ref) ?? {};
    if (deploymentId !== undefined) {
      parents.set(ref, toDeploymentRef(account.provider, uid, deploymentId));
    }
  }
  const distinct = new Map([...parents.values()].map((parent) => [parent.id, parent]));
  const deployments = await getDeployments(account, [...distinct.values()], call);
  const answers = new Map<string, T | GatewayError>();
  for (const [ref, parent] of parents) {
    const deployment = deployments.get(parent.id);
    const answer =
      deployment instanceof GatewayError || !deployment ? deployment : pick(deployment, ref);
    if (answer !== undefined) answers.set(ref.id, answer);
  }
  return answers;
}

/** Ten pages are the newest 300 deployments. */
const MAX_PAGES = 10;

/**
 * The distinct commits of a stack behind `after`, newest first. A commit that was deployed again
 * stands where it was deployed last. Walks the pages of deployments from the first, at most
 * `MAX_PAGES` of them: what that leaves out is named as a fault.
 */
export async function listScopeRevisions(
  history: History,
  provider: string,
  { after, limit }: { after: string | undefined; limit: number },
): Promise<Listing<Revision> & { complete: boolean }> {
  const revisions = new Map<string, Revision>();
  const faults: GatewayError[] = [];
  let page = await history.page(1);
  for (;;) {
    for (const { revision } of page.deployments) {
      if (revision && !revisions.has(revision.nativeId)) revisions.set(revision.nativeId, revision);
    }
    faults.push(...page.faults);
    const items = behind([...revisions.values()], after);
    if (page.next === null) return { items, faults, complete: true };
    if (items.length >= limit) return { items, faults, complete: false };
    const next = history.pagesRead() < MAX_PAGES ? await history.after(page) : undefined;
    if (!next) return { items, faults: [...faults, tooDeep(provider)], complete: true };
    page = next;
  }
}

function behind(revisions: Revision[], after: string | undefined): Revision[] {
  if (after === undefined) return revisions;
  const place = revisions.findIndex(({ nativeId }) => nativeId === after);
  return place < 0 ? [] : revisions.slice(place + 1);
}

function tooDeep(provider: string): GatewayError {
  return new GatewayError(
    ErrorCode.OPERATION_TOO_COMPLEX,
    `${provider}: only the commits of the stack's newest ${MAX_PAGES * 30} deployments are listed. Older ones are found through its deployments.`,
    { provider },
  );
}
