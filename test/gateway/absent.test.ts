import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { StandInName } from '../../sandbox/index.ts';
import { uuidOf } from '../../sandbox/random.ts';
import { refOf, toId } from '../../src/ids.ts';
import type { NodeType } from '../../src/schema/node.ts';
import { startTestGateway, type TestGateway, UNWATCHED } from '../helpers/gateway.ts';

const STACK = '119d1dfa036bfdc7bab3ee934bf654a0';
const ENVIRONMENT = ['sandbox-org', 'storefront', 'staging'];
const guid = (turn: number) => `${String(turn).repeat(8)}-7777-4777-8777-777777777777`;

const id = (provider: StandInName, type: NodeType, ...keys: string[]) => toId(provider, type, keys);

/** Where things are made and deployed, and where none is. */
const SCOPES = {
  humanitec: { there: id('humanitec', 'Scope', ...ENVIRONMENT) },
  cloud66: { there: id('cloud66', 'Scope', STACK) },
  cloudfoundry: {
    there: id('cloudfoundry', 'Scope', 'app', uuidOf('app', 'orchard', 'development', 'cart')),
  },
  ubiops: { there: id('ubiops', 'Scope', 'current') },
};
const NOWHERE = {
  humanitec: id('humanitec', 'Scope', 'sandbox-org', 'storefront', 'never'),
  cloud66: id('cloud66', 'Scope', '7'.repeat(32)),
  cloudfoundry: id('cloudfoundry', 'Scope', 'app', guid(7)),
  ubiops: id('ubiops', 'Scope', 'never'),
};
/** Deployments that never were, of a scope that is there. */
const NOTHING = {
  humanitec: id('humanitec', 'Deployment', ...ENVIRONMENT, '77777777777777ee'),
  cloud66: id('cloud66', 'Deployment', STACK, '777777'),
  cloudfoundry: id(
    ...(['cloudfoundry', 'Deployment'] as const),
    ...[uuidOf('app', 'orchard', 'development', 'cart'), guid(6)],
  ),
};
const ROLLOUTS = ['humanitec', 'cloud66', 'cloudfoundry'] as const;
const ALL = [...ROLLOUTS, 'ubiops'] as const;

const SERVICE = ['current', 'never', guid(1)];
const VERSION = [...SERVICE, 'v1', guid(2)];
const gone = {
  service: id('ubiops', 'Deployment', ...SERVICE),
  version: id('ubiops', 'Version', ...VERSION),
  revision: id('ubiops', 'Revision', ...VERSION, guid(3)),
  build: id('ubiops', 'Build', ...VERSION, guid(4)),
};

/** [what is missing, the mutation, its input, the argument that names what is missing] */
type Case = [provider: string, mutation: string, input: Record<string, unknown>, field: string];

const variables = [{ name: 'NEVER', value: 'v' }];
const CASES: Case[] = [
  ...ROLLOUTS.flatMap((provider): Case[] => [
    [provider, 'startDeployment', { scopeId: NOWHERE[provider] }, 'scopeId'],
    [provider, 'redeploy', { deploymentId: NOTHING[provider] }, 'deploymentId'],
    [provider, 'rollback', { deploymentId: NOTHING[provider] }, 'deploymentId'],
  ]),
  ...(['cloud66', 'cloudfoundry'] as const).flatMap((provider): Case[] => [
    [provider, 'cancelDeployment', { deploymentId: NOTHING[provider] }, 'deploymentId'],
    [
      ...([provider, 'startDeployment'] as const),
      { scopeId: SCOPES[provider].there, source: { deploymentId: NOTHING[provider] } },
      'source.deploymentId',
    ],
  ]),
  [
    ...(['cloudfoundry', 'continueDeployment'] as const),
    { deploymentId: NOTHING.cloudfoundry },
    'deploymentId',
  ],
  ...ALL.flatMap((provider): Case[] => [
    [provider, 'setEnvironmentVariables', { ownerId: NOWHERE[provider], variables }, 'ownerId'],
    [
      ...([provider, 'deleteEnvironmentVariables'] as const),
      { ownerId: NOWHERE[provider], names: ['NEVER'] },
      'ownerId',
    ],
    [
      ...([provider, 'copyEnvironmentVariables'] as const),
      { fromId: NOWHERE[provider], toId: SCOPES[provider].there },
      'fromId',
    ],
    [
      ...([provider, 'copyEnvironmentVariables'] as const),
      { fromId: SCOPES[provider].there, toId: NOWHERE[provider], allowPlaintext: true },
      'toId',
    ],
  ]),
  ['ubiops', 'createDeployment', { scopeId: NOWHERE.ubiops, name: 'made' }, 'scopeId'],
  ['ubiops', 'updateDeployment', { deploymentId: gone.service, description: 'd' }, 'deploymentId'],
  ['ubiops', 'deleteDeployment', { deploymentId: gone.service }, 'deploymentId'],
  ['ubiops', 'createVersion', { deploymentId: gone.service, name: 'v2' }, 'deploymentId'],
  ['ubiops', 'updateVersion', { versionId: gone.version, description: 'd' }, 'versionId'],
  ['ubiops', 'deleteVersion', { versionId: gone.version }, 'versionId'],
  ['ubiops', 'requestRevisionUpload', { versionId: gone.version }, 'versionId'],
  ['ubiops', 'copyRevision', { versionId: gone.version, templateId: 't' }, 'versionId'],
  ['ubiops', 'rebuildRevision', { revisionId: gone.revision }, 'revisionId'],
  ['ubiops', 'cancelBuild', { buildId: gone.build }, 'buildId'],
  [
    ...(['ubiops', 'setEnvironmentVariables'] as const),
    { ownerId: gone.version, variables },
    'ownerId',
  ],
];

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway(UNWATCHED);
});
afterAll(() => gateway.close());

const inputOf = (mutation: string) =>
  /^(cancel|continue)Deployment$/.test(mutation)
    ? 'DeploymentActionInput'
    : `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;

async function send(mutation: string, input: Record<string, unknown>) {
  return gateway.query<Record<string, Record<string, unknown>> | null>(
    `mutation ($input: ${inputOf(mutation)}!) { ${mutation}(input: $input) { __typename clientMutationId } }`,
    { input },
  );
}

/** That it is told as missing, by the argument that names it, and that nothing was changed. */
async function expectAbsent(
  provider: string,
  mutation: string,
  input: Record<string, unknown>,
  field: string,
): Promise<void> {
  const { errors } = await send(mutation, input);
  expect(errors.map(({ extensions }) => [extensions.code, extensions.provider])).toEqual([
    ['NOT_FOUND', provider],
  ]);
  expect(errors[0]?.message).toMatch(new RegExp(`^input\\.${field}: `));
  expect(errors[0]?.path).toEqual([mutation]);
}

describe('what does not exist', () => {
  it.each(CASES)('is named on %s by %s of %j', async (provider, mutation, input, field) => {
    await expectAbsent(provider, mutation, input, field);
  });

  it.each(CASES.filter(([, mutation]) => mutation !== 'requestRevisionUpload'))(
    'is named on %s by %s of %j with a key',
    async (provider, mutation, input, field) => {
      const idempotencyKey = JSON.stringify([provider, mutation, field, input]).slice(0, 250);
      await expectAbsent(provider, mutation, { ...input, idempotencyKey }, field);
    },
  );
});

describe('what was deleted meanwhile', () => {
  let service: string;
  let version: string;
  const made = async (mutation: string, input: Record<string, unknown>, field: string) => {
    const { data, errors } = await gateway.query<Record<string, Record<string, { id: string }>>>(
      `mutation ($input: ${inputOf(mutation)}!) { ${mutation}(input: $input) { ${field} { id } } }`,
      { input },
    );
    expect(errors).toEqual([]);
    return data[mutation]?.[field]?.id ?? '';
  };
  beforeAll(async () => {
    const fields = { inputType: 'plain', outputType: 'plain' };
    const scopeId = SCOPES.ubiops.there;
    service = await made('createDeployment', { scopeId, name: 'short', ...fields }, 'deployment');
    const input = { deploymentId: service, name: 'v1', environment: 'python3-12' };
    version = await made('createVersion', input, 'version');
    // Somebody else deletes it, and makes another one of the same name.
    const at = `${gateway.sandbox.ubiops.url}/v2.1/projects/current/deployments`;
    const headers = { authorization: 'Token sandbox', 'content-type': 'application/json' };
    await fetch(`${at}/short`, { method: 'DELETE', headers });
    const body = JSON.stringify({ name: 'short', input_type: 'plain', output_type: 'plain' });
    expect((await fetch(at, { method: 'POST', headers, body })).status).toBe(201);
    expect(refOf(service).keys).toContain('short');
  });

  it.each<[string, () => Record<string, unknown>, string]>([
    ['updateDeployment', () => ({ deploymentId: service, description: 'd' }), 'deploymentId'],
    ['deleteDeployment', () => ({ deploymentId: service }), 'deploymentId'],
    ['createVersion', () => ({ deploymentId: service, name: 'v2' }), 'deploymentId'],
    ['updateVersion', () => ({ versionId: version, description: 'd' }), 'versionId'],
    ['deleteVersion', () => ({ versionId: version }), 'versionId'],
    ['requestRevisionUpload', () => ({ versionId: version }), 'versionId'],
    ['copyRevision', () => ({ versionId: version, templateId: 't' }), 'versionId'],
    ['setEnvironmentVariables', () => ({ ownerId: service, variables }), 'ownerId'],
    ['deleteEnvironmentVariables', () => ({ ownerId: version, names: ['A'] }), 'ownerId'],
  ])('is not taken for its successor by %s', async (mutation, input, field) => {
    gateway.clear();
    await expectAbsent('ubiops', mutation, input(), field);
    const writes = gateway.requestsTo('ubiops').filter((line) => !line.startsWith('GET '));
    expect(writes).toEqual([]);
  });
});
