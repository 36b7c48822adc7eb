import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Fault } from '../../sandbox/index.ts';
import { toId } from '../../src/ids.ts';
import { type Answer, startTestGateway, type TestGateway } from '../helpers/gateway.ts';

const EXAMPLES = new URL('../../examples/', import.meta.url);

interface Shape {
  name: string;
  document: string;
  variables?: Record<string, unknown>;
  /** What goes wrong at Cloud Foundry meanwhile. */
  fault?: Fault;
  /** The codes of the errors, as both must tell them; none when absent. */
  codes?: string[];
}

const GONE = toId('cloudfoundry', 'Deployment', ['no-app', 'no-deployment']);

const CF = 'filter: { providers: ["cloudfoundry"] }';

const SHAPES: Shape[] = [
  ...[true, false].map((yes) => ({
    name: `@skip and @include by variables (${yes})`,
    document: `query ($yes: Boolean!, $no: Boolean = false) {
      deployments(first: 3, ${CF}) {
        nodes {
          id @include(if: $yes)
          status @skip(if: $yes)
          name @include(if: $yes) @skip(if: $no)
          ...Twice @include(if: $no)
          ...Twice @include(if: $yes)
          ... @skip(if: $yes) { version { name } }
          version { id @skip(if: $no) ... on Version @include(if: $yes) { status } }
          details @include(if: $no) { __typename }
        }
        pageInfo { hasNextPage @skip(if: true) endCursor @include(if: false) }
      }
    }
    fragment Twice on Deployment { kind scope { id name @include(if: $yes) } }`,
    variables: { yes },
  })),
  ...[true, false].map((yes) => ({
    name: `a hidden definition under @include (${yes})`,
    document: `query ($yes: Boolean!) {
      scopes(first: 5, filter: { providers: ["humanitec"], kinds: [ENVIRONMENT] }) {
        nodes { id environmentVariables(includeInherited: false) {
          name definedBy { id ... on Scope @include(if: $yes) { name } }
          overrides @include(if: $yes) { value } } }
      }
    }`,
    variables: { yes },
  })),
  {
    name: 'a fragment that both skips and repeats a field',
    document: `query ($no: Boolean!) {
      deployments(first: 2, ${CF}) { nodes { ...A ...B } }
    }
    fragment A on Node { id ... on Deployment @include(if: $no) { version { name } } }
    fragment B on Deployment { version { status } }`,
    variables: { no: false },
  },
  {
    name: 'interfaces with arguments, by a union of selections',
    document: `query ($ids: [ID!]!, $names: [String!], $inherited: Boolean = false) {
      nodes(ids: $ids) {
        __typename
        ... on VariableOwner { owner: id
          environmentVariables(names: $names, includeInherited: $inherited) { name inherited } }
        ... on Scope { all: environmentVariables { name overrides { value } } }
        ... on Deployment { all: environmentVariables { name } details { __typename
          ... on CloudFoundryDeploymentDetails { dropletGuid } } }
        ... on Provider { name capabilities }
      }
    }`,
  },
  {
    name: 'aliases, typename at every level, the same field with different arguments',
    document: `{
      __typename
      a: deployments(first: 1, ${CF}) { __typename nodes { kind: __typename constructor: name toString: id } }
      b: deployments(first: 2, ${CF}) { edges { cursor node { __typename first: id } } }
      class: providers { hasOwnProperty: name idx0: kind }
    }`,
  },
  {
    name: 'names that run into each other',
    document: `{ scopes(first: 5, filter: { providers: ["humanitec"], kinds: [ENVIRONMENT] }) {
      nodes { a_b: id }
      x: edges { node { environmentVariables_c: environmentVariables { name overrides { value } } }
        c_node: node { environmentVariables { name } } } } }`,
  },
  {
    name: 'a key that is the prototype',
    document: `{ __proto__: providers { name } providers { __proto__: kind } }`,
  },
  {
    name: 'a string that graphql-jit would run',
    document: `{ deployments(first: 1, filter: { search:
      "__MAGIC_DATE__33a9e76d_02e0_4128_8e92_3530ad3da74d(globalThis.ranCode = true)" }) { nodes { id } } }`,
  },
  {
    name: 'default values: dates, enums and objects of variables and arguments',
    document: `query ($filter: DeploymentFilter = { createdAfter: "2020-01-01T00:00:00Z", kinds: [CLOUD_FOUNDRY] },
      $before: DateTime = "2100-01-01T00:00:00Z", $first: Int) {
      a: deployments(filter: $filter, first: $first) { nodes { id createdAt status } }
      b: deployments(filter: { createdBefore: $before, providers: ["cloudfoundry"] }) { nodes { id } }
    }`,
  },
  {
    name: 'a variable in an object that is not given',
    document: `query ($before: DateTime, $provider: String!) {
      deployments(first: 2, filter: { createdBefore: $before, providers: [$provider] }) { nodes { id } } }`,
    variables: { provider: 'cloudfoundry' },
  },
  {
    name: 'variables in an object that are given',
    document: `query ($before: DateTime, $provider: String!) {
      deployments(first: 2, filter: { createdBefore: $before, providers: [$provider] }) { nodes { id } } }`,
    variables: { provider: 'cloudfoundry', before: '2100-01-01T00:00:00Z' },
  },
  {
    name: 'one value for a list of values',
    document: `query ($provider: [String!]) { deployments(first: 1, filter: { providers: $provider, kinds: CLOUD_FOUNDRY }) { nodes { id } } }`,
    variables: { provider: 'cloudfoundry' },
  },
  {
    name: 'fragments that are small as text and huge when they are spelled out',
    document: `{ scopes(first: 1, ${CF}) { nodes { ...F18 } } }
      fragment F0 on Scope { id }
      ${Array.from({ length: 18 }, (_, level) => `fragment F${level + 1} on Scope { a: parent { ...F${level} } b: parent { ...F${level} } }`).join('\n')}`,
  },
  {
    name: 'introspection',
    document: `{ __schema { types { name fields { name type { name } } } directives { name } }
      __type(name: "Deployment") { interfaces { name } } }`,
  },
  {
    name: 'variables of a wrong type',
    document: `query ($first: Int!, $filter: DeploymentFilter) { deployments(first: $first, filter: $filter) { nodes { id } } }`,
    variables: { first: 'ten', filter: { providers: [7], nonsense: 1, createdAfter: 'yesterday' } },
    codes: Array<string>(4).fill('BAD_USER_INPUT'),
  },
  {
    name: 'a variable that is missing',
    document: `query ($yes: Boolean!, $first: Int!) { deployments(first: $first) { nodes { id @skip(if: $yes) } } }`,
    codes: ['BAD_USER_INPUT', 'BAD_USER_INPUT'],
  },
  {
    name: 'a condition that is null',
    document: `query ($yes: Boolean = true) { providers { name @skip(if: $yes) kind } }`,
    variables: { yes: null },
    codes: ['BAD_USER_INPUT'],
  },
  {
    name: 'an argument that is null',
    document: `query ($id: ID = "x") { deployment(id: $id) { id } providers { name } }`,
    variables: { id: null },
    codes: ['BAD_USER_INPUT'],
  },
  {
    name: 'an operation that is not there',
    document: `query A { providers { name } } query B { providers { kind } }`,
    codes: ['BAD_USER_INPUT'],
  },
  {
    name: 'an argument that is out of range, beside fields that are not',
    document: `{ deployments(first: 0) { nodes { id } } providers { name } }`,
    codes: ['BAD_USER_INPUT'],
  },
  {
    name: 'an error in one item of a list of interfaces, and one that is not there',
    document: `query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } gone: node(id: "${GONE}") { id } }`,
    fault: { path: '/v3/(apps|deployments)', status: 500 },
    codes: Array<string>(2).fill('PROVIDER_UNAVAILABLE').concat('PROVIDER_UNAVAILABLE'),
  },
  {
    name: 'errors in the rows of a list',
    document: `{ deployments(first: 4, ${CF}) { nodes { id version { latestBuild { status } } } failures { code } } }`,
    fault: { path: '/v3/builds', status: 500 },
    codes: Array<string>(4).fill('PROVIDER_UNAVAILABLE'),
  },
];

/** So high that it is the executors that answer, whatever the document. */
const limits = {
  maxDepth: 100,
  maxAliases: 1_000_000,
  maxFields: 1_000_000,
  maxCost: 10_000_000,
};

describe('the two executors', () => {
  let compiled: TestGateway;
  let interpreted: TestGateway;
  let ids: string[];

  beforeAll(async () => {
    compiled = await startTestGateway({ server: { executor: 'compiled' }, limits });
    interpreted = await startTestGateway({ server: { executor: 'interpreter' }, limits });
    const { data } = await interpreted.query<{
      deployments: { nodes: { id: string; scope: { id: string } }[] };
    }>(`{ deployments(first: 1, ${CF}) { nodes { id scope { id } } } }`);
    ids = data.deployments.nodes.flatMap(({ id, scope }) => [id, scope.id]);
    ids.push(toId('humanitec', 'Provider', []));
  });
  afterEach(() => {
    compiled.clear();
    interpreted.clear();
  });
  afterAll(async () => {
    await compiled.close();
    await interpreted.close();
  });

  /** Sends the same to both, twice, so that what was kept from the first time is used as well. */
  async function compare(document: string, variables: Record<string, unknown>, fault?: Fault) {
    for (const turn of ['first', 'second']) {
      const [actual, expected] = await Promise.all(
        [compiled, interpreted].map(async (gateway) => {
          if (fault) gateway.sandbox.cloudfoundry.setFaults([fault]);
          const answer = await gateway.query(document, variables, {
            'x-deploygraph-upstream': '1',
          });
          if (fault) expect(gateway.sandbox.cloudfoundry.faults()[0]?.used).toBeGreaterThan(0);
          return answer;
        }),
      );
      expect({ turn, ...comparable(actual) }).toEqual({ turn, ...comparable(expected) });
      if (turn === 'second') return actual;
    }
    throw new Error('there are two turns');
  }

  it.each(readdirSync(EXAMPLES).filter(isQuery))('answer examples/%s alike', async (name) => {
    const [id = '', scope = ''] = ids;
    const variables = { id, left: scope, right: scope, first: 30 };
    const document = readFileSync(new URL(name, EXAMPLES), 'utf8');
    const answer = await compare(document, variables);
    expect(answer?.errors).toEqual([]);
  });

  it.each(SHAPES)('answer alike: $name', async ({ document, variables, fault, codes = [] }) => {
    const answer = await compare(document, { ids, ...variables }, fault);
    expect(answer?.errors.map(({ extensions }) => extensions.code)).toEqual(codes);
    expect(globalThis).not.toHaveProperty('ranCode');
  });
});

/** Mutations are never compiled, and run twice they would do twice. */
function isQuery(name: string): boolean {
  if (!name.endsWith('.graphql')) return false;
  return !/^(mutation|subscription) /m.test(readFileSync(new URL(name, EXAMPLES), 'utf8'));
}

/** Data with its keys in order, errors by their place, and the upstream requests it took. */
function comparable(answer: Answer<unknown> | undefined) {
  return {
    status: answer?.status,
    data: JSON.stringify(answer?.data),
    cost: answer?.extensions?.upstream,
    errors: (answer?.errors ?? [])
      .map(({ message, path, extensions: { requestId: _, ...extensions } }) => ({
        place: JSON.stringify(path ?? null),
        message,
        extensions,
      }))
      .sort((left, right) => left.place.localeCompare(right.place)),
  };
}
