import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { createGateway, type Gateway } from '../../src/gateway.ts';
import { ask } from '../helpers/ask.ts';
import { sandboxConfig } from '../helpers/gateway.ts';

const PROVIDERS = ['ubiops', 'humanitec', 'cloud66', 'cloudfoundry'] as const;
type Name = (typeof PROVIDERS)[number];

interface Thing {
  id: string;
}
interface Place extends Thing {
  name: string;
  path: string;
  deployments: (Thing & {
    version: (Thing & { revision: Thing | null }) | null;
    builds: Thing[];
  })[];
  variables: (Thing & { secret: boolean; inherited: boolean })[];
  /** Ids of the scopes around it. */
  around: string[];
}

/**
 * Two places of each provider: one that viewers are let into, and one that they are not; and the ids
 * of all such scopes but the first.
 */
type Places = Record<Name, { inside: Place; outside: Place; others: string[] }>;

const PARTS = `id
  deployments(first: 3) { nodes { id version { id revision { id } } builds(first: 2) { nodes { id } } } }
  environmentVariables { id secret inherited }`;

interface Told {
  id: string;
  name: string;
  nativeKind: string;
  parent: { id: string; parent: { id: string; parent: { id: string } | null } | null } | null;
}

/** How a configuration names a scope: its keys without what the entry says already. */
function pathOf(provider: Name, id: string): string {
  const [, , ...keys] = JSON.parse(Buffer.from(id, 'base64url').toString()) as string[];
  return (provider === 'humanitec' ? keys.slice(1) : keys).join('/');
}

async function findPlaces(url: string): Promise<Places> {
  const kinds = {
    ubiops: 'project',
    humanitec: 'environment',
    cloud66: 'stack',
    cloudfoundry: 'space',
  };
  const found = {} as Places;
  for (const provider of PROVIDERS) {
    const { data } = await ask<{ provider: { scopes: { nodes: Told[] } } }>(
      url,
      `query ($name: String!) { provider(name: $name) { scopes(first: 100) {
        nodes { id name nativeKind parent { id parent { id parent { id } } } } } } }`,
      { name: provider },
    );
    const places: Place[] = [];
    for (const scope of data.provider.scopes.nodes) {
      if (scope.nativeKind !== kinds[provider] || places.length === 2) continue;
      const place = await readPlace(url, provider, scope);
      // Of a space all variables are inherited; its apps have their own.
      const hasOwn = place.variables.some(({ secret, inherited }) => !secret && !inherited);
      const suits = hasOwn || provider === 'cloudfoundry';
      if (place.deployments.length > 0 && suits) places.push(place);
    }
    const [inside, outside] = places;
    if (!inside || !outside) throw new Error(`${provider} has no two places`);
    const others = data.provider.scopes.nodes
      .filter(({ id, nativeKind }) => nativeKind === kinds[provider] && id !== inside.id)
      .map(({ id }) => id);
    found[provider] = { inside, outside, others };
  }
  return found;
}

async function readPlace(url: string, provider: Name, { id, name, parent }: Told): Promise<Place> {
  type Row = Omit<Place['deployments'][number], 'builds'> & { builds: { nodes: Thing[] } | null };
  const { data } = await ask<{
    node: { deployments: { nodes: Row[] }; environmentVariables: Place['variables'] | null };
  }>(url, `query ($id: ID!) { node(id: $id) { ... on Scope { ${PARTS} } } }`, { id });
  return {
    id,
    name,
    path: pathOf(provider, id),
    deployments: data.node.deployments.nodes.map((row) => ({
      ...row,
      builds: row.builds?.nodes ?? [],
    })),
    variables: data.node.environmentVariables ?? [],
    around: [parent?.id, parent?.parent?.id, parent?.parent?.parent?.id].flatMap(
      (each) => each ?? [],
    ),
  };
}

/** Every id that a place holds, with itself. */
function idsOf({ id, deployments, variables }: Place): string[] {
  const parts = deployments.flatMap((each) => [
    each.id,
    each.version?.id,
    each.version?.revision?.id,
    ...each.builds.map((build) => build.id),
  ]);
  return [id, ...parts, ...variables.map((each) => each.id)].flatMap((each) => each ?? []);
}

const VIEWERS = {
  viewer: { role: 'viewer' },
  reader: { role: 'viewer', readVariables: true },
  deployer: { role: 'deployer' },
  admin: { role: 'admin', readVariables: true },
} as const;
type Role = keyof typeof VIEWERS;
const ROLES = Object.keys(VIEWERS) as Role[];

const EDGES_OF_SCOPE = `
  id name environment nativeKind kind provider { name health { lastError } } parent { id name parent { id name } }
  children { nodes { id name } failures { message } }
  deployments(first: 5) { nodes { id name } failures { message } }
  latestDeployment { id name } revisions(first: 5) { nodes { id } failures { message } }
  auditEvents(first: 5) { nodes { id objectName message } failures { message } }
  environmentVariables { id name value definedBy { id } overrides { value owner { id } } }`;
const EDGES_OF_DEPLOYMENT = `
  id name status live message scope { id name parent { id name } } previous { id name }
  version { id name revision { id } builds { nodes { id } } } versions { nodes { id name } }
  builds { nodes { id version { id } revision { id } } } revision { id builds { nodes { id } } } errors { message }
  auditEvents(first: 5) { nodes { id objectName } } environmentVariables { id value }
  canCancel canContinue canRedeploy canRollback`;

/**
 * What can be asked about a place: whether the place shows in the answer says whether it was let
 * in. A row here is asked by every role, inside and outside, on all four providers.
 */
const QUESTIONS: {
  name: string;
  document: string;
  variables(place: Place, provider: Name): Record<string, unknown>;
}[] = [
  {
    name: 'node: scope, with its edges',
    document: `query ($id: ID!) { node(id: $id) { ... on Scope { ${EDGES_OF_SCOPE} } } }`,
    variables: ({ id }) => ({ id }),
  },
  {
    name: 'deployment, with its edges',
    document: `query ($id: ID!) { deployment(id: $id) { ${EDGES_OF_DEPLOYMENT} } }`,
    variables: ({ deployments: [first] }) => ({ id: first?.id }),
  },
  {
    name: 'nodes: all that a place holds',
    document:
      'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on EnvironmentVariable { value } } }',
    variables: (place) => ({ ids: idsOf(place).slice(0, 100) }),
  },
  {
    name: 'deployments of a scope',
    document: `query ($id: ID!) { deployments(filter: { scopeIds: [$id] }, first: 10) {
      nodes { id name scope { id name } } failures { message scope { id name } } } }`,
    variables: ({ id }) => ({ id }),
  },
  {
    name: 'compareEnvironmentVariables',
    document: `query ($id: ID!) { compareEnvironmentVariables(left: $id, right: $id) {
      name change left { id value } } }`,
    variables: ({ id }) => ({ id }),
  },
];

/** What shows all that there is, in which nothing from outside may be. */
const LISTS = [
  '{ scopes(first: 100) { nodes { id name nativeKind } totalCount failures { message } } }',
  '{ deployments(first: 100) { nodes { id name scope { id name parent { id name } } previous { id } } failures { message } } }',
  '{ deployments(first: 20, filter: { live: true }) { nodes { id scope { id parent { id } } } failures { message } } }',
  `{ providers { id name health { status lastError }
     scopes(first: 100) { nodes { id name parent { id } children(first: 100) { nodes { id name } } } }
     deployments(first: 30) { nodes { id name } failures { message } } } }`,
  '{ viewer { name permissions { provider { name } scopes { id name } canRead canDeploy } } }',
];

describe('what viewers may see', () => {
  let sandbox: Sandbox;
  let open: Gateway;
  let guarded: Gateway;
  let places: Places;

  beforeAll(async () => {
    sandbox = await startSandbox();
    open = await createGateway(sandboxConfig(sandbox));
    places = await findPlaces(open.url);
    const key = (name: string, grants: unknown) => ({
      name,
      hash: createHash('sha256').update(`key-of-${name}`).digest('hex'),
      grants,
    });
    const limited = ROLES.flatMap((role) =>
      PROVIDERS.map((provider) => {
        const scopes = [places[provider].inside.path];
        return key(`${role}-${provider}`, [{ ...VIEWERS[role], providers: [provider], scopes }]);
      }),
    );
    const mixed = PROVIDERS.map((provider) =>
      key(`mixed-${provider}`, [
        { role: 'viewer' },
        {
          role: 'deployer',
          readVariables: true,
          providers: [provider],
          scopes: [places[provider].inside.path],
        },
      ]),
    );
    const apiKeys = [...limited, ...mixed, key('everything', [VIEWERS.admin])];
    guarded = await createGateway(sandboxConfig(sandbox, { auth: { apiKeys } }));
  }, 60_000);
  afterAll(async () => {
    await guarded.close();
    await open.close();
    await sandbox.close();
  });

  const askAs = <Data>(name: string, document: string, variables: Record<string, unknown> = {}) =>
    ask<Data>(guarded.url, document, variables, { authorization: `Bearer key-of-${name}` });

  /** What must not be in an answer: ids of all that is outside, and its name where only it has that. */
  const marksOf = (provider: Name): string[] => {
    const { inside, outside } = places[provider];
    const others = PROVIDERS.filter((name) => name !== provider).flatMap((name) => [
      ...idsOf(places[name].inside),
      ...idsOf(places[name].outside),
    ]);
    const name = inside.name === outside.name ? [] : [`"${outside.name}"`, `"${outside.name} #`];
    return [...idsOf(outside), ...places[provider].others, ...others, ...name];
  };
  const leaks = (provider: Name, text: string) =>
    marksOf(provider).filter((mark) => text.includes(mark));

  describe.each(PROVIDERS)('%s', (provider) => {
    describe.each(ROLES)('as %s', (role) => {
      it.each(QUESTIONS)('$name', async ({ document, variables }) => {
        const { inside, outside } = places[provider];
        const name = `${role}-${provider}`;
        const shown = await askAs(name, document, variables(inside, provider));
        const full = await askAs('everything', document, variables(inside, provider));
        expect(shown.errors).toEqual([]);
        expect(full.errors).toEqual([]);
        // All that is in the place is there, as for somebody who may see everything.
        const wanted = idsOf(inside).filter((id) => full.text.includes(id));
        expect(wanted.length).toBeGreaterThan(0);
        expect(wanted.filter((id) => !shown.text.includes(id))).toEqual([]);
        expect(leaks(provider, shown.text)).toEqual([]);

        const hidden = await askAs(name, document, variables(outside, provider));
        const there = await askAs('everything', document, variables(outside, provider));
        expect(idsOf(outside).some((id) => there.text.includes(id))).toBe(true);
        expect(leaks(provider, hidden.text)).toEqual([]);
        expect(hidden.text).not.toMatch(/FORBIDDEN|permission|not allowed/i);
      });

      it.each(LISTS)('%s', async (document) => {
        const { text, errors } = await askAs(`${role}-${provider}`, document);
        expect(errors).toEqual([]);
        expect(text).toContain(document.includes('viewer') ? provider : places[provider].inside.id);
        expect(leaks(provider, text)).toEqual([]);
      });
    });

    it('shows the scopes around by name, and nothing else of them', async () => {
      for (const id of places[provider].inside.around) {
        const { data, text } = await askAs<{
          node: { name: string; environmentVariables: null; auditEvents: null };
        }>(`admin-${provider}`, QUESTIONS[0]?.document ?? '', { id });
        expect(data.node).toMatchObject({ name: expect.any(String) });
        expect(data.node).toMatchObject({ environmentVariables: null, auditEvents: null });
        expect(leaks(provider, text)).toEqual([]);
      }
      const around = places[provider].inside.around.length;
      expect(around).toBe({ ubiops: 0, humanitec: 2, cloud66: 0, cloudfoundry: 2 }[provider]);
    });

    it('tells in can* and in values what a wider view is narrowed to', async () => {
      const document = `query ($id: ID!) { node(id: $id) { ... on Scope { deployments(first: 20) { nodes {
        canRedeploy canRollback canCancel canContinue
        scope { environmentVariables { value secret inherited } } } } } } }`;
      interface Row {
        scope: {
          environmentVariables: { value: string | null; secret: boolean; inherited: boolean }[];
        };
      }
      const look = async (name: string, { id }: Place) => {
        const { data } = await askAs<{ node: { deployments: { nodes: Row[] } } }>(name, document, {
          id,
        });
        return {
          rights: data.node.deployments.nodes.map(({ scope: _scope, ...rights }) => rights),
          values: data.node.deployments.nodes.flatMap(({ scope }) =>
            scope.environmentVariables
              .filter(({ secret, inherited }) => !secret && !inherited)
              .map(({ value }) => value),
          ),
        };
      };
      const allowed = (seen: { rights: object[] }) =>
        seen.rights.flatMap((each) => Object.values(each)).filter(Boolean);
      const { inside, outside } = places[provider];
      const mixed = `mixed-${provider}`;
      const full = await look('everything', inside);
      expect(full.values).toContainEqual(expect.any(String));
      // Of a UbiOps service nothing can be redone or rolled back.
      expect(allowed(full).length > 0).toBe(provider !== 'ubiops');
      expect(await look(mixed, inside)).toEqual(full);
      for (const narrowed of [
        await look(mixed, outside),
        await look(`viewer-${provider}`, inside),
      ]) {
        expect(allowed(narrowed)).toEqual([]);
        expect(narrowed.values.filter((value) => value !== null)).toEqual([]);
      }
    });
  });

  it('tells every viewer what they may do', async () => {
    const document = `{ viewer { name expiresAt permissions {
      provider { name } scopes { id } canRead canReadVariables canDeploy canAdminister } } }`;
    for (const provider of PROVIDERS) {
      const { data } = await askAs(`deployer-${provider}`, document);
      expect(data).toEqual({
        viewer: {
          name: `deployer-${provider}`,
          expiresAt: null,
          permissions: [
            {
              provider: { name: provider },
              scopes: [{ id: places[provider].inside.id }],
              canRead: true,
              canReadVariables: false,
              canDeploy: true,
              canAdminister: false,
            },
          ],
        },
      });
    }
    const { data } = await askAs<{ viewer: { permissions: unknown[] } }>('everything', document);
    expect(data.viewer.permissions).toHaveLength(4);
    expect(data.viewer.permissions[0]).toMatchObject({ scopes: null, canAdminister: true });
  });
});
