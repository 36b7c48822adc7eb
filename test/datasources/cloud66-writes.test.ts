import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createClock } from '../../sandbox/clock.ts';
import { cloud66 as cloud66StandIn } from '../../sandbox/cloud66/index.ts';
import { hexOf } from '../../sandbox/random.ts';
import { type StandIn, startStandIn } from '../../sandbox/server.ts';
import { cloud66 } from '../../src/datasources/cloud66/index.ts';
import type { ProviderSource, VariableLevel } from '../../src/datasources/provider.ts';
import type { Rollout, StartOrder } from '../../src/datasources/writes.ts';
import { type Ref, refOf, toRef } from '../../src/ids.ts';
import type { Deployment } from '../../src/schema/deployment.ts';
import { ErrorCode, Status } from '../../src/schema/enums.ts';
import { createProvider, newCall } from '../helpers/provider.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { change, failureOf, newWrite, PLAIN_ORDER, writesOf } from './writing.ts';

const NAME = 'under-test';
const SECOND = 1_000;
const COMMIT = 'c'.repeat(40);

const clock = createClock('frozen');
let standIn: StandIn;
let provider: ProviderSource;
const create = (token: string, more: object = {}) =>
  createProvider(cloud66, `${standIn.url}/api/3`, { credentials: { token }, ...more });
beforeAll(async () => {
  standIn = await startStandIn(cloud66StandIn(clock), clock, 0);
  provider = create('sandbox');
});
beforeEach(() => {
  standIn.setFaults([]);
  standIn.clearRequests();
});
afterAll(() => standIn.close());

const stack = (name: string): Ref => toRef(NAME, 'Scope', [hexOf(32, 'cloud66', 'stack', name)]);
const writes = () => standIn.requests().filter(({ method }) => method !== 'GET');

const start = (name: string, order: Partial<StartOrder> = {}) =>
  writesOf(provider).startDeployment(stack(name), { ...PLAIN_ORDER, ...order }, newWrite());

function deploymentOf(rollout: Rollout): Deployment {
  if ('deployment' in rollout) return rollout.deployment;
  throw new Error('it is queued');
}

async function newestOf(name: string): Promise<Deployment> {
  const { id } = stack(name);
  const found = await provider.getLatestDeployments([stack(name)], newCall());
  return found.get(id) as Deployment;
}

async function earlierOf(name: string): Promise<Deployment> {
  const { items } = await provider.listSources(stack(name), newCall());
  const [source] = items;
  if (!source) throw new Error(`no stack ${name}`);
  const slice = await provider.listDeployments(source, { from: 'newest', limit: 20 }, newCall());
  const found = slice.items.find(({ canRollback }) => canRollback);
  if (!found) throw new Error('there is nothing to go back to');
  return found;
}

function gitOf({ details }: Deployment) {
  if (details.__typename !== 'Cloud66DeploymentDetails') throw new Error('not of Cloud 66');
  return { hash: details.gitHash, ref: details.gitRef };
}

describe('startDeployment', () => {
  test('finds the deployment that the answer does not name', async () => {
    const before = await newestOf('identity/production');
    const rollout = await start('identity/production', {
      source: { kind: 'gitRef', gitRef: COMMIT },
      services: ['web:1.2', 'worker'],
    });
    const deployment = deploymentOf(rollout);
    expect(deployment).toMatchObject({ status: Status.QUEUED, trigger: 'api' });
    expect(Number(deployment.nativeId)).toBe(Number(before.nativeId) + 1);
    expect(gitOf(deployment)).toEqual({ hash: COMMIT, ref: COMMIT });
    const [uid] = stack('identity/production').keys;
    const url = `${standIn.url}/api/3/stacks/${uid}/actions?user_reference=w1`;
    const actions = await fetch(url, { headers: { authorization: 'Bearer sandbox' } });
    expect(await actions.json()).toMatchObject({
      response: [{ action: 'application_deployment' }],
    });
  });

  test('says that it is queued behind another one', async () => {
    await start('search/production');
    standIn.clearRequests();
    expect(await start('search/production')).toEqual({ queued: true });
    expect(writes()).toHaveLength(1);
  });

  test('says that it is queued where the list cannot be read', async () => {
    standIn.setFaults([
      { method: 'GET', path: '/deployments.json$', latencyMs: 0, times: 1 },
      { method: 'GET', path: '/deployments.json$', status: 500 },
    ]);
    expect(await start('mailer/production')).toEqual({ queued: true });
  });

  test('shows why it is refused with the status of a success', async () => {
    const failure = await failureOf(start('media/development'));
    expect(failure).toMatchObject({
      code: ErrorCode.PROVIDER_REJECTED,
      complaints: [{ message: 'Stack is not ready to be deployed' }],
    });
  });

  test.each<[Partial<StartOrder>, string[]]>([
    [{ comment: 'x' }, ['comment']],
    [{ valueSetVersionId: 'x' }, ['valueSetVersionId']],
    [{ mode: 'full' }, ['mode']],
    [{ strategy: {} }, ['strategy']],
    [{ labels: [] }, ['labels']],
    [{ annotations: [] }, ['annotations']],
    [{ source: { kind: 'set', setId: 'x' } }, ['source', 'setId']],
    [{ source: { kind: 'droplet', dropletGuid: 'x' } }, ['source', 'dropletGuid']],
  ])('refuses %j before anything is sent', async (order, field) => {
    expect((await failureOf(start('docs/production', order))).complaints?.[0]?.field).toEqual(
      field,
    );
    expect(standIn.requests()).toEqual([]);
  });

  test('needs services without commas, a stack that is let in, and the scope', async () => {
    const odd = await failureOf(start('docs/production', { services: ['a,b'] }));
    expect(odd.complaints?.[0]?.field).toEqual(['services']);
    const narrow = writesOf(create('sandbox', { stacks: ['another'] }));
    const outside = narrow.startDeployment(stack('docs/production'), PLAIN_ORDER, newWrite());
    expect((await failureOf(outside)).code).toBe(ErrorCode.NOT_FOUND);
    expect(writes()).toEqual([]);
    const reader = writesOf(create('sandbox-public'));
    const forbidden = reader.startDeployment(stack('docs/production'), PLAIN_ORDER, newWrite());
    expect(await failureOf(forbidden)).toMatchObject({
      code: ErrorCode.PROVIDER_UNAUTHORIZED,
      providerCode: 'forbidden',
    });
  });
});

describe('redeploy, rollback and cancel', () => {
  test('deploy the commit of the earlier deployment', async () => {
    const older = await earlierOf('support/production');
    const ref = refOf(older.id);
    const back = deploymentOf(await writesOf(provider).rollback(ref, newWrite()));
    expect(gitOf(back).hash).toBe(gitOf(older).hash);
    clock.advance(120 * SECOND);
    const again = deploymentOf(await writesOf(provider).redeploy(ref, newWrite()));
    expect(gitOf(again).hash).toBe(gitOf(older).hash);
  });

  test('show a cancelled deployment as ending, once', async () => {
    const ref = refOf(deploymentOf(await start('docs/staging')).id);
    clock.advance(5 * SECOND);
    const cancelled = await writesOf(provider).cancelDeployment(ref, newWrite());
    expect(cancelled).toMatchObject({ status: Status.CANCELLING, canCancel: false });
    clock.advance(10 * SECOND);
    const late = await failureOf(writesOf(provider).cancelDeployment(ref, newWrite()));
    expect(late.complaints).toEqual([{ message: 'Deployment is not running' }]);
    const nowhere = toRef(NAME, 'Deployment', [...stack('docs/staging').keys, '99999']);
    const missing = await failureOf(writesOf(provider).cancelDeployment(nowhere, newWrite()));
    expect(missing.code).toBe(ErrorCode.NOT_FOUND);
  });
});

test('a rollout whose answer is lost is sent once and found by looking', async () => {
  const name = 'reporting/production';
  const order = { ...PLAIN_ORDER, source: { kind: 'gitRef', gitRef: COMMIT } as const };
  const { id: newestBefore } = await newestOf(name);
  const find = () =>
    writesOf(provider).findRollouts(
      { kind: 'start', scope: stack(name), order },
      { reference: 'w1', newestBefore },
      newCall(),
    );
  expect(await find()).toEqual([]);
  standIn.setFaults([{ method: 'POST', loseAnswer: true, times: 1 }]);
  expect((await failureOf(start(name, order))).code).toBe(ErrorCode.OUTCOME_UNKNOWN);
  expect(writes()).toHaveLength(1);
  expect((await find()).map(gitOf)).toEqual([{ hash: COMMIT, ref: COMMIT }]);
});

describe('variables', () => {
  const owner = stack('blog/production');
  const own = async () => {
    const found = await provider.getVariableLevels([owner], { shadowed: false }, newCall());
    const [level] = found.get(owner.id) as VariableLevel[];
    return new Map((level?.variables ?? []).map((entry) => [entry.name, entry]));
  };
  const actionsRead = () => standIn.requests().filter(({ path }) => path.includes('/actions/'));
  /** The stand-in works while the gateway looks on. */
  const working = async <T>(writing: Promise<T>, looks = 1): Promise<T> => {
    await waitFor('the actions to be looked at', () => actionsRead().length >= looks);
    clock.advance(5 * SECOND);
    return writing;
  };
  const set = (
    changes: Parameters<ReturnType<typeof writesOf>['setVariables']>[1],
    mode: 'MERGE' | 'REPLACE' = 'MERGE',
    write = newWrite(),
  ) => writesOf(provider).setVariables(owner, changes, mode, write);

  test('are there when the write is over, and fail one by one', async () => {
    const outcomes = await working(
      set([
        change('NEW', 'one'),
        change('LOG_LEVEL', 'warn'),
        change('STACK_PATH', 'x'),
        change('SECRET_KEY_BASE', 'x', { secret: false }),
        change('SECRET_KEY_BASE', undefined, { newName: 'BASE' }),
        change('NOTHING'),
      ]),
    );
    expect(outcomes.map(({ name, error }) => [name, error?.code])).toEqual([
      ['NEW', undefined],
      ['LOG_LEVEL', undefined],
      ['STACK_PATH', ErrorCode.BAD_USER_INPUT],
      ['SECRET_KEY_BASE', ErrorCode.BAD_USER_INPUT],
      ['SECRET_KEY_BASE', ErrorCode.UNSUPPORTED],
      ['NOTHING', ErrorCode.BAD_USER_INPUT],
    ]);
    const values = await own();
    expect(values.get('NEW')).toMatchObject({ value: 'one' });
    expect(values.get('LOG_LEVEL')).toMatchObject({ value: 'warn' });
  });

  test('are renamed: the old one goes when the new one is there', async () => {
    const outcomes = await working(set([change('NEW', undefined, { newName: 'NEWER' })]));
    expect(outcomes).toEqual([{ name: 'NEW', error: undefined }]);
    expect(writes().map(({ method }) => method)).toEqual(['POST', 'DELETE']);
    const values = await own();
    expect([values.has('NEW'), values.get('NEWER')?.value]).toEqual([false, 'one']);
  });

  test('are deleted by name, but not what is read-only', async () => {
    const names = ['NEWER', 'LICENSE_KEY', 'GONE'];
    const outcomes = await writesOf(provider).deleteVariables(owner, names, newWrite());
    expect(outcomes.map(({ error }) => error?.code)).toEqual([
      undefined,
      ErrorCode.BAD_USER_INPUT,
      ErrorCode.NOT_FOUND,
    ]);
    expect((await own()).has('NEWER')).toBe(false);
  });

  test('tell that an action failed, or that its end was not seen', async () => {
    standIn.setFaults([
      {
        path: '/actions/',
        set: { '/finished_at': '2026-06-01T12:00:00Z', '/finished_success': false },
        times: 1,
      },
    ]);
    const [failed] = await set([change('FAILS', 's3cret')]);
    expect(failed?.error).toMatchObject({ code: ErrorCode.PROVIDER_REJECTED });
    const [unseen] = await set([change('LATE', 's3cret')], 'MERGE', newWrite(600));
    expect(unseen?.error).toMatchObject({ code: ErrorCode.OUTCOME_UNKNOWN });
    clock.advance(5 * SECOND);
    expect((await own()).get('LATE')).toMatchObject({ value: 's3cret' });
    standIn.setFaults([{ method: 'POST', loseAnswer: true, times: 1 }]);
    const [lost] = await set([change('LOST', 's3cret')]);
    expect(lost?.error?.code).toBe(ErrorCode.OUTCOME_UNKNOWN);
    clock.advance(5 * SECOND);
    expect(JSON.stringify([failed, unseen, lost])).not.toContain('s3cret');
  });

  test('are replaced, except those that are read-only', async () => {
    const before = await own();
    const outcomes = await working(set([change('ONLY', '1')], 'REPLACE'));
    expect(outcomes.filter(({ error }) => error)).toEqual([]);
    const readOnly = [...before.values()].filter((entry) => entry.readOnly);
    expect([...(await own()).keys()]).toEqual([...readOnly.map(({ name }) => name), 'ONLY']);
  });

  test('need the scope admin, a stack, and names that are checked without a request', async () => {
    const { checkVariableName, keepsSecrets } = writesOf(provider);
    for (const name of ['', '1A', 'A-B', 'A B']) {
      expect(checkVariableName(owner, name)).toEqual(expect.any(String));
    }
    for (const name of ['A', '_a1']) expect(checkVariableName(owner, name)).toBeUndefined();
    expect(keepsSecrets(owner)).toBe(false);
    const deployment = toRef(NAME, 'Deployment', [...owner.keys, '1']);
    const wrong = writesOf(provider).deleteVariables(deployment, ['A'], newWrite());
    expect((await failureOf(wrong)).code).toBe(ErrorCode.UNSUPPORTED);
    expect(standIn.requests()).toEqual([]);
    const narrow = writesOf(create('sandbox-redeploy'));
    const forbidden = narrow.deleteVariables(owner, ['A'], newWrite());
    expect((await failureOf(forbidden)).code).toBe(ErrorCode.PROVIDER_UNAUTHORIZED);
  });
});
