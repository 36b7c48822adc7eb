import { EPOCH, type Step } from '../clock.ts';
import { hexOf } from '../random.ts';
import { toApplication, toEnvironment } from './build.ts';
import type {
  Application,
  Deployment,
  DeploymentError,
  DeploymentFields,
  Environment,
  Status,
} from './model.ts';
import { EXAMPLE_SET, SECOND_SET } from './example-sets.ts';
import { addDelta, EMPTY_SET } from './sets.ts';
import { changeValue } from './values.ts';

const USER = 'a.user@example.com';
const DAY = 86_400_000;

/** The applications that hold the example objects of the provider's documents, with their values. */
export function exampleApplications(): Application[] {
  return [myApp(), tempora()];
}

function myApp(): Application {
  const createdAt = Date.parse('2020-05-22T14:53:27Z');
  const myEnv = environment('my-env', 'My Environment', 'development');
  const featureTest = environment('feature-test', 'Feature Test', 'development');
  const testEnv = environment('test-env', 'Test Environment', 'qa-automation');
  const development = environment('development', 'Development', 'development');
  const staging = environment('staging', 'Staging', 'staging');
  development.paused = true;
  const application = toApplication('my-app', 'My Application', createdAt, USER, ['my-service']);
  application.environments.push(myEnv, featureTest, testEnv, development, staging);
  application.sets.push(EXAMPLE_SET, SECOND_SET);
  addExampleValues(application, createdAt);
  addExampleDeltas(application);
  fillMyEnv(myEnv);
  fillFeatureTest(featureTest, myEnv);
  fillTestEnv(testEnv);
  fillRuntimeExamples(development, staging);
  return application;
}

function addExampleValues(application: Application, createdAt: number): void {
  const message = { key: 'MY_MSG', by: USER };
  const description = 'The message to show me.';
  changeValue(application, {
    ...message,
    at: createdAt + 60_000,
    value: 'Hello World',
    description,
  });
  const override = { at: createdAt + 120_000, envId: 'feature-test', value: 'Hello Feature' };
  changeValue(application, { ...message, ...override });
}

function addExampleDeltas(application: Application): void {
  const at = Date.parse('2020-05-22T14:57:00Z');
  const made = { at, by: USER, archived: false };
  application.deltas.push({
    id: '49393b5004d072000b8abfd910c61685eb9235f5',
    metadata: {},
    modules: {
      add: { 'redis-cache': { profile: 'humanitec/redis' } },
      remove: ['simple-service'],
      update: {
        'module-one': [
          {
            op: 'replace',
            path: '/spec/containers/core-service/variables/EXAMPLE',
            value: 'New Value',
          },
        ],
      },
    },
  });
  const id = 'df1ad41807b0390a9b0eaf8688e1f5baece9d764';
  const name = 'module-one v0.3.1';
  addDelta(application, { ...made, id, envId: 'my-env', name }, SECOND_SET, EXAMPLE_SET);
  const test = { ...made, id: 'test-delta', envId: 'test-env', name: 'Test' };
  addDelta(application, test, SECOND_SET, EMPTY_SET);
}

/** A first deployment, one that failed, and the spec's example, which is in progress to this day. */
function fillMyEnv(target: Environment): void {
  const first = '42d4b302fd3c';
  add(target, first, '2020-05-22T14:54:00Z', ended('succeeded', 41_000), {
    comment: 'First deployment',
    from_id: '',
    set_id: EXAMPLE_SET.id,
    export_status: '',
    export_file: '',
  });
  const failedId = hexOf(12, 'my-env', 'failed');
  const incorrect: DeploymentError = {
    code: 'CLD-001',
    message: 'Incorrect cloud provider credentials.',
    object_id: 'my-workload',
    scope: 'workload',
    summary: 'Provider error',
  };
  const fields = { comment: 'Move to the new cloud account', from_id: first };
  add(target, failedId, '2020-05-22T14:56:00Z', ended('failed', 33_000), fields, [incorrect]);
  add(target, '67f1619a57d', '2020-05-22T14:58:07Z', untilNow(), {
    comment: 'Updated version of module-one to v0.3.1',
    delta_id: 'df1ad41807b0390a9b0eaf8688e1f5baece9d764',
    from_id: first,
  });
}

/**
 * Cloned from my-env: the spec's example environment embeds a deployment of my-env as `from_deploy`.
 * Its own deployment failed, with the errors of the errors endpoint's example.
 */
function fillFeatureTest(target: Environment, source: Environment): void {
  const base = source.deployments.at(-1);
  if (base) target.rebase = { at: base.createdAt, deployment: base };
  const incorrect: DeploymentError = {
    code: 'CLD-001',
    message: 'Incorrect credentials',
    object_id: 'my-service',
    scope: 'workload',
  };
  const fields = { comment: 'Clone of My Environment', from_id: '67f1619a57d' };
  const id = hexOf(12, 'feature-test', 'clone');
  add(target, id, '2020-05-22T15:10:00Z', ended('failed', 28_000), fields, [incorrect]);
}

/** The row of the score-humanitec tests. It names itself as what it was based on. */
function fillTestEnv(target: Environment): void {
  const deployment = add(target, 'qwe...rty', '2020-05-22T14:58:07Z', untilNow(), {
    from_id: 'qwe...rty',
    delta_id: 'test-delta',
    comment: 'Test deployment',
  });
  target.rebase = { at: deployment.createdAt, deployment };
}

/** What the example of the runtime of several environments speaks of. */
function fillRuntimeExamples(development: Environment, staging: Environment): void {
  const first = { comment: 'First deployment', set_id: EXAMPLE_SET.id };
  const developmentId = hexOf(12, 'my-app', 'development');
  add(development, developmentId, '2026-03-02T09:00:00Z', ended('succeeded', 40_000), first);
  const stagingId = hexOf(12, 'my-app', 'staging');
  add(staging, stagingId, '2026-03-03T09:00:00Z', ended('succeeded', 44_000), first);
  const second = { comment: 'Add a probe', from_id: stagingId };
  const secondId = hexOf(12, 'my-app', 'staging', 2);
  add(staging, secondId, '2026-03-04T09:00:00.250Z', ended('failed', 50_000), second, [
    {
      code: 'WLD-003',
      message: 'Deployment my-service exceeded its progress deadline.',
      object_id: 'my-service',
      scope: 'workload',
      summary: 'Workload did not become ready',
      error_type: 'user_error',
    },
  ]);
}

/** The ids of the client's usage examples; its deployment has the thirteen fields of that time. */
function tempora(): Application {
  const createdAt = Date.parse('2020-06-01T08:00:00Z');
  const at = Date.parse('2020-06-22T09:37:23.523Z');
  const application = toApplication('tempora', 'Tempora', createdAt, USER, ['core-service']);
  const dolor = environment('dolor', 'Dolor', 'development');
  application.environments.push(
    dolor,
    environment('development', 'Development', 'development'),
    environment('production', 'Production', 'production'),
  );
  application.sets.push(EXAMPLE_SET);
  const greeting = { at, by: USER, key: 'GREETING', value: 'salve', versionId: 'veritatis' };
  changeValue(application, greeting);
  const delta = { id: 'deleniti', envId: 'dolor', at, by: USER, name: 'Deleniti', archived: true };
  addDelta(application, delta, EXAMPLE_SET, EMPTY_SET);
  const done: Step<Status>[] = [{ afterMs: 0, state: 'succeeded' }];
  add(dolor, hexOf(12, 'tempora', 'dolor'), '2020-06-22T09:37:23.523Z', done, {
    comment: 'inventore',
    delta_id: 'deleniti',
    from_id: '',
    set_id: EXAMPLE_SET.id,
    export_status: '',
    export_file: '',
    value_set_version_id: 'veritatis',
  });
  return application;
}

function environment(id: string, name: string, type: string): Environment {
  const recent = id === 'development' || id === 'staging';
  const created = id === 'feature-test' ? '2020-05-22T14:58:07Z' : '2020-05-22T14:53:27Z';
  const createdAt = recent ? EPOCH - 100 * DAY : Date.parse(created);
  return toEnvironment(id, name, type, createdAt, USER);
}

function add(
  target: Environment,
  id: string,
  createdAt: string,
  steps: Step<Status>[],
  fields: Omit<DeploymentFields, 'created_by'>,
  errors: DeploymentError[] = [],
): Deployment {
  const deployment: Deployment = {
    id,
    envId: target.id,
    createdAt: Date.parse(createdAt),
    steps,
    fields: { ...fields, created_by: USER },
    onceFinished: {},
    errors,
    set: fields.set_id === EXAMPLE_SET.id ? EXAMPLE_SET : SECOND_SET,
  };
  target.deployments.push(deployment);
  return deployment;
}

function ended(state: Status, afterMs: number): Step<Status>[] {
  return [
    { afterMs: 0, state: 'pending' },
    { afterMs: 4_000, state: 'in progress' },
    { afterMs, state },
  ];
}

function untilNow(): Step<Status>[] {
  return [
    { afterMs: 0, state: 'pending' },
    { afterMs: 54_000, state: 'in progress' },
  ];
}
