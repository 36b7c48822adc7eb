import type { GatewayError } from '../../errors.ts';
import type { Deployment } from '../../schema/deployment.ts';
import { byNewest, groupBy } from '../batch.ts';
import type { Query } from '../http/client.ts';
import { invalid } from '../http/parse.ts';
import type { Call } from '../provider.ts';
import { deploymentRow } from './deployment-rows.ts';
import {
  type Foundation,
  inBatches,
  isFault,
  type ListPage,
  MAX_PAGES,
  MAX_PER_PAGE,
  readPage,
} from './lists.ts';
import { appOfRow } from './payloads.ts';

/** The order of all lists of deployments; by itself the platform begins with the oldest. */
export const NEWEST_FIRST = '-created_at';

const LAST_MOMENT = Date.parse('9999-12-31T23:59:59Z');

/** One app's newest rows: more than share a second. */
const FEW = 10;

/**
 * The newest deployment of each app among those that `filter` lets through; absent: there is none.
 * One request for 200 apps, and further pages only while some app has not been seen.
 */
export function newestByApp(
  foundation: Foundation,
  apps: Iterable<string>,
  filter: Query,
  call: Call,
): Promise<Map<string, Deployment | GatewayError>> {
  return inBatches(foundation, [...new Set(apps)], call, async (batch) => {
    const found = new Map<string, Deployment | GatewayError>();
    const take = (page: ListPage<Deployment>) => {
      for (const { raw, value } of page.rows) keepNewer(found, raw, value);
    };
    await readWhile(foundation, batch, filter, call, (page) => {
      take(page);
      return batch.filter((app) => !found.has(app));
    });
    return found;
  });
}

/**
 * For each deployment the next older one of its app; absent: there is none. One request for 200
 * apps, and further pages only while something is missing.
 */
export async function nextOlder(
  foundation: Foundation,
  deployments: readonly Deployment[],
  appOf: (deployment: Deployment) => string,
  call: Call,
): Promise<Map<string, Deployment | GatewayError>> {
  const wanted = groupBy(
    deployments.filter(({ createdAt }) => createdAt !== null),
    appOf,
  );
  const older = new Map<string, Deployment>();
  const failed = await inBatches<GatewayError>(
    foundation,
    [...wanted.keys()],
    call,
    async (batch) => {
      const asked = batch.flatMap((app) => wanted.get(app) ?? []);
      const filter = { 'created_ats[lte]': toTimestamp(latestOf(asked)) };
      await readWhile(foundation, batch, filter, call, ({ rows }) => {
        for (const { value } of rows) {
          if (!isFault(value)) keepOlder(older, wanted.get(appOf(value)) ?? [], value);
        }
        return batch.filter((app) => wanted.get(app)?.some(({ id }) => !older.has(id)));
      });
      return new Map();
    },
  );
  const answers = new Map<string, Deployment | GatewayError>(older);
  for (const [app, error] of failed) {
    for (const { id } of wanted.get(app) ?? []) answers.set(id, error);
  }
  return answers;
}

/** A moment as the platform's filters take it: whole seconds, and a year of four digits. */
export function toTimestamp(moment: Date): string {
  const time = Math.min(Math.max(moment.getTime(), 0), LAST_MOMENT);
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

/**
 * Reads the deployments of some apps, newest first, while `visit` says that some of them are still
 * waited for. The last few are asked one by one where that takes fewer requests than the pages.
 */
async function readWhile(
  foundation: Foundation,
  apps: readonly string[],
  filter: Query,
  call: Call,
  visit: (page: ListPage<Deployment>) => readonly string[],
): Promise<void> {
  const schema = deploymentRow(foundation.name);
  const perPage = apps.length === 1 ? FEW : MAX_PER_PAGE;
  const query = { ...filter, app_guids: apps.join(','), order_by: NEWEST_FIRST, per_page: perPage };
  for (let number = 1; number <= MAX_PAGES; number += 1) {
    const paged = { ...query, page: number === 1 ? undefined : number };
    const page = await readPage(foundation, '/v3/deployments', schema, paged, call);
    const missing = visit(page);
    if (missing.length === 0 || !page.hasNext) return;
    if (missing.length < apps.length && missing.length <= page.totalPages - number) {
      await Promise.all(
        missing.map((app) =>
          readWhile(foundation, [app], filter, call, (single) =>
            visit(single).filter((other) => other === app),
          ),
        ),
      );
      return;
    }
    if (number === MAX_PAGES) throw invalid(page.origin, `it has more than ${MAX_PAGES} pages`);
  }
}

function keepNewer(
  found: Map<string, Deployment | GatewayError>,
  raw: unknown,
  value: Deployment | GatewayError,
): void {
  const app = appOfRow(raw);
  if (app === null) return;
  const known = found.get(app);
  if (!known) found.set(app, value);
  else if (!isFault(known) && !isFault(value) && byNewest(value, known) < 0) found.set(app, value);
}

function keepOlder(
  older: Map<string, Deployment>,
  wanted: readonly Deployment[],
  row: Deployment,
): void {
  for (const deployment of wanted) {
    if (byNewest(deployment, row) >= 0) continue;
    const known = older.get(deployment.id);
    if (!known || byNewest(row, known) < 0) older.set(deployment.id, row);
  }
}

function latestOf(deployments: readonly Deployment[]): Date {
  return new Date(Math.max(...deployments.map(({ createdAt }) => Number(createdAt))));
}
