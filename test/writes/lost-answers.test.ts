import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { StandInName } from '../../sandbox/index.ts';
import { zipOf } from '../../sandbox/ubiops/zip.ts';
import { toId } from '../../src/ids.ts';
import { startTestGateway, type TestGateway } from '../helpers/gateway.ts';
import { waitFor } from '../helpers/wait-for.ts';

interface Case {
  provider: StandInName;
  mutation: string;
  /** The type of its input. */
  type: string;
  /** The one request that does it. */
  write: RegExp;
  /** Makes what it is done to anew, and the input. */
  prepare: () => Promise<Record<string, unknown>>;
  /** Sets a state, so that sending it twice is the same as once. */
  setsState?: true;
  /** The provider does it in the background. */
  takesTime?: true;
}
interface Payload {
  userErrors: { code: string; message: string }[];
}
interface Row {
  id: string;
  canRollback: boolean;
  canRedeploy: boolean;
}

const PROJECT = toId('ubiops', 'Scope', ['current']);
const HOUR_MS = 3_600_000;

/** As in production: what is looked at before and after must not come out of the cache. */
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ cache: { enabled: true } });
});
beforeEach(() => gateway.clear());
afterAll(() => gateway.close());

async function query<Data>(document: string, variables: Record<string, unknown> = {}) {
  const { data, errors } = await gateway.query<Data>(document, variables);
  expect(errors).toEqual([]);
  return data;
}

/** Scopes that no case has used yet, in which something can be gone back to. */
const scopes = new Map<string, string[]>();
const KINDS = { cloud66: 'APPLICATION', cloudfoundry: 'APPLICATION', humanitec: 'ENVIRONMENT' };
async function freshScope(provider: keyof typeof KINDS): Promise<{ id: string; rows: Row[] }> {
  if (!scopes.has(provider)) {
    const { scopes: found } = await query<{ scopes: { nodes: { id: string }[] } }>(
      `{ scopes(filter: { providers: ["${provider}"], kinds: [${KINDS[provider]}] }, first: 100) { nodes { id } } }`,
    );
    scopes.set(
      provider,
      found.nodes.map(({ id }) => id),
    );
  }
  for (let id = scopes.get(provider)?.shift(); id; id = scopes.get(provider)?.shift()) {
    const { deployments, node } = await query<{
      deployments: { nodes: Row[] };
      node: { latestDeployment: { status: string } | null };
    }>(
      `query ($id: ID!) {
        deployments(filter: { scopeIds: [$id] }, first: 20) { nodes { id canRollback canRedeploy } }
        node(id: $id) { ... on Scope { latestDeployment { status } } } }`,
      { id },
    );
    const rows = deployments.nodes;
    const isQuiet = !/QUEUED|IN_PROGRESS|PAUSED/.test(node.latestDeployment?.status ?? '');
    if (isQuiet && rows.some(({ canRollback }) => canRollback)) return { id, rows };
  }
  throw new Error(`${provider} has no more scopes`);
}

async function send(
  { mutation, type }: Pick<Case, 'mutation' | 'type'>,
  input: Record<string, unknown>,
) {
  const document = `mutation ($input: ${type}!) { ${mutation}(input: $input) { userErrors { code message } } }`;
  const { data, errors } = await gateway.query<Record<string, Payload> | null>(document, { input });
  const told = data?.[mutation]?.userErrors.map(({ code }) => code) ?? [];
  return [...errors.map(({ extensions }) => extensions.code), ...told];
}

const rollouts = (provider: keyof typeof KINDS, write: RegExp): Case[] => {
  const of = (can: 'canRollback' | 'canRedeploy') => async () => {
    const { rows } = await freshScope(provider);
    return { deploymentId: rows.find((row) => row[can])?.id };
  };
  const start = async () => ({ scopeId: (await freshScope(provider)).id });
  return [
    { provider, mutation: 'startDeployment', type: 'StartDeploymentInput', write, prepare: start },
    {
      ...{ provider, mutation: 'redeploy', type: 'RedeployInput', write },
      prepare: of('canRedeploy'),
    },
    {
      ...{ provider, mutation: 'rollback', type: 'RollbackInput', write },
      prepare: of('canRollback'),
    },
  ];
};

/** A deployment that was just started. */
async function started(provider: keyof typeof KINDS, more: object = {}): Promise<string> {
  const { id } = await freshScope(provider);
  const document = `mutation ($input: StartDeploymentInput!) {
    startDeployment(input: $input) { deployment { id } userErrors { message } } }`;
  const { startDeployment } = await query<{ startDeployment: { deployment: { id: string } } }>(
    document,
    { input: { scopeId: id, ...more } },
  );
  return startDeployment.deployment.id;
}

const CANARY = { strategy: { canary: { steps: [{ weight: 10 }, { weight: 50 }] } } };
const action = { type: 'DeploymentActionInput' };
const actions: Case[] = [
  {
    ...{ provider: 'cloudfoundry', mutation: 'cancelDeployment', ...action },
    write: /^POST .*\/actions\/cancel$/,
    prepare: async () => ({ deploymentId: await started('cloudfoundry') }),
  },
  {
    ...{ provider: 'cloudfoundry', mutation: 'continueDeployment', ...action },
    write: /^POST .*\/actions\/continue$/,
    async prepare() {
      const deploymentId = await started('cloudfoundry', CANARY);
      gateway.sandbox.advance(60_000);
      return { deploymentId };
    },
  },
  {
    ...{ provider: 'cloud66', mutation: 'cancelDeployment', ...action },
    write: /^DELETE .*\/deployments\//,
    // Nothing in the row says that it is to end.
    setsState: true,
    async prepare() {
      const deploymentId = await started('cloud66');
      gateway.sandbox.advance(10_000);
      return { deploymentId };
    },
  },
];

let turn = 0;
const newName = () => {
  turn += 1;
  return `lost-${turn}`;
};
async function make<Made>(mutation: string, type: string, input: object, fields: string) {
  const document = `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${fields} userErrors { message } } }`;
  const made = await query<Record<string, Made>>(document, { input });
  const payload = made[mutation];
  if (!payload) throw new Error(`${mutation} made nothing`);
  return payload;
}
async function newService(): Promise<string> {
  const input = { scopeId: PROJECT, name: newName(), inputType: 'plain', outputType: 'plain' };
  const { deployment } = await make<{ deployment: { id: string } }>(
    ...(['createDeployment', 'CreateDeploymentInput', input, 'deployment { id }'] as const),
  );
  return deployment.id;
}
async function newVersion(): Promise<string> {
  const input = { deploymentId: await newService(), name: 'v1', environment: 'python3-12' };
  const { version } = await make<{ version: { id: string } }>(
    ...(['createVersion', 'CreateVersionInput', input, 'version { id }'] as const),
  );
  return version.id;
}
async function upload<Made>(versionId: string): Promise<Made> {
  const { upload: place } = await make<{ upload: { url: string } }>(
    ...([
      'requestRevisionUpload',
      'RequestRevisionUploadInput',
      { versionId },
      'upload { url }',
    ] as const),
  );
  const file = zipOf('deployment.py', 'pass\n');
  const answer = await fetch(place.url, { method: 'PUT', body: file });
  return (await answer.json()) as Made;
}
async function newRevision(): Promise<{ versionId: string; revisionId: string }> {
  const versionId = await newVersion();
  const { revision } = await upload<{ revision: { id: string } }>(versionId);
  gateway.sandbox.advance(HOUR_MS);
  return { versionId, revisionId: revision.id };
}

/** One that runs, in a project of the generation that has builds. */
async function newBuild(): Promise<string> {
  const scopeId = toId('ubiops', 'Scope', ['seed']);
  const service = { scopeId, name: newName(), inputType: 'plain', outputType: 'plain' };
  const { deployment } = await make<{ deployment: { id: string } }>(
    ...(['createDeployment', 'CreateDeploymentInput', service, 'deployment { id }'] as const),
  );
  const input = { deploymentId: deployment.id, name: 'v1', language: 'python3.8' };
  const { version } = await make<{ version: { id: string } }>(
    ...(['createVersion', 'CreateVersionInput', input, 'version { id }'] as const),
  );
  const { build } = await upload<{ build: { id: string } }>(version.id);
  return build.id;
}

const ofUbiops = (
  mutation: string,
  write: RegExp,
  prepare: Case['prepare'],
  more: Partial<Case> = {},
): Case => ({
  provider: 'ubiops',
  mutation,
  type: `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`,
  write,
  prepare,
  ...more,
});
const services: Case[] = [
  ofUbiops('createDeployment', /^POST .*\/deployments$/, async () => ({
    ...{ scopeId: PROJECT, name: newName(), inputType: 'plain', outputType: 'plain' },
  })),
  ofUbiops(
    'updateDeployment',
    /^PATCH .*\/deployments\/[^/]+$/,
    async () => ({ deploymentId: await newService(), description: 'Changed.' }),
    { setsState: true },
  ),
  ofUbiops('deleteDeployment', /^DELETE .*\/deployments\/[^/]+$/, async () => ({
    deploymentId: await newService(),
  })),
  ofUbiops('createVersion', /^POST .*\/versions$/, async () => ({
    ...{ deploymentId: await newService(), name: 'v1', environment: 'python3-12' },
  })),
  ofUbiops(
    'updateVersion',
    /^PATCH .*\/versions\/[^/]+$/,
    async () => ({ versionId: await newVersion(), description: 'Changed.' }),
    { setsState: true },
  ),
  ofUbiops('deleteVersion', /^DELETE .*\/versions\/[^/]+$/, async () => ({
    versionId: await newVersion(),
  })),
  ofUbiops('rebuildRevision', /^POST .*\/rebuild$/, async () => ({
    revisionId: (await newRevision()).revisionId,
  })),
];

/** Variables are set to a value, so what was lost is set again: it is there once. */
const variables: Case[] = (['cloud66', 'humanitec', 'cloudfoundry', 'ubiops'] as const).map(
  (provider) => ({
    provider,
    mutation: 'setEnvironmentVariables',
    type: 'SetEnvironmentVariablesInput',
    write: /^(POST|PUT|PATCH) .*(environments|environment_variables|environment-variables|values)/,
    setsState: true,
    async prepare() {
      const ownerId = provider === 'ubiops' ? PROJECT : (await freshScope(provider)).id;
      return { ownerId, variables: [{ name: 'LOST', value: newName() }] };
    },
  }),
);

const set = (ownerId: string, name: string) =>
  make<unknown>(
    ...(['setEnvironmentVariables', 'SetEnvironmentVariablesInput'] as const),
    { ownerId, variables: [{ name, value: 'v' }] },
    'changedNames',
  );
/** Whose history does not matter. */
const ownerOn = async (provider: StandInName, name = 'staging') =>
  provider === 'humanitec'
    ? toId('humanitec', 'Scope', ['sandbox-org', 'storefront', name])
    : provider === 'ubiops'
      ? PROJECT
      : (await freshScope(provider)).id;
/** Cloud 66 makes changes of variables while time goes by. */
const whileChanging = async (provider: StandInName, change: Promise<unknown>) => {
  let isOver = false;
  void change.finally(() => (isOver = true));
  await waitFor('the change', () => {
    if (provider === 'cloud66') gateway.sandbox.advance(500);
    return isOver;
  });
};
const deletions: Case[] = (['cloud66', 'humanitec', 'cloudfoundry', 'ubiops'] as const).map(
  (provider) => ({
    provider,
    mutation: 'deleteEnvironmentVariables',
    type: 'DeleteEnvironmentVariablesInput',
    write:
      /^(DELETE|PATCH) .*(environments|environment_variables|environment-variables|values)(\/.*)?$/,
    // It is deleted when time has gone by, which is no matter for the others.
    ...(provider === 'cloud66' && { takesTime: true }),
    async prepare() {
      const ownerId = await ownerOn(provider);
      await whileChanging(provider, set(ownerId, 'LOST'));
      return { ownerId, names: ['LOST'] };
    },
  }),
);

const copies: Case[] = [
  {
    provider: 'humanitec',
    mutation: 'copyEnvironmentVariables',
    type: 'CopyEnvironmentVariablesInput',
    write: /^(POST|PATCH) .*\/values/,
    setsState: true,
    async prepare() {
      const fromId = await ownerOn('humanitec');
      await set(fromId, 'LOST');
      return { fromId, toId: await ownerOn('humanitec', 'production'), names: ['LOST'] };
    },
  },
  ofUbiops(
    'copyEnvironmentVariables',
    /^POST .*\/copy-environment-variables$/,
    async () => {
      const [fromId, toId] = [await newVersion(), await newVersion()];
      await set(fromId, 'LOST');
      return { fromId, toId };
    },
    { setsState: true },
  ),
];

const revisions: Case[] = [
  ofUbiops('copyRevision', /^POST .*\/revisions$/, async () => {
    const { versionId: fromVersionId } = await newRevision();
    return { versionId: await newVersion(), fromVersionId };
  }),
  ofUbiops('cancelBuild', /^PATCH .*\/builds\/[^/]+$/, async () => ({
    buildId: await newBuild(),
  })),
];

const cases: Case[] = [
  ...rollouts('cloud66', /^POST .*\/deployments\.json$/),
  ...rollouts('humanitec', /^POST .*\/deploys$/),
  ...rollouts('cloudfoundry', /^POST \/v3\/deployments$/),
  ...actions,
  ...services,
  ...revisions,
  ...variables,
  ...deletions,
  ...copies,
];

/** How often the request was sent that does it. */
const writes = ({ provider, write }: Case) =>
  gateway.requestsTo(provider).filter((line) => write.test(line)).length;

function spoil(
  { provider, write }: Pick<Case, 'provider' | 'write'>,
  effect: { loseAnswer: true } | { drop: true },
): void {
  const [, methods = '', path = ''] = /^\^\(?([A-Z|]+)\)? (.*)$/.exec(write.source) ?? [];
  gateway.sandbox[provider].setFaults(
    methods.split('|').map((method) => ({ method, path, times: 1, ...effect })),
  );
}

describe.each(cases.map((each) => [each.mutation, each.provider, each] as const))(
  '%s on %s',
  (_mutation, _provider, each) => {
    const prepared = async () => {
      const input = { ...(await each.prepare()), idempotencyKey: newName() };
      gateway.sandbox[each.provider].clearRequests();
      return input;
    };
    /** The stand-in goes on with what takes time, as long as the gateway waits for it. */
    const whileTimePasses = async <T>(writing: Promise<T>): Promise<T> => {
      let isOver = false;
      const end = () => (isOver = true);
      writing.then(end, end);
      await waitFor('the write', () => {
        const isMoving = each.setsState ?? each.takesTime;
        if (each.provider === 'cloud66' && isMoving) gateway.sandbox.advance(500);
        return isOver;
      });
      return writing;
    };

    it('whose answer was lost is found, and not sent a second time', async () => {
      const input = await prepared();
      spoil(each, { loseAnswer: true });
      expect(await whileTimePasses(send(each, input))).toEqual(['OUTCOME_UNKNOWN']);
      expect(writes(each)).toBe(1);
      gateway.sandbox[each.provider].setFaults([]);
      if (each.takesTime) gateway.sandbox.advance(60_000);
      expect(await whileTimePasses(send(each, input))).toEqual([]);
      if (!each.setsState) expect(writes(each)).toBe(1);
      expect(await send(each, input)).toEqual([]);
      expect(writes(each)).toBeLessThanOrEqual(each.setsState ? 2 : 1);
    });

    it('that never arrived is sent by the repetition', async () => {
      const input = await prepared();
      spoil(each, { drop: true });
      expect(await whileTimePasses(send(each, input))).toEqual(['OUTCOME_UNKNOWN']);
      gateway.sandbox[each.provider].setFaults([]);
      expect(await whileTimePasses(send(each, input))).toEqual([]);
      expect(await send(each, input)).toEqual([]);
      // The one that was dropped is in the log too.
      expect(writes(each)).toBe(2);
    });
  },
);

it('deleting variables whose answer was lost tells each of them apart afterwards', async () => {
  const ownerId = await ownerOn('humanitec');
  await set(ownerId, 'FOUND');
  const deletion = {
    ...{ mutation: 'deleteEnvironmentVariables', type: 'DeleteEnvironmentVariablesInput' },
    ...{ provider: 'humanitec', write: /^DELETE .*\/values\/.*$/ },
  } as const;
  const input = { ownerId, names: ['FOUND', 'NEVER_MADE'], idempotencyKey: newName() };
  spoil(deletion, { loseAnswer: true });
  expect(await send(deletion, input)).toEqual(['OUTCOME_UNKNOWN', 'NOT_FOUND']);
  gateway.sandbox.humanitec.setFaults([]);
  gateway.sandbox.humanitec.clearRequests();
  for (const _turn of ['looked up', 'replayed']) {
    expect(await send(deletion, input)).toEqual(['NOT_FOUND']);
  }
  expect(gateway.requestsTo('humanitec').filter((line) => !line.startsWith('GET '))).toEqual([]);
});
