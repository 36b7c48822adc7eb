import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { hexOf, uuidOf } from '../../sandbox/random.ts';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { toId } from '../../src/ids.ts';
import { ask } from '../helpers/ask.ts';
import { startTestGatewayOf, type TestGateway } from '../helpers/gateway.ts';

const STACK = toId('cloud66', 'Scope', [hexOf(32, 'cloud66', 'stack', 'shop/production')]);
const APP = toId('cloudfoundry', 'Scope', [
  'app',
  uuidOf('app', 'orchard', 'development', 'search'),
]);
const ENVIRONMENT = toId('humanitec', 'Scope', ['sandbox-org', 'orders', 'staging']);

/** Copies anywhere but from Cloud 66 what only those see who deploy there. */
const ONLOOKER = [
  { role: 'viewer', readVariables: true },
  { role: 'deployer', readVariables: true, providers: ['cloudfoundry', 'humanitec'] },
];
const DEPLOYER = [{ role: 'deployer', readVariables: true }];

const COPY = `mutation ($input: CopyEnvironmentVariablesInput!) {
  copyEnvironmentVariables(input: $input) { changedNames
    environmentVariables { name value secret } userErrors { field code message } } }`;

interface Copied {
  copyEnvironmentVariables: {
    changedNames: string[];
    environmentVariables: { name: string; value: string | null; secret: boolean }[] | null;
    userErrors: { field: string[]; code: string; message: string }[];
  };
}

/** Secrets that a provider tells the gateway in clear, for whoever copies them. */
describe('a password of Cloud 66 that is copied', () => {
  let sandbox: Sandbox;
  let gateway: TestGateway;
  const log: string[] = [];

  beforeAll(async () => {
    sandbox = await startSandbox();
    const apiKeys = Object.entries({ onlooker: ONLOOKER, deployer: DEPLOYER }).map(
      ([name, grants]) => ({
        ...{ name, grants },
        hash: createHash('sha256').update(`key-of-${name}`).digest('hex'),
      }),
    );
    const more = { auth: { apiKeys }, logLevel: 'debug', cache: { enabled: true } };
    const output = { write: (line: string) => void log.push(line) };
    gateway = await startTestGatewayOf(sandbox, more, {}, {}, output);
  });
  beforeEach(() => gateway.clear());
  afterAll(async () => {
    await gateway.close();
    await sandbox.close();
  });

  const askAs = <Data>(viewer: string, document: string, variables: object) =>
    ask<Data>(gateway.url, document, { ...variables }, { 'x-api-key': `key-of-${viewer}` });

  const copy = async (viewer: string, input: object) => {
    const { data, errors, text } = await askAs<Copied>(viewer, COPY, {
      input: { fromId: STACK, names: ['SECRET_KEY_BASE'], ...input },
    });
    expect(errors).toEqual([]);
    return { ...data.copyEnvironmentVariables, text };
  };

  it('stays unread for who may not deploy where it is, also in the clear', async () => {
    const { userErrors, changedNames } = await copy('onlooker', {
      ...{ toId: APP, allowPlaintext: true },
    });
    expect(changedNames).toEqual([]);
    expect(userErrors).toMatchObject([{ field: ['names', '0'], code: 'UNSUPPORTED' }]);
    expect(userErrors[0]?.message).toContain('cannot be read');
    expect(gateway.requestsTo('cloudfoundry').filter((line) => line.startsWith('PATCH'))).toEqual(
      [],
    );
  });

  it('is a secret where those are kept, and shown to nobody on its way', async () => {
    const { changedNames, environmentVariables, userErrors, text } = await copy('deployer', {
      ...{ toId: ENVIRONMENT, idempotencyKey: 'copied-once' },
    });
    expect([changedNames, userErrors]).toEqual([['SECRET_KEY_BASE'], []]);
    expect(environmentVariables?.find(({ name }) => name === 'SECRET_KEY_BASE')).toMatchObject({
      value: null,
      secret: true,
    });
    const source = await askAs<{
      node: { environmentVariables: { name: string; value: string | null }[] };
    }>(
      'deployer',
      '{ node(id: "' + STACK + '") { ... on Scope { environmentVariables { name value } } } }',
      {},
    );
    const { environmentVariables: variables } = source.data.node;
    expect(variables.find(({ name }) => name === 'SECRET_KEY_BASE')?.value).toBeNull();
    expect(`${text}${source.text}${log.join('')}`).not.toContain('c66-secret');
    expect(log.length).toBeGreaterThan(0);
  });

  it('is in the clear only where that is asked for', async () => {
    const refused = await copy('deployer', { toId: APP });
    expect(refused.userErrors).toMatchObject([{ field: ['names', '0'], code: 'UNSUPPORTED' }]);
    expect(refused.userErrors[0]?.message).toContain('allowPlaintext');
    const allowed = await copy('deployer', { toId: APP, allowPlaintext: true });
    expect(allowed.userErrors).toEqual([]);
    const stored = allowed.environmentVariables?.find(({ name }) => name === 'SECRET_KEY_BASE');
    expect(stored?.value).toMatch(/^c66-secret-key-base-/);
    expect(log.join('')).not.toContain('c66-secret');
  });
});
