import { hasEnded, LIFETIMES } from '../../src/cache/lifetimes.ts';
import { Status } from '../../src/schema/enums.ts';
import type { TestGateway } from '../helpers/gateway.ts';

/** What is compared of a deployment. */
export interface Row {
  id: string;
  name: string | null;
  status: Status;
  createdAt: string | null;
  provider: { name: string };
  scope: { id: string };
}

export const ROW = 'id name status createdAt provider { name } scope { id }';

export const PROVIDERS = ['ubiops', 'humanitec', 'cloud66', 'cloudfoundry'] as const;

const NEWEST = `query ($first: Int!, $filter: DeploymentFilter) {
  deployments(first: $first, filter: $filter) {
    nodes { ${ROW} }
    failures { message }
  }
}`;
const THESE = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Deployment { ${ROW} } } }`;

/** So many of each provider are read at the start, and at each look. Services change at any age. */
const AT_FIRST = 100;
const AT_EACH_LOOK = { ubiops: 100, humanitec: 15, cloud66: 15, cloudfoundry: 15 };

/** Behind every date there is. */
const LATER = '9999';

/** So many scopes have lists of their own, and of each no more than this is asked for. */
const SCOPES = 12;
const AT_MOST = 20;

/** So many, of all providers, are asked for one at a time. */
const SINGLE = 40;

/** How old an answer may be that does not say so, with the time that reading it may take. */
const UNSAID_MS = LIFETIMES.list.hardMs + 10_000;

/** What a list was asked for. */
export interface Wish {
  providers: readonly string[];
  scopeId?: string;
  first: number;
}

/** When an answer was read, and of whom it says that it may be out of date. */
export interface Reading {
  /** Milliseconds since 1970. */
  sentAt: number;
  outdated(this: void, provider: string): boolean;
  /** Who could not be asked: then scopes are called by their keys, and a status is UNKNOWN. */
  unreachable(this: void, provider: string): boolean;
}

/** All that the stand-ins have ever said of their deployments, and when. */
export interface World {
  /** Reads what they are about to say. It is said from now on. */
  look(): Promise<void>;
  /** They have begun to say it: what they said before is over. */
  settle(): void;
  /** What is wrong with a row, in words; `undefined`: it was so, not too long ago. */
  faultOf(row: Row, reading: Reading): string | undefined;
  /** What a list should have had and has not, or has and should not. */
  faultsOfList(rows: readonly Row[], wish: Wish, reading: Reading): string[];
  /** Whether a deployment ever had a status; `undefined`: nothing is known of it. */
  wasEver(id: string, status: Status): boolean | undefined;
  /** Some that were there from the beginning. */
  ids(): readonly string[];
  scopes(): readonly string[];
}

interface Known extends Row {
  /** Since when it is there for everybody. */
  since: number;
  /** Each status it has had, and until when; Infinity: still. */
  statuses: Map<Status, number>;
}

/** `witness` reads another sandbox, whose time goes the same way and in which nothing ever fails. */
export function createWorld(witness: TestGateway): World {
  const all = new Map<string, Known>();
  let singles: readonly string[] | undefined;
  let scopes: readonly string[] = [];

  const note = (row: Row) => {
    const known = all.get(row.id) ?? { ...row, since: Infinity, statuses: new Map() };
    known.status = row.status;
    // What waits has no date, and ranks first, until it begins.
    known.createdAt = row.createdAt;
    known.statuses.set(row.status, Infinity);
    all.set(row.id, known);
  };
  const lookAt = async (filter: object, first: number) => {
    const { data, errors } = await witness.query<{
      deployments: { nodes: Row[]; failures: { message: string }[] };
    }>(NEWEST, { filter, first });
    const [problem] = [...errors, ...data.deployments.failures];
    if (problem) throw new Error(problem.message);
    data.deployments.nodes.forEach(note);
  };
  const lookAgain = async (ids: readonly string[]) => {
    for (let start = 0; start < ids.length; start += 100) {
      const page = ids.slice(start, start + 100);
      const { data } = await witness.query<{ nodes: (Row | null)[] }>(THESE, { ids: page });
      data.nodes.flatMap((row) => row ?? []).forEach(note);
    }
  };

  const faultOf = (row: Row, { sentAt, outdated, unreachable }: Reading) => {
    const known = all.get(row.id);
    if (!known) {
      // Where a part of a list is missing, the rest goes further back than anybody has looked.
      return outdated(row.provider.name) ? undefined : `nobody has told of ${row.id}`;
    }
    const isOpen = unreachable(row.provider.name);
    const name = isOpen ? known.name : row.name;
    const createdAt = known.createdAt && row.createdAt ? row.createdAt : known.createdAt;
    const [told, truth] = [fixedOf({ ...row, name, createdAt }), fixedOf(known)];
    if (told !== truth) return `${row.id} is ${told}, not ${truth}`;
    if (isOpen && row.status === Status.UNKNOWN) return undefined;
    const until = known.statuses.get(row.status);
    if (until === undefined) {
      return `${row.id} was never ${row.status}, but ${[...known.statuses.keys()].join(', ')}`;
    }
    if (outdated(row.provider.name) || until >= sentAt - UNSAID_MS) return undefined;
    return `${row.id} is ${known.status} and no longer ${row.status}, for ${sentAt - until} ms`;
  };

  /** Rows that should be in a list which ends with `last`. */
  const missing = (rows: readonly Row[], wish: Wish, { sentAt, outdated }: Reading) => {
    const last = rows.length < wish.first ? '' : (rows.at(-1)?.createdAt ?? LATER);
    const listed = new Set(rows.map(({ id }) => id));
    return [...all.values()].filter(
      ({ id, createdAt, since, provider, scope }) =>
        !listed.has(id) &&
        (createdAt ?? '') > last &&
        since < sentAt - UNSAID_MS &&
        wish.providers.includes(provider.name) &&
        (wish.scopeId === undefined || wish.scopeId === scope.id) &&
        !outdated(provider.name),
    );
  };

  return {
    async look() {
      await Promise.all(
        PROVIDERS.map((provider) =>
          lookAt({ providers: [provider] }, singles ? AT_EACH_LOOK[provider] : AT_FIRST),
        ),
      );
      const rows = [...all.values()];
      singles ??= every(rows, SINGLE).map(({ id }) => id);
      if (scopes.length === 0) {
        scopes = every([...new Set(rows.map(({ scope }) => scope.id))], SCOPES);
        // Such lists go further back than what is newest of all.
        for (const id of scopes) await lookAt({ scopeIds: [id] }, AT_MOST);
      }
      // What has ended stays so, but for services, which are all in the list.
      const moving = rows.filter(
        ({ status, provider }) => !hasEnded(status) && provider.name !== 'ubiops',
      );
      await lookAgain(moving.map(({ id }) => id));
    },
    settle() {
      const now = Date.now();
      for (const known of all.values()) {
        known.since = Math.min(known.since, now);
        for (const [status, until] of known.statuses) {
          if (until === Infinity && status !== known.status) known.statuses.set(status, now);
        }
      }
    },
    faultOf,
    faultsOfList(rows, wish, reading) {
      const faults = rows.flatMap((row) => faultOf(row, reading) ?? []);
      if (new Set(rows.map(({ id }) => id)).size < rows.length) faults.push('a row twice');
      const dates = rows.map(({ createdAt }) => createdAt ?? LATER);
      if ([...dates].sort().reverse().join() !== dates.join()) faults.push('rows out of order');
      const isWanted = ({ provider, scope }: Row) =>
        wish.providers.includes(provider.name) &&
        (wish.scopeId === undefined || wish.scopeId === scope.id);
      if (!rows.every(isWanted)) faults.push('a row that nobody asked for');
      const gone = missing(rows, wish, reading);
      return [...faults, ...gone.map(({ id }) => `${id} is not in a list of ${wish.first}`)];
    },
    wasEver: (id, status) => all.get(id)?.statuses.has(status),
    ids: () => singles ?? [],
    scopes: () => scopes,
  };
}

/** So many of them, spread evenly. */
function every<T>(all: readonly T[], count: number): T[] {
  return all.filter((_each, index) => index % Math.ceil(all.length / count) === 0);
}

function fixedOf({ name, createdAt, provider, scope }: Row): string {
  return JSON.stringify([name, createdAt, provider.name, scope.id]);
}
