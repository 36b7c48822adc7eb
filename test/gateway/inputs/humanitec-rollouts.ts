import {
  PRODUCTION,
  E,
  DEPLOYS,
  DRAFT,
  HANDLING,
  AFTER_MS,
  type Targets,
} from './humanitec-targets.ts';
import type { InputCase, Sent } from './table.ts';

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

export const STARTS: InputCase<Targets>[] = [
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
