import type { GatewayError } from '../../errors.ts';
import type { Deployment } from '../../schema/deployment.ts';
import { byNewest } from '../batch.ts';
import type { DeploymentQuery, DeploymentSlice } from '../provider.ts';
import type { History, HistoryPage } from './history.ts';
import { byDate, seek } from './seek.ts';

/**
 * A stretch of a stack's deployments. The provider has no order by date to ask for: the page where
 * a date begins is searched, and the pages behind it are read until the stretch is long enough.
 */
export async function listDeployments(
  history: History,
  query: DeploymentQuery,
): Promise<DeploymentSlice> {
  const { from, limit, createdAfter } = query;
  if (from === 'undated') return listUndated(history);
  const isWanted = ({ createdAt }: Deployment) =>
    createdAt !== null && (from === 'newest' || createdAt <= from);
  const rows = new Map<string, Deployment>();
  const faults: GatewayError[] = [];
  let end = Infinity;

  let page = await (from === 'newest' ? history.page(1) : seek(history, from.getTime(), byDate));
  if (page && !createdAfter) prepareAll(history, page, limit);
  while (page) {
    for (const deployment of page.deployments) rows.set(deployment.id, deployment);
    faults.push(...page.faults);
    if (page.next === null) break;
    end = Math.min(end, ...page.deployments.map((each) => byDate(each) ?? Infinity));
    // Of the last moment on the page there may be more rows on the next one.
    const settled = [...rows.values()].filter(
      (row) => isWanted(row) && Number(row.createdAt) > end,
    );
    const isPastHint = createdAfter !== undefined && end <= createdAfter.getTime();
    if (settled.length >= limit || isPastHint) {
      const items = [...upcoming(rows, from), ...settled].sort(byNewest);
      return { items, faults, complete: isPastHint };
    }
    page = await history.after(page);
  }
  const dated = [...rows.values()].filter(isWanted);
  for (const row of (await history.page(1)).deployments) rows.set(row.id, row);
  const undated = [...rows.values()].filter(isUndated);
  const items = [...upcoming(rows, from), ...dated, ...undated].sort(byNewest);
  return { items, faults, complete: true };
}

/** What is queued stands on the pages from the first one on. */
function upcoming(
  rows: ReadonlyMap<string, Deployment>,
  from: DeploymentQuery['from'],
): Deployment[] {
  return from === 'newest' ? [...rows.values()].filter((row) => row.upcoming) : [];
}

/** Reads side by side as many pages as `limit` rows take at the least. */
function prepareAll(history: History, start: HistoryPage, limit: number): void {
  const perPage = Math.max(1, start.deployments.length + start.faults.length);
  const last = start.number + Math.ceil((limit + 1) / perPage) - 1;
  history.prepare(start.number + 1, Math.min(last, start.pages ?? 0));
}

/**
 * The rows whose date cannot be read, as far as they stand at the very top. One further down is not
 * looked for: that would take every page.
 */
async function listUndated(history: History): Promise<DeploymentSlice> {
  const rows = new Map<string, Deployment>();
  const faults: GatewayError[] = [];
  for (let page = await history.page(1); ;) {
    for (const row of page.deployments.filter(isUndated)) rows.set(row.id, row);
    faults.push(...page.faults);
    const isOver = page.deployments.some(({ createdAt }) => createdAt !== null);
    const next = isOver ? undefined : await history.after(page);
    if (!next) return { items: [...rows.values()].sort(byNewest), faults, complete: true };
    page = next;
  }
}

function isUndated({ createdAt, upcoming: isQueued }: Deployment): boolean {
  return createdAt === null && !isQueued;
}
