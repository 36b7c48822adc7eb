import { guidOf, CART, type Targets, HANDLING } from './cloudfoundry-targets.ts';
import type { InputCase } from './table.ts';

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

export const STARTS: InputCase<Targets>[] = [
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

export const ACTIONS: InputCase<Targets>[] = [
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
