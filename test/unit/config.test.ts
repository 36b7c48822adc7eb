import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { ConfigError, type Environment, loadConfig, parseConfig } from '../../src/config.ts';

const CLOUD66 = `
providers:
  - name: stacks
    kind: cloud66
    baseUrl: https://app.cloud66.com/api/3
    credentials: { token: "\${C66_TOKEN}" }
`;

function problemsOf(content: string, environment: Environment = {}): string[] {
  try {
    parseConfig(content, 'deploygraph.yaml', environment);
  } catch (error) {
    if (error instanceof ConfigError) {
      return error.problems.map(({ path, message }) => `${path}: ${message}`);
    }
    throw error;
  }
  throw new Error('the configuration was accepted');
}

describe('configuration', () => {
  it('reads a provider and fills in what is not said', () => {
    const config = parseConfig(CLOUD66, 'deploygraph.yaml', { C66_TOKEN: 'abc' });
    expect(config.server).toEqual({
      host: '127.0.0.1',
      port: 4000,
      explorer: true,
      executor: 'compiled',
      allowedOrigins: [],
      drainMs: 5_000,
      graceMs: 10_000,
      persistedQueries: {
        lifetimeHours: 24,
        maxBytes: 32_768,
        maxShared: 5_000,
        memoryMib: 30,
      },
    });
    expect(config.auth).toEqual({ mode: 'none', readVariables: false });
    expect(config.providers).toMatchObject([
      { name: 'stacks', kind: 'CLOUD66', options: { credentials: { token: 'abc' } } },
    ]);
    expect(Object.isFrozen(config.providers[0])).toBe(true);
  });

  it('lets HOST and PORT win', () => {
    const config = parseConfig(CLOUD66, 'x', { C66_TOKEN: 'abc', HOST: '::1', PORT: '8080' });
    expect(config.server).toMatchObject({ host: '::1', port: 8080 });
    expect(problemsOf(CLOUD66, { C66_TOKEN: 'abc', PORT: 'http' })).toEqual([
      'PORT: write a port, from 0 to 65535.',
    ]);
  });

  it('takes defaults in references, and never lets a value change the structure', () => {
    const content = CLOUD66.replace('${C66_TOKEN}', '${C66_TOKEN:-from-default}');
    const [fromDefault] = parseConfig(content, 'x', {}).providers;
    expect(fromDefault?.options).toEqual({ credentials: { token: 'from-default' } });
    const [hostile] = parseConfig(content, 'x', { C66_TOKEN: 'a", evil: "b' }).providers;
    expect(hostile?.options).toEqual({ credentials: { token: 'a", evil: "b' } });
  });

  it('tells every mistake at once, with its path and what to write instead', () => {
    const content = `
server: { port: 99999, exploder: true }
logLevel: loud
providers:
  - name: Bad Name
    kind: kubernetes
    baseUrl: ftp://example.org
    credentials: { token: x }
  - name: model-serving
    kind: ubiops
    baseUrl: https://user:pass@api.ubiops.com/v2.1
    credentials: { password: x }
    timeoutMs: 5
  - name: orchestrator
    kind: humanitec
    baseUrl: https://api.humanitec.io
    credentials: { token: "\${HUMANITEC_TOKEN}" }
`;
    const problems = problemsOf(content);
    for (const path of [
      'server.port: ',
      'server.exploder: there is no such setting',
      'logLevel: write fatal',
      'providers[0].name: write a name of small letters',
      'providers[0].kind: write one of ubiops, humanitec, cloud66, cloudfoundry',
      'providers[0].baseUrl: write an http or https URL',
      'providers[1].baseUrl: write an http or https URL without user',
      'providers[1].credentials',
      'providers[1].timeoutMs: ',
      'providers[2].credentials.token: the environment variable HUMANITEC_TOKEN is not set',
      'providers[2].organization: ',
    ]) {
      expect(problems.filter((problem) => problem.startsWith(path))).not.toEqual([]);
    }
  });

  it('refuses a second provider of the same name', () => {
    const twice = CLOUD66 + CLOUD66.replace('\nproviders:', '');
    expect(problemsOf(twice, { C66_TOKEN: 'abc' })).toEqual([
      'providers[1].name: "stacks" is taken; write another name.',
    ]);
  });

  it.each([
    ['no file at all', ''],
    ['no providers', 'providers: []'],
    ['a list', '- a\n- b'],
    ['a text', 'hello'],
    ['broken YAML', 'providers: [\n  - name: "a'],
    [
      'a secret that reads like an alias',
      'providers: [{ credentials: { token: *marked-secret } }]',
    ],
    ['an alias that leads to itself', 'providers: &all [*all]'],
  ])('says what is wrong with %s', (_what, content) => {
    expect(problemsOf(content).length).toBeGreaterThan(0);
    expect(problemsOf(content).join()).not.toContain('marked-secret');
  });

  it.each([
    [
      'a key in place of its hash',
      '{ apiKeys: [{ name: a, hash: marked-secret, grants: [{ role: viewer }] }] }',
      'auth.apiKeys[0].hash: write the SHA-256',
    ],
    [
      'an unknown role',
      `{ apiKeys: [{ name: a, hash: ${'a'.repeat(64)}, grants: [{ role: boss }] }] }`,
      'auth.apiKeys[0].grants[0].role: write viewer',
    ],
    [
      'an unknown provider',
      `{ apiKeys: [{ name: a, hash: ${'a'.repeat(64)}, grants: [{ role: admin, providers: [x] }] }] }`,
      'auth.apiKeys[0].grants[0].providers[0]: no provider',
    ],
    [
      'scopes without a provider',
      `{ apiKeys: [{ name: a, hash: ${'a'.repeat(64)}, grants: [{ role: admin, scopes: [x] }] }] }`,
      'auth.apiKeys[0].grants[0].providers: name the one',
    ],
    [
      'a scope that cannot be',
      `{ apiKeys: [{ name: a, hash: ${'a'.repeat(64)}, grants: [{ role: admin, providers: [stacks], scopes: [a/b] }] }] }`,
      'auth.apiKeys[0].grants[0].scopes[0]: this provider',
    ],
    ['nothing to know anybody by', '{ mode: required }', 'auth.mode: write apiKeys or jwt'],
    [
      'a key set over plain http',
      '{ jwt: { jwksUrl: "http://keys.example", issuer: i, audience: a, roles: {} } }',
      'auth.jwt.jwksUrl: write an https URL',
    ],
    [
      'a public key’s tokens signed with a shared one',
      '{ jwt: { jwksUrl: "https://keys.example", algorithms: [HS256], issuer: i, audience: a, roles: {} } }',
      'auth.jwt.algorithms: with this kind',
    ],
    [
      'no issuer',
      '{ jwt: { secret: marked-secret, audience: a, roles: {} } }',
      'auth.jwt.issuer: write who',
    ],
  ])('refuses authentication with %s', (_what, auth, problem) => {
    const problems = problemsOf(`auth: ${auth}\n${CLOUD66}`, { C66_TOKEN: 'abc' });
    expect(problems.join('\n')).toContain(problem);
    expect(problems.join('\n')).not.toContain('marked-secret');
  });

  it('never prints a secret', () => {
    const secrets = { A: 'marked-secret-1', B: 'marked-secret-2' };
    const content = `
providers:
  - { name: a, kind: cloud66, baseUrl: "\${A}", credentials: { token: "\${A}", extra: "\${B}" } }
  - { name: b, kind: cloudfoundry, baseUrl: "https://x", credentials: { username: "\${A}" } }
  - { name: c, kind: "\${B}", baseUrl: "https://x" }
`;
    expect(problemsOf(content, secrets).join('\n')).not.toContain('marked-secret');
  });

  it('says when the file cannot be read', () => {
    expect(() => loadConfig('/nowhere/deploygraph.yaml', {})).toThrow(ConfigError);
  });

  it('accepts the example for the four real services, once its variables are set', () => {
    const content = readFileSync('deploygraph.example.yaml', 'utf8');
    const names = [...content.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name ?? '');
    const environment = Object.fromEntries(names.map((name) => [name, 'set']));
    const config = parseConfig(content, 'deploygraph.example.yaml', environment);
    expect(config.providers.map(({ kind }) => kind)).toEqual([
      'UBIOPS',
      'HUMANITEC',
      'CLOUD66',
      'CLOUD_FOUNDRY',
    ]);
  });
});
