import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Status } from '../../src/schema/enums.ts';
import { startTestGateway, type TestGateway, UNWATCHED } from '../helpers/gateway.ts';

const HISTORY = `query ($id: ID!, $first: Int, $after: String) {
  deployment(id: $id) {
    statusHistory(first: $first, after: $after) {
      nodes {
        __typename cursor subjectId from to rawStatus occurredAt observedAt
        provider { name }
        ... on DeploymentStatusEvent { deployment { id } }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}`;

interface History {
  deployment: {
    statusHistory: {
      nodes: Record<string, unknown>[];
      pageInfo: { hasNextPage: boolean; endCursor: string };
    } | null;
  };
}

describe('Deployment.statusHistory', () => {
  let gateway: TestGateway;
  let deployment: { id: string; scope: { id: string } };

  beforeAll(async () => {
    gateway = await startTestGateway(UNWATCHED);
    const { data } = await gateway.query<{ deployments: { nodes: (typeof deployment)[] } }>(
      '{ deployments(first: 1, filter: { providers: ["humanitec"] }) { nodes { id scope { id } } } }',
    );
    const [first] = data.deployments.nodes;
    if (!first) throw new Error('the sandbox has no deployment');
    deployment = first;
  });
  afterAll(() => gateway.close());

  it('pages through what was seen, newest first, with the deployment as it is now', async () => {
    const { id: subjectId, scope } = deployment;
    const occurredAt = new Date('2026-01-02T03:04:05Z');
    const see = (status: Status, at: Date | null) =>
      gateway.events.record(
        scope.id,
        [
          {
            type: 'Deployment',
            subjectId,
            scopeId: scope.id,
            status,
            rawStatus: status.toLowerCase(),
            occurredAt: at,
          },
        ],
        1,
      );
    await gateway.events.record(scope.id, [], 1);
    await see(Status.IN_PROGRESS, null);
    await see(Status.SUCCEEDED, occurredAt);

    const { data } = await gateway.query<History>(HISTORY, { id: subjectId, first: 1 });
    const page = data.deployment.statusHistory;
    expect(page?.nodes).toEqual([
      {
        __typename: 'DeploymentStatusEvent',
        cursor: expect.any(String),
        subjectId,
        from: 'IN_PROGRESS',
        to: 'SUCCEEDED',
        rawStatus: 'succeeded',
        occurredAt: '2026-01-02T03:04:05.000Z',
        observedAt: expect.any(String),
        provider: { name: 'humanitec' },
        deployment: { id: subjectId },
      },
    ]);
    expect(page?.pageInfo.hasNextPage).toBe(true);
    const after = page?.pageInfo.endCursor;
    const next = await gateway.query<History>(HISTORY, { id: subjectId, first: 1, after });
    expect(next.data.deployment.statusHistory).toMatchObject({
      nodes: [{ from: null, to: 'IN_PROGRESS', occurredAt: null }],
      pageInfo: { hasNextPage: false },
    });
  });

  it('refuses what is no cursor of the log', async () => {
    const { errors } = await gateway.query(HISTORY, { id: deployment.id, after: 'x' });
    expect(errors[0]).toMatchObject({
      path: ['deployment', 'statusHistory'],
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });
});
