import { expect } from '@jest/globals';
import {
  IDENTITY,
  BLOG,
  STOREFRONT,
  VARIABLES,
  HANDLING,
  TAKES_MS,
  type Targets,
} from './cloud66-targets.ts';
import type { InputCase, Sent } from './table.ts';

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

export const VARIABLE_CASES: InputCase<Targets>[] = [
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
