import { expect } from '@jest/globals';
import { hexOf } from '../../sandbox/random.ts';
import { parseId, toId } from '../../src/ids.ts';
import type { TestGateway } from '../helpers/gateway.ts';
import { type InputCase, runTable, type Sent, unoffered } from './input-table.ts';

const uidOf = (name: string) => hexOf(32, 'cloud66', 'stack', name);
const scopeOf = (name: string) => toId('cloud66', 'Scope', [uidOf(name)]);
/** Runs containers, so that it has services; the other one keeps variables. */
const IDENTITY = scopeOf('identity/production');
const BLOG = scopeOf('blog/production');
const STOREFRONT = toId('humanitec', 'Scope', ['sandbox-org', 'storefront']);
const DEPLOYMENTS = `/api/3/stacks/${uidOf('identity/production')}/deployments.json`;
const VARIABLES = `/api/3/stacks/${uidOf('blog/production')}/environments`;
const COMMIT = 'c'.repeat(40);
const HANDLING = { clientMutationId: 'mine' };
const TAKES_MS = 5_000;
const MINUTES_MS = 300_000;

/** The gateway's own, by which it finds a deployment again. */
const reference = expect.stringMatching(/^\w{1,255}$/);

interface Row {
  id: string;
  canRollback: boolean;
  revision: { id: string } | null;
  details: { gitHash: string };
}

interface Targets {
  newest: Row;
  earlier: Row;
}

async function prepare(gateway: TestGateway): Promise<Targets> {
  const { data } = await gateway.query<{ deployments: { nodes: Row[] } }>(
    `{ deployments(filter: { scopeIds: ["${IDENTITY}"] }, first: 30) { nodes { id canRollback
      revision { id } details { ... on Cloud66DeploymentDetails { gitHash } } } } }`,
  );
  const [newest, ...older] = data.deployments.nodes;
  const earlier = older.find((row) => row.canRollback);
  if (!newest || !earlier) throw new Error('there is nothing to go back to');
  return { newest, earlier };
}

const starts = (
  what: string,
  input: (targets: Targets) => object,
  body: (targets: Targets) => object,
): InputCase<Targets> => ({
  what,
  mutation: 'startDeployment',
  input: (targets) => ({ scopeId: IDENTITY, ...input(targets) }),
  sent: (targets) => [['POST', DEPLOYMENTS, { ...body(targets), user_reference: reference }]],
  afterMs: MINUTES_MS,
});

const refuses = (
  what: string,
  input: (targets: Targets) => object,
  ...refused: [code: string, ...field: string[]][]
): InputCase<Targets> => ({
  what,
  mutation: 'startDeployment',
  input: (targets) => ({ scopeId: IDENTITY, ...input(targets) }),
  refused: refused.map(([code, ...field]) => [code, field]),
});

const again = (mutation: 'redeploy' | 'rollback'): InputCase<Targets> => ({
  what: 'deploys the commit of the deployment',
  mutation,
  input: ({ earlier }) => ({ deploymentId: earlier.id, idempotencyKey: mutation, ...HANDLING }),
  sent: ({ earlier }) => [
    ['POST', DEPLOYMENTS, { git_ref: earlier.details.gitHash, user_reference: reference }],
  ],
  afterMs: MINUTES_MS,
});

const ROLLOUTS: InputCase<Targets>[] = [
  starts(
    'a stack alone',
    () => HANDLING,
    () => ({}),
  ),
  starts(
    'every option',
    () => ({
      ...{ source: { gitRef: COMMIT }, services: ['web:1.2', 'worker'], idempotencyKey: 'all' },
      cloud66: {
        ...{ deploymentProfile: 'nightly', deployStrategy: 'parallel' },
        ...{ rolloutStrategy: 'canary', canaryPercentage: 25 },
      },
    }),
    () => ({
      ...{ git_ref: COMMIT, services: 'web:1.2,worker', deployment_profile: 'nightly' },
      ...{ deploy_strategy: 'parallel', rollout_strategy: 'canary', canary_percentage: 25 },
    }),
  ),
  starts(
    'a revision',
    ({ earlier }) => ({ source: { revisionId: earlier.revision?.id } }),
    ({ earlier }) => ({ git_ref: earlier.details.gitHash }),
  ),
  starts(
    'another deployment, and services that are none',
    ({ newest }) => ({ source: { deploymentId: newest.id }, services: [] }),
    ({ newest }) => ({ git_ref: newest.details.gitHash }),
  ),
  {
    ...starts(
      'an option that Cloud 66 refuses',
      () => ({ cloud66: { canaryPercentage: 101 } }),
      () => ({ canary_percentage: 101 }),
    ),
    refused: [['PROVIDER_REJECTED', []]],
  },
  {
    ...starts(
      'a service that there is not',
      () => ({ services: ['mail'] }),
      () => ({ services: 'mail' }),
    ),
    refused: [['PROVIDER_REJECTED', []]],
  },
  refuses(
    'what only other platforms know',
    () => ({
      ...{ comment: 'x', valueSetVersionId: 'x', mode: 'FULL' },
      pipeline: { id: 'p', runId: 'r', jobId: 'j', stepIndex: 1 },
      strategy: {
        canary: { maxInFlight: 1, steps: [{ weight: 5 }] },
        ...{ webInstances: 1, memoryMib: 1, diskMib: 1, logRateLimitBytesPerSecond: 1 },
      },
      labels: [{ key: 'k', value: 'v' }],
      annotations: [{ key: 'k', value: 'v' }],
    }),
    ...[
      'comment',
      'valueSetVersionId',
      'mode',
      'pipeline',
      'strategy',
      'labels',
      'annotations',
    ].map((field): [string, string] => ['UNSUPPORTED', field]),
  ),
  refuses('a rolling strategy', () => ({ strategy: { rolling: { maxInFlight: 1 } } }), [
    'UNSUPPORTED',
    'strategy',
  ]),
  ...['deltaId', 'setId', 'dropletGuid'].map((field) =>
    refuses(`a ${field}`, () => ({ source: { [field]: 'x' } }), ['UNSUPPORTED', 'source', field]),
  ),
  refuses('a service with a comma', () => ({ services: ['a,b'] }), ['BAD_USER_INPUT', 'services']),
  again('redeploy'),
  again('rollback'),
];

const sets = (what: string, input: object, ...sent: Sent[]): InputCase<Targets> => ({
  what,
  mutation: 'setEnvironmentVariables',
  input: () => ({ ownerId: BLOG, ...input }),
  sent: () => sent,
  takesMs: TAKES_MS,
});

const setsNothing = (
  what: string,
  input: object,
  ...refused: [code: string, ...field: string[]][]
): InputCase<Targets> => ({
  what,
  mutation: 'setEnvironmentVariables',
  input: () => ({ ownerId: BLOG, ...input }),
  refused: refused.map(([code, ...field]) => [code, field]),
});

const keyOf = (name: string) => `${VARIABLES}/${name}.json`;
const ALL = `${VARIABLES}.json`;

const VARIABLE_CASES: InputCase<Targets>[] = [
  sets(
    'a new and a known one, applied at once',
    {
      variables: [
        { name: 'NEW', value: 'one' },
        { name: 'LOG_LEVEL', value: 'warn', secret: false },
      ],
      ...{ mode: 'MERGE', applyStrategy: 'IMMEDIATELY', idempotencyKey: 'set', ...HANDLING },
    },
    ['POST', ALL, { key: 'NEW', value: 'one', apply_strategy: 'immediately' }],
    ['PUT', keyOf('LOG_LEVEL'), { value: 'warn', apply_strategy: 'immediately' }],
  ),
  sets(
    'a new name with the next deployment: the old one goes when the new one is there',
    { variables: [{ name: 'NEW', newName: 'NEWER' }], applyStrategy: 'DEPLOYMENT' },
    ['POST', ALL, { key: 'NEWER', value: 'one', apply_strategy: 'deployment' }],
    ['DELETE', keyOf('NEW')],
  ),
  sets(
    'a secret in the clear where that is allowed',
    { variables: [{ name: 'TOKEN', value: 'open', secret: true }], allowPlaintext: true },
    ['POST', ALL, { key: 'TOKEN', value: 'open' }],
  ),
  setsNothing(
    'a secret that would be readable, and what only other platforms know',
    {
      variables: [
        { name: 'TOKEN', value: 'open', secret: true },
        { name: 'A', value: 'a', description: 'of no use' },
        { name: 'B', secretReference: { store: 's', ref: 'r', version: 'v' } },
      ],
    },
    ['UNSUPPORTED', 'variables', '0', 'secret'],
    ['UNSUPPORTED', 'variables', '1', 'description'],
    ['UNSUPPORTED', 'variables', '2', 'secretReference'],
  ),
  setsNothing(
    'a secret that is to be readable, or to get another name, and what is read-only',
    {
      variables: [
        { name: 'SECRET_KEY_BASE', value: 'x', secret: false },
        { name: 'LICENSE_KEY', value: 'x' },
        { name: 'TOKEN', newName: 'LOG_LEVEL' },
      ],
    },
    ['BAD_USER_INPUT', 'variables', '0'],
    ['BAD_USER_INPUT', 'variables', '1'],
    ['CONFLICT', 'variables', '2'],
  ),
  setsNothing(
    'a new name for a secret',
    { variables: [{ name: 'SECRET_KEY_BASE', newName: 'BASE' }] },
    ['UNSUPPORTED', 'variables', '0'],
  ),
  ...['1A', 'A-B', 'A B', ''].map((name) =>
    setsNothing(`the name "${name}"`, { variables: [{ name, value: 'x' }] }, [
      'BAD_USER_INPUT',
      'variables',
      '0',
      'name',
    ]),
  ),
  sets(
    'all there are to be, but for the read-only ones',
    { variables: [{ name: 'ONLY', value: 'this' }], mode: 'REPLACE' },
    ['POST', ALL, { key: 'ONLY', value: 'this' }],
    ...['SECRET_KEY_BASE', 'LOG_LEVEL', 'WEB_CONCURRENCY', 'CACHE_ENABLED', 'FEATURE_FLAGS']
      .concat('NEWER', 'TOKEN')
      .map((name): [string, string] => ['DELETE', keyOf(name)]),
  ),
  {
    what: 'by key, and says which is not there',
    mutation: 'deleteEnvironmentVariables',
    input: () => ({
      ...{ ownerId: BLOG, names: ['ONLY', 'NEVER'], idempotencyKey: 'delete', ...HANDLING },
    }),
    sent: () => [['DELETE', keyOf('ONLY')]],
    refused: [['NOT_FOUND', ['names', '1']]],
  },
  {
    what: 'some under other names, and no secret',
    mutation: 'copyEnvironmentVariables',
    input: () => ({
      ...{ fromId: STOREFRONT, toId: BLOG, applyStrategy: 'IMMEDIATELY', ...HANDLING },
      ...{ names: ['LOG_LEVEL', 'API_URL', 'STRIPE_API_KEY'], idempotencyKey: 'copy' },
      renames: [{ name: 'API_URL', newName: 'STORE_URL' }],
    }),
    sent: () => [
      [
        'POST',
        ALL,
        {
          key: 'STORE_URL',
          value: 'http://api.internal:8080',
          apply_strategy: 'immediately',
        },
      ],
      ['POST', ALL, { key: 'LOG_LEVEL', value: 'info', apply_strategy: 'immediately' }],
    ],
    refused: [['UNSUPPORTED', ['names', '2']]],
    takesMs: TAKES_MS,
  },
  {
    what: 'a password to another stack, which keeps none, only where that is allowed',
    mutation: 'copyEnvironmentVariables',
    input: () => ({ fromId: IDENTITY, toId: BLOG, names: ['SECRET_KEY_BASE'] }),
    refused: [['UNSUPPORTED', ['names', '0']]],
  },
  {
    what: 'a password to another stack in the clear, where that is allowed',
    mutation: 'copyEnvironmentVariables',
    input: () => ({
      ...{ fromId: IDENTITY, toId: BLOG, names: ['SECRET_KEY_BASE'], allowPlaintext: true },
    }),
    sent: () => [
      [
        'POST',
        ALL,
        {
          key: 'SECRET_KEY_BASE',
          value: expect.stringMatching(/^c66-secret-key-base-\w+$/),
        },
      ],
    ],
    takesMs: TAKES_MS,
  },
];

const VERSION = toId('cloud66', 'Version', [uidOf('blog/production'), '1']);
const REVISION = toId('cloud66', 'Revision', [uidOf('blog/production'), '1']);
const BUILD = toId('cloud66', 'Build', [uidOf('blog/production'), '1']);

runTable<Targets>({
  provider: 'cloud66',
  prepare,
  cases: [
    {
      what: 'what has ended, which Cloud 66 refuses',
      mutation: 'cancelDeployment',
      input: ({ newest }) => ({ deploymentId: newest.id, idempotencyKey: 'end', ...HANDLING }),
      sent: ({ newest }) => [
        ['DELETE', `${DEPLOYMENTS.replace('.json', '')}/${numberOf(newest.id)}.json`],
      ],
      refused: [['PROVIDER_REJECTED', []]],
    },
    ...ROLLOUTS,
    ...VARIABLE_CASES,
    ...unoffered<Targets>({
      continueDeployment: ({ newest }) => ({ deploymentId: newest.id }),
      createDeployment: () => ({ scopeId: BLOG, name: 'x' }),
      updateDeployment: ({ newest }) => ({ deploymentId: newest.id, name: 'x' }),
      deleteDeployment: ({ newest }) => ({ deploymentId: newest.id }),
      createVersion: ({ newest }) => ({ deploymentId: newest.id, name: 'x' }),
      updateVersion: () => ({ versionId: VERSION }),
      deleteVersion: () => ({ versionId: VERSION }),
      requestRevisionUpload: () => ({ versionId: VERSION }),
      copyRevision: () => ({ versionId: VERSION, fromVersionId: VERSION }),
      rebuildRevision: () => ({ revisionId: REVISION }),
      cancelBuild: () => ({ buildId: BUILD }),
    }),
  ],
});

function numberOf(id: string): string {
  return parseId(id)?.keys.at(-1) ?? '';
}
