import { type Case, type Place, HANDLING, LABELS, refuses } from './ubiops-targets.ts';

/** Cases of deployments. */
export function deploymentCases({ isOld, versionOf, PROJECT, SHOWCASE, path }: Place): Case[] {
  const creates = (what: string, input: object, body: object, more: Partial<Case> = {}): Case => ({
    what,
    mutation: 'createDeployment',
    input: () => ({ scopeId: PROJECT, ...input }),
    sent: () => [['POST', path, body]],
    ...more,
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

  return [
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
}
