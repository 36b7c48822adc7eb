import { describe, expect, test } from '@jest/globals';
import { cloudFoundry } from '../../src/datasources/cloudfoundry/index.ts';
import type { DeploymentSource, Rollout, StartOrder } from '../../src/datasources/writes.ts';
import type { Deployment } from '../../src/schema/deployment.ts';
import { ErrorCode, Status } from '../../src/schema/enums.ts';
import { refOf } from '../../src/ids.ts';
import { createProvider, newCall } from '../helpers/provider.ts';
import { app, scope, sourceOf, space, TOKEN, useFoundation } from './cloudfoundry-harness.ts';
import { failureOf, newWrite, PLAIN_ORDER, writesOf } from './writing.ts';

const under = useFoundation();
const SECOND = 1_000;

const start = (key: string, order: Partial<StartOrder> = {}) =>
  writesOf(under.provider).startDeployment(app(key), { ...PLAIN_ORDER, ...order }, newWrite());

function deploymentOf(rollout: Rollout): Deployment {
  if ('deployment' in rollout) return rollout.deployment;
  throw new Error('it is queued');
}

function detailsOf({ details }: Deployment) {
  if (details.__typename === 'CloudFoundryDeploymentDetails') return details;
  throw new Error('not of Cloud Foundry');
}

async function historyOf(key: string): Promise<Deployment[]> {
  const query = { from: 'newest', limit: 50 } as const;
  const { items } = await under.provider.listDeployments(sourceOf(app(key)), query, newCall());
  return items;
}

/** The newest that ran another droplet than the app runs now; older droplets have expired. */
function earlierOf([newest, ...older]: Deployment[]): Deployment {
  const found = older.find(
    (row) =>
      row.canRollback !== false &&
      newest &&
      detailsOf(row).dropletGuid !== detailsOf(newest).dropletGuid,
  );
  if (!found) throw new Error('there is nothing to go back to');
  return found;
}

async function statusOf({ id }: Deployment) {
  const found = await under.provider.getDeployments([refOf(id)], newCall());
  return (found.get(id) as Deployment).status;
}

const writes = () => under.sent().filter((line) => !line.startsWith('GET'));

describe('startDeployment', () => {
  test('rolls out the current droplet where nothing is said', async () => {
    const [newest] = await historyOf('orchard/development/cart');
    const deployment = deploymentOf(await start('orchard/development/cart'));
    expect(deployment).toMatchObject({ status: Status.IN_PROGRESS, strategy: 'rolling' });
    expect(detailsOf(deployment).dropletGuid).toBe(newest && detailsOf(newest).dropletGuid);
    under.clock.advance(30 * SECOND);
    expect(await statusOf(deployment)).toBe(Status.SUCCEEDED);
  });

  test('passes on every option of a canary, labels and annotations', async () => {
    const deployment = deploymentOf(
      await start('orchard/development/search', {
        strategy: {
          canary: { maxInFlight: 2, steps: [{ weight: 10 }, { weight: 40 }] },
          webInstances: 4,
          memoryMib: 512,
          diskMib: 2048,
          logRateLimitBytesPerSecond: -1,
        },
        labels: [{ key: 'release', value: '7' }],
        annotations: [{ key: 'why', value: 'because' }],
      }),
    );
    expect(deployment).toMatchObject({
      strategy: 'canary',
      progress: { current: 1, total: 2 },
      labels: [{ key: 'release', value: '7' }],
      details: {
        options: {
          maxInFlight: 2,
          webInstances: 4,
          memoryMib: 512,
          diskMib: 2048,
          logRateLimitBytesPerSecond: -1,
          canarySteps: [{ instanceWeight: 10 }, { instanceWeight: 40 }],
        },
        annotations: [{ key: 'why', value: 'because' }],
      },
    });
  });

  test('takes a droplet, a revision or what another deployment rolled out', async () => {
    const key = 'harbor/production/customs';
    const history = await historyOf(key);
    const older = history.find((row, place) => place > 0 && row.status === Status.SUCCEEDED);
    const { dropletGuid, revisionGuid } = detailsOf(older as Deployment);
    const droplet = deploymentOf(
      await start(key, { source: { kind: 'droplet', dropletGuid: String(dropletGuid) } }),
    );
    expect(detailsOf(droplet).dropletGuid).toBe(dropletGuid);
    const cloned = earlierOf(history);
    const clone = await start(key, {
      source: { kind: 'deployment', deployment: refOf(cloned.id) },
    });
    expect(detailsOf(deploymentOf(clone)).dropletGuid).toBe(detailsOf(cloned).dropletGuid);
    const revision = refOf(String((older as Deployment).version?.revisionId));
    expect(revision.keys.at(-1)).toBe(revisionGuid);
    const again = deploymentOf(await start(key, { source: { kind: 'revision', revision } }));
    expect(detailsOf(again).dropletGuid).toBe(dropletGuid);
  });

  test('shows what the Cloud Controller says against it, with its code', async () => {
    const source = { kind: 'droplet', dropletGuid: 'nowhere' } as const;
    const failure = await failureOf(start('orchard/development/catalog', { source }));
    expect(failure).toMatchObject({
      code: ErrorCode.PROVIDER_REJECTED,
      complaints: [
        {
          providerCode: 'CF-UnprocessableEntity',
          message:
            'Unable to assign current droplet. Ensure the droplet exists and belongs to this app.',
        },
      ],
    });
    const weights = { canary: { steps: [{ weight: 50 }, { weight: 10 }] } };
    const unsorted = await failureOf(start('orchard/development/catalog', { strategy: weights }));
    expect(unsorted.complaints?.[0]?.message).toMatch(/sorted in ascending order/);
  });

  test.each<[Partial<StartOrder>, string[]]>([
    [{ comment: 'hello' }, ['comment']],
    [{ valueSetVersionId: 'x' }, ['valueSetVersionId']],
    [{ mode: 'full' }, ['mode']],
    [{ services: ['web'] }, ['services']],
    [{ strategy: { rolling: {}, canary: {} } }, ['strategy']],
    [{ source: { kind: 'gitRef', gitRef: 'main' } }, ['source', 'gitRef']],
    [{ source: { kind: 'delta', deltaId: 'x' } }, ['source', 'deltaId']],
    [{ source: { kind: 'set', setId: 'x' } }, ['source', 'setId']],
    [
      { source: { kind: 'revision', revision: scope('another', 'guid') } },
      ['source', 'revisionId'],
    ],
  ])('refuses %j before anything is sent', async (order, field) => {
    const failure = await failureOf(start('orchard/development/catalog', order));
    expect(failure.complaints?.[0]?.field).toEqual(field);
    expect(under.sent()).toEqual([]);
  });

  test('knows no app outside of the configured spaces, and deploys nothing but apps', async () => {
    const spaces = [space('harbor/staging')];
    const narrow = createProvider(cloudFoundry, under.standIn.url, { ...TOKEN, spaces });
    const outside = writesOf(narrow).startDeployment(
      app('orchard/development/cart'),
      PLAIN_ORDER,
      newWrite(),
    );
    expect((await failureOf(outside)).code).toBe(ErrorCode.NOT_FOUND);
    const wide = writesOf(under.provider).startDeployment(scope(), PLAIN_ORDER, newWrite());
    expect((await failureOf(wide)).complaints?.[0]?.field).toEqual(['scopeId']);
    expect(writes()).toEqual([]);
  });

  test('with a token that may only read is unauthorized', async () => {
    const reader = createProvider(cloudFoundry, under.standIn.url, {
      credentials: { token: 'sandbox-reader' },
    });
    const failure = await failureOf(
      writesOf(reader).startDeployment(app('orchard/development/cart'), PLAIN_ORDER, newWrite()),
    );
    expect(failure).toMatchObject({
      code: ErrorCode.PROVIDER_UNAUTHORIZED,
      providerCode: 'CF-InsufficientScope',
      complaints: undefined,
    });
  });
});

describe('redeploy and rollback', () => {
  const again = async (deployment: Deployment) =>
    deploymentOf(await writesOf(under.provider).redeploy(refOf(deployment.id), newWrite()));
  const startWith = (source: DeploymentSource) =>
    writesOf(under.provider).startDeployment(
      app('harbor/production/partner-api'),
      { ...PLAIN_ORDER, source },
      newWrite(),
    );
  const revisionOf = ({ version }: Deployment) => refOf(version?.revisionId ?? '');
  const back = (deployment: Deployment) =>
    writesOf(under.provider).rollback(refOf(deployment.id), newWrite());

  test('go to the revision, with its droplet and its variables', async () => {
    const history = await historyOf('meridian/production/onboarding');
    const older = earlierOf(history);
    const deployment = deploymentOf(await back(older));
    expect(detailsOf(deployment).dropletGuid).toBe(detailsOf(older).dropletGuid);
    const levels = await under.provider.getVariableLevels(
      [refOf(older.id), refOf(deployment.id)],
      { shadowed: false },
      newCall(),
    );
    const [before, after] = [older, deployment].map(({ id }) => levels.get(id));
    expect(after).toMatchObject([
      { variables: (before as { variables: unknown }[])[0]?.variables },
    ]);
    expect(await again(older)).toMatchObject({ status: Status.IN_PROGRESS });
  });

  test('of what is newest go by its droplet: going back to its revision would be refused', async () => {
    const [newest] = await historyOf('harbor/production/partner-api');
    const deployment = await again(newest as Deployment);
    expect(detailsOf(deployment).revisionGuid).toBe(detailsOf(newest as Deployment).revisionGuid);
    const refused = startWith({ kind: 'revision', revision: revisionOf(deployment) });
    const failure = await failureOf(refused);
    expect(failure.complaints?.[0]?.message).toMatch(/^Unable to rollback/);
    const same = deploymentOf(await back(deployment));
    expect(detailsOf(same).revisionGuid).toBe(detailsOf(deployment).revisionGuid);
  });

  test('go by the droplet where the app keeps no revisions', async () => {
    const history = await historyOf('meridian/production/mailer');
    const older = earlierOf(history);
    const deployment = deploymentOf(await back(older));
    expect(detailsOf(deployment)).toMatchObject({
      revisionGuid: null,
      dropletGuid: detailsOf(older).dropletGuid,
    });
  });

  test('of what is not there are NOT_FOUND', async () => {
    const [newest] = await historyOf('harbor/production/fleet');
    const nobody = { ...(newest as Deployment), id: app('x/y/z').id };
    expect((await failureOf(back(nobody))).code).toBe(ErrorCode.NOT_FOUND);
    expect((await failureOf(again(nobody))).code).toBe(ErrorCode.NOT_FOUND);
  });
});

describe('cancel and continue', () => {
  test('steer a canary, and show the state they lead to', async () => {
    const strategy = { canary: { steps: [{ weight: 20 }] } };
    const key = 'meridian/sandbox/playground';
    const ref = refOf(deploymentOf(await start(key, { strategy })).id);
    const go = () => writesOf(under.provider).continueDeployment(ref, newWrite());
    const early = await failureOf(go());
    expect(early.complaints).toEqual([
      {
        providerCode: 'CF-UnprocessableEntity',
        message: 'Cannot continue a deployment with status: ACTIVE and reason: DEPLOYING',
      },
    ]);
    under.clock.advance(30 * SECOND);
    expect(await go()).toMatchObject({ status: Status.IN_PROGRESS, canContinue: false });
    const cancelled = await writesOf(under.provider).cancelDeployment(ref, newWrite());
    expect(cancelled).toMatchObject({ status: Status.CANCELLING });
    under.clock.advance(15 * SECOND);
    const late = writesOf(under.provider).cancelDeployment(ref, newWrite());
    expect((await failureOf(late)).complaints?.[0]?.message).toBe(
      'Cannot cancel a deployment with status: FINALIZED and reason: CANCELED',
    );
  });

  test('succeed also where the new state cannot be read', async () => {
    const ref = refOf(deploymentOf(await start('meridian/sandbox/demo')).id);
    under.standIn.setFaults([
      { method: 'POST', path: '/nothing' },
      { method: 'GET', path: '/v3/deployments$', latencyMs: 0, times: 1 },
      { method: 'GET', path: '/v3/deployments$', status: 500 },
    ]);
    const cancelled = await writesOf(under.provider).cancelDeployment(ref, newWrite());
    expect(cancelled).toMatchObject({ status: Status.CANCELLING, rawStatus: 'ACTIVE/CANCELING' });
  });
});

describe('a rollout whose answer is lost', () => {
  test('is OUTCOME_UNKNOWN, sent once, and found by looking', async () => {
    const key = 'orchard/staging/search';
    const [before] = await historyOf(key);
    const order = { ...PLAIN_ORDER, labels: [{ key: 'release', value: 'lost' }] };
    under.standIn.setFaults([{ method: 'POST', loseAnswer: true, times: 1 }]);
    const failure = await failureOf(start(key, order));
    expect(failure.code).toBe(ErrorCode.OUTCOME_UNKNOWN);
    expect(writes()).toHaveLength(1);
    const sent = { reference: 'w1', newestBefore: before?.id ?? null };
    const look = (labels: StartOrder['labels']) =>
      writesOf(under.provider).findRollouts(
        { kind: 'start', scope: app(key), order: { ...order, labels } },
        sent,
        newCall(),
      );
    expect(await look(order.labels)).toMatchObject([{ labels: order.labels }]);
    expect(await look([{ key: 'release', value: 'other' }])).toEqual([]);
  });

  test('is not found where it never arrived', async () => {
    const key = 'orchard/staging/checkout';
    const history = await historyOf(key);
    const older = refOf(earlierOf(history).id);
    const sent = { reference: 'w1', newestBefore: history[0]?.id ?? null };
    const order = { kind: 'rollback', deployment: older } as const;
    const find = () => writesOf(under.provider).findRollouts(order, sent, newCall());
    expect(await find()).toEqual([]);
    await writesOf(under.provider).rollback(older, newWrite());
    expect(await find()).toHaveLength(1);
  });
});
