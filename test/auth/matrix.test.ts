import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildSchema, Kind, parse } from 'graphql';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { createGateway, type Gateway } from '../../src/gateway.ts';
import { ask } from '../helpers/ask.ts';
import { sandboxConfig } from '../helpers/gateway.ts';
import { findPlaces, idsOf, type Name, type Place, type Places, PROVIDERS } from './places.ts';

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
  variables: (place: Place) => Record<string, unknown>;
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
     scopes(first: 100) { nodes { id name parent { id } children(first: 20) { nodes { id name } } } }
     deployments(first: 30) { nodes { id name } failures { message } } } }`,
  `query ($provider: String!) { provider(name: $provider) { name health { lastError }
     scopes(first: 100) { nodes { id name parent { id } } }
     deployments(first: 30) { nodes { id name } failures { message } } } }`,
  '{ viewer { name permissions { provider { name } scopes { id name } canRead canDeploy } } }',
];

it('asks every query of the schema', () => {
  const schema = buildSchema(readFileSync('schema.graphql', 'utf8'));
  const asked = [...QUESTIONS.map(({ document }) => document), ...LISTS].flatMap((document) =>
    visitedIn(document),
  );
  expect([...new Set(asked)].sort()).toEqual(
    Object.keys(schema.getQueryType()?.getFields() ?? {}).sort(),
  );
});

/** The fields that a document asks of the root. */
function visitedIn(document: string): string[] {
  return parse(document).definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION
      ? definition.selectionSet.selections.flatMap((field) =>
          field.kind === Kind.FIELD ? [field.name.value] : [],
        )
      : [],
  );
}

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
        const shown = await askAs(name, document, variables(inside));
        const full = await askAs('everything', document, variables(inside));
        expect(shown.errors).toEqual([]);
        expect(full.errors).toEqual([]);
        // All that is in the place is there, as for somebody who may see everything.
        const wanted = idsOf(inside).filter((id) => full.text.includes(id));
        expect(wanted.length).toBeGreaterThan(0);
        expect(wanted.filter((id) => !shown.text.includes(id))).toEqual([]);
        expect(leaks(provider, shown.text)).toEqual([]);

        const hidden = await askAs(name, document, variables(outside));
        const there = await askAs('everything', document, variables(outside));
        expect(idsOf(outside).some((id) => there.text.includes(id))).toBe(true);
        expect(leaks(provider, hidden.text)).toEqual([]);
        expect(hidden.text).not.toMatch(/FORBIDDEN|permission|not allowed/i);
      });

      it.each(LISTS)('%s', async (document) => {
        const { text, errors } = await askAs(`${role}-${provider}`, document, { provider });
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
        seen.rights.flatMap((each) => Object.values(each) as unknown[]).filter(Boolean);
      const { inside, outside } = places[provider];
      const mixed = `mixed-${provider}`;
      const full = await look('everything', inside);
      // The environment of Humanitec that is looked at defines none itself.
      expect(full.values.some((value) => value !== null)).toBe(provider !== 'humanitec');
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
