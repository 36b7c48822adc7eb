import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { isUnionType, lexicographicSortSchema, printSchema } from 'graphql';
import { STAND_INS } from '../sandbox/index.ts';
import { loadConfig } from '../src/config.ts';
import { REGISTRY } from '../src/datasources/registry.ts';
import { createSchema } from '../src/resolvers/index.ts';
import { ProviderKind } from '../src/schema/enums.ts';

const folders = (path: string) =>
  readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

const sources = (path: string): string[] =>
  readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));

/** What every schema has, so that there is nothing to say of it. */
const ROOTS = ['Query', 'Mutation', 'Subscription'];

describe('the architecture', () => {
  const kinds = Object.values(REGISTRY).map(({ kind }) => kind);

  it('has a folder, a registry line, details, a stand-in and a test for each provider', () => {
    expect(
      folders('src/datasources')
        .filter((name) => name !== 'http')
        .sort(),
    ).toEqual([...kinds].sort());
    expect(folders('sandbox').sort()).toEqual([...kinds].sort());
    expect(Object.keys(STAND_INS).sort()).toEqual([...kinds].sort());
    expect(Object.keys(REGISTRY)).toEqual(Object.values(ProviderKind));
    for (const kind of kinds) {
      expect(existsSync(`src/schema/details/${kind}.ts`)).toBe(true);
      expect(readFileSync(`test/datasources/${kind}.test.ts`, 'utf8')).toContain(
        'describeContract(',
      );
    }
  });

  it.each([
    ['npm start', 'sandbox/deploygraph.yaml'],
    ['docker compose', 'cluster/deploygraph.yaml'],
  ])('shows every kind of provider in the configuration that %s uses', (_what, path) => {
    const config = loadConfig(path, {});
    expect(config.providers.map(({ name }) => name)).toEqual(Object.keys(STAND_INS));
    for (const { kind, baseUrl } of config.providers) {
      const name = REGISTRY[kind].kind as keyof typeof STAND_INS;
      expect(new URL(baseUrl).port).toBe(String(STAND_INS[name].port));
    }
  });

  it('has one member for each kind in the details of deployments', async () => {
    const union = (await createSchema()).getType('DeploymentDetails');
    expect(isUnionType(union) && union.getTypes().length).toBe(kinds.length);
  });

  it('has committed the schema that the code emits', async () => {
    const sdl = `${printSchema(lexicographicSortSchema(await createSchema()))}\n`;
    expect(readFileSync('schema.graphql', 'utf8') === sdl).toBe(true);
  });

  it('describes every type, argument-free enum value aside, for a reader of the schema', async () => {
    const types = Object.values((await createSchema()).getTypeMap()).filter(
      ({ name }) =>
        !name.startsWith('__') && !/(Connection|Edge)$/.test(name) && !ROOTS.includes(name),
    );
    expect(types.filter(({ description }) => !description).map(({ name }) => name)).toEqual([]);
  });

  it('lets the stand-ins know nothing of the gateway', () => {
    for (const file of sources('sandbox')) {
      expect([file, /from '[^']*\bsrc\//.test(readFileSync(file, 'utf8'))]).toEqual([file, false]);
    }
  });

  it('reads the environment in one place, and keeps no module-level variables', () => {
    for (const file of sources('src')) {
      const text = readFileSync(file, 'utf8');
      if (file !== join('src', 'main.ts'))
        expect([file, text.includes('process.env')]).toEqual([file, false]);
      expect([file, /^(export )?let /m.test(text)]).toEqual([file, false]);
    }
  });
});

describe('the README', () => {
  it('shows the query of the example that the tests run', () => {
    const [, shown] = /```graphql\n([\s\S]*?)```/.exec(readFileSync('README.md', 'utf8')) ?? [];
    const example = readFileSync('examples/platforms.graphql', 'utf8').replace(/^#.*\n/gm, '');
    expect(shown).toBe(example);
  });
});
