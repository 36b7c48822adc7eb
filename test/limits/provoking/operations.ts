import { expect } from '@jest/globals';
import { uuidOf } from '../../../sandbox/random.ts';
import { toId } from '../../../src/ids.ts';
import { openInitialised, subscribeTo } from '../../helpers/connections.ts';
import { waitFor } from '../../helpers/wait-for.ts';
import { type Provocation, seenIn } from './provocation.ts';

/** One operation under limits that are too small for it, and no smaller ones. */
function refused(
  limits: Record<string, number>,
  query: string,
  variables: Record<string, unknown> = {},
): Provocation {
  return async ({ start }) => {
    const gateway = await start({ limits });
    const { status, errors } = await gateway.query(query, variables);
    return seenIn(status, errors);
  };
}

const ids = (count: number) => Array.from({ length: count }, (_, index) => `id${index}`);
const OWNER = toId('cloudfoundry', 'Scope', [
  'app',
  uuidOf('app', 'orchard', 'development', 'search'),
]);

/** A mutation of variables; what it got wrong is told in `userErrors`. */
function refusedWrite(input: Record<string, unknown>): Provocation {
  return async ({ start }) => {
    const gateway = await start({});
    const { data, errors } = await gateway.query<{
      setEnvironmentVariables: { userErrors: { code: string }[] };
    }>(
      `mutation ($input: SetEnvironmentVariablesInput!) {
        setEnvironmentVariables(input: $input) { userErrors { code } } }`,
      { input: { ownerId: OWNER, variables: [{ name: 'A', value: 'a' }], ...input } },
    );
    expect(errors).toEqual([]);
    return data.setEnvironmentVariables.userErrors.map(({ code }) => code);
  };
}

/** What one operation may ask for. */
export const OPERATIONS: Record<string, Provocation> = {
  'limits.maxTokens': refused({ maxTokens: 100 }, `{ ${'__typename '.repeat(100)} }`),
  'limits.maxDepth': refused({ maxDepth: 3 }, '{ deployments { nodes { scope { id } } } }'),
  'limits.maxFields': refused({ maxFields: 10 }, `{ ${'__typename '.repeat(11)} }`),
  'limits.maxAliases, limits.maxDirectives': async (world) => [
    ...(await refused({ maxAliases: 0 }, '{ a: __typename }')(world)),
    ...(await refused({ maxDirectives: 0 }, '{ __typename @include(if: true) }')(world)),
  ],
  'limits.maxCost': refused({ maxCost: 100 }, '{ deployments(first: 51) { nodes { id } } }'),
  'limits.maxPageSize': refused({ maxPageSize: 5 }, '{ deployments(first: 6) { nodes { id } } }'),
  'ids in nodes, filter.scopeIds of deployments': async (world) => [
    ...(await refused({}, 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: ids(101) })(
      world,
    )),
    ...(await refused(
      {},
      'query ($ids: [ID!]!) { deployments(filter: { scopeIds: $ids }) { nodes { id } } }',
      { ids: ids(101) },
    )(world)),
  ],
  'letters of an id': refused({}, 'query ($id: ID!) { node(id: $id) { id } }', {
    id: 'x'.repeat(4_097),
  }),
  'changes of variables in one mutation': refusedWrite({
    variables: ids(201).map((name) => ({ name, value: '' })),
  }),
  'letters of an idempotencyKey': refusedWrite({ idempotencyKey: 'k'.repeat(256) }),

  async 'limits.scanLimit'({ start }) {
    const gateway = await start({ limits: { scanLimit: 1 } });
    const { data, errors } = await gateway.query<{
      deployments: { nodes: unknown[]; pageInfo: { hasNextPage: boolean } };
    }>(
      `{ deployments(first: 50, filter: { providers: ["ubiops"], status: { in: [CANCELLING] } }) {
        nodes { id } pageInfo { hasNextPage } } }`,
    );
    expect(data.deployments.nodes.length).toBeLessThan(50);
    expect(data.deployments.pageInfo.hasNextPage).toBe(true);
    return seenIn(200, errors);
  },

  async 'limits.operationTimeoutMs'({ start, sandbox }) {
    const gateway = await start({ limits: { operationTimeoutMs: 150 } }, { timeoutMs: 60_000 });
    sandbox.cloud66.setFaults([{ latencyMs: 2_000 }]);
    const { status, errors } = await gateway.query(
      '{ deployments(filter: { providers: ["cloud66"] }) { failures { code } } }',
    );
    return seenIn(status, errors);
  },

  async 'entries of a subscription’s filter'({ start }) {
    const gateway = await start({});
    const client = await openInitialised(gateway.url);
    const query = `subscription ($ids: [ID!]!) {
      deploymentStatusChanged(filter: { scopeIds: $ids }) { cursor } }`;
    client.send(subscribeTo('1', query, { ids: ids(1_001) }));
    const { payload } = await waitFor('the error', () =>
      client.messages.find(({ type }) => type === 'error'),
    );
    client.socket.terminate();
    return seenIn(200, payload as unknown as { extensions: { code: string } }[]);
  },
};
