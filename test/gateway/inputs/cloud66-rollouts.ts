import {
  IDENTITY,
  DEPLOYMENTS,
  COMMIT,
  HANDLING,
  MINUTES_MS,
  reference,
  type Targets,
} from './cloud66-targets.ts';
import type { InputCase } from './table.ts';

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

export const ROLLOUTS: InputCase<Targets>[] = [
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
