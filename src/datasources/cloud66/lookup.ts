import { type GatewayError, toGatewayError } from '../../errors.ts';
import { type Ref, refOf } from '../../ids.ts';
import type { Deployment } from '../../schema/deployment.ts';
import { collect, groupBy } from '../batch.ts';
import { parse } from '../http/parse.ts';
import type { Batch, Call } from '../provider.ts';
import { type Account, parseKeys, stackPath } from './account.ts';
import { orAbsent, readPage, unwrapped } from './envelope.ts';
import { type History, openHistory } from './history.ts';
import { deploymentRow } from './payloads.ts';
import { byDate, byNumber, seek } from './seek.ts';

/** A deployment that is asked for: its global id, and where the provider keeps it. */
interface Wanted {
  id: string;
  uid: string;
  deploymentId: string;
}

/** A single one by its own path; several of one stack from the pages they stand on. */
export async function getDeployments(
  account: Account,
  refs: readonly Ref[],
  call: Call,
): Promise<Batch<Deployment>> {
  const wanted = refs.flatMap((ref): Wanted[] => {
    const { uid = '', deploymentId } = parseKeys(account, ref) ?? {};
    return deploymentId === undefined ? [] : [{ id: ref.id, uid, deploymentId }];
  });
  const answers = new Map<string, Deployment | GatewayError>();
  const readStack = async ([uid, group]: [string, Wanted[]]) => {
    try {
      const found = await getOfStack(account, uid, group, call);
      for (const [id, answer] of found) answers.set(id, answer);
    } catch (error) {
      for (const { id } of group) answers.set(id, toGatewayError(error, account.provider));
    }
  };
  await Promise.all([...groupBy(wanted, ({ uid }) => uid)].map(readStack));
  return answers;
}

async function getOfStack(
  account: Account,
  uid: string,
  group: readonly Wanted[],
  call: Call,
): Promise<Batch<Deployment>> {
  const found = new Map<string, Deployment | GatewayError>();
  if (group.length > 1) {
    const history = openHistory(account, uid, call);
    const numbers = group.map(({ deploymentId }) => Number(deploymentId));
    const deployments = await orAbsent(findOnPages(history, numbers));
    // Not even the list of the stack is there: neither is anything in it.
    if (!deployments) return found;
    for (const deployment of deployments) found.set(deployment.id, deployment);
  }
  const row = unwrapped(deploymentRow(account.provider, uid));
  const singles = await collect(
    group.filter(({ id }) => !found.has(id)),
    ({ id }) => id,
    account.provider,
    async ({ id, deploymentId }) => {
      const path = `${stackPath(uid, 'deployments', deploymentId)}.json`;
      const deployment = await account.http.find(path, row, call);
      return deployment?.id === id ? deployment : undefined;
    },
  );
  return new Map([...found, ...singles]);
}

/**
 * Reads page 1, then the page of the newest one that is missing, and so on: as long as a page can
 * bring several of them, and for no more requests than reading each alone would take.
 */
async function findOnPages(history: History, numbers: readonly number[]): Promise<Deployment[]> {
  const found: Deployment[] = [];
  const missing = new Set(numbers);
  const take = (deployments: readonly Deployment[]) => {
    found.push(...deployments);
    for (const { nativeId } of deployments) missing.delete(Number(nativeId));
  };
  take((await history.page(1)).deployments);
  while (missing.size > 2 && history.pagesRead() < numbers.length) {
    const newest = Math.max(...missing);
    try {
      take((await seek(history, newest, byNumber))?.deployments ?? []);
    } catch {
      // What is in hand is not touched by it; the rest is asked for one by one and tells why.
      return found;
    }
    missing.delete(newest);
  }
  return found;
}

/** What stands on top of the first page: also a deployment that is queued. */
export function getLatestDeployments(
  account: Account,
  scopes: readonly Ref[],
  call: Call,
): Promise<Batch<Deployment>> {
  const stacks = scopes.flatMap((ref) => {
    const keys = parseKeys(account, ref);
    return keys && ref.type === 'Scope' ? [{ id: ref.id, uid: keys.uid }] : [];
  });
  return collect(
    stacks,
    ({ id }) => id,
    account.provider,
    async ({ uid }) => {
      const reading = readPage(account.http, stackPath(uid, 'deployments'), 1, call);
      const page = await orAbsent(reading);
      const [top] = page?.rows ?? [];
      if (!page || top === undefined) return undefined;
      return parse(top, deploymentRow(account.provider, uid), page.origin);
    },
  );
}

/** The row below each in the list of its stack: what the stack had deployed before. */
export async function getPreviousDeployments(
  account: Account,
  deployments: readonly Deployment[],
  call: Call,
): Promise<Batch<Deployment>> {
  const readStack = async ([scopeId, group]: [string, Deployment[]]) => {
    const keys = parseKeys(account, refOf(scopeId));
    if (!keys) return [];
    const history = openHistory(account, keys.uid, call);
    const found = await collect(
      group,
      ({ id }) => id,
      account.provider,
      (deployment) => orAbsent(findPrevious(history, deployment)),
    );
    return [...found];
  };
  const stacks = [...groupBy(deployments, ({ scopeId }) => scopeId)];
  return new Map((await Promise.all(stacks.map(readStack))).flat());
}

/** A deployment stands where its date begins, or a page later, among others of the same moment. */
const PAGES_OF_A_MOMENT = 3;

async function findPrevious(
  history: History,
  deployment: Deployment,
): Promise<Deployment | undefined> {
  const rows = new Map<string, Deployment>();
  let page = await startOf(history, deployment);
  for (let turn = 0; page && turn < PAGES_OF_A_MOMENT; turn += 1) {
    for (const row of page.deployments) rows.set(row.id, row);
    const known = [...rows.values()];
    const place = known.findIndex(({ id }) => id === deployment.id);
    const previous = place < 0 ? undefined : known[place + 1];
    if (previous) return previous;
    page = await history.after(page);
  }
  return undefined;
}

/** The page it stands on; without a date the number says where, and usually that is page 1. */
async function startOf(history: History, deployment: Deployment) {
  const first = await history.page(1);
  if (first.deployments.some(({ id }) => id === deployment.id)) return first;
  const { createdAt, nativeId } = deployment;
  return createdAt
    ? seek(history, createdAt.getTime(), byDate)
    : seek(history, Number(nativeId), byNumber);
}
