import { beforeAll, describe, expect, test } from '@jest/globals';
import { type GraphQLSchema, getOperationAST, parse } from 'graphql';
import { z } from 'zod';
import { createOperationCheck } from '../../src/limits/operation.ts';
import { costOf } from '../../src/limits/cost.ts';
import { operationLimits } from '../../src/limits/settings.ts';
import { shapeOf } from '../../src/limits/shape.ts';
import { createSchema } from '../../src/resolvers/index.ts';

let schema: GraphQLSchema;
beforeAll(async () => {
  schema = await createSchema();
});

function read(text: string) {
  const document = parse(text);
  const operation = getOperationAST(document);
  if (!operation) throw new Error('one operation is wanted');
  return { document, operation };
}

const cost = (text: string, variables: Record<string, unknown> = {}) => {
  const { document, operation } = read(text);
  return costOf(schema, document, operation, variables);
};

describe('cost: the objects that an answer may have', () => {
  test.each([
    ['leaves cost nothing', '{ __typename }', 0],
    ['one object', '{ viewer { name } }', 1],
    ['a page of the default size', '{ deployments { nodes { id } } }', 20 * 2],
    ['a page', '{ deployments(first: 3) { nodes { id } pageInfo { hasNextPage } } }', 3 * 3],
    ['edges', '{ deployments(first: 3) { edges { node { id } } } }', 3 * 3],
    ['what rows have', '{ deployments(first: 3) { nodes { version { name } } } }', 3 * (1 + 2)],
    [
      'pages in rows',
      '{ deployments(first: 3) { nodes { builds(first: 5) { nodes { id } } } } }',
      33 + 3,
    ],
    ['ids', '{ nodes(ids: ["a", "b"]) { id } }', 2],
    ['other lists', '{ providers { health { status } } }', 10 * 2],
    [
      'a fragment, each time',
      '{ a: deployments(first: 1) { ...C } b: deployments(first: 2) { ...C } } fragment C on DeploymentConnection { nodes { id } }',
      6,
    ],
    ['an inline fragment', '{ node(id: "x") { ... on Deployment { version { name } } } }', 2],
  ])('%s', (_what, text, expected) => {
    expect(cost(text)).toBe(expected);
  });

  test('counts page sizes that come as variables, their defaults, and lists of ids', () => {
    const page = 'query Q($n: Int = 7) { deployments(first: $n) { nodes { id } } }';
    expect(cost(page)).toBe(14);
    expect(cost(page, { n: 50 })).toBe(100);
    expect(cost(page, { n: null })).toBe(40);
    const ids = 'query Q($ids: [ID!]!) { nodes(ids: $ids) { id } }';
    expect(cost(ids, { ids: ['a', 'b', 'c'] })).toBe(3);
  });
});

test('a shape has each fragment wherever it is spread', () => {
  const { document, operation } = read(`
    query { a: viewer { ...V } viewer @include(if: true) { ...V } }
    fragment V on Viewer { name permissions { canRead } }`);
  expect(shapeOf(document, operation)).toEqual({ depth: 3, fields: 8, aliases: 1, directives: 1 });
});

describe('what is too much is refused', () => {
  const limits = z.object(operationLimits).parse({});
  const check = (text: string, variables = {}) => {
    const { document, operation } = read(text);
    createOperationCheck(schema, limits)(document, operation, variables);
  };
  const repeated = (count: number, field: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => field(index)).join(' ');
  const nested = (count: number) =>
    `{ node(id: "x") { ${'... on Scope { parent { '.repeat(count)} id ${'} }'.repeat(count)} } }`;

  test.each([
    ['depth', nested(15), /17 levels deep; 16 are/],
    ['fields', `{ ${repeated(2_001, () => '__typename')} }`, /2001 fields; 2000 are/],
    ['aliases', `{ ${repeated(101, (index) => `a${index}: __typename`)} }`, /101 aliases; 100 are/],
    [
      'directives',
      `{ ${repeated(101, () => '__typename @include(if: true)')} }`,
      /101 directives; 100 are/,
    ],
    [
      'pages in pages in pages',
      '{ scopes(first: 100) { nodes { deployments(first: 100) { nodes { builds(first: 100) { nodes { id } } } } } } }',
      /objects in its answer; 50000 are/,
    ],
  ])('%s', (_what, text, message) => {
    expect(() => check(text)).toThrow(message);
    expect(() => check(text)).toThrow(expect.objectContaining({ code: 'OPERATION_TOO_COMPLEX' }));
  });

  test.each([
    ['depth', nested(14)],
    ['fields', `{ ${repeated(2_000, () => '__typename')} }`],
    ['aliases', `{ ${repeated(100, (index) => `a${index}: __typename`)} }`],
    ['two pages', '{ scopes(first: 100) { nodes { deployments(first: 100) { nodes { id } } } } }'],
  ])('and what is just allowed is not: %s', (_what, text) => {
    expect(() => check(text)).not.toThrow();
  });

  test('fragments of fragments are counted, and quickly', () => {
    const fragments = Array.from(
      { length: 60 },
      (_, index) =>
        `fragment F${index} on Scope { parent { ...F${index + 1} } x: parent { ...F${index + 1} } }`,
    );
    const text = `{ node(id: "x") { ...F0 } } ${fragments.join(' ')} fragment F60 on Scope { id }`;
    expect(() => check(text)).toThrow(/levels deep/);
    expect(cost(text)).toBe(1e12);
  });
});
