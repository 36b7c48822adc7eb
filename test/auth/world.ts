import { createHash } from 'node:crypto';
import { uuidOf } from '../../sandbox/random.ts';
import { type Sandbox, type StandInName, startSandbox } from '../../sandbox/index.ts';
import { parseConfig } from '../../src/config.ts';
import { createGateway, type Gateway } from '../../src/gateway.ts';
import { parseId, refOf, toId } from '../../src/ids.ts';
import type { NodeType } from '../../src/schema/node.ts';
import { ask } from '../helpers/ask.ts';
import type { Answer } from '../helpers/gateway.ts';
import { sandboxFile, UNWATCHED } from '../helpers/gateway.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { type Name, PROVIDERS } from './places.ts';

/** What the viewers of each provider may do, in one of its places. */
export const ROLES = {
  viewer: { role: 'viewer' },
  reader: { role: 'viewer', readVariables: true },
  deployer: { role: 'deployer' },
  admin: { role: 'admin', readVariables: true },
} as const;
export type Role = keyof typeof ROLES;
export const ROLE_NAMES = Object.keys(ROLES) as Role[];

export type Answered<Data> = Answer<Data> & { text: string };

/** A sandbox, and a gateway in front of it that asks who somebody is. */
export interface World {
  sandbox: Sandbox;
  url: string;
  gateway: Gateway;
  askAs<Data = Record<string, never>>(
    viewer: string,
    document: string,
    variables?: Record<string, unknown>,
  ): Promise<Answered<Data>>;
  /** What the providers were asked since the last `clear`, as "GET /path". */
  sent(): string[];
  clear(): void;
  close(): Promise<void>;
}

/** The scope that viewers are let into and one that they are not, as a configuration names them. */
export type Paths = Record<Name, { inside: string; outside: string }>;

const spaceOf = (name: string) => `space/${uuidOf('space', 'orchard', name)}`;
export const PATHS: Paths = {
  ubiops: { inside: 'seed', outside: 'current' },
  humanitec: { inside: 'storefront/staging', outside: 'orders/development' },
  cloud66: {
    inside: '119d1dfa036bfdc7bab3ee934bf654a0',
    outside: '8287a6bec8db4b431988201d8992eeb6',
  },
  cloudfoundry: { inside: spaceOf('development'), outside: spaceOf('production') },
};

/**
 * Viewers, each called by its key:
 * - `<role>-<provider>`: in the place inside only
 * - `whole-<role>-<provider>`: on the whole provider
 * - `mixed-<provider>`: sees all, and deploys and reads values inside only
 * - `stranger-<provider>`: does everything on all other providers, and has no grant on this one
 * - `everything`
 */
function keysFor(paths: Paths) {
  const key = (name: string, grants: unknown[]) => ({
    name,
    hash: createHash('sha256').update(`key-of-${name}`).digest('hex'),
    grants,
  });
  const perProvider = PROVIDERS.flatMap((provider) => {
    const scopes = [paths[provider].inside];
    const providers = [provider];
    return [
      ...ROLE_NAMES.flatMap((role) => [
        key(`${role}-${provider}`, [{ ...ROLES[role], providers, scopes }]),
        key(`whole-${role}-${provider}`, [{ ...ROLES[role], providers }]),
      ]),
      key(`mixed-${provider}`, [
        { role: 'viewer' },
        { role: 'deployer', readVariables: true, providers, scopes },
      ]),
      key(`stranger-${provider}`, [
        { ...ROLES.admin, providers: PROVIDERS.filter((name) => name !== provider) },
      ]),
    ];
  });
  return [...perProvider, key('everything', [ROLES.admin])];
}

/** `tokens`: what the gateway shows a provider, where that is not the usual. */
export async function startWorld(
  paths: Paths,
  more: Record<string, unknown> = UNWATCHED,
  tokens: Partial<Record<Name, string>> = {},
): Promise<World> {
  const sandbox = await startSandbox();
  const auth = { apiKeys: keysFor(paths) };
  const file = sandboxFile(sandbox, { ...more, auth });
  const providers = file.providers.map((entry) => {
    const token = new Map(Object.entries(tokens)).get(entry.name);
    return { ...entry, ...(token !== undefined && { credentials: { token } }) };
  });
  const config = parseConfig(JSON.stringify({ ...file, providers }), 'test', {});
  const gateway = await createGateway(config);
  const standIns = PROVIDERS.map((name: StandInName) => sandbox[name]);
  return {
    sandbox,
    gateway,
    url: gateway.url,
    askAs: (viewer, document, variables = {}) =>
      ask(gateway.url, document, variables, { authorization: `Bearer key-of-${viewer}` }),
    sent: () =>
      standIns.flatMap((each) => each.requests().map(({ method, path }) => `${method} ${path}`)),
    clear() {
      for (const each of standIns) each.clearRequests();
    },
    close: async () => {
      await gateway.close();
      await sandbox.close();
    },
  };
}

/** Objects of a place that mutations are tried on. */
export interface Targets {
  /** The place itself. */
  scope: string;
  /** Where rollouts of it begin. */
  leaf: string;
  /** One that has ended, one to go back to, and one under way; where there is none, another. */
  deployment: string;
  earlier: string;
  running: string;
  version: string;
  /** Of the same deployment as `version`. */
  service: string;
  revision: string;
  build: string;
}

interface Row {
  id: string;
  canRedeploy: boolean;
  canRollback: boolean;
  canCancel: boolean;
  scope: { id: string };
  version: { id: string; revision: { id: string } | null } | null;
  builds: { nodes: { id: string; canCancel: boolean }[] } | null;
}

/** Finds the objects of a place; where the provider has none of a type, an id that could be one. */
export async function findTargets(world: World, provider: Name, path: string): Promise<Targets> {
  const scope = scopeAt(provider, path);
  const { data } = await world.askAs<{ deployments: { nodes: Row[] } }>(
    'everything',
    `query ($id: ID!) { deployments(filter: { scopeIds: [$id] }, first: 60) { nodes {
      id canRedeploy canRollback canCancel scope { id }
      version { id revision { id } } builds(first: 5) { nodes { id canCancel } } } } }`,
    { id: scope },
  );
  const all = data.deployments.nodes;
  const leaf = (all.find(({ canRollback }) => canRollback) ?? all[0])?.scope.id;
  const rows = all.filter((row) => row.scope.id === leaf);
  const first = rows.find(({ version }) => version?.revision) ?? rows[0];
  if (!leaf || !first) throw new Error(`${provider} has nothing at ${path}`);
  const pick = (key: 'canRedeploy' | 'canRollback' | 'canCancel') =>
    (rows.find((row) => row[key]) ?? first).id;
  const builds = rows.flatMap((row) => row.builds?.nodes ?? []);
  return {
    ...{ scope, leaf },
    deployment: pick('canRedeploy'),
    earlier: pick('canRollback'),
    running: pick('canCancel'),
    service: first.id,
    version: first.version?.id ?? likeIn(first.id, 'Version'),
    revision: first.version?.revision?.id ?? likeIn(first.id, 'Revision'),
    build:
      (builds.find(({ canCancel }) => canCancel) ?? builds[0])?.id ?? likeIn(first.id, 'Build'),
  };
}

/** The id of a scope by its name in a configuration. */
function scopeAt(provider: Name, path: string): string {
  const keys = path.split('/');
  return toId(provider, 'Scope', provider === 'humanitec' ? ['sandbox-org', ...keys] : keys);
}

function likeIn(id: string, type: NodeType): string {
  const { provider, keys } = refOf(id);
  return toId(provider, type, keys);
}

/** An id of the same type and place that nothing has. */
export function nothingLike(id: string): string {
  const { provider, type, keys } = refOf(id);
  const none = keys.map((key) =>
    key.replaceAll(/[0-9a-z]/g, (letter) => (/\d/.test(letter) ? '7' : 'e')),
  );
  return toId(provider, type, none);
}

/** Every way to have one of the ids of an input from elsewhere, the others staying as they are. */
export function crossings(own: unknown, other: unknown): { at: string; input: unknown }[] {
  if (typeof own === 'string') {
    return own !== other && parseId(own) ? [{ at: '', input: other }] : [];
  }
  if (typeof own !== 'object' || own === null || typeof other !== 'object' || other === null) {
    return [];
  }
  const elsewhere = new Map(Object.entries(other));
  return Object.entries(own).flatMap(([key, value]) =>
    crossings(value, elsewhere.get(key)).map(({ at, input }) => ({
      at: at ? `${key}.${at}` : key,
      input: { ...own, [key]: input },
    })),
  );
}

export interface Told {
  userErrors: { field: string[]; code: string; message: string; providerCode: string | null }[];
}

/** How a mutation ended: "done", or the code of the first error. */
export function outcomeOf({ data, errors }: Answered<Record<string, Told | null> | null>): string {
  const [error] = errors;
  if (error) return error.extensions.code;
  const [refused] = Object.values(data ?? {}).flatMap((payload) => payload?.userErrors ?? []);
  return refused?.code ?? 'done';
}

/** The answer to what the provider may still be busy with until time goes on. */
export async function withTime<T>(world: World, asked: Promise<T>): Promise<T> {
  let isThere = false;
  const end = () => (isThere = true);
  asked.then(end, end);
  world.clear();
  const isFollowing = () => world.sent().some((line) => line.includes('/actions/'));
  await waitFor('an answer, or an action that is followed', () => isThere || isFollowing());
  if (!isThere) world.sandbox.advance(60_000);
  return asked;
}
