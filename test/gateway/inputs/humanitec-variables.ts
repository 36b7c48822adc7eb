import { expect } from '@jest/globals';
import { PRODUCTION, STOREFRONT, SHOP, E, HANDLING, type Targets } from './humanitec-targets.ts';
import type { InputCase, Sent } from './table.ts';

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

export const VARIABLES: InputCase<Targets>[] = [
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
