import { describe, expect } from '@jest/globals';
import { uuidOf } from '../../sandbox/random.ts';
import { TEMPLATE_ID } from '../../sandbox/ubiops/revision-writes.ts';
import { instanceTypeGroupId } from '../../sandbox/ubiops/version-shapes.ts';
import { toId } from '../../src/ids.ts';
import type { TestGateway } from '../helpers/gateway.ts';
import { type InputCase, runTable, type Sent, unoffered } from './input-table.ts';

interface Targets {
  /** A deployment, its version, and what was made of it. */
  subject: string;
  version: string;
  revision: string;
  build: string;
}

type Case = InputCase<Targets>;

const HANDLING = { clientMutationId: 'mine' };
const LABELS = [{ key: 'team', value: 'search' }];

describe.each([
  { project: 'seed', api: '3.13' },
  { project: 'current', api: '4.12' },
])('UbiOps in the shapes of $api', ({ project, api }) => {
  const isOld = api === '3.13';
  const deploymentOf = (name: string) => [project, name, uuidOf('ubiops', project, name)];
  const versionOf = (name: string, version: string) => {
    const keys = deploymentOf(name);
    return toId('ubiops', 'Version', [...keys, version, uuidOf('ubiops', keys[2] ?? '', version)]);
  };
  const PROJECT = toId('ubiops', 'Scope', [project]);
  const SHOWCASE = toId('ubiops', 'Deployment', deploymentOf('showcase'));
  const AVAILABLE = versionOf('showcase', 'available');
  const path = `/v2.1/projects/${project}/deployments`;
  const V = `${path}/subject/versions/v1`;

  async function prepare(gateway: TestGateway): Promise<Targets> {
    // A version that was seen tells which generation the project speaks.
    const seen = await gateway.query(`{ node(id: "${AVAILABLE}") { id } }`);
    expect(seen.errors).toEqual([]);
    const made = await gateway.query<{
      createDeployment: { deployment: { id: string } };
    }>(
      `mutation { createDeployment(input: { scopeId: "${PROJECT}", name: "subject" }) {
        deployment { id } } }`,
    );
    const subject = made.data.createDeployment.deployment.id;
    const versioned = await gateway.query<{ createVersion: { version: { id: string } } }>(
      `mutation { createVersion(input: { deploymentId: "${subject}", name: "v1" }) {
        version { id } } }`,
    );
    const version = versioned.data.createVersion.version.id;
    const copied = await gateway.query<{
      copyRevision: { revision: { id: string; builds: { nodes: { id: string }[] } } };
    }>(
      `mutation { copyRevision(input: { versionId: "${version}", fromVersionId: "${AVAILABLE}" }) {
        revision { id builds { nodes { id } } } } }`,
    );
    const { id: revision, builds } = copied.data.copyRevision.revision;
    return { subject, version, revision, build: builds.nodes[0]?.id ?? '' };
  }

  const creates = (what: string, input: object, body: object, more: Partial<Case> = {}): Case => ({
    what,
    mutation: 'createDeployment',
    input: () => ({ scopeId: PROJECT, ...input }),
    sent: () => [['POST', path, body]],
    ...more,
  });
  const refuses = (
    mutation: string,
    what: string,
    input: (targets: Targets) => Record<string, unknown>,
    ...refused: [code: string, ...field: string[]][]
  ): Case => ({
    ...{ what, mutation, input },
    refused: refused.map(([code, ...field]) => [code, field]),
  });

  const field = { name: 'amount', dataType: 'double' };
  const shape = {
    inputFields: [
      { ...field, widget: { type: 'slider', configuration: { minimum: '0', maximum: '9' } } },
      { name: 'file', dataType: 'file' },
    ],
    outputFields: [{ name: 'score', dataType: 'int', widget: { type: 'textbox' } }],
  };
  const sentShape = {
    input_fields: [
      {
        ...{ name: 'amount', data_type: 'double' },
        widget: { type: 'slider', configuration: { minimum: '0', maximum: '9' } },
      },
      { name: 'file', data_type: 'file' },
    ],
    output_fields: [{ name: 'score', data_type: 'int', widget: { type: 'textbox' } }],
  };
  const notCreated = (what: string, input: object, ...refused: [string, ...string[]][]) =>
    refuses(
      'createDeployment',
      what,
      () => ({ scopeId: PROJECT, name: 'x', ...input }),
      ...refused,
    );

  const deployments: Case[] = [
    creates(
      'a name alone is plain on both sides',
      { name: 'bare' },
      {
        ...{ name: 'bare', input_type: 'plain', output_type: 'plain' },
      },
    ),
    creates(
      'every field',
      {
        ...{ name: 'full', description: 'Adds up.', labels: LABELS, ...shape },
        ...{ inputType: 'structured', outputType: 'structured', idempotencyKey: 'full' },
        ...HANDLING,
        ...(!isOld && { supportsRequestFormat: false }),
      },
      {
        ...{ name: 'full', description: 'Adds up.', labels: { team: 'search' }, ...sentShape },
        ...{ input_type: 'structured', output_type: 'structured' },
        ...(!isOld && { supports_request_format: false }),
      },
    ),
    creates(
      'a widget that UbiOps refuses',
      { name: 'odd', inputFields: [{ ...field, widget: { configuration: {} } }] },
      {
        ...{ name: 'odd', input_type: 'structured', output_type: 'plain' },
        input_fields: [{ name: 'amount', data_type: 'double', widget: { configuration: {} } }],
      },
      { refused: [['PROVIDER_REJECTED', []]] },
    ),
    ...(isOld
      ? [
          notCreated('what came later', { supportsRequestFormat: true }, [
            'UNSUPPORTED',
            'supportsRequestFormat',
          ]),
        ]
      : []),
    notCreated('an unknown type', { inputType: 'xml' }, ['BAD_USER_INPUT', 'inputType']),
    notCreated('fields of a plain side', { outputType: 'plain', outputFields: [field] }, [
      'BAD_USER_INPUT',
      'outputFields',
    ]),
    notCreated('no name', { name: '' }, ['BAD_USER_INPUT', 'name']),
    notCreated('a path for a name', { name: '../x' }, ['BAD_USER_INPUT', 'name']),
    notCreated('a long description', { description: 'x'.repeat(401) }, [
      'BAD_USER_INPUT',
      'description',
    ]),
    notCreated('a label twice', { labels: [...LABELS, ...LABELS] }, ['BAD_USER_INPUT', 'labels']),
    {
      what: 'every field but the default version',
      mutation: 'updateDeployment',
      input: ({ subject }) => ({
        ...{ deploymentId: subject, description: '', labels: [], ...shape },
        ...{ idempotencyKey: 'update', ...HANDLING },
      }),
      sent: () => [['PATCH', `${path}/subject`, { description: '', labels: {}, ...sentShape }]],
    },
    {
      what: 'a new name and another default version',
      mutation: 'updateDeployment',
      input: () => ({
        deploymentId: SHOWCASE,
        name: 'show',
        defaultVersionId: versionOf('showcase', 'failed-update'),
      }),
      sent: () => [
        ['PATCH', `${path}/showcase`, { name: 'show', default_version: 'failed-update' }],
      ],
    },
    refuses(
      'updateDeployment',
      'the version of another deployment',
      ({ subject }) => ({
        deploymentId: subject,
        defaultVersionId: versionOf('order-router', 'v1'),
      }),
      ['BAD_USER_INPUT', 'defaultVersionId'],
    ),
  ];

  const common = {
    ...{ description: 'Second.', labels: LABELS, instanceType: '512mb' },
    ...{ minimumInstances: 1, maximumInstances: 3, maximumIdleTimeSeconds: 60 },
    ...{ requestRetentionTimeSeconds: 3_600, requestRetentionMode: 'metadata' },
    ...{ staticIp: true, restartRequestInterruption: false },
  };
  const sentCommon = {
    ...{ description: 'Second.', labels: { team: 'search' }, instance_type: '512mb' },
    ...{ minimum_instances: 1, maximum_instances: 3, maximum_idle_time: 60 },
    ...{ request_retention_time: 3_600, request_retention_mode: 'metadata' },
    ...{ static_ip: true, restart_request_interruption: false },
  };
  const groupId = instanceTypeGroupId('512mb');
  const fieldsOf = {
    '3.13': {
      ...{ memoryAllocationMib: 512, monitoring: 'alarms', defaultNotificationGroup: 'all' },
      ...{ maximumQueueSizeExpress: 7, maximumQueueSizeBatch: 8 },
    },
    '4.12': {
      ...{ environment: 'python3-11', instanceTypeGroupId: groupId },
      ...{ instanceTypeGroupName: '512mb', instanceProcesses: 2, scalingStrategy: 'moderate' },
      maximumQueueSize: 9,
      ports: [
        { publicPort: 80, deploymentPort: 8_080, protocol: 'udp' },
        { publicPort: 443, deploymentPort: 8_443 },
      ],
    },
  };
  const sentOf = {
    '3.13': {
      ...{ memory_allocation: 512, monitoring: 'alarms', default_notification_group: 'all' },
      ...{ maximum_queue_size_express: 7, maximum_queue_size_batch: 8 },
    },
    '4.12': {
      ...{ environment: 'python3-11', instance_type_group_id: groupId },
      ...{ instance_type_group_name: '512mb', instance_processes: 2 },
      ...{ scaling_strategy: 'moderate', maximum_queue_size: 9 },
      ports: [
        { public_port: 80, deployment_port: 8_080, protocol: 'udp' },
        { public_port: 443, deployment_port: 8_443, protocol: 'tcp' },
      ],
    },
  };
  const own = isOld ? fieldsOf['3.13'] : fieldsOf['4.12'];
  const sentOwn = isOld ? sentOf['3.13'] : sentOf['4.12'];
  const foreign = isOld ? fieldsOf['4.12'] : fieldsOf['3.13'];
  const allForeign = Object.keys(foreign).map((name): [string, string] => ['UNSUPPORTED', name]);
  const language = isOld ? { language: 'python3.8' } : {};

  const versions: Case[] = [
    {
      what: 'every field of its generation',
      mutation: 'createVersion',
      input: ({ subject }) => ({
        ...{ deploymentId: subject, name: 'v2', ...common, ...own, ...language },
        ...{ idempotencyKey: 'version', ...HANDLING },
      }),
      sent: () => [
        [
          'POST',
          `${path}/subject/versions`,
          { version: 'v2', ...sentCommon, ...sentOwn, ...language },
        ],
      ],
    },
    refuses(
      'createVersion',
      'what the other generation has',
      ({ subject }) => ({
        ...{ deploymentId: subject, name: 'v3', ...foreign },
        ...(!isOld && { language: 'python3.8' }),
      }),
      ...[...(isOld ? [] : [['UNSUPPORTED', 'language'] as [string, string]]), ...allForeign],
    ),
    refuses(
      'createVersion',
      'a label twice',
      ({ subject }) => ({ deploymentId: subject, name: 'v3', labels: [...LABELS, ...LABELS] }),
      ['BAD_USER_INPUT', 'labels'],
    ),
    {
      what: 'a setting that UbiOps refuses',
      mutation: 'createVersion',
      input: ({ subject }) => ({ deploymentId: subject, name: 'v3', minimumInstances: -1 }),
      sent: () => [['POST', `${path}/subject/versions`, { version: 'v3', minimum_instances: -1 }]],
      refused: [['PROVIDER_REJECTED', []]],
    },
    {
      what: 'every field of its generation but the name',
      mutation: 'updateVersion',
      input: ({ version }) => ({
        ...{ versionId: version, ...common, ...own, idempotencyKey: 'change', ...HANDLING },
      }),
      sent: () => [['PATCH', V, { ...sentCommon, ...sentOwn }]],
    },
    refuses(
      'updateVersion',
      'what the other generation has',
      ({ version }) => ({ versionId: version, ...foreign }),
      ...allForeign,
    ),
    ...(isOld
      ? [
          {
            what: 'nobody to tell, which is null',
            mutation: 'updateVersion',
            input: ({ version }: Targets) => ({
              ...{ versionId: version, monitoring: '', defaultNotificationGroup: '' },
            }),
            sent: (): Sent[] => [
              ['PATCH', V, { monitoring: null, default_notification_group: null }],
            ],
          },
        ]
      : []),
    {
      what: 'a new name',
      mutation: 'updateVersion',
      input: () => ({ versionId: versionOf('order-router', 'v3'), name: 'third' }),
      sent: () => [['PATCH', `${path}/order-router/versions/v3`, { version: 'third' }]],
    },
    {
      what: 'by its name',
      mutation: 'deleteVersion',
      input: () => ({
        ...{ versionId: versionOf('price-forecast', 'v30'), idempotencyKey: 'less' },
        ...HANDLING,
      }),
      sent: () => [['DELETE', `${path}/price-forecast/versions/v30`]],
    },
  ];

  const revisions: Case[] = [
    {
      what: 'a running build',
      mutation: 'cancelBuild',
      input: ({ build }) => ({ buildId: build, idempotencyKey: 'stop', ...HANDLING }),
      ...(isOld
        ? {
            sent: () => [
              ['PATCH', expect.stringMatching(`^${V}/builds/`), { status: 'cancelled' }],
            ],
          }
        : { fails: 'UNSUPPORTED' }),
    },
    {
      what: 'sends nothing by itself',
      mutation: 'requestRevisionUpload',
      input: ({ version }) => ({ versionId: version, idempotencyKey: 'upload', ...HANDLING }),
    },
    {
      what: 'from another version',
      mutation: 'copyRevision',
      input: ({ version }) => ({
        ...{ versionId: version, fromVersionId: versionOf('order-router', 'v1') },
        ...{ idempotencyKey: 'copy', ...HANDLING },
      }),
      sent: () => [
        ['POST', `${V}/revisions`, { source_deployment: 'order-router', source_version: 'v1' }],
      ],
    },
    {
      what: 'from a template',
      mutation: 'copyRevision',
      input: ({ version }) => ({ versionId: version, templateId: TEMPLATE_ID }),
      sent: () => [['POST', `${V}/revisions`, { template_deployment_id: TEMPLATE_ID }]],
    },
    refuses(
      'copyRevision',
      'from two at once',
      ({ version }) => ({ versionId: version, fromVersionId: version, templateId: TEMPLATE_ID }),
      ['BAD_USER_INPUT'],
    ),
    refuses(
      'copyRevision',
      'from another project',
      ({ version }) => ({
        versionId: version,
        fromVersionId: toId('ubiops', 'Version', ['elsewhere', 'd', uuidOf('d'), 'v', uuidOf('v')]),
      }),
      ['BAD_USER_INPUT'],
    ),
    {
      what: 'with a body that has nothing in it',
      mutation: 'rebuildRevision',
      input: ({ revision }) => ({ revisionId: revision, idempotencyKey: 'again', ...HANDLING }),
      sent: () => [['POST', expect.stringMatching(/\/revisions\/[^/]+\/rebuild$/), {}]],
      afterMs: 120_000,
    },
  ];

  const sets = (what: string, input: object, ...sent: Sent[]): Case => ({
    what,
    mutation: 'setEnvironmentVariables',
    input: ({ version }) => ({ ownerId: version, ...input }),
    sent: () => sent,
  });
  const setsNothing = (what: string, input: object, ...refused: [string, ...string[]][]) =>
    refuses(
      'setEnvironmentVariables',
      what,
      ({ version }) => ({ ownerId: version, ...input }),
      ...refused,
    );
  const one = expect.stringMatching(`^${V}/environment-variables/[0-9a-f-]{36}$`);
  const all = `${V}/environment-variables`;

  const variables: Case[] = [
    sets(
      'values and secrets, one after the other',
      {
        variables: [
          { name: 'plain', value: 'a' },
          { name: 'hidden', value: 'b', secret: true },
        ],
        ...{ mode: 'MERGE', allowPlaintext: false, idempotencyKey: 'set', ...HANDLING },
      },
      ['POST', all, { name: 'plain', value: 'a', secret: false }],
      ['POST', all, { name: 'hidden', value: 'b', secret: true }],
    ),
    sets(
      'a new name also for a secret, whose value nobody has to know',
      {
        variables: [
          { name: 'plain', newName: 'open' },
          { name: 'hidden', newName: 'covered' },
        ],
      },
      ['PATCH', one, { name: 'open', value: 'a', secret: false }],
      ['PATCH', one, { name: 'covered', secret: true }],
    ),
    sets('what is to become a secret', { variables: [{ name: 'open', secret: true }] }, [
      'PATCH',
      one,
      { name: 'open', value: 'a', secret: true },
    ]),
    setsNothing(
      'a secret that is to be readable again',
      { variables: [{ name: 'covered', value: 'c', secret: false }] },
      ['BAD_USER_INPUT', 'variables', '0'],
    ),
    setsNothing('a new name that is taken', { variables: [{ name: 'open', newName: 'covered' }] }, [
      'CONFLICT',
      'variables',
      '0',
    ]),
    setsNothing(
      'what only other platforms know',
      {
        variables: [
          { name: 'a', value: 'c', description: 'of no use' },
          { name: 'b', secretReference: { store: 's', ref: 'r', version: 'v' } },
        ],
      },
      ['UNSUPPORTED', 'variables', '0', 'description'],
      ['UNSUPPORTED', 'variables', '1', 'secretReference'],
    ),
    setsNothing(
      'when it is applied',
      { variables: [{ name: 'a', value: 'c' }], applyStrategy: 'DEPLOYMENT' },
      ['UNSUPPORTED', 'applyStrategy'],
    ),
    ...['_a', 'a_', 'a-b', 'a b', '', 'x'.repeat(65)].map((name) =>
      setsNothing(`the name "${name}"`, { variables: [{ name, value: 'c' }] }, [
        'BAD_USER_INPUT',
        'variables',
        '0',
        'name',
      ]),
    ),
    sets(
      'all there are to be, the others deleted last',
      { variables: [{ name: 'only', value: 'x' }], mode: 'REPLACE' },
      ['POST', all, { name: 'only', value: 'x', secret: false }],
      ['DELETE', one],
      ['DELETE', one],
    ),
    {
      what: 'by its id, and says which is not there',
      mutation: 'deleteEnvironmentVariables',
      input: ({ version }) => ({
        ...{ ownerId: version, names: ['only', 'never'], idempotencyKey: 'delete', ...HANDLING },
      }),
      sent: () => [['DELETE', one]],
      refused: [['NOT_FOUND', ['names', '1']]],
    },
    {
      what: 'all by the provider’s own copy, which keeps secrets',
      mutation: 'copyEnvironmentVariables',
      input: ({ version }) => ({
        ...{ fromId: versionOf('order-router', 'v2'), toId: version, allowPlaintext: false },
        ...{ idempotencyKey: 'copies', ...HANDLING },
      }),
      sent: () => [
        [
          'POST',
          `${V}/copy-environment-variables`,
          { source_deployment: 'order-router', source_version: 'v2' },
        ],
      ],
    },
    {
      what: 'some under other names, one by one, and no secret',
      mutation: 'copyEnvironmentVariables',
      input: ({ version }) => ({
        ...{ fromId: versionOf('order-router', 'v2'), toId: version },
        names: ['batch_size', isOld ? 'database_password' : 'signing_key', 'proxy'],
        renames: [{ name: 'proxy', newName: 'outward_proxy' }],
      }),
      sent: () => [
        // It is there already from the copy before.
        ['PATCH', one, { name: 'batch_size', value: '64', secret: false }],
        ['POST', all, { name: 'outward_proxy', value: '', secret: false }],
      ],
      refused: [['UNSUPPORTED', ['names', '1']]],
    },
    {
      what: 'all with another name for one, which the provider’s own copy does not know',
      mutation: 'copyEnvironmentVariables',
      input: ({ version }) => ({
        ...{ fromId: versionOf('order-router', 'v2'), toId: version },
        renames: [{ name: 'proxy', newName: 'inner_proxy' }],
      }),
      sent: () => {
        const plain = (name: string, value: string): Sent => [
          'POST',
          all,
          { name, value, secret: false },
        ];
        const known: Sent = ['PATCH', one, { name: 'batch_size', value: '64', secret: false }];
        if (isOld) return [known, plain('inner_proxy', '')];
        return [
          plain('api_token', 'local-token'),
          known,
          plain('database_url', 'postgres://db/main'),
          plain('log_level', 'info'),
          plain('model_bucket', 'models'),
          plain('inner_proxy', ''),
          plain('region', 'eu-central'),
        ];
      },
      refused: (isOld ? ['database_password'] : ['registry_password', 'signing_key']).map(() => [
        'UNSUPPORTED',
        [],
      ]),
    },
    refuses(
      'copyEnvironmentVariables',
      'two variables under one name',
      ({ version }) => ({
        ...{ fromId: AVAILABLE, toId: version, names: ['batch_size', 'proxy'] },
        renames: [{ name: 'proxy', newName: 'batch_size' }],
      }),
      ['BAD_USER_INPUT', 'renames', '0', 'newName'],
    ),
    refuses(
      'copyEnvironmentVariables',
      'when they are applied',
      ({ version }) => ({ fromId: AVAILABLE, toId: version, applyStrategy: 'DEPLOYMENT' }),
      ['UNSUPPORTED', 'applyStrategy'],
    ),
  ];

  runTable<Targets>({
    provider: 'ubiops',
    prepare,
    cases: [
      ...revisions,
      ...versions,
      ...variables,
      ...deployments,
      {
        what: 'with all of it',
        mutation: 'deleteDeployment',
        input: ({ subject }) => ({ deploymentId: subject, idempotencyKey: 'gone', ...HANDLING }),
        sent: () => [['DELETE', `${path}/subject`]],
      },
      ...unoffered<Targets>({
        startDeployment: () => ({ scopeId: PROJECT }),
        redeploy: ({ subject }) => ({ deploymentId: subject }),
        rollback: ({ subject }) => ({ deploymentId: subject }),
        cancelDeployment: ({ subject }) => ({ deploymentId: subject }),
        continueDeployment: ({ subject }) => ({ deploymentId: subject }),
      }),
    ],
  });
});
