import { expect } from '@jest/globals';
import { hexOf } from '../../sandbox/random.ts';
import { toId } from '../../src/ids.ts';
import type { TestGateway } from '../helpers/gateway.ts';
import { type InputCase, runTable, type Sent, unoffered } from './input-table.ts';

const ORG = 'sandbox-org';
/** Nobody else deploys to it. */
const PRODUCTION = toId('humanitec', 'Scope', [ORG, 'orders', 'production']);
const STAGING = toId('humanitec', 'Scope', [ORG, 'orders', 'staging']);
const STOREFRONT = toId('humanitec', 'Scope', [ORG, 'storefront']);
const SHOP = toId('cloud66', 'Scope', ['d1b1802d24e83eb1ac8259e98944b3e4']);
const E = `/orgs/${ORG}/apps/orders/envs/production`;
const DEPLOYS = `${E}/deploys`;
const DRAFT = hexOf(40, 'draft', 'orders', 'Draft: for review');
const HANDLING = { clientMutationId: 'mine' };
/** Longer than a deployment takes. */
const AFTER_MS = 600_000;

interface Row {
  id: string;
  nativeId: string;
  canRollback: boolean;
  revision: { id: string } | null;
  details: { setId: string; valueSetVersionId: string };
}

interface Targets {
  earlier: Row;
  elsewhere: Row;
}

async function prepare(gateway: TestGateway): Promise<Targets> {
  const rowsOf = async (scopeId: string) => {
    const { data } = await gateway.query<{ deployments: { nodes: Row[] } }>(
      `{ deployments(filter: { scopeIds: ["${scopeId}"] }, first: 30) { nodes { id nativeId
        canRollback revision { id }
        details { ... on HumanitecDeploymentDetails { setId valueSetVersionId } } } } }`,
    );
    return data.deployments.nodes;
  };
  const earlier = (await rowsOf(PRODUCTION)).find(({ canRollback }) => canRollback);
  const elsewhere = (await rowsOf(STAGING))[1];
  if (!earlier || !elsewhere) throw new Error('there is no history');
  return { earlier, elsewhere };
}

const starts = (
  what: string,
  input: (targets: Targets) => object,
  body: (targets: Targets) => object,
  before: (targets: Targets) => Sent[] = () => [],
): InputCase<Targets> => ({
  what,
  mutation: 'startDeployment',
  input: (targets) => ({ scopeId: PRODUCTION, ...input(targets) }),
  sent: (targets) => [...before(targets), ['POST', DEPLOYS, body(targets)]],
  afterMs: AFTER_MS,
});

const refuses = (
  what: string,
  input: (targets: Targets) => object,
  ...refused: [code: string, ...field: string[]][]
): InputCase<Targets> => ({
  what,
  mutation: 'startDeployment',
  input: (targets) => ({ scopeId: PRODUCTION, ...input(targets) }),
  refused: refused.map(([code, ...field]) => [code, field]),
});

const STARTS: InputCase<Targets>[] = [
  starts(
    'an environment alone',
    () => HANDLING,
    () => ({}),
  ),
  starts(
    'a delta with every option',
    ({ earlier }) => ({
      ...{ source: { deltaId: DRAFT }, comment: 'Try it.', mode: 'FULL' },
      valueSetVersionId: earlier.details.valueSetVersionId,
      pipeline: { id: 'release', runId: 'run-7', jobId: 'deploy', stepIndex: 2 },
      idempotencyKey: 'a-delta',
    }),
    ({ earlier }) => ({
      ...{ delta_id: DRAFT, comment: 'Try it.', mode: 'full' },
      value_set_version_id: earlier.details.valueSetVersionId,
      pipeline: { id: 'release', run_id: 'run-7', job_id: 'deploy', step_index: 2 },
    }),
  ),
  starts(
    'a set',
    ({ earlier }) => ({ source: { setId: earlier.details.setId }, mode: 'INCREMENTAL' }),
    ({ earlier }) => ({ set_id: earlier.details.setId, mode: 'incremental' }),
  ),
  starts(
    'a revision with the values it ran with',
    ({ earlier }) => ({ source: { revisionId: earlier.revision?.id } }),
    ({ earlier }) => ({
      set_id: earlier.details.setId,
      value_set_version_id: earlier.details.valueSetVersionId,
    }),
  ),
  starts(
    'the state of another environment, with a delta on top',
    ({ elsewhere }) => ({ source: { deploymentId: elsewhere.id, deltaId: DRAFT } }),
    () => ({ delta_id: DRAFT }),
    ({ elsewhere }) => [['PUT', `${E}/from_deploy_id`, elsewhere.nativeId]],
  ),
  starts(
    'the state of an earlier deployment',
    ({ earlier }) => ({ source: { deploymentId: earlier.id }, comment: 'As it was.' }),
    () => ({ comment: 'As it was.' }),
    ({ earlier }) => [['PUT', `${E}/from_deploy_id`, earlier.nativeId]],
  ),
  {
    ...starts(
      'a delta that there is not',
      () => ({ source: { deltaId: 'no-such-delta' } }),
      () => ({ delta_id: 'no-such-delta' }),
    ),
    refused: [['PROVIDER_REJECTED', []]],
  },
  refuses(
    'what only other platforms know',
    () => ({
      services: ['web'],
      cloud66: {
        ...{ deploymentProfile: 'p', deployStrategy: 'fast' },
        ...{ rolloutStrategy: 'canary', canaryPercentage: 5 },
      },
      strategy: {
        canary: { maxInFlight: 1, steps: [{ weight: 5 }] },
        ...{ webInstances: 1, memoryMib: 1, diskMib: 1, logRateLimitBytesPerSecond: 1 },
      },
      labels: [{ key: 'k', value: 'v' }],
      annotations: [{ key: 'k', value: 'v' }],
    }),
    ...['services', 'cloud66', 'strategy', 'labels', 'annotations'].map(
      (field): [string, string] => ['UNSUPPORTED', field],
    ),
  ),
  refuses('a rolling strategy', () => ({ strategy: { rolling: { maxInFlight: 1 } } }), [
    'UNSUPPORTED',
    'strategy',
  ]),
  ...['gitRef', 'dropletGuid'].map((field) =>
    refuses(`a ${field}`, () => ({ source: { [field]: 'x' } }), ['UNSUPPORTED', 'source', field]),
  ),
  refuses('two sources', () => ({ source: { deltaId: 'x', setId: 'x' } }), [
    'BAD_USER_INPUT',
    'source',
  ]),
  {
    what: 'deploys the same state with the values of today',
    mutation: 'redeploy',
    input: ({ elsewhere }) => ({
      ...{ deploymentId: elsewhere.id, idempotencyKey: 'redeploy', ...HANDLING },
    }),
    sent: ({ elsewhere: { nativeId } }) => [
      ['PUT', `${E.replace('production', 'staging')}/from_deploy_id`, nativeId],
      ['POST', DEPLOYS.replace('production', 'staging'), { comment: `Redeploy of ${nativeId}` }],
    ],
    afterMs: AFTER_MS,
  },
  {
    what: 'deploys the same state with the values of then',
    mutation: 'rollback',
    input: ({ elsewhere }) => ({
      ...{ deploymentId: elsewhere.id, idempotencyKey: 'rollback', ...HANDLING },
    }),
    sent: ({ elsewhere: { nativeId, details } }) => [
      ['PUT', `${E.replace('production', 'staging')}/from_deploy_id`, nativeId],
      [
        'POST',
        DEPLOYS.replace('production', 'staging'),
        {
          comment: `Rollback to ${nativeId}`,
          value_set_version_id: details.valueSetVersionId,
        },
      ],
    ],
    afterMs: AFTER_MS,
  },
];

const sets = (what: string, input: object, ...sent: Sent[]): InputCase<Targets> => ({
  what,
  mutation: 'setEnvironmentVariables',
  input: () => ({ ownerId: PRODUCTION, ...input }),
  sent: () => sent,
});

const setsNothing = (
  what: string,
  input: object,
  ...refused: [code: string, ...field: string[]][]
): InputCase<Targets> => ({
  what,
  mutation: 'setEnvironmentVariables',
  input: () => ({ ownerId: PRODUCTION, ...input }),
  refused: refused.map(([code, ...field]) => [code, field]),
});

const ALL = `${E}/values`;
const keyOf = (name: string) => `${ALL}/${name}`;

const VARIABLES: InputCase<Targets>[] = [
  sets(
    'values, secrets, and where a store keeps one',
    {
      variables: [
        { name: 'PLAIN', value: 'a', description: 'For all to see.' },
        { name: 'HIDDEN', value: 'b', secret: true },
        { name: 'STORED', secretReference: { store: 'vault', ref: 'orders/key', version: '3' } },
        { name: 'QUEUE_NAME', value: 'mine', secret: false },
      ],
      ...{ mode: 'MERGE', allowPlaintext: false, idempotencyKey: 'set', ...HANDLING },
    },
    ['POST', ALL, { key: 'PLAIN', value: 'a', is_secret: false, description: 'For all to see.' }],
    ['POST', ALL, { key: 'HIDDEN', value: 'b', is_secret: true, description: '' }],
    [
      'POST',
      ALL,
      {
        ...{ key: 'STORED', is_secret: true, description: '' },
        secret_ref: { store: 'vault', ref: 'orders/key', version: '3' },
      },
    ],
    ['POST', ALL, { key: 'QUEUE_NAME', value: 'mine', is_secret: false, description: '' }],
  ),
  sets(
    'what is there, and nothing of it that is not said',
    {
      variables: [
        { name: 'QUEUE_NAME', description: 'Ours.' },
        { name: 'HIDDEN', value: 'c' },
        { name: 'STORED', secretReference: { store: 'vault', ref: 'orders/other' } },
      ],
    },
    ['PATCH', keyOf('QUEUE_NAME'), { description: 'Ours.' }],
    ['PATCH', keyOf('HIDDEN'), { value: 'c' }],
    ['PATCH', keyOf('STORED'), { secret_ref: { store: 'vault', ref: 'orders/other' } }],
  ),
  sets(
    'a new name, with its description: created first, deleted then',
    { variables: [{ name: 'PLAIN', newName: 'OPEN' }] },
    ['POST', ALL, { key: 'OPEN', value: 'a', is_secret: false, description: 'For all to see.' }],
    ['DELETE', keyOf('PLAIN')],
  ),
  sets(
    'a new name for a secret whose value comes along, which stays one',
    { variables: [{ name: 'HIDDEN', value: 'd', newName: 'COVERED', description: '' }] },
    ['POST', ALL, { key: 'COVERED', value: 'd', is_secret: true, description: '' }],
    ['DELETE', keyOf('HIDDEN')],
  ),
  setsNothing(
    'what cannot be changed like this',
    {
      variables: [
        { name: 'COVERED', value: 'x', secret: false },
        { name: 'STORED', newName: 'ELSEWHERE' },
        { name: 'OPEN', newName: 'QUEUE_NAME' },
      ],
    },
    ['BAD_USER_INPUT', 'variables', '0'],
    ['UNSUPPORTED', 'variables', '1'],
    ['CONFLICT', 'variables', '2'],
  ),
  setsNothing(
    'a plain one as a secret',
    { variables: [{ name: 'OPEN', value: 'x', secret: true }] },
    ['UNSUPPORTED', 'variables', '0'],
  ),
  setsNothing(
    'a reference that is not alone, and names out of format',
    {
      variables: [
        { name: 'A', value: 'x', secretReference: { store: 's', ref: 'r' } },
        { name: 'B', secret: false, secretReference: { store: 's', ref: 'r' } },
        { name: 'C D', value: 'x' },
        { name: 'E', value: 'x', newName: 'é' },
      ],
    },
    ['BAD_USER_INPUT', 'variables', '0', 'secretReference'],
    ['BAD_USER_INPUT', 'variables', '1', 'secretReference'],
    ['BAD_USER_INPUT', 'variables', '2', 'name'],
    ['BAD_USER_INPUT', 'variables', '3', 'newName'],
  ),
  setsNothing(
    'when it is applied',
    { variables: [{ name: 'A', value: 'x' }], applyStrategy: 'DEPLOYMENT' },
    ['UNSUPPORTED', 'applyStrategy'],
  ),
  {
    ...sets(
      'a store that Humanitec refuses',
      { variables: [{ name: 'A', secretReference: { store: 'humanitec', ref: 'r' } }] },
      [
        'POST',
        ALL,
        {
          ...{ key: 'A', is_secret: true, description: '' },
          secret_ref: { store: 'humanitec', ref: 'r' },
        },
      ],
    ),
    refused: [['PROVIDER_REJECTED', ['variables', '0']]],
  },
  sets(
    'all there are to be, the others deleted last',
    { variables: [{ name: 'ONLY', value: 'x' }], mode: 'REPLACE' },
    ['POST', ALL, { key: 'ONLY', value: 'x', is_secret: false, description: '' }],
    ...['QUEUE_NAME', 'STORED', 'OPEN', 'COVERED'].map((name): [string, string] => [
      'DELETE',
      keyOf(name),
    ]),
  ),
  {
    what: 'by key, and says which is not there',
    mutation: 'deleteEnvironmentVariables',
    input: () => ({
      ...{ ownerId: PRODUCTION, names: ['ONLY', 'NEVER'], idempotencyKey: 'delete', ...HANDLING },
    }),
    sent: () => [['DELETE', keyOf('ONLY')]],
    refused: [['NOT_FOUND', ['names', '1']]],
  },
  {
    what: 'some under other names and with their descriptions, and no secret',
    mutation: 'copyEnvironmentVariables',
    input: () => ({
      ...{ fromId: STOREFRONT, toId: PRODUCTION, idempotencyKey: 'copy', ...HANDLING },
      ...{ names: ['BANNER', 'LOG_LEVEL', 'STRIPE_API_KEY'], allowPlaintext: false },
      renames: [{ name: 'LOG_LEVEL', newName: 'VERBOSITY' }],
    }),
    sent: () => [
      ['POST', ALL, { key: 'BANNER', value: '', is_secret: false, description: '' }],
      [
        'POST',
        ALL,
        { key: 'VERBOSITY', value: 'info', is_secret: false, description: 'How much to log.' },
      ],
    ],
    refused: [['UNSUPPORTED', ['names', '2']]],
  },
  {
    what: 'a password that can be read, as a secret',
    mutation: 'copyEnvironmentVariables',
    input: () => ({
      ...{ fromId: SHOP, toId: PRODUCTION, names: ['SECRET_KEY_BASE'] },
      renames: [{ name: 'SECRET_KEY_BASE', newName: 'KEY_BASE' }],
    }),
    sent: () => [
      [
        'POST',
        ALL,
        {
          ...{ key: 'KEY_BASE', is_secret: true, description: '' },
          value: expect.stringMatching(/^c66-secret-key-base-\w+$/),
        },
      ],
    ],
  },
  {
    what: 'all, but for secrets, what would get one name, and what there is not',
    mutation: 'copyEnvironmentVariables',
    input: () => ({
      ...{ fromId: STOREFRONT, toId: PRODUCTION },
      renames: [
        { name: 'API_URL', newName: 'BANNER' },
        { name: 'NEVER', newName: 'EVER' },
      ],
    }),
    sent: () => [
      [
        'POST',
        ALL,
        { key: 'LOG_LEVEL', value: 'info', is_secret: false, description: 'How much to log.' },
      ],
      [
        'POST',
        ALL,
        { key: 'MAX_CART_ITEMS', value: '80', is_secret: false, description: 'Per customer.' },
      ],
      [
        'POST',
        ALL,
        {
          ...{ key: 'SMTP_PASSWORD', value: 'local', is_secret: false },
          description: 'Of the mail catcher.',
        },
      ],
    ],
    refused: [
      ['NOT_FOUND', ['renames', '1', 'name']],
      ['UNSUPPORTED', []],
      ['UNSUPPORTED', []],
      ['CONFLICT', ['renames', '0', 'name']],
      ['CONFLICT', ['renames', '0', 'newName']],
    ],
  },
  {
    what: 'when they are applied',
    mutation: 'copyEnvironmentVariables',
    input: () => ({ fromId: SHOP, toId: PRODUCTION, applyStrategy: 'DEPLOYMENT' }),
    refused: [['UNSUPPORTED', ['applyStrategy']]],
  },
];

const VERSION = toId('humanitec', 'Version', [ORG, 'orders', 'production', 'd', 's', 'v']);
const REVISION = toId('humanitec', 'Revision', [ORG, 'orders', 'production', 's', 'v']);
const BUILD = toId('humanitec', 'Build', [ORG, 'orders', 'production', 'b']);

runTable<Targets>({
  provider: 'humanitec',
  prepare,
  cases: [
    ...STARTS,
    ...VARIABLES,
    ...unoffered<Targets>({
      cancelDeployment: ({ earlier }) => ({ deploymentId: earlier.id }),
      continueDeployment: ({ earlier }) => ({ deploymentId: earlier.id }),
      createDeployment: () => ({ scopeId: PRODUCTION, name: 'x' }),
      updateDeployment: ({ earlier }) => ({ deploymentId: earlier.id, name: 'x' }),
      deleteDeployment: ({ earlier }) => ({ deploymentId: earlier.id }),
      createVersion: ({ earlier }) => ({ deploymentId: earlier.id, name: 'x' }),
      updateVersion: () => ({ versionId: VERSION }),
      deleteVersion: () => ({ versionId: VERSION }),
      requestRevisionUpload: () => ({ versionId: VERSION }),
      copyRevision: () => ({ versionId: VERSION, fromVersionId: VERSION }),
      rebuildRevision: () => ({ revisionId: REVISION }),
      cancelBuild: () => ({ buildId: BUILD }),
    }),
  ],
});
