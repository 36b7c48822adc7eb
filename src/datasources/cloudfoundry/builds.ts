import type { GatewayError } from '../../errors.ts';
import { type Ref } from '../../ids.ts';
import type { Build } from '../../schema/build.ts';
import { groupBy } from '../batch.ts';
import { invalid } from '../http/parse.ts';
import type { Call, Listing, ProviderSource } from '../provider.ts';
import { buildRow, dropletOf } from './build-rows.ts';
import { parseAppKeys, parseVersionKeys } from './keys.ts';
import {
  type Foundation,
  inBatches,
  isFault,
  MAX_PAGES,
  MAX_PER_PAGE,
  readByGuids,
  readPage,
  type Row,
  toListing,
} from './lists.ts';
import { NEWEST_FIRST } from './newest.ts';
import { appOfRow } from './payloads.ts';
import { getRevisions } from './revisions.ts';
import { letIn } from './scopes.ts';

/** Builds, which belong to a version or revision by the droplet they made. */
export function createBuilds(foundation: Foundation) {
  return {
    async listBuilds(owners, call) {
      const { droplets, failures } = await dropletsOf(foundation, owners, call);
      const wanted = new Map<string, Set<string>>();
      for (const { app, droplet } of droplets.values()) {
        if (droplet !== '') wanted.set(app, (wanted.get(app) ?? new Set()).add(droplet));
      }
      const visible = await letIn(foundation, wanted.keys(), call);
      const found = await buildsOfApps(foundation, [...visible], wanted, call);
      const lists = new Map<string, Listing<Build> | GatewayError>(failures);
      for (const [id, { app, droplet }] of droplets) {
        const builds = found.get(app) ?? { items: [], faults: [] };
        if (isFault(builds)) lists.set(id, builds);
        else lists.set(id, ofDroplet(builds, droplet));
      }
      return lists;
    },

    async getBuilds(refs, call) {
      const asked = refs.flatMap((ref) => {
        const keys = parseAppKeys(ref);
        return keys ? [{ id: ref.id, ...keys }] : [];
      });
      const apps = asked.map(({ app }) => app);
      const guids = asked.map((keys) => keys.guid);
      const [visible, found] = await Promise.all([
        letIn(foundation, apps, call),
        readByGuids(foundation, '/v3/builds', buildRow(foundation.name), guids, call),
      ]);
      const answers = new Map<string, Build | GatewayError>();
      for (const { id, app, guid: wanted } of asked) {
        const build = found.get(wanted);
        if (!build || !visible.has(app)) continue;
        if (isFault(build) || build.id === id) answers.set(id, build);
      }
      return answers;
    },
  } satisfies Partial<ProviderSource>;
}

interface Droplet {
  app: string;
  /** "" where the owner has none. */
  droplet: string;
}

/** The droplets of versions, which their ids tell, and of revisions, which are read. */
async function dropletsOf(foundation: Foundation, owners: readonly Ref[], call: Call) {
  const droplets = new Map<string, Droplet>();
  const failures = new Map<string, GatewayError>();
  for (const owner of owners) {
    const keys = owner.type === 'Version' ? parseVersionKeys(owner) : undefined;
    if (keys) droplets.set(owner.id, keys);
  }
  const revisions = owners.filter(({ type }) => type === 'Revision');
  for (const [id, revision] of await getRevisions(foundation, revisions, call)) {
    if (isFault(revision)) failures.set(id, revision);
    else if (revision.details?.__typename === 'CloudFoundryRevisionDetails') {
      const { appGuid, dropletGuid } = revision.details;
      droplets.set(id, { app: appGuid, droplet: dropletGuid ?? '' });
    }
  }
  return { droplets, failures };
}

/** The builds of apps, newest first, as far back as the wanted droplets are. */
function buildsOfApps(
  foundation: Foundation,
  apps: readonly string[],
  wanted: ReadonlyMap<string, ReadonlySet<string>>,
  call: Call,
): Promise<Map<string, Listing<Build> | GatewayError>> {
  const schema = buildRow(foundation.name);
  return inBatches(foundation, apps, call, async (batch) => {
    const missing = new Set(batch.flatMap((app) => [...(wanted.get(app) ?? [])]));
    const rows: Row<Build>[] = [];
    const query = { app_guids: batch.join(','), order_by: NEWEST_FIRST, per_page: MAX_PER_PAGE };
    for (let number = 1; missing.size > 0; number += 1) {
      const paged = { ...query, page: number === 1 ? undefined : number };
      const page = await readPage(foundation, '/v3/builds', schema, paged, call);
      rows.push(...page.rows);
      for (const { value } of page.rows) if (!isFault(value)) missing.delete(dropletOf(value));
      if (!page.hasNext) break;
      if (number === MAX_PAGES) throw invalid(page.origin, `it has more than ${MAX_PAGES} pages`);
    }
    const byApp = groupBy(rows, ({ raw }) => appOfRow(raw) ?? '');
    return new Map(batch.map((app) => [app, toListing(byApp.get(app) ?? [])]));
  });
}

function ofDroplet({ items, faults }: Listing<Build>, droplet: string): Listing<Build> {
  if (droplet === '') return { items: [], faults: [] };
  return { items: items.filter((build) => dropletOf(build) === droplet), faults };
}
