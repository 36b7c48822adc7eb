import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  DeploymentDetailDocument,
  OverviewDocument,
  PlatformsDocument,
  ScopesDocument,
} from '../../examples/generated/operations.ts';
import { uuidOf } from '../../sandbox/random.ts';
import { toId } from '../../src/ids.ts';
import { type Answer, startTestGateway, type TestGateway } from '../helpers/gateway.ts';

const PROVIDERS = ['ubiops', 'humanitec', 'cloud66', 'cloudfoundry'] as const;

describe('objects', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startTestGateway({ limits: { maxAliases: 10_000, maxFields: 100_000 } });
  });
  beforeEach(() => gateway.clear());
  afterAll(() => gateway.close());

  it('answers the query of the README for all four platforms', async () => {
    const { data, errors } = await gateway.run(PlatformsDocument, {});
    expect(errors).toEqual([]);
    expect(data.providers.map(({ name }) => name)).toEqual(PROVIDERS);
    for (const { deployments } of data.providers) {
      const nodes = deployments?.nodes ?? [];
      expect(nodes).toHaveLength(2);
      expect(nodes.some(({ version }) => version?.revision?.nativeId)).toBe(true);
      expect(nodes.some(({ scope }) => scope.environmentVariables?.length)).toBe(true);
    }
    const built = data.providers.filter(({ deployments }) =>
      deployments?.nodes.some(({ version }) => version?.latestBuild),
    );
    expect(built.map(({ name }) => name)).toEqual(['ubiops', 'cloudfoundry']);
  });

  it.each(PROVIDERS)('answers the same query for %s', async (name) => {
    const { data, errors } = await gateway.run(OverviewDocument, {
      filter: { providers: [name] },
      first: 4,
    });
    expect(errors).toEqual([]);
    expect(data.deployments.failures).toEqual([]);
    expect(data.deployments.nodes).toHaveLength(4);
    for (const deployment of data.deployments.nodes) {
      expect(deployment.name).toBeTruthy();
      expect(deployment.provider.name).toBe(name);
    }
    expect(data.deployments.nodes.some(({ version }) => version?.revision)).toBe(true);
  });

  it.each(PROVIDERS)('gets one deployment of %s again, with what only it has', async (name) => {
    const list = await gateway.query<{ deployments: { nodes: { id: string; name: string }[] } }>(
      `{ deployments(first: 3, filter: { providers: ["${name}"] }) { nodes { id name } } }`,
    );
    for (const { id, name: title } of list.data.deployments.nodes) {
      const { data, errors } = await gateway.run(DeploymentDetailDocument, { id });
      expect(errors).toEqual([]);
      expect(data.deployment).toMatchObject({ id, name: title });
      expect(data.deployment?.details.__typename).toMatch(/DeploymentDetails$/);
    }
  });

  it('answers every field of every type for deployments of all four', async () => {
    const { data: schema } = await gateway.query<{ __schema: { types: IntrospectedType[] } }>(
      INTROSPECTION,
    );
    for (const name of PROVIDERS) {
      const document = everyField(schema.__schema.types, name);
      const { data, errors } = await gateway.query<{ deployments: { nodes: unknown[] } }>(document);
      expect(errors).toEqual([]);
      expect(data.deployments.nodes.length).toBeGreaterThan(0);
    }
  });

  it('finds any object by its id, in the order of the ids', async () => {
    const list = await gateway.query<{
      deployments: {
        nodes: { id: string; scope: { id: string }; version: { id: string } | null }[];
      };
      providers: { id: string }[];
    }>(`{ providers { id } deployments(first: 8) { nodes { id scope { id } version { id } } } }`);
    const ids = [
      ...list.data.deployments.nodes.flatMap(({ id, scope, version }) =>
        version ? [id, scope.id, version.id] : [id, scope.id],
      ),
      ...list.data.providers.map(({ id }) => id),
    ];
    const { data, errors } = await gateway.query<{ nodes: ({ id: string } | null)[] }>(
      `query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }`,
      { ids: [...ids, toId('nobody', 'Deployment', ['x']), ...ids.slice(0, 2)] },
    );
    expect(errors).toEqual([]);
    expect(data.nodes.map((node) => node?.id ?? null)).toEqual([...ids, null, ...ids.slice(0, 2)]);
  });

  it('lists scopes as a tree, with the newest deployment of each', async () => {
    const { data, errors } = await gateway.run(ScopesDocument, { first: 100 });
    expect(errors).toEqual([]);
    expect(data.scopes.failures).toEqual([]);
    expect(data.scopes.totalCount).toBeGreaterThan(100);
    expect(
      data.scopes.nodes.filter(({ latestDeployment }) => latestDeployment).length,
    ).toBeGreaterThan(50);
    const names = data.scopes.nodes.map(({ name }) => name);
    expect(names).toEqual([...names].sort());
    const next = await gateway.run(ScopesDocument, {
      first: 100,
      after: data.scopes.pageInfo.endCursor ?? null,
    });
    const ids = new Set(data.scopes.nodes.map(({ id }) => id));
    expect(next.data.scopes.nodes.filter(({ id }) => ids.has(id))).toEqual([]);
  });

  it('costs no more for a hundred rows than for a few, where a platform answers in bulk', async () => {
    const cost = async (first: number) => {
      const { extensions } = await gateway.query(
        `{ deployments(first: ${first}, filter: { providers: ["cloudfoundry"] }) {
          nodes { name live scope { name } version { latestBuild { status } } } } }`,
        {},
        { 'x-deploygraph-upstream': '1' },
      );
      return extensions?.upstream;
    };
    // Deployments, apps, builds. Read from the newest on, the list itself tells what is live.
    for (const first of [10, 40, 100]) {
      expect(await cost(first)).toEqual({ requests: 3, byProvider: { cloudfoundry: 3 } });
    }
  });

  it.each([
    ['ubiops', ['seed']],
    ['humanitec', ['sandbox-org', 'storefront', 'production']],
    ['cloud66', ['5999b763474b0eafa5fafb64bff0ba80']],
    ['cloudfoundry', ['app', uuidOf('app', 'orchard', 'production', 'storefront')]],
  ])('pages through what was done on %s to the end, and not beyond', async (name, keys) => {
    const id = toId(name, 'Scope', keys);
    const seen: string[] = [];
    let after: string | null = null;
    for (let turn = 0; turn < 100; turn += 1) {
      const page: Answer<AuditPage> = await gateway.query(AUDIT, { id, after });
      expect(page.errors).toEqual([]);
      const { nodes, pageInfo } = page.data.node.auditEvents;
      seen.push(...nodes.map((event) => event.id));
      after = pageInfo.endCursor;
      if (!pageInfo.hasNextPage) break;
    }
    expect(seen.length).toBeGreaterThan(0);
    expect(new Set(seen).size).toBe(seen.length);
    const beyond = await gateway.query<AuditPage>(AUDIT, { id, after });
    expect(beyond.errors).toEqual([]);
    expect(beyond.data.node.auditEvents.nodes).toEqual([]);
  });

  it('keeps what it has when a part of a row fails', async () => {
    gateway.sandbox.ubiops.setFaults([{ path: '/versions', status: 500 }]);
    const { data, errors } = await gateway.query<{
      deployments: { nodes: { name: string; status: string; version: unknown }[] };
    }>(
      `{ deployments(first: 3, filter: { providers: ["ubiops"] }) { nodes { name status version { name } } } }`,
    );
    expect(gateway.sandbox.ubiops.faults()[0]?.used).toBeGreaterThan(0);
    expect(data.deployments.nodes).toHaveLength(3);
    for (const node of data.deployments.nodes) {
      expect(node).toMatchObject({ name: expect.any(String), status: 'UNKNOWN', version: null });
    }
    expect(errors).toHaveLength(3);
    expect(errors[0]).toMatchObject({
      path: ['deployments', 'nodes', 0, 'version'],
      extensions: { code: 'PROVIDER_UNAVAILABLE', provider: 'ubiops', retryable: true },
    });
  });

  it('builds a scope from the deployment alone, also when its platform is down', async () => {
    const list = await gateway.query<{ deployments: { nodes: { id: string }[] } }>(
      `{ deployments(first: 1, filter: { providers: ["cloudfoundry"] }) { nodes { id } } }`,
    );
    gateway.sandbox.cloudfoundry.setFaults([{ path: '/v3/apps', status: 503 }]);
    const { data, errors } = await gateway.run(DeploymentDetailDocument, {
      id: list.data.deployments.nodes[0]?.id ?? '',
    });
    expect(gateway.sandbox.cloudfoundry.faults()[0]?.used).toBeGreaterThan(0);
    expect(errors).toEqual([]);
    expect(data.deployment?.name).toMatch(/^[0-9a-f-]{36} #/);
  });
});

interface AuditPage {
  node: {
    auditEvents: {
      nodes: { id: string }[];
      pageInfo: { hasNextPage: boolean; endCursor: string | null };
    };
  };
}

const AUDIT = `query ($id: ID!, $after: String) { node(id: $id) { ... on Scope {
  auditEvents(first: 40, after: $after) { nodes { id occurredAt actor action objectType objectName message }
    pageInfo { hasNextPage endCursor } } } } }`;

interface TypeRef {
  kind: string;
  name: string | null;
  ofType: TypeRef | null;
}

interface IntrospectedType {
  kind: string;
  name: string;
  fields: { name: string; type: TypeRef; args: { name: string }[] }[] | null;
  possibleTypes: { name: string }[] | null;
}

const INTROSPECTION = `{ __schema { types { kind name possibleTypes { name } fields { name args { name }
  type { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } }`;

/** Edges that lead to another object which is asked in full elsewhere in the document. */
const DEPTH = 4;

/** A document that asks for every field, a few levels deep, one node in each connection. */
function everyField(types: IntrospectedType[], provider: string): string {
  const byName = new Map(types.map((type) => [type.name, type]));
  const named = (type: TypeRef): string => type.name ?? (type.ofType ? named(type.ofType) : '');

  const select = (name: string, depth: number): string => {
    const type = byName.get(name);
    if (!type || depth > DEPTH) return '';
    if (type.kind === 'UNION') {
      const members = (type.possibleTypes ?? []).map((member) => {
        const prefix = member.name.replace(/[a-z]+$/, '');
        return `... on ${member.name} { ${selectFields(member.name, depth, `${prefix}${depth}_`)} }`;
      });
      return `__typename ${members.join(' ')}`;
    }
    return selectFields(name, depth, '');
  };

  const selectFields = (name: string, depth: number, prefix: string): string =>
    (byName.get(name)?.fields ?? [])
      .flatMap((field) => {
        const target = byName.get(named(field.type));
        const alias = prefix === '' ? '' : `${prefix}${field.name}: `;
        const args = field.args.some((arg) => arg.name === 'first') ? '(first: 1)' : '';
        if (!target || ['SCALAR', 'ENUM'].includes(target.kind))
          return [`${alias}${field.name}${args}`];
        const inner = select(target.name, depth + 1);
        return inner === '' ? [] : [`${alias}${field.name}${args} { ${inner} }`];
      })
      .join(' ') || '__typename';

  return `{ deployments(first: 2, filter: { providers: ["${provider}"] }) {
    nodes { ${select('Deployment', 1)} } } }`;
}
