import { expect } from '@jest/globals';
import { uuidOf } from '../../sandbox/random.ts';
import { toId } from '../../src/ids.ts';
import type { TestGateway } from '../helpers/gateway.ts';
import { type InputCase, runTable, unoffered } from './input-table.ts';

const guidOf = (name: string) => uuidOf('app', 'orchard', 'development', name);
const scopeOf = (name: string) => toId('cloudfoundry', 'Scope', ['app', guidOf(name)]);
const CART = scopeOf('cart');
const PRODUCTION = toId('humanitec', 'Scope', ['sandbox-org', 'storefront', 'production']);
const SHOP = toId('cloud66', 'Scope', ['d1b1802d24e83eb1ac8259e98944b3e4']);
const VARIABLES = `/v3/apps/${guidOf('cart')}/environment_variables`;

interface Row {
  id: string;
  canRollback: boolean;
  revision: { id: string } | null;
  details: { dropletGuid: string; revisionGuid: string };
}

interface Targets {
  newest: Row;
  earlier: Row;
  /** Two canaries that pause, with their guids. */
  paused: [id: string, guid: string][];
}

async function prepare(gateway: TestGateway): Promise<Targets> {
  const { data } = await gateway.query<{ deployments: { nodes: Row[] } }>(
    `{ deployments(filter: { scopeIds: ["${CART}"] }, first: 50) { nodes { id canRollback
      revision { id } details { ... on CloudFoundryDeploymentDetails { dropletGuid revisionGuid } } } } }`,
  );
  const [newest, ...older] = data.deployments.nodes;
  const earlier = older.find(
    (row) => row.canRollback && row.details.dropletGuid !== newest?.details.dropletGuid,
  );
  if (!newest || !earlier) throw new Error('there is nothing to go back to');
  const paused: Targets['paused'] = [];
  for (const name of ['catalog', 'payments']) {
    const begun = await gateway.query<{
      startDeployment: { deployment: { id: string; nativeId: string } };
    }>(
      `mutation { startDeployment(input: { scopeId: "${scopeOf(name)}",
        strategy: { canary: { steps: [{ weight: 20 }, { weight: 60 }] } } }) {
        deployment { id nativeId } } }`,
    );
    const { id, nativeId } = begun.data.startDeployment.deployment;
    paused.push([id, nativeId]);
  }
  gateway.sandbox.advance(60_000);
  return { newest, earlier, paused };
}

/** A start of the cart, with what its body has beside the app. */
const starts = (
  what: string,
  input: (targets: Targets) => object,
  body: (targets: Targets) => object,
): InputCase<Targets> => ({
  what,
  mutation: 'startDeployment',
  input: (targets) => ({ scopeId: CART, ...input(targets) }),
  sent: (targets) => [
    [
      'POST',
      '/v3/deployments',
      { relationships: { app: { data: { guid: guidOf('cart') } } }, ...body(targets) },
    ],
  ],
});

const refuses = (
  what: string,
  input: (targets: Targets) => object,
  code: string,
  ...fields: string[][]
): InputCase<Targets> => ({
  what,
  mutation: 'startDeployment',
  input: (targets) => ({ scopeId: CART, ...input(targets) }),
  refused: fields.map((field) => [code, field]),
});

const STARTS: InputCase<Targets>[] = [
  starts(
    'an app alone is its current droplet, rolling',
    () => ({ clientMutationId: 'mine' }),
    () => ({}),
  ),
  starts(
    'every option of a rolling deployment',
    () => ({
      idempotencyKey: 'a-rolling-one',
      strategy: {
        rolling: { maxInFlight: 2 },
        ...{ webInstances: 3, memoryMib: 512, diskMib: 2048, logRateLimitBytesPerSecond: -1 },
      },
    }),
    () => ({
      strategy: 'rolling',
      options: {
        max_in_flight: 2,
        ...{ web_instances: 3, memory_in_mb: 512, disk_in_mb: 2048 },
        log_rate_limit_in_bytes_per_second: -1,
      },
    }),
  ),
  starts(
    'every option of a canary',
    () => ({
      strategy: {
        canary: { maxInFlight: 4, steps: [{ weight: 10 }, { weight: 40 }] },
        ...{ webInstances: 5, memoryMib: 256, diskMib: 1024, logRateLimitBytesPerSecond: 4096 },
      },
    }),
    () => ({
      strategy: 'canary',
      options: {
        max_in_flight: 4,
        ...{ web_instances: 5, memory_in_mb: 256, disk_in_mb: 1024 },
        log_rate_limit_in_bytes_per_second: 4096,
        canary: { steps: [{ instance_weight: 10 }, { instance_weight: 40 }] },
      },
    }),
  ),
  starts(
    'a canary without options',
    () => ({ strategy: { canary: {} } }),
    () => ({ strategy: 'canary' }),
  ),
  starts(
    'labels and annotations',
    () => ({
      labels: [
        { key: 'release', value: '7' },
        { key: 'example.com/channel', value: '' },
      ],
      annotations: [{ key: 'why', value: 'because, as we said' }],
    }),
    () => ({
      metadata: {
        labels: { release: '7', 'example.com/channel': '' },
        annotations: { why: 'because, as we said' },
      },
    }),
  ),
  starts(
    'labels without annotations',
    () => ({ labels: [{ key: 'release', value: '7' }] }),
    () => ({ metadata: { labels: { release: '7' } } }),
  ),
  starts(
    'a droplet',
    ({ newest }) => ({ source: { dropletGuid: newest.details.dropletGuid } }),
    ({ newest }) => ({ droplet: { guid: newest.details.dropletGuid } }),
  ),
  starts(
    'a revision',
    ({ earlier }) => ({ source: { revisionId: earlier.revision?.id } }),
    ({ earlier }) => ({ revision: { guid: earlier.details.revisionGuid } }),
  ),
  {
    ...starts(
      'the revision of another deployment',
      ({ newest }) => ({ source: { deploymentId: newest.id } }),
      ({ newest }) => ({ revision: { guid: newest.details.revisionGuid } }),
    ),
    // What was started last is over then, so that this goes back.
    afterMs: 60_000,
  },
  {
    ...starts(
      'an option that the platform refuses',
      () => ({ strategy: { rolling: { maxInFlight: 0 } } }),
      () => ({ strategy: 'rolling', options: { max_in_flight: 0 } }),
    ),
    refused: [['PROVIDER_REJECTED', []]],
  },
  {
    ...starts(
      'a label that the platform refuses',
      () => ({ labels: [{ key: 'two words', value: 'x' }] }),
      () => ({ metadata: { labels: { 'two words': 'x' } } }),
    ),
    refused: [['PROVIDER_REJECTED', []]],
  },
  refuses(
    'what only other platforms know',
    () => ({
      ...{ comment: 'x', valueSetVersionId: 'x', mode: 'FULL', services: ['web'] },
      pipeline: { id: 'p', runId: 'r', jobId: 'j', stepIndex: 1 },
      cloud66: {
        ...{ deploymentProfile: 'p', deployStrategy: 'fast' },
        ...{ rolloutStrategy: 'canary', canaryPercentage: 5 },
      },
    }),
    'UNSUPPORTED',
    ...['comment', 'valueSetVersionId', 'mode', 'pipeline', 'services', 'cloud66'].map((field) => [
      field,
    ]),
  ),
  ...['gitRef', 'deltaId', 'setId'].map((field) =>
    refuses(`a ${field}`, () => ({ source: { [field]: 'x' } }), 'UNSUPPORTED', ['source', field]),
  ),
  refuses(
    'a delta on top of a deployment',
    ({ earlier }) => ({ source: { deploymentId: earlier.id, deltaId: 'x' } }),
    'UNSUPPORTED',
    ['source', 'deltaId'],
  ),
  refuses('two sources', () => ({ source: { gitRef: 'x', setId: 'x' } }), 'BAD_USER_INPUT', [
    'source',
  ]),
  refuses('two strategies', () => ({ strategy: { rolling: {}, canary: {} } }), 'BAD_USER_INPUT', [
    'strategy',
  ]),
  ...['labels', 'annotations'].map((field) =>
    refuses(
      `a key twice in ${field}`,
      () => ({ [field]: ['1', '2'].map((value) => ({ key: 'release', value })) }),
      'BAD_USER_INPUT',
      [field],
    ),
  ),
];

/** Both in one, for the inputs that every mutation has. */
const HANDLING = { clientMutationId: 'mine' };

const ACTIONS: InputCase<Targets>[] = [
  {
    what: 'goes back to a revision',
    mutation: 'rollback',
    input: ({ earlier }) => ({
      deploymentId: earlier.id,
      idempotencyKey: 'a-rollback',
      ...HANDLING,
    }),
    sent: ({ earlier }) => [
      [
        'POST',
        '/v3/deployments',
        {
          relationships: { app: { data: { guid: guidOf('cart') } } },
          revision: { guid: earlier.details.revisionGuid },
        },
      ],
    ],
    afterMs: 60_000,
  },
  {
    what: 'deploys what it deployed',
    mutation: 'redeploy',
    input: ({ newest }) => ({
      deploymentId: newest.id,
      idempotencyKey: 'a-redeployment',
      ...HANDLING,
    }),
    sent: ({ newest }) => [
      [
        'POST',
        '/v3/deployments',
        {
          relationships: { app: { data: { guid: guidOf('cart') } } },
          revision: { guid: newest.details.revisionGuid },
        },
      ],
    ],
    afterMs: 60_000,
  },
  {
    what: 'continues a canary',
    mutation: 'continueDeployment',
    input: ({ paused }) => ({
      deploymentId: paused[0]?.[0],
      idempotencyKey: 'onward',
      ...HANDLING,
    }),
    sent: ({ paused }) => [['POST', `/v3/deployments/${paused[0]?.[1]}/actions/continue`]],
  },
  {
    what: 'cancels a canary',
    mutation: 'cancelDeployment',
    input: ({ paused }) => ({ deploymentId: paused[1]?.[0], idempotencyKey: 'end', ...HANDLING }),
    sent: ({ paused }) => [['POST', `/v3/deployments/${paused[1]?.[1]}/actions/cancel`]],
  },
];

const sets = (what: string, input: object, patch: object): InputCase<Targets> => ({
  what,
  mutation: 'setEnvironmentVariables',
  input: () => ({ ownerId: CART, ...input }),
  sent: () => [['PATCH', VARIABLES, { var: patch }]],
});

const setsNothing = (
  what: string,
  input: object,
  ...refused: [code: string, ...field: string[]][]
): InputCase<Targets> => ({
  what,
  mutation: 'setEnvironmentVariables',
  input: () => ({ ownerId: CART, ...input }),
  refused: refused.map(([code, ...field]) => [code, field]),
});

const VARIABLE_CASES: InputCase<Targets>[] = [
  sets(
    'values and a new name, in one merge',
    {
      variables: [
        { name: 'A', value: '1' },
        { name: 'B', value: '2', secret: false },
        { name: 'SERVICE_NAME', newName: 'SERVICE' },
      ],
      mode: 'MERGE',
      idempotencyKey: 'variables',
      ...HANDLING,
    },
    { A: '1', B: '2', SERVICE_NAME: null, SERVICE: 'cart' },
  ),
  sets(
    'a secret in the clear where that is allowed',
    { variables: [{ name: 'TOKEN', value: 'open', secret: true }], allowPlaintext: true },
    { TOKEN: 'open' },
  ),
  setsNothing(
    'a secret that would be readable, and what only other platforms know',
    {
      variables: [
        { name: 'TOKEN', value: 'open', secret: true },
        { name: 'C', value: 'c', description: 'of no use' },
        { name: 'D', secretReference: { store: 's', ref: 'r', version: 'v' } },
      ],
    },
    ['UNSUPPORTED', 'variables', '0', 'secret'],
    ['UNSUPPORTED', 'variables', '1', 'description'],
    ['UNSUPPORTED', 'variables', '2', 'secretReference'],
  ),
  setsNothing(
    'when it is applied',
    { variables: [{ name: 'A', value: '1' }], applyStrategy: 'IMMEDIATELY' },
    ['UNSUPPORTED', 'applyStrategy'],
  ),
  ...['VCAP_X', 'vmc', 'PORT', ''].map((name) =>
    setsNothing(`the name "${name}"`, { variables: [{ name, value: '1' }] }, [
      'BAD_USER_INPUT',
      'variables',
      '0',
      'name',
    ]),
  ),
  setsNothing('a new name that is taken', { variables: [{ name: 'A', newName: 'APP_ENV' }] }, [
    'CONFLICT',
    'variables',
    '0',
  ]),
  sets(
    'all there are to be',
    { variables: [{ name: 'ONLY', value: 'this' }], mode: 'REPLACE' },
    {
      ONLY: 'this',
      ...Object.fromEntries(
        [
          'APP_ENV',
          'CACHE_TTL_SECONDS',
          'DATABASE_POOL',
          'SESSION_SECRET',
          'A',
          'B',
          'SERVICE',
          'TOKEN',
        ].map((name) => [name, null]),
      ),
    },
  ),
  {
    what: 'deletes by null, and says which is not there',
    mutation: 'deleteEnvironmentVariables',
    input: () => ({
      ...{ ownerId: CART, names: ['ONLY', 'NEVER'], idempotencyKey: 'deletion' },
      ...HANDLING,
    }),
    sent: () => [['PATCH', VARIABLES, { var: { ONLY: null } }]],
    refused: [['NOT_FOUND', ['names', '1']]],
  },
  {
    what: 'copies some under other names, and no secret',
    mutation: 'copyEnvironmentVariables',
    input: () => ({
      ...{ fromId: PRODUCTION, toId: CART, idempotencyKey: 'copy', ...HANDLING },
      names: ['LOG_LEVEL', 'API_URL', 'STRIPE_API_KEY'],
      renames: [{ name: 'API_URL', newName: 'STORE_URL' }],
    }),
    sent: () => [
      ['PATCH', VARIABLES, { var: { LOG_LEVEL: 'error', STORE_URL: 'https://api.example.com' } }],
    ],
    refused: [['UNSUPPORTED', ['names', '2']]],
  },
  {
    what: 'copies no secret into the clear unasked',
    mutation: 'copyEnvironmentVariables',
    input: () => ({ fromId: SHOP, toId: CART, names: ['SECRET_KEY_BASE', 'LOG_LEVEL'] }),
    sent: () => [['PATCH', VARIABLES, { var: { LOG_LEVEL: 'info' } }]],
    refused: [['UNSUPPORTED', ['names', '0']]],
  },
  {
    what: 'copies a secret that can be read into the clear where that is allowed',
    mutation: 'copyEnvironmentVariables',
    input: () => ({
      ...{ fromId: SHOP, toId: CART, names: ['SECRET_KEY_BASE'], allowPlaintext: true },
    }),
    sent: () => [
      [
        'PATCH',
        VARIABLES,
        { var: { SECRET_KEY_BASE: expect.stringMatching(/^c66-secret-key-base-/) } },
      ],
    ],
  },
  {
    what: 'cannot choose when copies are applied',
    mutation: 'copyEnvironmentVariables',
    input: () => ({ fromId: SHOP, toId: CART, applyStrategy: 'DEPLOYMENT' }),
    refused: [['UNSUPPORTED', ['applyStrategy']]],
  },
];

const VERSION = toId('cloudfoundry', 'Version', [guidOf('cart'), uuidOf('no', 'deployment')]);
const REVISION = toId('cloudfoundry', 'Revision', [guidOf('cart'), uuidOf('no', 'revision')]);
const BUILD = toId('cloudfoundry', 'Build', [guidOf('cart'), uuidOf('no', 'build')]);

runTable<Targets>({
  provider: 'cloudfoundry',
  prepare,
  cases: [
    ...STARTS,
    ...ACTIONS,
    ...VARIABLE_CASES,
    ...unoffered<Targets>({
      createDeployment: () => ({ scopeId: CART, name: 'x' }),
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
