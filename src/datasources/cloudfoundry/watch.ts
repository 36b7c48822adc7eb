import { z } from 'zod';
import { GatewayError } from '../../errors.ts';
import { type Ref, refOf, toRef } from '../../ids.ts';
import type { Build } from '../../schema/build.ts';
import type { Deployment } from '../../schema/deployment.ts';
import type { Observation } from '../../subscriptions/events.ts';
import { seeBatch, seeBuild, seeDeployment, toLook } from '../sightings.ts';
import type { Batch, Call } from '../provider.ts';
import type { Look, LookQuery, Watch } from '../watch.ts';
import { buildRow } from './build-rows.ts';
import { createBuilds } from './builds.ts';
import { deploymentRow } from './deployment-rows.ts';
import { getDeployments } from './deployments.ts';
import { GUID, scopeId } from './keys.ts';
import { type Foundation, isFault, readPage, type Row, toListing } from './lists.ts';
import { NEWEST_FIRST, toTimestamp } from './newest.ts';
import { date } from './payloads.ts';
import { letIn } from './scopes.ts';

/** The documented window; foundations set their limits as they like. */
const PACE = { quickMs: 2_000, slowMs: 30_000, windowMs: 3_600_000 };

/** Events that tell of a deployment or build that may not be known yet. All target the app. */
const TYPES = ['app.deployment.create', 'app.build.create']
  .map((type) => `audit.${type}`)
  .join(',');

/** So many of the newest deployments and builds are known from the first look on. */
const BASELINE_ROWS = 1_000;

/** Events of one request; where there are more, the next look goes on. */
const EVENT_ROWS = 200;

/** So many requests at most, where one page is all of one second, or tells of nothing known. */
const EVENT_PAGES = 5;

/**
 * How much further back than to the newest thing known events are read by an instance that takes a
 * unit over: some of what is older may not have been recorded.
 */
const TAKEOVER_MS = 3_600_000;

const guid = z.string().regex(GUID).optional().catch(undefined);

const eventRow = z.object({
  created_at: date,
  target: z.object({ guid: z.string().regex(GUID) }),
  data: z.object({ deployment_guid: guid, build_guid: guid }).catch({}),
});
type EventRow = z.infer<typeof eventRow>;

/**
 * The unit is the foundation. A look costs one request for the audit events since the last one, and
 * one each for the deployments and builds that are new or under way, 200 by guid in a request. The
 * first look of all reads the newest deployments and builds in one request each.
 *
 * There is no event for the end of a rollout: what is under way is always read.
 */
export function createWatch(foundation: Foundation): Watch {
  const unit = toRef(foundation.name, 'Scope', []);
  return {
    pace: PACE,
    unitOf: () => unit,
    listUnits: async () => [unit],
    open() {
      let since: Date | undefined;
      /** What events have told of and could not be read so far. */
      let owed: readonly Ref[] = [];
      return {
        async look(query, call) {
          const events = await readEvents(foundation, since, query.known, call);
          const told = events.items.flatMap((event) => subjectsOf(foundation, event));
          const { look, unread } = await tell(foundation, [...owed, ...told], query, call);
          const recorded = () => {
            since = events.until ?? since;
            owed = unread;
          };
          return { ...look, faults: [...look.faults, ...events.faults], recorded };
        },
      };
    },
    lookUp: (subjects, call) => lookUp(foundation, subjects, call),
  };
}

/** Looks at what may have changed, and says which of the strangers could not be read. */
async function tell(
  foundation: Foundation,
  told: readonly Ref[],
  { known, unfinished, hints }: LookQuery,
  call: Call,
): Promise<{ look: Look; unread: Ref[] }> {
  if (!known) return { look: await readBaseline(foundation, call), unread: [] };
  const strangers = told.filter(({ id }) => !known.has(id));
  const wanted = new Map([...unfinished, ...hints, ...strangers].map((ref) => [ref.id, ref]));
  const subjects = [...wanted.values()].filter(({ type }) => type !== 'Scope');
  const answers = await lookUp(foundation, subjects, call);
  return {
    look: toLook(answers),
    unread: subjects.filter(
      ({ id }) => strangers.some((ref) => ref.id === id) && answers.get(id) instanceof GatewayError,
    ),
  };
}

/**
 * The events since a moment, oldest first. The moment itself is asked for again, since dates are
 * whole seconds; what is known is passed over. Without one: those since somebody watched last.
 */
async function readEvents(
  foundation: Foundation,
  since: Date | undefined,
  known: LookQuery['known'],
  call: Call,
) {
  const query = {
    types: TYPES,
    space_guids: foundation.spaces?.join(','),
    'created_ats[gte]': since && toTimestamp(since),
    order_by: since ? 'created_at' : NEWEST_FIRST,
    per_page: EVENT_ROWS,
  };
  const isKnown = (event: EventRow) =>
    subjectsOf(foundation, event).some(({ id }) => known?.has(id));
  const rows: Row<EventRow>[] = [];
  for (let number = 1; number <= EVENT_PAGES; number += 1) {
    const page = number === 1 ? undefined : number;
    const found = await readPage(
      foundation,
      '/v3/audit_events',
      eventRow,
      { ...query, page },
      call,
    );
    rows.push(...found.rows);
    const { items } = toListing(rows);
    const isEnough = since
      ? items.some(({ created_at: at }) => Number(at) > since.getTime())
      : !known || items.some(isKnown);
    if (!found.hasNext || isEnough) break;
  }

  const { items, faults } = toListing(rows);
  const newest = latestOf(items);
  const lastKnown = since ? undefined : latestOf(items.filter(isKnown));
  const oldest = lastKnown === undefined ? -Infinity : lastKnown - TAKEOVER_MS;
  return {
    items: items.filter(({ created_at: at }) => Number(at) >= oldest),
    until: newest === undefined ? undefined : new Date(newest),
    faults,
  };
}

function latestOf(events: readonly EventRow[]): number | undefined {
  const times = events.flatMap(({ created_at: at }) => (at ? [at.getTime()] : []));
  return times.length === 0 ? undefined : Math.max(...times);
}

function subjectsOf({ name }: Foundation, { target, data }: EventRow): Ref[] {
  const { deployment_guid: deployment, build_guid: build } = data;
  return [
    ...(build === undefined ? [] : [toRef(name, 'Build', [target.guid, build])]),
    ...(deployment === undefined ? [] : [toRef(name, 'Deployment', [target.guid, deployment])]),
  ];
}

async function readBaseline(foundation: Foundation, call: Call): Promise<Look> {
  const query = { order_by: NEWEST_FIRST, per_page: BASELINE_ROWS };
  const { name } = foundation;
  const [deployments, builds] = await Promise.all([
    readPage(foundation, '/v3/deployments', deploymentRow(name), query, call),
    readPage(foundation, '/v3/builds', buildRow(name), query, call),
  ]);
  const rows: (Deployment | Build | GatewayError)[] = [
    ...deployments.rows.map(({ value }) => value),
    ...builds.rows.map(({ value }) => value),
  ];
  const items = rows.filter((row): row is Deployment | Build => !isFault(row));
  const visible = await letIn(foundation, items.map(appOf), call);
  return {
    observations: items.filter((row) => visible.has(appOf(row))).flatMap(see(foundation)),
    faults: rows.filter((row) => isFault(row)),
  };
}

async function lookUp(
  foundation: Foundation,
  subjects: readonly Ref[],
  call: Call,
): Promise<Batch<Observation>> {
  const deployments = subjects.filter(({ type }) => type === 'Deployment');
  const builds = subjects.filter(({ type }) => type === 'Build');
  const answers = await Promise.all([
    deployments.length === 0 ? [] : getDeployments(foundation, deployments, call),
    builds.length === 0 ? [] : createBuilds(foundation).getBuilds(builds, call),
  ]);
  return seeBatch<Deployment | Build>(
    new Map<string, Deployment | Build | GatewayError>(answers.flatMap((each) => [...each])),
    see(foundation),
  );
}

function see({ name }: Foundation) {
  return (row: Deployment | Build): Observation[] => {
    if (row.__typename === 'Deployment') return seeDeployment(row);
    return [seeBuild(scopeId(name, { nativeKind: 'app', guid: appOf(row) }))(row)];
  };
}

function appOf({ id }: { id: string }): string {
  return refOf(id).keys[0] ?? '';
}
