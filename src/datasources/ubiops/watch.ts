import { GatewayError } from '../../errors.ts';
import { type Ref, refOf, toRef } from '../../ids.ts';
import { Status } from '../../schema/enums.ts';
import type { Version } from '../../schema/version.ts';
import type { Observation } from '../../subscriptions/events.ts';
import type { Batch, Call, Listing, ProviderSource } from '../provider.ts';
import { joinLooks, seeBatch, seeBuild, toTell } from '../sightings.ts';
import type { Look, LookQuery, Watch } from '../watch.ts';
import { areKeys, deploymentOf, projectOf, scopeOf, versionOf } from './keys.ts';

type Reads = Pick<
  ProviderSource,
  'listSources' | 'listDeployments' | 'listVersions' | 'getVersions' | 'listAuditEvents'
> &
  Required<Pick<ProviderSource, 'listBuilds' | 'getBuilds' | 'toScope'>>;

const PACE = { quickMs: 5_000, slowMs: 30_000, windowMs: 60_000 };

/** Audit events of one look; where there are more, every deployment is looked at. */
const EVENTS = 100;

/** So many deployments are looked at in turn by each thorough look, whatever the events say. */
const SWEEP = 5;

/** What earlier looks remember of a project. */
interface Memory {
  deployments: Map<string, Ref>;
  /** The newest event; `undefined`: the project was not looked at yet. */
  newestEvent: string | undefined;
  /** Deployments still to come in this turn of the sweep. */
  turn: readonly string[];
  /** Deployments that could not be read by the last look. */
  owed: readonly Ref[];
}

/**
 * The unit is a project. No event tells of a build or of a version's state, and there is no list of
 * builds but each version's. So a thorough look asks for the audit events (one request), for the
 * list of deployments where an event names one that is not known or a turn of the sweep begins, and
 * for the versions of the deployments that had an event and of five others in turn: a request each.
 * A quick look asks for the versions of those with something under way. A build that is new or
 * under way costs one request. The first look of an instance asks for all deployments.
 */
export function createWatch(provider: string, reads: Reads): Watch {
  const unitOf = (ref: Ref): Ref | undefined => {
    const unit = toRef(provider, 'Scope', [projectOf(ref)]);
    return ref.keys.length > 0 && areKeys(unit) ? unit : undefined;
  };
  return {
    pace: PACE,
    unitOf,
    async listUnits(call) {
      const { items } = await reads.listSources(undefined, call);
      return items.map(({ scope }) => refOf(scope.id));
    },
    open(unit) {
      let memory: Memory = { deployments: new Map(), newestEvent: undefined, turn: [], owed: [] };
      return {
        async look(query, call) {
          const { found, next } = await look(reads, unit, memory, query, call);
          return { ...found, recorded: () => (memory = next) };
        },
      };
    },
    lookUp: (subjects, call) => lookUp(reads, subjects, call),
  };
}

/** Looks with the memory of earlier looks, and says what to remember once it is recorded. */
async function look(
  reads: Reads,
  project: Ref,
  memory: Memory,
  query: LookQuery,
  call: Call,
): Promise<{ found: Look; next: Memory }> {
  const targets = new Map<string, Ref>(memory.owed.map((ref) => [ref.id, ref]));
  for (const ref of [...query.unfinished, ...query.hints]) {
    if (ref.type === 'Scope') continue;
    targets.set(deploymentOf(ref).id, deploymentOf(ref));
  }
  let next = memory;
  if (query.thorough || !query.known || memory.newestEvent === undefined || targets.size === 0) {
    const choice = await choose(reads, project, memory, call);
    for (const ref of choice.deployments) targets.set(ref.id, ref);
    next = choice.next;
  }
  const looks = await readDeployments(reads, [...targets.values()], query, call);
  const owed = [...looks].flatMap(([id, { faults }]) =>
    faults.some(({ retryable }) => retryable) ? refOf(id) : [],
  );
  return { found: joinLooks([...looks.values()]), next: { ...next, owed } };
}

/** The deployments that a thorough look is about. */
async function choose(
  reads: Reads,
  project: Ref,
  memory: Memory,
  call: Call,
): Promise<{ deployments: Iterable<Ref>; next: Memory }> {
  const filter = { first: EVENTS, after: undefined, action: undefined };
  const { items = [] } = (await reads.listAuditEvents(project, filter, call)) ?? {};
  const place = items.findIndex(({ id }) => id === memory.newestEvent);
  const isFirst = memory.newestEvent === undefined;
  const news = place < 0 ? items : items.slice(0, place);
  const names = new Set(news.map(({ objectName }) => objectName));
  const isLost = !isFirst && place < 0 && items.length >= EVENTS;

  const known = new Set([...memory.deployments.values()].map(nameOf));
  const hasStranger = [...names].some((name) => name !== null && !known.has(name));
  const isDue = isFirst || memory.turn.length === 0 || hasStranger;
  const deployments = isDue ? await listDeployments(reads, project, call) : memory.deployments;
  const turn = memory.turn.length === 0 ? [...deployments.keys()] : memory.turn;
  const newestEvent = items[0]?.id ?? memory.newestEvent ?? '';
  if (isFirst || isLost) {
    return {
      deployments: deployments.values(),
      next: { ...memory, deployments, turn, newestEvent },
    };
  }
  const swept = turn.slice(0, SWEEP).flatMap((id) => deployments.get(id) ?? []);
  const told = [...deployments.values()].filter((ref) => names.has(nameOf(ref)));
  return {
    deployments: [...told, ...swept],
    next: { ...memory, deployments, turn: turn.slice(SWEEP), newestEvent },
  };
}

async function listDeployments(reads: Reads, project: Ref, call: Call): Promise<Map<string, Ref>> {
  const scope = reads.toScope(project);
  if (!scope) return new Map();
  const query = { from: 'newest', limit: Infinity } as const;
  const { items } = await reads.listDeployments({ scope }, query, call);
  return new Map(items.map(({ id }) => [id, refOf(id)]));
}

/** The versions of deployments and their newest builds, by deployment. */
async function readDeployments(
  reads: Reads,
  deployments: readonly Ref[],
  { known }: LookQuery,
  call: Call,
): Promise<Map<string, Look>> {
  const answers = await reads.listVersions(deployments, call);
  call.signal.throwIfAborted();
  const look = async (id: string, answer: Listing<Version> | GatewayError): Promise<Look> => {
    if (answer instanceof GatewayError) return { observations: [], faults: [answer] };
    const strange = answer.items.filter(
      ({ latestBuildId }) => latestBuildId && !known?.has(latestBuildId),
    );
    const builds = await readBuilds(reads, strange, known, call);
    const own = {
      observations: seeVersions(refOf(id), answer.items, answer.faults.length > 0),
      faults: answer.faults,
    };
    return joinLooks([builds, own]);
  };
  const looks = [...answers].map(async ([id, answer]) => [id, await look(id, answer)] as const);
  return new Map(await Promise.all(looks));
}

async function readBuilds(
  reads: Reads,
  versions: readonly Version[],
  known: LookQuery['known'],
  call: Call,
): Promise<Look> {
  const owners = versions.map(({ id }) => refOf(id));
  if (owners.length === 0) return { observations: [], faults: [] };
  const looks = [...(await reads.listBuilds(owners, call))].map(([id, answer]): Look => {
    if (answer instanceof GatewayError) return { observations: [], faults: [answer] };
    const see = seeBuild(scopeOf(refOf(id)).id);
    return { observations: toTell(answer.items, known).map(see), faults: answer.faults };
  });
  return joinLooks(looks);
}

/**
 * The state of versions, and of their deployment: that of its default version. In doubt about
 * which one that is, nothing is said of the deployment.
 */
function seeVersions(
  deployment: Ref,
  versions: readonly Version[],
  inDoubt: boolean,
): Observation[] {
  const scopeId = scopeOf(deployment).id;
  const see = (
    type: 'Deployment' | 'Version',
    subjectId: string,
    version: Version | undefined,
  ) => ({
    type,
    subjectId,
    scopeId,
    status: version?.status ?? Status.UNKNOWN,
    rawStatus: version?.rawStatus ?? '',
    occurredAt: null,
  });
  const chosen = versions.find((version) => version.default);
  return [
    ...versions.map((version) => see('Version', version.id, version)),
    ...(chosen || !inDoubt ? [see('Deployment', deployment.id, chosen)] : []),
  ];
}

async function lookUp(
  reads: Reads,
  subjects: readonly Ref[],
  call: Call,
): Promise<Batch<Observation>> {
  const builds = subjects.filter(({ type }) => type === 'Build');
  const others = subjects.filter(({ type }) => type !== 'Build');
  const owners = new Map(others.map((ref) => [deploymentOf(ref).id, deploymentOf(ref)]));
  const [found, listings] = await Promise.all([
    reads.getBuilds(builds, call),
    reads.listVersions([...owners.values()], call),
  ]);
  const seen = seeBatch(found, (build) => [
    seeBuild(scopeOf(versionOf(refOf(build.id))).id)(build),
  ]);
  for (const [id, answer] of listings) {
    if (answer instanceof GatewayError) {
      for (const ref of others.filter((each) => deploymentOf(each).id === id)) {
        seen.set(ref.id, answer);
      }
      continue;
    }
    const told = seeVersions(refOf(id), answer.items, answer.faults.length > 0);
    for (const each of told) seen.set(each.subjectId, each);
  }
  return seen;
}

function nameOf({ keys: [, name = ''] }: Ref): string {
  return name;
}
