import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Rollout, StartOrder } from '../../src/datasources/writes.ts';
import { refOf, toRef } from '../../src/ids.ts';
import type { Deployment } from '../../src/schema/deployment.ts';
import { ErrorCode, Status } from '../../src/schema/enums.ts';
import { newCall } from '../helpers/provider.ts';
import { deployment as deploymentRef, NAME, scope, useHumanitec } from './humanitec-harness.ts';
import { failureOf, newWrite, PLAIN_ORDER, type TestWrite, writesOf } from './writing.ts';

const under = useHumanitec();
const MINUTE = 60_000;

/** The stand-in has deployments of its own, one of which may be under way. */
beforeEach(async () => {
  for (const environment of ['production', 'staging']) {
    while ((await under.listOf('storefront', environment))[0]?.finishedAt === null) {
      under.clock.advance(MINUTE / 4);
    }
  }
  under.forget();
});

const start = (
  environment: string,
  order: Partial<StartOrder> = {},
  write: TestWrite = newWrite(),
) =>
  writesOf(under.provider).startDeployment(
    scope('storefront', environment),
    { ...PLAIN_ORDER, ...order },
    write,
  );

function deploymentOf(rollout: Rollout): Deployment {
  if ('deployment' in rollout) return rollout.deployment;
  throw new Error('it is queued');
}

function detailsOf({ details }: Deployment) {
  if (details.__typename === 'HumanitecDeploymentDetails') return details;
  throw new Error('not of Humanitec');
}

/** The newest succeeded deployments of production behind the live one. */
async function earlier(): Promise<Deployment[]> {
  const rows = await under.listOf('storefront', 'production');
  return rows.filter((row) => {
    const { setId, valueSetVersionId } = detailsOf(row);
    return row.canRollback && setId !== null && valueSetVersionId !== null;
  });
}

/** What the next deployment of an environment is based on, asked of the stand-in. */
async function baseOf(environment: string): Promise<string | null> {
  const write = newWrite();
  const { id } = scope('storefront', environment);
  under.forget();
  const rollout = deploymentOf(
    await writesOf(under.provider).startDeployment(refOf(id), PLAIN_ORDER, write),
  );
  under.clock.advance(MINUTE);
  return detailsOf(rollout).fromDeploymentId;
}

const writes = () =>
  under
    .requests()
    .filter(({ method }) => method !== 'GET')
    .map(({ method, path }) => `${method} ${path.replace(/.*\/envs\/\w+/, '')}`);

describe('startDeployment', () => {
  test('takes a set, a comment, values and a mode', async () => {
    const [, older] = await earlier();
    const { setId } = detailsOf(older as Deployment);
    const values = detailsOf(older as Deployment).valueSetVersionId ?? undefined;
    const deployment = deploymentOf(
      await start('production', {
        source: { kind: 'set', setId: String(setId) },
        comment: 'A comment',
        valueSetVersionId: values,
        mode: 'incremental',
      }),
    );
    expect(deployment).toMatchObject({ status: Status.QUEUED, message: 'A comment' });
    expect(detailsOf(deployment)).toMatchObject({
      setId,
      mode: 'incremental',
      valueSetVersionId: values,
    });
    under.clock.advance(MINUTE);
  });

  test('takes a revision: its set and its values', async () => {
    const [, , older] = await earlier();
    const revision = refOf(String(older?.version?.revisionId));
    const deployment = deploymentOf(
      await start('production', { source: { kind: 'revision', revision } }),
    );
    expect(deployment.version?.revisionId).toBe(toRef(NAME, 'Revision', revision.keys).id);
    under.clock.advance(MINUTE);
  });

  test('shows what the platform says against it, with its code', async () => {
    const failure = await failureOf(
      start('staging', { source: { kind: 'delta', deltaId: 'none' } }),
    );
    expect(failure).toMatchObject({
      code: ErrorCode.PROVIDER_REJECTED,
      complaints: [{ message: 'Delta none does not exist.', providerCode: 'API-400' }],
    });
  });

  test('is a CONFLICT while another one is under way', async () => {
    await start('staging');
    const failure = await failureOf(start('staging'));
    expect(failure).toMatchObject({
      code: ErrorCode.CONFLICT,
      retryable: true,
      complaints: [{ message: 'There is already an active deployment in the Environment.' }],
    });
    under.clock.advance(MINUTE);
  });

  test.each<[Partial<StartOrder>, string[]]>([
    [{ services: ['web'] }, ['services']],
    [{ strategy: { rolling: {} } }, ['strategy']],
    [{ labels: [] }, ['labels']],
    [{ annotations: [] }, ['annotations']],
    [{ source: { kind: 'gitRef', gitRef: 'main' } }, ['source', 'gitRef']],
    [{ source: { kind: 'droplet', dropletGuid: 'x' } }, ['source', 'dropletGuid']],
    [
      { source: { kind: 'deployment', deployment: deploymentRef('payments', 'staging', 'x') } },
      ['source', 'deploymentId'],
    ],
  ])('refuses %j before anything is sent', async (order, field) => {
    const failure = await failureOf(start('staging', order));
    expect(failure.complaints?.[0]?.field).toEqual(field);
    expect(under.requests()).toEqual([]);
  });

  test('knows nothing outside of what is configured, and deploys environments alone', async () => {
    const narrow = writesOf(under.create({ applications: ['payments'] }));
    for (const ref of [scope('storefront', 'staging'), scope('storefront')]) {
      const failure = await failureOf(narrow.startDeployment(ref, PLAIN_ORDER, newWrite()));
      expect(failure.complaints?.[0]?.field).toEqual(['scopeId']);
    }
    const nowhere = scope('storefront', 'nowhere');
    const failure = await failureOf(
      writesOf(under.provider).startDeployment(nowhere, PLAIN_ORDER, newWrite()),
    );
    expect(failure.code).toBe(ErrorCode.NOT_FOUND);
  });

  test('with a token that may only look is unauthorized', async () => {
    const viewer = writesOf(under.create({ credentials: { token: 'sandbox-viewer' } }));
    const ref = scope('storefront', 'staging');
    const failure = await failureOf(viewer.startDeployment(ref, PLAIN_ORDER, newWrite()));
    expect(failure).toMatchObject({ code: ErrorCode.PROVIDER_UNAUTHORIZED, complaints: undefined });
  });
});

describe('rollback and redeploy', () => {
  test('rebase and deploy, noted until both are done', async () => {
    const [, older] = await earlier();
    under.forget();
    const write = newWrite();
    const ref = refOf((older as Deployment).id);
    const deployment = deploymentOf(await writesOf(under.provider).rollback(ref, write));
    expect(writes()).toEqual(['PUT /from_deploy_id', 'POST /deploys']);
    const { setId, valueSetVersionId } = detailsOf(older as Deployment);
    const details = detailsOf(deployment);
    expect(details).toMatchObject({ setId, valueSetVersionId, fromDeploymentId: older?.nativeId });
    expect(write.noted).toMatchObject([
      {
        name: 'rebase',
        targetId: scope('storefront', 'production').id,
        data: { to: older?.nativeId },
      },
    ]);
    expect(write.open).toEqual([]);
    const busy = await failureOf(writesOf(under.provider).redeploy(ref, newWrite()));
    expect(busy.code).toBe(ErrorCode.CONFLICT);
    expect(writes()).toHaveLength(2);
    under.clock.advance(MINUTE);
  });

  test('of what is the base already need no rebase', async () => {
    const [newest] = await under.listOf('storefront', 'production');
    under.forget();
    const write = newWrite();
    await writesOf(under.provider).redeploy(refOf(String(newest?.id)), write);
    expect(writes()).toEqual(['POST /deploys']);
    expect(write.noted).toEqual([]);
    under.clock.advance(MINUTE);
  });

  test('take the rebase back when the deployment is refused', async () => {
    const [, , older] = await earlier();
    const [newest] = await under.listOf('storefront', 'production');
    under.forget();
    const write = newWrite();
    const source = {
      kind: 'deployment',
      deployment: refOf(String(older?.id)),
      deltaId: 'none',
    } as const;
    const failure = await failureOf(start('production', { source }, write));
    expect(failure.complaints).toMatchObject([{ message: 'Delta none does not exist.' }]);
    expect(writes()).toEqual(['PUT /from_deploy_id', 'POST /deploys', 'PUT /from_deploy_id']);
    expect(write.open).toEqual([]);
    expect(await baseOf('production')).toBe(newest?.nativeId);
  });

  test('take back a rebase whose answer was lost: nothing was deployed yet', async () => {
    const [, , older] = await earlier();
    const [newest] = await under.listOf('storefront', 'production');
    const write = newWrite();
    await under.withFaults([{ method: 'PUT', loseAnswer: true, times: 1 }], async () => {
      const ref = refOf(String(older?.id));
      const failure = await failureOf(writesOf(under.provider).rollback(ref, write));
      expect(failure.code).toBe(ErrorCode.OUTCOME_UNKNOWN);
    });
    expect(write.open).toEqual([]);
    expect(writes()).toEqual(['PUT /from_deploy_id', 'PUT /from_deploy_id']);
    expect(await baseOf('production')).toBe(newest?.nativeId);
  });

  test('leave a note when the gateway ends in between, and undo repairs it', async () => {
    const [, , older] = await earlier();
    const [newest] = await under.listOf('storefront', 'production');
    const write = newWrite();
    await under.withFaults(
      [{ method: 'POST', path: '/deploys$', drop: true, times: 1 }],
      async () => {
        const ref = refOf(String(older?.id));
        const failure = await failureOf(writesOf(under.provider).rollback(ref, write));
        expect(failure.code).toBe(ErrorCode.OUTCOME_UNKNOWN);
      },
    );
    const [step] = write.open;
    if (!step) throw new Error('nothing was noted');
    await writesOf(under.create()).undo(step, newWrite());
    expect(await baseOf('production')).toBe(newest?.nativeId);
    under.forget();
    await writesOf(under.create()).undo(step, newWrite());
    expect(writes()).toEqual([]);
  });

  test('send nothing when nothing can be noted', async () => {
    const [, , older] = await earlier();
    under.forget();
    const write = {
      ...newWrite(),
      journal: () => Promise.reject(new Error('no journal')),
    };
    const ref = refOf(String(older?.id));
    await expect(writesOf(under.provider).rollback(ref, write)).rejects.toThrow('no journal');
    expect(writes()).toEqual([]);
  });

  test('of what is not there are NOT_FOUND', async () => {
    const ref = deploymentRef('storefront', 'production', 'nowhere');
    for (const method of ['rollback', 'redeploy'] as const) {
      const failure = await failureOf(writesOf(under.provider)[method](ref, newWrite()));
      expect(failure.code).toBe(ErrorCode.NOT_FOUND);
    }
  });
});

test('a rollout whose answer is lost is found by looking', async () => {
  const [, older] = await earlier();
  const [newest] = await under.listOf('storefront', 'production');
  const ref = refOf(String(older?.id));
  const order = { kind: 'rollback', deployment: ref } as const;
  const sent = { reference: 'w1', newestBefore: newest?.id ?? null };
  const find = () => writesOf(under.provider).findRollouts(order, sent, newCall());
  expect(await find()).toEqual([]);
  under.forget();
  await under.withFaults([{ method: 'POST', loseAnswer: true, times: 1 }], async () => {
    const failure = await failureOf(writesOf(under.provider).rollback(ref, newWrite()));
    expect(failure.code).toBe(ErrorCode.OUTCOME_UNKNOWN);
  });
  expect(writes()).toEqual(['PUT /from_deploy_id', 'POST /deploys']);
  expect(await find()).toMatchObject([{ message: `Rollback to ${String(older?.nativeId)}` }]);
  under.clock.advance(MINUTE);
});
