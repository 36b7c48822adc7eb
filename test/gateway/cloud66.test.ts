import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  CancelDeploymentDocument,
  DeleteEnvironmentVariablesDocument,
  RedeployDocument,
  RollbackDocument,
  SetEnvironmentVariablesDocument,
  StartDeploymentDocument,
} from '../../examples/generated/operations.ts';
import { hexOf } from '../../sandbox/random.ts';
import { toId } from '../../src/ids.ts';
import { startTestGateway, type TestGateway } from '../helpers/gateway.ts';
import { waitFor } from '../helpers/wait-for.ts';

const SECOND = 1_000;
const COMMIT = 'c'.repeat(40);
const stack = (name: string) => toId('cloud66', 'Scope', [hexOf(32, 'cloud66', 'stack', name)]);

/** As in production: what was read before a write is kept, and must not be shown after it. */
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ cache: { enabled: true } });
});
beforeEach(() => gateway.clear());
afterAll(() => gateway.close());

interface Row {
  id: string;
  status: string;
  createdAt: string | null;
  canRollback: boolean;
  canRedeploy: boolean;
  details: { gitHash: string | null };
}
interface Payload {
  deployment: { id: string; status: string } | null;
  queued: boolean;
  userErrors: { field: string[]; code: string; message: string }[];
}

/** The list of a stack, and what it shows as its newest deployment. */
async function look(scopeId: string): Promise<{ rows: Row[]; latest: string | undefined }> {
  const { data, errors } = await gateway.query<{
    deployments: { nodes: Row[] };
    node: { latestDeployment: { id: string } | null };
  }>(
    `query ($id: ID!) {
      deployments(filter: { scopeIds: [$id] }, first: 30) { nodes {
        id status createdAt canRollback canRedeploy
        details { ... on Cloud66DeploymentDetails { gitHash } } } }
      node(id: $id) { ... on Scope { latestDeployment { id } } } }`,
    { id: scopeId },
  );
  expect(errors).toEqual([]);
  return { rows: data.deployments.nodes, latest: data.node.latestDeployment?.id };
}

/** Time goes by on the stand-in, and the gateway forgets what it kept of the time before. */
function pass(seconds: number): void {
  gateway.sandbox.advance(seconds * SECOND);
  void gateway.gateway.forget();
}

/** A deployment that was just made: it is on top at once, queued and so without a date. */
async function expectNew(scopeId: string, payload: Payload): Promise<Row> {
  expect(payload).toMatchObject({
    queued: false,
    userErrors: [],
    deployment: { status: 'QUEUED' },
  });
  const id = payload.deployment?.id;
  const now = await look(scopeId);
  expect([now.latest, now.rows[0]?.id]).toEqual([id, id]);
  pass(10);
  const [top] = (await look(scopeId)).rows;
  expect(top).toMatchObject({ id, status: 'IN_PROGRESS' });
  if (!top) throw new Error('it is not in the list');
  return top;
}

describe('rollouts of Cloud 66', () => {
  const scopeId = stack('identity/production');

  it('are started, gone back from, done again and cancelled, and the next query shows each', async () => {
    const { rows } = await look(scopeId);
    const earlier = rows.find(({ canRollback }) => canRollback);
    if (!earlier) throw new Error('there is no history');

    const services = ['web'];
    const started = await gateway.run(StartDeploymentDocument, {
      input: { scopeId, source: { gitRef: COMMIT }, services },
    });
    expect(started.errors).toEqual([]);
    const first = await expectNew(scopeId, started.data.startDeployment);
    expect(first.details.gitHash).toBe(COMMIT);
    pass(120);
    expect((await look(scopeId)).rows[0]).toMatchObject({ id: first.id, status: 'SUCCEEDED' });

    const back = await gateway.run(RollbackDocument, { input: { deploymentId: earlier.id } });
    expect(back.errors).toEqual([]);
    const second = await expectNew(scopeId, back.data.rollback);
    expect(second.details.gitHash).toBe(earlier.details.gitHash);
    pass(120);

    const again = await gateway.run(RedeployDocument, { input: { deploymentId: first.id } });
    expect(again.errors).toEqual([]);
    const third = await expectNew(scopeId, again.data.redeploy);
    expect(third.details.gitHash).toBe(COMMIT);

    const end = await gateway.run(CancelDeploymentDocument, { input: { deploymentId: third.id } });
    expect(end.errors).toEqual([]);
    expect(end.data.cancelDeployment).toMatchObject({
      userErrors: [],
      deployment: { id: third.id, status: 'CANCELLING' },
    });
    pass(20);
    // The provider has no word for it, and shows what it calls a failure.
    expect((await look(scopeId)).rows[0]).toMatchObject({ id: third.id, status: 'FAILED' });
    const late = await gateway.run(CancelDeploymentDocument, { input: { deploymentId: third.id } });
    expect(late.data.cancelDeployment.userErrors).toMatchObject([
      { code: 'PROVIDER_REJECTED', message: 'Deployment is not running' },
    ]);
  });

  it('say that they wait behind another one, and are in the list when it has ended', async () => {
    const waiting = stack('docs/production');
    const start = async (gitRef: string) => {
      const { data } = await gateway.run(StartDeploymentDocument, {
        input: { scopeId: waiting, source: { gitRef } },
      });
      return data.startDeployment;
    };
    const { deployment } = await start('a'.repeat(40));
    expect(await start('b'.repeat(40))).toMatchObject({
      queued: true,
      deployment: null,
      userErrors: [],
    });
    expect((await look(waiting)).latest).toBe(deployment?.id);
    pass(80);
    const { rows, latest } = await look(waiting);
    expect(rows[0]).toMatchObject({ id: latest, details: { gitHash: 'b'.repeat(40) } });
  });
});

describe('a deployment that waits behind another one, when its answer is lost', () => {
  const start = async (scopeId: string, gitRef: string, idempotencyKey?: string) => {
    const { data, errors } = await gateway.run(StartDeploymentDocument, {
      input: { scopeId, source: { gitRef }, idempotencyKey },
    });
    if (errors[0]) return errors[0].extensions.code;
    expect(data.startDeployment.userErrors).toEqual([]);
    return data.startDeployment.deployment?.status ?? 'queued';
  };
  const sent = () =>
    gateway.requestsTo('cloud66').filter((line) => /^POST .*\/deployments\.json$/.test(line))
      .length;

  it('is in no list, so nobody can tell until the other one has ended; then it is found', async () => {
    const scopeId = stack('docs/staging');
    await start(scopeId, 'a'.repeat(40));
    gateway.sandbox.cloud66.setFaults([{ method: 'POST', loseAnswer: true, times: 1 }]);
    for (let turn = 0; turn < 3; turn += 1) {
      expect(await start(scopeId, COMMIT, 'lost')).toBe('OUTCOME_UNKNOWN');
    }
    gateway.sandbox.advance(80 * SECOND);
    expect(await start(scopeId, COMMIT, 'lost')).toBe('IN_PROGRESS');
    expect(sent()).toBe(2);
  });

  it('is sent by the repetition once the other one has ended, if it never arrived', async () => {
    const scopeId = stack('support/production');
    await start(scopeId, 'a'.repeat(40));
    gateway.sandbox.cloud66.setFaults([{ method: 'POST', drop: true, times: 1 }]);
    for (let turn = 0; turn < 2; turn += 1) {
      expect(await start(scopeId, COMMIT, 'dropped')).toBe('OUTCOME_UNKNOWN');
    }
    expect(sent()).toBe(2);
    gateway.sandbox.advance(80 * SECOND);
    expect(await start(scopeId, COMMIT, 'dropped')).toBe('QUEUED');
    expect(sent()).toBe(3);
  });
});

describe('variables of Cloud 66', () => {
  const ownerId = stack('blog/production');
  const SECRET = 'planted-value-7f3a';

  const set = (variables: { name: string; value: string }[], idempotencyKey?: string) =>
    gateway.run(SetEnvironmentVariablesDocument, {
      input: { ownerId, variables, allowPlaintext: false, mode: 'MERGE', idempotencyKey },
    });
  const looks = () =>
    gateway.requestsTo('cloud66').filter((line) => line.includes('/actions/')).length;
  const values = async () => {
    const { data } = await gateway.query<{
      node: { environmentVariables: { name: string; value: string | null }[] };
    }>(
      'query ($id: ID!) { node(id: $id) { ... on Scope { environmentVariables { name value } } } }',
      { id: ownerId },
    );
    return new Map(data.node.environmentVariables.map(({ name, value }) => [name, value]));
  };
  /** The stand-in does its work while the gateway looks on, several times. */
  const working = async <T>(write: () => Promise<T>): Promise<T> => {
    const before = looks();
    const writing = write();
    await waitFor('the action to be looked at twice', () => looks() >= before + 2);
    gateway.sandbox.advance(5 * SECOND);
    return writing;
  };

  it('are there when the mutation returns, and not before their action has ended', async () => {
    expect((await values()).has('GREETING')).toBe(false);
    let isOver = false;
    const writing = set([{ name: 'GREETING', value: 'hello' }]).finally(() => {
      isOver = true;
    });
    await waitFor('the action to be looked at', () => looks() >= 2);
    expect(isOver).toBe(false);
    expect((await values()).has('GREETING')).toBe(false);
    gateway.sandbox.advance(5 * SECOND);
    const { data, errors } = await writing;
    expect(errors).toEqual([]);
    expect(data.setEnvironmentVariables).toMatchObject({
      changedNames: ['GREETING'],
      userErrors: [],
    });
    expect((await values()).get('GREETING')).toBe('hello');

    await working(() => set([{ name: 'GREETING', value: 'good day' }]));
    expect((await values()).get('GREETING')).toBe('good day');
    const gone = await gateway.run(DeleteEnvironmentVariablesDocument, {
      input: { ownerId, names: ['GREETING', 'NEVER_WAS'] },
    });
    expect(gone.data.deleteEnvironmentVariables).toMatchObject({
      changedNames: ['GREETING'],
      userErrors: [{ field: ['names', '1'], code: 'NOT_FOUND' }],
    });
    expect((await values()).has('GREETING')).toBe(false);
  });

  it('say which of them failed in the background, and which was not seen to end', async () => {
    gateway.sandbox.cloud66.setFaults([
      {
        path: '/actions/',
        set: { '/finished_at': '2026-06-01T12:00:00Z', '/finished_success': false },
        times: 1,
      },
      { path: '/actions/', drop: true, times: 1 },
    ]);
    const failed = await set([{ name: 'FAILS', value: SECRET }]);
    expect(failed.data.setEnvironmentVariables).toMatchObject({
      changedNames: [],
      userErrors: [
        { field: ['variables', '0'], code: 'PROVIDER_REJECTED', message: expect.any(String) },
      ],
    });
    const unseen = await set([{ name: 'LATE', value: SECRET }], 'unseen');
    expect(unseen.data.setEnvironmentVariables).toMatchObject({
      changedNames: [],
      userErrors: [{ field: ['variables', '0'], code: 'OUTCOME_UNKNOWN' }],
    });
    expect(JSON.stringify([failed, unseen])).not.toContain(SECRET);
    // What was not seen is not the result of its key: repeated, it is looked at again.
    gateway.sandbox.advance(5 * SECOND);
    const again = await working(() => set([{ name: 'LATE', value: SECRET }], 'unseen'));
    expect(again.data.setEnvironmentVariables).toMatchObject({
      changedNames: ['LATE'],
      userErrors: [],
    });
  });
});
