import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/**
 * Who may import whom. Each room lists what it must not reach; ARCHITECTURE.md says why.
 * @param {string} folder
 * @param {string[]} forbidden path patterns, as they are written in imports
 * @param {string} reason
 */
const room = (folder, forbidden, reason) => ({
  files: [`${folder}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      { patterns: [{ group: forbidden, message: `${folder}: ${reason}` }] },
    ],
  },
});

export default defineConfig(
  { ignores: ['dist', 'coverage', 'examples/generated', 'bench', 'test/**/*.mjs'] },
  js.configs.recommended,
  tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ['*.js', 'examples/*.js'] } },
    },
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'max-depth': ['error', 4],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
    },
  },
  // A contract suite is one idea, however many promises it holds.
  { files: ['test/datasources/contract.ts'], rules: { 'max-lines': 'off' } },
  { files: ['*.js', 'examples/*.js'], extends: [tseslint.configs.disableTypeChecked] },
  room(
    'src/schema',
    ['**/resolvers/**', '**/loaders/**', '**/datasources/**', '**/server/**', 'got', 'ioredis'],
    'the vocabulary imports only type-graphql, graphql-scalars and itself',
  ),
  room(
    'src/resolvers',
    [
      'got',
      'ioredis',
      '**/http/**',
      '**/ubiops/**',
      '**/humanitec/**',
      '**/cloud66/**',
      '**/cloudfoundry/**',
    ],
    'resolvers choose loaders and edges; they know no provider and no transport',
  ),
  room(
    'src/loaders',
    [
      'got',
      'ioredis',
      '**/http/**',
      '**/ubiops/**',
      '**/humanitec/**',
      '**/cloud66/**',
      '**/cloudfoundry/**',
      '**/resolvers/**',
    ],
    'loaders batch over the provider contract only',
  ),
  ...['ubiops', 'humanitec', 'cloud66', 'cloudfoundry'].map((provider, _index, all) =>
    room(
      `src/datasources/${provider}`,
      [
        ...all.filter((other) => other !== provider).map((other) => `**/${other}/**`),
        '**/resolvers/**',
        '**/loaders/**',
        '**/cache/**',
        '**/server/**',
        'dataloader',
        'graphql',
        'got',
      ],
      'a provider knows its own API, the contract, http, schema, errors and ids',
    ),
  ),
  room(
    'src/datasources/http',
    ['**/ids.ts', '**/resolvers/**', '**/loaders/**', 'graphql', 'type-graphql'],
    'http knows no provider and no GraphQL; it is told the dialect',
  ),
  room(
    'src/cache',
    [
      '**/resolvers/**',
      '**/loaders/**',
      '**/server/**',
      'graphql',
      'type-graphql',
      'got',
      'ioredis',
    ],
    'the cache knows the provider contract; redis.ts makes the clients',
  ),
  room(
    'src/execution',
    ['**/resolvers/**', '**/loaders/**', '**/datasources/**', '**/server/**', '**/schema/**'],
    'execution knows GraphQL, not what is asked',
  ),
  room(
    'src/responses',
    ['**/resolvers/**', '**/loaders/**', '**/datasources/**', '**/server/**', '**/schema/**'],
    'responses knows texts and tags, not what they are about',
  ),
  room(
    'src/limits',
    ['**/resolvers/**', '**/loaders/**', '**/datasources/**', '**/server/**'],
    'limits measures documents, it runs none',
  ),
  room(
    'src/subscriptions',
    [
      '**/resolvers/**',
      '**/loaders/**',
      '**/server/**',
      'graphql',
      'type-graphql',
      'ws',
      'graphql-ws',
    ],
    'subscriptions knows events, neither GraphQL nor sockets',
  ),
  room('sandbox', ['**/src/**'], 'the stand-ins are independent witnesses'),
);
