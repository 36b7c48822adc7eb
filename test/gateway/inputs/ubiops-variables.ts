import { expect } from '@jest/globals';
import { type Case, type Place, HANDLING, refuses } from './ubiops-targets.ts';
import type { Sent } from './table.ts';

/** Cases of variables. */
export function variableCases({ isOld, versionOf, AVAILABLE, V }: Place): Case[] {
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

  return [
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
}
