import { expect } from '@jest/globals';
import {
  CART,
  PRODUCTION,
  SHOP,
  VARIABLES,
  type Targets,
  HANDLING,
} from './cloudfoundry-targets.ts';
import type { InputCase } from './table.ts';

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

export const VARIABLE_CASES: InputCase<Targets>[] = [
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
