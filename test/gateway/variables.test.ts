import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CompareVariablesDocument } from '../../examples/generated/operations.ts';
import { uuidOf } from '../../sandbox/random.ts';
import { parseId, refOf, toId, variableId } from '../../src/ids.ts';
import { startTestGateway, type TestGateway } from '../helpers/gateway.ts';

interface Owner {
  __typename: string;
  id: string;
  name?: string;
}

interface Variable {
  id: string;
  name: string;
  value: string | null;
  secret: boolean;
  readOnly: boolean;
  inherited: boolean;
  definedBy: Owner;
  overrides: { value: string | null; secret: boolean; owner: Owner }[];
}

const VARIABLES = `query ($id: ID!, $inherited: Boolean, $names: [String!]) { node(id: $id) {
  ... on VariableOwner { environmentVariables(includeInherited: $inherited, names: $names) {
    id name value secret readOnly inherited
    definedBy { __typename id ... on Scope { name } ... on Deployment { name } ... on Version { name } }
    overrides { value secret owner { __typename id } } } } } }`;

const STOREFRONT = uuidOf('app', 'orchard', 'production', 'storefront');
const SHOP = 'd1b1802d24e83eb1ac8259e98944b3e4';

describe('environment variables', () => {
  let gateway: TestGateway;
  let version: string;

  beforeAll(async () => {
    gateway = await startTestGateway();
    const project = toId('ubiops', 'Scope', ['current']);
    const { data } = await gateway.query<{
      deployments: { nodes: { id: string; versions: { nodes: { id: string; name: string }[] } }[] };
    }>(
      `{ deployments(filter: { scopeIds: ["${project}"], search: "order-router" }) {
        nodes { id versions { nodes { id name } } } } }`,
    );
    const versions = data.deployments.nodes[0]?.versions.nodes ?? [];
    version = versions.find(({ name }) => name === 'v1')?.id ?? '';
  });
  beforeEach(() => gateway.clear());
  afterAll(() => gateway.close());

  async function variablesOf(id: string, more: Record<string, unknown> = {}) {
    const { data, errors } = await gateway.query<{
      node: { environmentVariables: Variable[] | null } | null;
    }>(VARIABLES, { id, inherited: true, ...more });
    expect(errors).toEqual([]);
    return data.node?.environmentVariables ?? null;
  }

  async function find(id: string, name: string): Promise<Variable> {
    const variable = (await variablesOf(id))?.find((each) => each.name === name);
    if (!variable) throw new Error(`there is no ${name}`);
    return variable;
  }

  it('show the whole chain of what they hide: project, deployment, version', async () => {
    const region = await find(version, 'region');
    expect(region).toMatchObject({
      inherited: false,
      definedBy: { __typename: 'Version', name: 'v1' },
    });
    expect(region.overrides.map(({ owner }) => owner.__typename)).toEqual(['Deployment', 'Scope']);
    expect(new Set([region.value, ...region.overrides.map(({ value }) => value)]).size).toBe(3);

    const token = await find(version, 'api_token');
    expect(token).toMatchObject({
      inherited: true,
      secret: false,
      definedBy: { __typename: 'Deployment' },
    });
    expect(token.value).not.toBeNull();
    expect(token.overrides).toMatchObject([
      { secret: true, value: null, owner: { __typename: 'Scope' } },
    ]);

    const url = await find(version, 'database_url');
    expect(url).toMatchObject({ inherited: false, secret: true, value: null });
    expect(url.overrides[0]?.value).not.toBeNull();

    const bucket = await find(version, 'model_bucket');
    expect(bucket).toMatchObject({
      inherited: true,
      overrides: [],
      definedBy: { __typename: 'Scope', name: 'current' },
    });
  });

  it('show the same chain from application to environment on Humanitec', async () => {
    const environment = toId('humanitec', 'Scope', ['sandbox-org', 'storefront', 'production']);
    const application = toId('humanitec', 'Scope', ['sandbox-org', 'storefront']);
    const level = await find(environment, 'LOG_LEVEL');
    expect(level).toMatchObject({ inherited: false, definedBy: { id: environment } });
    expect(level.overrides).toMatchObject([{ owner: { id: application }, secret: false }]);
    expect(level.overrides[0]?.value).not.toBe(level.value);
    expect(await find(environment, 'STRIPE_API_KEY')).toMatchObject({
      secret: true,
      value: null,
      overrides: [{ secret: true, value: null }],
    });
    expect(await find(environment, 'SESSION_SECRET')).toMatchObject({
      inherited: true,
      secret: true,
      value: null,
      definedBy: { id: application },
    });
    const banner = await find(environment, 'BANNER');
    expect(banner).toMatchObject({ value: '', secret: false });
  });

  it('show running group, app, and the snapshot that a rollout ran with on Cloud Foundry', async () => {
    const app = toId('cloudfoundry', 'Scope', ['app', STOREFRONT]);
    const platform = toId('cloudfoundry', 'Scope', []);
    expect(await find(app, 'LOG_LEVEL')).toMatchObject({
      value: 'warn',
      inherited: false,
      overrides: [{ value: 'info', owner: { id: platform } }],
    });
    expect(await find(platform, 'LOG_LEVEL')).toMatchObject({ value: 'info', readOnly: true });
    const pool = await find(app, 'DATABASE_POOL');
    expect(pool.value).toMatch(/^\d+$/);
    const { data } = await gateway.query<{ node: { latestDeployment: { id: string } } }>(
      `{ node(id: "${app}") { ... on Scope { latestDeployment { id } } } }`,
    );
    const snapshot = await find(data.node.latestDeployment.id, 'LOG_LEVEL');
    expect(snapshot).toMatchObject({ value: 'debug', inherited: false, overrides: [] });
    expect(snapshot.definedBy.__typename).toBe('Revision');
  });

  it('mask passwords on Cloud 66, and never show a redeploy hook', async () => {
    const stack = toId('cloud66', 'Scope', [SHOP]);
    const variables = (await variablesOf(stack)) ?? [];
    expect(variables.length).toBe(34);
    expect(variables.find(({ name }) => name === 'POSTGRESQL_PASSWORD')).toMatchObject({
      secret: true,
      value: null,
      readOnly: true,
    });
    expect(variables.find(({ name }) => name === 'WEB_CONCURRENCY')?.value).toMatch(/^\d+$/);
    const everything = await gateway.query(
      `{ scopes(first: 100, filter: { providers: ["cloud66"] }) { nodes { id name kind nativeKind environment
        latestDeployment { name message details { __typename } }
        environmentVariables { name value overrides { value } } } } }`,
    );
    expect(everything.errors).toEqual([]);
    expect(JSON.stringify(everything)).not.toMatch(/c66-secret|hooks\.cloud66/);
  });

  it('are null for a rollout where the platform keeps no record', async () => {
    const deployment = toId('cloud66', 'Deployment', [SHOP, '312']);
    expect(await variablesOf(deployment)).toBeNull();
  });

  it('can be narrowed to own ones and to names', async () => {
    const all = (await variablesOf(version)) ?? [];
    const own = (await variablesOf(version, { inherited: false })) ?? [];
    expect(own.map(({ name }) => name)).toEqual(
      all.filter(({ inherited }) => !inherited).map(({ name }) => name),
    );
    const named = await variablesOf(version, { names: ['region', 'nothing'] });
    expect(named?.map(({ name }) => name)).toEqual(['region']);
  });

  it('have an id of their own for each owner', async () => {
    const fromVersion = await find(version, 'model_bucket');
    const fromProject = await find(toId('ubiops', 'Scope', ['current']), 'model_bucket');
    expect(fromVersion.id).not.toBe(fromProject.id);
    const { data } = await gateway.query<{ node: Partial<Variable> }>(
      `{ node(id: "${fromVersion.id}") { ... on EnvironmentVariable { name inherited } } }`,
    );
    expect(data.node).toEqual({ name: 'model_bucket', inherited: true });
  });

  it('of an owner whose name another one has taken are nothing', async () => {
    const renamed = toId('ubiops', 'Deployment', ['current', 'order-router', uuidOf('another')]);
    const { data, errors } = await gateway.query<{ node: unknown }>(
      `{ node(id: "${variableId(refOf(renamed), 'region')}") { id } }`,
    );
    expect(errors).toEqual([]);
    expect(data.node).toBeNull();
  });

  it('cost one request where nobody asks what they hide', async () => {
    const cost = async (fields: string, fragment = '') => {
      gateway.clear();
      const { extensions } = await gateway.query(
        `{ node(id: "${version}") { ... on Version { environmentVariables { ${fields} } } } } ${fragment}`,
        {},
        { 'x-deploygraph-upstream': '1' },
      );
      expect(extensions?.upstream?.requests).toBe(gateway.requestsTo('ubiops').length);
      return gateway.requestsTo('ubiops').filter((line) => line.includes('environment-variables'));
    };
    expect(await cost('name value inherited definedBy { id __typename }')).toHaveLength(1);
    expect(await cost('name overrides { value }')).toHaveLength(3);
    expect(
      await cost('...f', 'fragment f on EnvironmentVariable { overrides { secret } }'),
    ).toHaveLength(3);
    expect(await cost('... on Node { id } ... { overrides { secret } }')).toHaveLength(3);
  });

  it('are compared between any two owners, also of different platforms', async () => {
    const environment = toId('humanitec', 'Scope', ['sandbox-org', 'storefront', 'production']);
    const app = toId('cloudfoundry', 'Scope', ['app', STOREFRONT]);
    const { data, errors } = await gateway.run(CompareVariablesDocument, {
      left: environment,
      right: app,
    });
    expect(errors).toEqual([]);
    const changes = new Map(
      data.compareEnvironmentVariables.map((difference) => [difference.name, difference]),
    );
    expect(changes.get('LOG_LEVEL')?.left).not.toBeNull();
    expect(['SAME', 'CHANGED']).toContain(changes.get('LOG_LEVEL')?.change);
    expect(changes.get('BANNER')?.change).toBe('REMOVED');
    expect(changes.get('DATABASE_POOL')?.change).toBe('ADDED');

    const same = await gateway.run(CompareVariablesDocument, {
      left: environment,
      right: environment,
    });
    expect(new Set(same.data.compareEnvironmentVariables.map(({ change }) => change))).toEqual(
      new Set(['SAME', 'UNKNOWN']),
    );
  });

  it.each([
    ['has no such owner', toId('cloud66', 'Scope', ['0'.repeat(32)])],
    ['keeps none for it', toId('cloud66', 'Deployment', [SHOP, '312'])],
  ])('are an error to compare where the platform %s', async (_what, left) => {
    const right = toId('cloud66', 'Scope', [SHOP]);
    const { errors } = await gateway.run(CompareVariablesDocument, { left, right });
    expect(errors[0]).toMatchObject({ extensions: { code: 'NOT_FOUND' } });
  });

  it('have no values for a viewer without the grant', async () => {
    const guarded = await startTestGateway({ auth: { readVariables: false } });
    const ids = [
      version,
      toId('humanitec', 'Scope', ['sandbox-org', 'storefront', 'production']),
      toId('cloud66', 'Scope', [SHOP]),
      toId('cloudfoundry', 'Scope', ['app', STOREFRONT]),
    ];
    for (const id of ids) {
      const { data } = await guarded.query<{ node: { environmentVariables: Variable[] } }>(
        VARIABLES,
        {
          id,
        },
      );
      const { environmentVariables: variables } = data.node;
      expect(variables.length).toBeGreaterThan(0);
      const values = variables.flatMap(({ value, overrides }) => [
        value,
        ...overrides.map((each) => each.value),
      ]);
      expect(values.filter((value) => value !== null)).toEqual([]);
      expect(parseId(id)).toBeDefined();
    }
    const sets = await guarded.query<{ scope: { revisions: { nodes: { details: unknown }[] } } }>(
      `{ scope: node(id: "${ids[1] ?? ''}") { ... on Scope { revisions(first: 2) { nodes { details {
        ... on HumanitecRevisionDetails { modules shared version } } } } } } }`,
    );
    expect(sets.errors).toEqual([]);
    expect(sets.data.scope.revisions.nodes).toHaveLength(2);
    for (const { details } of sets.data.scope.revisions.nodes) {
      expect(details).toEqual({ modules: null, shared: null, version: 0 });
    }
    const { data } = await guarded.query<{ viewer: { permissions: unknown[] } }>(
      '{ viewer { name permissions { canRead canReadVariables provider { name } } } }',
    );
    expect(data.viewer.permissions).toContainEqual({
      canRead: true,
      canReadVariables: false,
      provider: { name: 'cloud66' },
    });
    await guarded.close();
  });
});
