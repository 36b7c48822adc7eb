import type { Sandbox, StandInName } from '../../sandbox/index.ts';
import { toId } from '../../src/ids.ts';
import { at, get, type Row, rowsOf } from '../sandbox/http.ts';

/** What a stand-in says of a deployment, version or build, in the gateway's words and in its own. */
export interface Testimony {
  type: 'Deployment' | 'Version' | 'Build';
  status: string;
  rawStatus: string;
}

/** By the id that the gateway gives them. */
export type Statement = ReadonlyMap<string, Testimony>;

/** A change as it is to be told. */
export interface Transition extends Testimony {
  subjectId: string;
  from: string | null;
}

/**
 * Everything that has a status in a stand-in, read without the gateway and put into words by the
 * tables of the provider documents: a witness that the watcher has to agree with.
 */
export function createWitness(sandbox: Sandbox, name: StandInName): () => Promise<Statement> {
  const read: Read = async (path) => {
    const { status, body } = await get(sandbox, name, path);
    if (status !== 200) throw new Error(`the witness was answered ${status} by ${name}`);
    return body;
  };
  const remembered: Remembered = new Map();
  return () => WITNESSES[name](read, remembered);
}

/** What has changed from one statement to the next. */
export function compare(before: Statement, after: Statement): Transition[] {
  return [...after].flatMap(([subjectId, told]) => {
    const from = before.get(subjectId)?.status ?? null;
    return from === told.status ? [] : [{ subjectId, from, ...told }];
  });
}

type Read = (path: string) => Promise<unknown>;
type Entry = [id: string, testimony: Testimony];
/** What cannot change any more while the row it belongs to stays as it is: budgets are small. */
type Remembered = Map<string, { row: string; builds: Row[] }>;

const WITNESSES: Record<StandInName, (read: Read, remembered: Remembered) => Promise<Statement>> = {
  humanitec: readHumanitec,
  cloud66: readCloud66,
  cloudfoundry: readCloudFoundry,
  ubiops: readUbiops,
};

const word = (row: Row, key: string): string => {
  const value = row[key];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
};
const wordAt = (row: Row, pointer: string): string => {
  const value = at(row, pointer);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
};

const HUMANITEC: Record<string, string> = {
  pending: 'QUEUED',
  'in progress': 'IN_PROGRESS',
  succeeded: 'SUCCEEDED',
  failed: 'FAILED',
};

async function readHumanitec(read: Read): Promise<Statement> {
  const root = '/orgs/sandbox-org/apps';
  const apps = rowsOf(await read(root)).map((app) => word(app, 'id'));
  const entries = apps.map(async (app) => {
    const environments = rowsOf(await read(`${root}/${app}/envs`)).map((env) => word(env, 'id'));
    return Promise.all(
      environments.map(async (env) => {
        const rows = rowsOf(await read(`${root}/${app}/envs/${env}/deploys`));
        return rows.map((row): Entry => {
          const rawStatus = word(row, 'status');
          const keys = ['sandbox-org', app, env, word(row, 'id')];
          const status = HUMANITEC[rawStatus] ?? 'UNKNOWN';
          const id = toId('humanitec', 'Deployment', keys);
          return [id, { type: 'Deployment', status, rawStatus }];
        });
      }),
    );
  });
  return new Map((await Promise.all(entries)).flat(2));
}

const CLOUD66: Record<string, string> = {
  success: 'SUCCEEDED',
  failed: 'FAILED',
  '1': 'SUCCEEDED',
  '2': 'FAILED',
};

async function readCloud66(read: Read): Promise<Statement> {
  const stacks = await readPages(read, '/api/3/stacks');
  const entries = stacks.map(async ({ uid }) => {
    const rows = await readPages(read, `/api/3/stacks/${String(uid)}/deployments`);
    return rows.map((row): Entry => {
      const rawStatus = wordAt(row, '/outcome/meaning') || wordAt(row, '/outcome/code');
      const isPending = rawStatus === 'pending' || rawStatus === '0';
      const pending = row['started_at'] ? 'IN_PROGRESS' : 'QUEUED';
      const ended = isPending ? pending : (CLOUD66[rawStatus] ?? 'UNKNOWN');
      const status = row['is_deploying'] ? 'IN_PROGRESS' : ended;
      const id = toId('cloud66', 'Deployment', [String(uid), word(row, 'id')]);
      return [id, { type: 'Deployment', status, rawStatus }];
    });
  });
  return new Map((await Promise.all(entries)).flat());
}

async function readPages(read: Read, path: string): Promise<Row[]> {
  const rows: Row[] = [];
  let page: number | undefined = 1;
  while (page !== undefined) {
    const body: unknown = await read(`${path}?page=${page}`);
    rows.push(...rowsOf(body, '/response'));
    const next = at(body, '/pagination/next');
    page = typeof next === 'number' ? next : undefined;
  }
  return rows;
}

const CLOUD_FOUNDRY: Record<string, string> = {
  'ACTIVE/DEPLOYING': 'IN_PROGRESS',
  'ACTIVE/PAUSED': 'PAUSED',
  'ACTIVE/CANCELING': 'CANCELLING',
  'FINALIZED/DEPLOYED': 'SUCCEEDED',
  'FINALIZED/CANCELED': 'CANCELLED',
  'FINALIZED/SUPERSEDED': 'SUPERSEDED',
  STAGING: 'IN_PROGRESS',
  STAGED: 'SUCCEEDED',
  FAILED: 'FAILED',
};

async function readCloudFoundry(read: Read): Promise<Statement> {
  const entryOf = (row: Row, type: Testimony['type'], rawStatus: string): Entry => {
    const keys = [wordAt(row, '/relationships/app/data/guid'), word(row, 'guid')];
    const status = CLOUD_FOUNDRY[rawStatus] ?? 'UNKNOWN';
    return [toId('cloudfoundry', type, keys), { type, status, rawStatus }];
  };
  const deployments = rowsOf(await read('/v3/deployments?per_page=5000'), '/resources');
  const builds = rowsOf(await read('/v3/builds?per_page=5000'), '/resources');
  return new Map([
    ...deployments.map((row) =>
      entryOf(
        row,
        'Deployment',
        `${wordAt(row, '/status/value')}/${wordAt(row, '/status/reason')}`,
      ),
    ),
    ...builds.map((row) => entryOf(row, 'Build', word(row, 'state'))),
  ]);
}

const UBIOPS_BUILD: Record<string, string> = {
  queued: 'QUEUED',
  building: 'IN_PROGRESS',
  deploying: 'IN_PROGRESS',
  validating: 'IN_PROGRESS',
  success: 'SUCCEEDED',
  failed: 'FAILED',
  cancelled: 'CANCELLED',
};
const UBIOPS_VERSION: Record<string, string> = {
  available: 'SUCCEEDED',
  building: 'IN_PROGRESS',
  failed: 'FAILED',
};

async function readUbiops(read: Read, remembered: Remembered): Promise<Statement> {
  const entries = ['seed', 'current'].map(async (project) => {
    const root = `/v2.1/projects/${project}/deployments`;
    const deployments = rowsOf(await read(root));
    const readBuilds = (path: string, version: Row) =>
      ubiopsBuilds(read, path, version, remembered);
    return Promise.all(
      deployments.map((row) => readService({ read, readBuilds }, root, project, row)),
    );
  });
  return new Map((await Promise.all(entries)).flat(2));
}

/** A deployment of UbiOps has no state of its own: it is that of its default version. */
async function readService(
  { read, readBuilds }: Ubiops,
  root: string,
  project: string,
  row: Row,
): Promise<Entry[]> {
  const path = `${root}/${word(row, 'name')}`;
  const keys = [project, word(row, 'name'), word(row, 'id')];
  const rows = rowsOf(await read(`${path}/versions`));
  // The newer rows say it themselves.
  const isNew = rows.some((version) => 'default' in version);
  const chosen = isNew || rows.length === 0 ? undefined : at(await read(path), '/default_version');
  const versions = await Promise.all(
    rows.map(async (version) => {
      const name = word(version, 'version');
      const builds = await readBuilds(`${path}/versions/${name}`, version);
      const isDefault = isNew ? version['default'] === true : name === chosen;
      return { isDefault, told: toVersion(version, builds, [...keys, name]) };
    }),
  );
  const own = versions.find(({ isDefault }) => isDefault)?.told[0][1];
  const { status, rawStatus } = own ?? { status: 'UNKNOWN', rawStatus: '' };
  return [
    ...versions.flatMap(({ told }) => told),
    [toId('ubiops', 'Deployment', keys), { type: 'Deployment', status, rawStatus }],
  ];
}

interface Ubiops {
  read: Read;
  readBuilds: (path: string, version: Row) => Promise<Row[]>;
}

/** Before API 3.15 builds are rows of their own, then the revisions are. */
async function ubiopsBuilds(read: Read, path: string, version: Row, remembered: Remembered) {
  const row = JSON.stringify(version);
  const known = remembered.get(path);
  const isOver = ({ status }: Row) => /^(success|failed|cancelled)$/.test(String(status));
  if (known?.row === row && known.builds.every(isOver)) return known.builds;
  const list = 'latest_build' in version ? 'builds' : 'revisions';
  const builds = rowsOf(await read(`${path}/${list}`));
  remembered.set(path, { row, builds });
  return builds;
}

/** The version, and after it its builds. */
function toVersion(row: Row, builds: Row[], above: string[]): [Entry, ...Entry[]] {
  const keys = [...above, word(row, 'id')];
  const isOld = 'latest_build' in row;
  const entries = builds.map((build): Entry => {
    const rawStatus = word(build, 'status');
    const status = UBIOPS_BUILD[rawStatus] ?? 'UNKNOWN';
    const id = toId('ubiops', 'Build', [...keys, word(build, 'id')]);
    return [id, { type: 'Build', status, rawStatus }];
  });
  const newestId = word(row, isOld ? 'latest_build' : 'latest_revision');
  const newest = builds.find(({ id }) => id === newestId);
  const rawStatus = word(row, 'status');
  const status =
    rawStatus === 'unavailable'
      ? unavailable(newest && UBIOPS_BUILD[word(newest, 'status')], newestId === '')
      : (UBIOPS_VERSION[rawStatus] ?? 'UNKNOWN');
  return [[toId('ubiops', 'Version', keys), { type: 'Version', status, rawStatus }], ...entries];
}

/** What "unavailable" means, by the newest build of the version. */
function unavailable(newest: string | undefined, isNeverBuilt: boolean): string {
  if (isNeverBuilt) return 'QUEUED';
  if (newest === 'FAILED') return 'FAILED';
  return newest === 'QUEUED' || newest === 'IN_PROGRESS' ? 'IN_PROGRESS' : 'UNKNOWN';
}
