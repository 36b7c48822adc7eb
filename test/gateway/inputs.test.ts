import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { toCursor } from '../../src/cursors.ts';
import { toId } from '../../src/ids.ts';
import { startTestGateway, type TestGateway } from '../helpers/gateway.ts';

describe('bad input', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startTestGateway();
  });
  beforeEach(() => gateway.clear());
  afterAll(() => gateway.close());

  const scope = toId('cloud66', 'Scope', ['5999b763474b0eafa5fafb64bff0ba80']);
  const many = (count: number) => Array.from({ length: count }, () => scope);

  it.each([
    ['first: 0', '{ deployments(first: 0) { nodes { id } } }', /^first: 0 is out of range/],
    ['first: -1', '{ deployments(first: -1) { nodes { id } } }', /^first: -1 is out of range/],
    ['first: 101', '{ deployments(first: 101) { nodes { id } } }', /1 to 100/],
    ['first: 0 of scopes', '{ scopes(first: 0) { nodes { id } } }', /^first: 0/],
    ['a broken cursor', '{ deployments(after: "x") { nodes { id } } }', /^after: .*no cursor/],
    [
      'a cursor of another list',
      `{ deployments(after: "${toCursor('name', ['a', 'b'])}") { nodes { id } } }`,
      /no cursor of this list/,
    ],
    ['a broken id', '{ node(id: "x") { id } }', /^id: "x" is not an id/],
    [
      'an id of the wrong kind',
      `{ deployment(id: "${scope}") { id } }`,
      /not the id of a deployment/,
    ],
    [
      'a broken scope id',
      '{ deployments(filter: { scopeIds: ["x"] }) { nodes { id } } }',
      /scopeIds/,
    ],
    [
      'an unknown provider',
      '{ deployments(filter: { providers: ["aws"] }) { nodes { id } } }',
      /no provider is called "aws". There are: ubiops, humanitec, cloud66, cloudfoundry/,
    ],
    [
      'what owns no variables',
      `{ compareEnvironmentVariables(left: "${toId('ubiops', 'Build', ['x'])}", right: "${scope}") { name } }`,
      /^left: this is not the id/,
    ],
  ])('is refused with what is wrong: %s', async (_what, document, message) => {
    const { errors } = await gateway.query(document);
    expect(errors).toHaveLength(1);
    expect(errors[0]?.message).toMatch(message);
    expect(errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', retryable: false });
    expect(errors[0]?.extensions.requestId).toBeTruthy();
  });

  it.each([
    ['no query', '{ nothing }'],
    ['no document', 'hello'],
    ['a wrong enum', '{ deployments(filter: { kinds: [AWS] }) { nodes { id } } }'],
    ['a wrong date', '{ deployments(filter: { createdAfter: "soon" }) { nodes { id } } }'],
    ['nothing at all', ''],
  ])('is refused before anything runs: %s', async (_what, document) => {
    const { errors, status } = await gateway.query(document);
    expect(status).toBe(400);
    expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(JSON.stringify(errors)).not.toMatch(/stacktrace|node_modules/);
  });

  it('names no scopes and no nodes without end', async () => {
    const nodes = await gateway.query('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
      ids: many(10_001),
    });
    expect(nodes.errors[0]?.message).toMatch(/^ids: 10001 ids are too many/);
    const lists = await gateway.query(
      'query ($ids: [ID!]!) { deployments(filter: { scopeIds: $ids }) { nodes { id } } }',
      { ids: many(101) },
    );
    expect(lists.errors[0]?.message).toMatch(/^filter.scopeIds: 101 are too many/);
    expect(gateway.requestsTo('cloud66')).toEqual([]);
  });

  it.each([
    ['an unknown provider', toId('nobody', 'Deployment', ['a', 'b'])],
    ['an unknown deployment', toId('cloud66', 'Deployment', ['0'.repeat(32), '7'])],
    ['keys of no shape', toId('cloud66', 'Deployment', [])],
    ['too many keys', toId('humanitec', 'Deployment', ['a', 'b', 'c', 'd', 'e', 'f'])],
    ['another path', toId('cloud66', 'Deployment', ['../../oauth', '../tokens'])],
    ['another organization', toId('humanitec', 'Deployment', ['other', 'app', 'env', 'id'])],
    ['empty keys', toId('cloudfoundry', 'Deployment', ['', ''])],
    ['a deployment that lost its UUID', toId('ubiops', 'Deployment', ['seed', 'showcase', 'x'])],
  ])('is nothing where the id is well-formed: %s', async (_what, id) => {
    const { data, errors } = await gateway.query<{ node: unknown; deployment: unknown }>(
      'query ($id: ID!) { node(id: $id) { id } deployment(id: $id) { id } }',
      { id },
    );
    expect(errors).toEqual([]);
    expect(data).toEqual({ node: null, deployment: null });
    for (const name of ['ubiops', 'humanitec', 'cloud66', 'cloudfoundry'] as const) {
      expect(gateway.requestsTo(name).join()).not.toMatch(/oauth\/tokens|\/other\//);
    }
  });

  it('ignores scopes that do not exist', async () => {
    const ids = [
      toId('cloud66', 'Scope', ['f'.repeat(32)]),
      toId('nobody', 'Scope', ['x']),
      toId('humanitec', 'Scope', ['a', 'b', 'c', 'd', 'e']),
    ];
    const { data, errors } = await gateway.query<{ deployments: { nodes: unknown[] } }>(
      'query ($ids: [ID!]) { deployments(filter: { scopeIds: $ids }) { nodes { id } failures { code } } }',
      { ids },
    );
    expect(errors).toEqual([]);
    expect(data.deployments.nodes).toEqual([]);
  });
});
