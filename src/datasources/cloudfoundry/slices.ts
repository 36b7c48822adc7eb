import type { Deployment } from '../../schema/deployment.ts';
import { Status } from '../../schema/enums.ts';
import type { StatusFilter } from '../../schema/inputs.ts';
import { byNewest, chunk } from '../batch.ts';
import type { Query } from '../http/client.ts';
import { invalid } from '../http/parse.ts';
import type { Call, DeploymentQuery, DeploymentSlice } from '../provider.ts';
import { deploymentRow, withLive } from './deployment-rows.ts';
import type { ScopeKeys } from './keys.ts';
import {
  type Foundation,
  GUIDS_PER_REQUEST,
  isFault,
  MAX_PAGES,
  MAX_PER_PAGE,
  readAll,
  readPage,
} from './lists.ts';
import { NEWEST_FIRST, toTimestamp } from './newest.ts';
import { appGuidsIn } from './scopes.ts';
import { toReasons } from './status.ts';

const PATH = '/v3/deployments';

/** So many rows beyond the limit are read, so that the last second is usually whole. */
const SPARE = 10;

const NOTHING: DeploymentSlice = { items: [], faults: [], complete: true };

/**
 * The deployments of a scope, newest first. They have whole seconds, and several may share one, so
 * a slice ends where a second ends. One request, unless a second does not fit the page or the
 * scope has more than 200 apps.
 */
export async function listSlice(
  foundation: Foundation,
  scope: ScopeKeys,
  query: DeploymentQuery,
  call: Call,
): Promise<DeploymentSlice> {
  const filter = toFilter(query);
  if (!filter) return NOTHING;
  const apps = await appGuidsIn(foundation, scope, call);
  const batches = apps
    ? chunk(apps, GUIDS_PER_REQUEST).map((batch) => ({ ...filter, app_guids: batch.join(',') }))
    : [filter];
  const read = query.from === 'undated' ? readUndated : readSlice;
  const slices = await Promise.all(
    batches.map((batch) => read(foundation, batch, query.limit, call)),
  );
  const slice = merge(slices);
  const isFromTop = query.from === 'newest' && !query.labels?.length && slice.faults.length === 0;
  return { ...slice, items: markLive(slice.items, isFromTop) };
}

/**
 * The hints as filters; `undefined`: nothing can match them. `[gte]` rather than `[gt]`, which
 * "skips the rest of the given second".
 */
function toFilter({ from, createdAfter, labels, status }: DeploymentQuery): Query | undefined {
  const reasons = status && toReasons(wantedStatuses(status));
  if (reasons?.length === 0) return undefined;
  const isDated = from !== 'undated';
  return {
    'created_ats[lte]': from instanceof Date ? toTimestamp(from) : undefined,
    'created_ats[gte]': isDated && createdAfter ? toTimestamp(createdAfter) : undefined,
    status_reasons: reasons?.join(','),
    label_selector: toSelector(labels ?? []),
  };
}

function wantedStatuses(filter: StatusFilter): Set<Status> {
  return new Set(
    Object.values(Status).filter(
      (status) => (filter.in?.includes(status) ?? true) && !filter.notIn?.includes(status),
    ),
  );
}

/** What the platform accepts in a label's key, with its prefix, and in a value. */
const LABEL_KEY =
  /^([a-zA-Z0-9]([a-zA-Z0-9.-]{0,250}[a-zA-Z0-9])?\/)?[a-zA-Z0-9]([\w.-]{0,61}[a-zA-Z0-9])?$/;
const LABEL_VALUE = /^[a-zA-Z0-9]([\w.-]{0,61}[a-zA-Z0-9])?$/;

/** Requirements are ANDed. Labels the platform would refuse are left to the caller's own filter. */
function toSelector(labels: NonNullable<DeploymentQuery['labels']>): string | undefined {
  const requirements = labels
    .filter(({ key, value }) => LABEL_KEY.test(key) && LABEL_VALUE.test(value))
    .map(({ key, value }) => `${key}=${value}`);
  return requirements.length > 0 ? requirements.join(',') : undefined;
}

async function readSlice(
  foundation: Foundation,
  filter: Query,
  limit: number,
  call: Call,
): Promise<DeploymentSlice> {
  const schema = deploymentRow(foundation.name);
  const per_page = Math.min(MAX_PER_PAGE, limit + SPARE);
  const slice: DeploymentSlice = { items: [], faults: [], complete: false };
  for (let number = 1; ; number += 1) {
    const query = {
      ...filter,
      order_by: NEWEST_FIRST,
      per_page,
      page: number === 1 ? undefined : number,
    };
    const page = await readPage(foundation, PATH, schema, query, call);
    for (const { value } of page.rows) {
      if (isFault(value)) slice.faults.push(value);
      else slice.items.push(value);
    }
    if (!page.hasNext) return { ...slice, items: inOrder(slice.items), complete: true };
    const settled = wholeSeconds(slice.items);
    if (settled.length >= limit) {
      const undated = slice.items.filter(({ createdAt }) => createdAt === null);
      const faults = undated.map(() => invalid(page.origin, 'a row in its midst has no date'));
      return { items: inOrder(settled), faults: [...slice.faults, ...faults], complete: false };
    }
    if (number === MAX_PAGES) throw invalid(page.origin, 'it does not get older');
  }
}

/** Rows without a date come last, so only a look at all of them can tell which these are. */
async function readUndated(
  foundation: Foundation,
  filter: Query,
  _limit: number,
  call: Call,
): Promise<DeploymentSlice> {
  const query = { ...filter, order_by: NEWEST_FIRST };
  const { items, faults } = await readAll(
    foundation,
    PATH,
    deploymentRow(foundation.name),
    query,
    call,
  );
  return { items: items.filter(({ createdAt }) => createdAt === null), faults, complete: true };
}

/** All but the rows of the last second, of which the next page may have more. */
function wholeSeconds(rows: readonly Deployment[]): Deployment[] {
  const dated = rows.flatMap((row) => (row.createdAt ? [row.createdAt.getTime()] : []));
  const last = secondOf(Math.min(...dated));
  return rows.filter(({ createdAt }) => createdAt && secondOf(createdAt.getTime()) > last);
}

function secondOf(time: number): number {
  return Math.floor(time / 1000);
}

/** Each row once: rows move on to the next page when new ones arrive between two requests. */
function inOrder(rows: readonly Deployment[]): Deployment[] {
  return [...new Map(rows.map((row) => [row.id, row])).values()].sort(byNewest);
}

/** Slices of different apps as one: it reaches down to where the first of them ends. */
function merge(slices: readonly DeploymentSlice[]): DeploymentSlice {
  const [only] = slices;
  if (only && slices.length === 1) return only;
  const ends = slices.flatMap(({ items, complete }) => {
    const last = items.at(-1)?.createdAt;
    return complete || !last ? [] : [last.getTime()];
  });
  const end = Math.max(-Infinity, ...ends);
  const complete = slices.every((slice) => slice.complete);
  const items = slices
    .flatMap((slice) => slice.items)
    .filter(({ createdAt }) => complete || (createdAt && createdAt.getTime() >= end));
  return { items: inOrder(items), faults: slices.flatMap(({ faults }) => faults), complete };
}

/**
 * What the rows tell of each other: below a deployment that succeeded no other one of the app is
 * live, and at the top of the list the first one is.
 */
function markLive(rows: readonly Deployment[], isFromTop: boolean): Deployment[] {
  const seen = new Set<string>();
  return rows.map((row) => {
    if (row.status !== Status.SUCCEEDED || !row.createdAt) return row;
    if (seen.has(row.scopeId)) return withLive(row, false);
    seen.add(row.scopeId);
    return isFromTop ? withLive(row, true) : row;
  });
}
