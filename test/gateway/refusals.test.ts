import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { uuidOf } from '../../sandbox/random.ts';
import { toId } from '../../src/ids.ts';
import { startTestGateway, type TestGateway, UNWATCHED } from '../helpers/gateway.ts';

const appOf = (name: string) =>
  toId('cloudfoundry', 'Scope', ['app', uuidOf('app', 'orchard', 'development', name)]);
const CART = appOf('cart');
const STAGING = toId('humanitec', 'Scope', ['sandbox-org', 'storefront', 'staging']);
const STACK = toId('cloud66', 'Scope', ['119d1dfa036bfdc7bab3ee934bf654a0']);
const PROJECT = toId('ubiops', 'Scope', ['current']);

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway(UNWATCHED);
});
beforeEach(() => gateway.clear());
afterAll(() => gateway.close());

interface Told {
  userErrors: { field: string[]; code: string; message: string; providerCode: string | null }[];
}

const INPUTS: Record<string, string> = {
  startDeployment: 'StartDeploymentInput',
  setEnvironmentVariables: 'SetEnvironmentVariablesInput',
  createDeployment: 'CreateDeploymentInput',
};

/** What a mutation is refused with: [field, code], and that nothing was written before. */
async function refusalOf(name: string, input: object) {
  const { data, errors } = await gateway.query<Record<string, Told>>(
    `mutation ($input: ${INPUTS[name] ?? ''}!) { ${name}(input: $input) {
      userErrors { field code message providerCode } } }`,
    { input },
  );
  expect(errors).toEqual([]);
  return (data[name]?.userErrors ?? []).map(({ field, code, message }) => {
    expect(message).toMatch(/\.$/);
    return [field.join('.'), code];
  });
}

const writes = () =>
  (['ubiops', 'humanitec', 'cloud66', 'cloudfoundry'] as const).flatMap((name) =>
    gateway.requestsTo(name).filter((line) => !line.startsWith('GET ')),
  );

describe('an input that cannot be', () => {
  const variable = (name: string, more: object = {}) => ({ name, value: 'v', ...more });
  it.each([
    [
      'two sources',
      'startDeployment',
      { scopeId: STAGING, source: { setId: 's', gitRef: 'g' } },
      [['source', 'BAD_USER_INPUT']],
    ],
    [
      'a word of another platform',
      'startDeployment',
      { scopeId: CART, source: { gitRef: 'main' } },
      [['source.gitRef', 'UNSUPPORTED']],
    ],
    [
      'a field of another platform',
      'startDeployment',
      { scopeId: CART, comment: 'why' },
      [['comment', 'UNSUPPORTED']],
    ],
    [
      'two strategies',
      'startDeployment',
      { scopeId: CART, strategy: { rolling: {}, canary: {} } },
      [['strategy', 'BAD_USER_INPUT']],
    ],
    [
      'a scope in which nothing is deployed',
      'startDeployment',
      { scopeId: toId('humanitec', 'Scope', ['sandbox-org']) },
      [['scopeId', 'BAD_USER_INPUT']],
    ],
    [
      'names that no variable can have',
      'setEnvironmentVariables',
      {
        ownerId: PROJECT,
        variables: [variable('FINE'), variable('NOT FINE'), variable('_NOR_THIS')],
      },
      [
        ['variables.1.name', 'BAD_USER_INPUT'],
        ['variables.2.name', 'BAD_USER_INPUT'],
      ],
    ],
    [
      'a secret where none is kept',
      'setEnvironmentVariables',
      { ownerId: CART, variables: [variable('A', { secret: true })] },
      [['variables.0.secret', 'UNSUPPORTED']],
    ],
    [
      'a name given twice',
      'setEnvironmentVariables',
      { ownerId: STACK, variables: [variable('A'), variable('A')] },
      [['variables', 'BAD_USER_INPUT']],
    ],
    [
      'nothing to set',
      'setEnvironmentVariables',
      { ownerId: STACK, variables: [] },
      [['variables', 'BAD_USER_INPUT']],
    ],
    [
      'fields of plain input',
      'createDeployment',
      {
        scopeId: PROJECT,
        name: 'n',
        inputType: 'plain',
        inputFields: [{ name: 'a', dataType: 'int' }],
      },
      [['inputFields', 'BAD_USER_INPUT']],
    ],
  ])('is refused field by field, with nothing sent: %s', async (_what, name, input, refused) => {
    expect(await refusalOf(name, input)).toEqual(refused);
    expect(writes()).toEqual([]);
  });
});

describe('what a provider refuses', () => {
  it('is told with its own text: a droplet that does not exist', async () => {
    const source = { dropletGuid: uuidOf('no', 'droplet') };
    expect(await refusalOf('startDeployment', { scopeId: CART, source })).toEqual([
      ['', 'PROVIDER_REJECTED'],
    ]);
    expect(writes()).toEqual(['POST /v3/deployments']);
  });

  it('is a conflict while another deployment is under way', async () => {
    const { data } = await gateway.query<{ deployments: { nodes: { id: string }[] } }>(
      `query ($id: ID!) { deployments(filter: { scopeIds: [$id] }, first: 1) { nodes { id } } }`,
      { id: STAGING },
    );
    const source = { deploymentId: data.deployments.nodes[0]?.id };
    const input = { scopeId: STAGING, source };
    expect(await refusalOf('startDeployment', input)).toEqual([]);
    const [[field, code] = []] = await refusalOf('startDeployment', input);
    expect([field, code]).toEqual(['', 'CONFLICT']);
  });
});

it('keeps a plain value where that is asked for, and nowhere else', async () => {
  const variables = [{ name: 'PLAIN', value: 'open', secret: true }];
  const input = { ownerId: CART, variables };
  expect(await refusalOf('setEnvironmentVariables', input)).toEqual([
    ['variables.0.secret', 'UNSUPPORTED'],
  ]);
  expect(writes()).toEqual([]);
  expect(await refusalOf('setEnvironmentVariables', { ...input, allowPlaintext: true })).toEqual(
    [],
  );
  expect(writes()).toHaveLength(1);
});

it('keeps a secret that is to become plain', async () => {
  const set = (more: object) =>
    refusalOf('setEnvironmentVariables', {
      ownerId: PROJECT,
      variables: [{ name: 'HIDDEN', value: 'v', ...more }],
    });
  expect(await set({ secret: true })).toEqual([]);
  gateway.clear();
  expect(await set({ secret: false })).toEqual([['variables.0', 'BAD_USER_INPUT']]);
  expect(writes()).toEqual([]);
});
