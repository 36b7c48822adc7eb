import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  CancelBuildDocument,
  CancelDeploymentDocument,
  ContinueDeploymentDocument,
  CopyEnvironmentVariablesDocument,
  CopyRevisionDocument,
  CreateDeploymentDocument,
  CreateVersionDocument,
  DeleteDeploymentDocument,
  DeleteEnvironmentVariablesDocument,
  DeleteVersionDocument,
  RebuildRevisionDocument,
  RedeployDocument,
  RequestRevisionUploadDocument,
  RollbackDocument,
  SetEnvironmentVariablesDocument,
  StartDeploymentDocument,
  UpdateDeploymentDocument,
  UpdateVersionDocument,
} from '../../examples/generated/operations.ts';
import { uuidOf } from '../../sandbox/random.ts';
import { zipOf } from '../../sandbox/ubiops/zip.ts';
import { toId } from '../../src/ids.ts';
import { startTestGateway, type TestGateway } from '../helpers/gateway.ts';

const PROJECT = toId('ubiops', 'Scope', ['current']);
const STAGING = toId('humanitec', 'Scope', ['sandbox-org', 'storefront', 'staging']);
const PRODUCTION = toId('humanitec', 'Scope', ['sandbox-org', 'storefront', 'production']);
const appOf = (space: string, name: string) =>
  toId('cloudfoundry', 'Scope', ['app', uuidOf('app', 'orchard', space, name)]);

interface Row {
  id: string;
  status: string;
  canRollback: boolean;
  canRedeploy: boolean;
}

/** As in production: what was read before a write is kept, and must not be shown after it. */
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ cache: { enabled: true } });
});
beforeEach(() => gateway.clear());
afterAll(() => gateway.close());

async function rowsOf(scopeId: string): Promise<Row[]> {
  const { data, errors } = await gateway.query<{ deployments: { nodes: Row[] } }>(
    `query ($id: ID!) { deployments(filter: { scopeIds: [$id] }, first: 30) {
      nodes { id status canRollback canRedeploy } } }`,
    { id: scopeId },
  );
  expect(errors).toEqual([]);
  return data.deployments.nodes;
}

async function statusOf(id: string): Promise<string | undefined> {
  const { data } = await gateway.query<{ deployment: { status: string } | null }>(
    'query ($id: ID!) { deployment(id: $id) { status } }',
    { id },
  );
  return data.deployment?.status;
}

async function valuesOf(
  id: string,
): Promise<Map<string, { value: string | null; secret: boolean }>> {
  const { data } = await gateway.query<{
    node: { environmentVariables: { name: string; value: string | null; secret: boolean }[] };
  }>(
    `query ($id: ID!) { node(id: $id) { ... on VariableOwner {
      environmentVariables(includeInherited: true) { name value secret } } } }`,
    { id },
  );
  return new Map(data.node.environmentVariables.map((each) => [each.name, each]));
}

describe.each([
  ['humanitec', STAGING],
  ['cloudfoundry', appOf('development', 'cart')],
])('rollouts on %s', (_provider, scopeId) => {
  it('are started, gone back from and done again, and the next query shows each', async () => {
    const before = await rowsOf(scopeId);
    const earlier = before.find(({ canRollback }) => canRollback);
    const latest = before.find(({ canRedeploy }) => canRedeploy);
    if (!earlier || !latest) throw new Error('there is no history');
    const known = new Set(before.map(({ id }) => id));
    const settled = async (payload: {
      deployment: { id: string; status: string } | null;
      userErrors: unknown[];
    }) => {
      expect(payload.userErrors).toEqual([]);
      const id = payload.deployment?.id ?? '';
      expect(known).not.toContain(id);
      known.add(id);
      expect((await rowsOf(scopeId))[0]).toMatchObject({ id, status: payload.deployment?.status });
      gateway.sandbox.advance(3_600_000);
      gateway.clear();
    };
    const source = scopeId === STAGING ? { deploymentId: latest.id } : undefined;
    const started = await gateway.run(StartDeploymentDocument, { input: { scopeId, source } });
    expect(started.errors).toEqual([]);
    await settled(started.data.startDeployment);
    const back = await gateway.run(RollbackDocument, { input: { deploymentId: earlier.id } });
    expect(back.errors).toEqual([]);
    await settled(back.data.rollback);
    const again = await gateway.run(RedeployDocument, { input: { deploymentId: latest.id } });
    expect(again.errors).toEqual([]);
    await settled(again.data.redeploy);
  });

  it('keep variables, and show what was set and what was deleted', async () => {
    const variables = [{ name: 'GREETING', value: 'hello' }];
    expect((await valuesOf(scopeId)).get('GREETING')).toBeUndefined();
    const set = await gateway.run(SetEnvironmentVariablesDocument, {
      input: { ownerId: scopeId, variables, allowPlaintext: false, mode: 'MERGE' },
    });
    expect(set.errors).toEqual([]);
    expect(set.data.setEnvironmentVariables).toMatchObject({
      changedNames: ['GREETING'],
      userErrors: [],
    });
    expect((await valuesOf(scopeId)).get('GREETING')?.value).toBe('hello');
    const gone = await gateway.run(DeleteEnvironmentVariablesDocument, {
      input: { ownerId: scopeId, names: ['GREETING'] },
    });
    expect(gone.errors).toEqual([]);
    expect(gone.data.deleteEnvironmentVariables).toMatchObject({
      changedNames: ['GREETING'],
      userErrors: [],
    });
    expect((await valuesOf(scopeId)).get('GREETING')).toBeUndefined();
  });
});

describe('a canary', () => {
  const scopeId = appOf('development', 'search');
  const start = async () => {
    const strategy = { canary: { steps: [{ weight: 10 }, { weight: 50 }] } };
    const { data } = await gateway.run(StartDeploymentDocument, { input: { scopeId, strategy } });
    expect(data.startDeployment.userErrors).toEqual([]);
    const id = data.startDeployment.deployment?.id ?? '';
    gateway.sandbox.advance(60_000);
    gateway.clear();
    expect(await statusOf(id)).toBe('PAUSED');
    return id;
  };

  it('goes on when it is told to, and is cancelled', async () => {
    const deploymentId = await start();
    const onward = await gateway.run(ContinueDeploymentDocument, { input: { deploymentId } });
    expect(onward.errors).toEqual([]);
    expect(onward.data.continueDeployment.deployment?.status).toBe('IN_PROGRESS');
    expect(await statusOf(deploymentId)).toBe('IN_PROGRESS');
    const end = await gateway.run(CancelDeploymentDocument, { input: { deploymentId } });
    expect(end.errors).toEqual([]);
    expect(end.data.cancelDeployment).toMatchObject({ userErrors: [] });
    expect(await statusOf(deploymentId)).toBe(end.data.cancelDeployment.deployment?.status);
    expect(['CANCELLING', 'CANCELLED']).toContain(await statusOf(deploymentId));
  });
});

describe('services of UbiOps', () => {
  it('are made, changed, given files and deleted', async () => {
    const made = await gateway.run(CreateDeploymentDocument, {
      input: { scopeId: PROJECT, name: 'greeter', inputType: 'plain', outputType: 'plain' },
    });
    expect(made.errors).toEqual([]);
    expect(made.data.createDeployment.userErrors).toEqual([]);
    const deploymentId = made.data.createDeployment.deployment?.id ?? '';
    expect(await statusOf(deploymentId)).toBeDefined();

    const changed = await gateway.run(UpdateDeploymentDocument, {
      input: { deploymentId, description: 'Greets.' },
    });
    expect(changed.data.updateDeployment.deployment?.description).toBe('Greets.');

    const version = await gateway.run(CreateVersionDocument, {
      input: { deploymentId, name: 'v1', environment: 'python3-12' },
    });
    expect(version.errors).toEqual([]);
    expect(version.data.createVersion.userErrors).toEqual([]);
    const versionId = version.data.createVersion.version?.id ?? '';
    const updated = await gateway.run(UpdateVersionDocument, {
      input: { versionId, description: 'The first.' },
    });
    expect(updated.data.updateVersion.version?.description).toBe('The first.');

    const latest = async () => {
      const { data } = await gateway.query<{
        node: { builds: { nodes: { id: string; status: string }[] } };
      }>(
        'query ($id: ID!) { node(id: $id) { ... on Version { builds { nodes { id status } } } } }',
        {
          id: versionId,
        },
      );
      return data.node.builds.nodes;
    };
    expect(await latest()).toEqual([]);
    const asked = await gateway.run(RequestRevisionUploadDocument, { input: { versionId } });
    const { url } = asked.data.requestRevisionUpload.upload ?? { url: '' };
    const stored = await fetch(url, { method: 'PUT', body: zipOf('deployment.py', 'pass\n') });
    expect(stored.status).toBe(201);
    const file = (await stored.json()) as { revision: { id: string }; build: { id: string } };
    // The list of before was kept: an upload makes it forgotten as a mutation does.
    expect((await latest()).map(({ id }) => id)).toEqual([file.build.id]);

    const cancelled = await gateway.run(CancelBuildDocument, { input: { buildId: file.build.id } });
    // This project speaks API 4, where builds end by themselves; test/auth has one of API 3.13.
    expect(cancelled.errors.map(({ extensions }) => extensions.code)).toEqual(['UNSUPPORTED']);
    gateway.sandbox.advance(3_600_000);

    const rebuilt = await gateway.run(RebuildRevisionDocument, {
      input: { revisionId: file.revision.id },
    });
    expect(rebuilt.errors).toEqual([]);
    expect((await latest()).map(({ id }) => id)).toContain(rebuilt.data.rebuildRevision.build?.id);
    gateway.sandbox.advance(3_600_000);

    const copy = await gateway.run(CopyRevisionDocument, {
      input: { versionId, fromVersionId: versionId },
    });
    expect(copy.errors).toEqual([]);
    expect(copy.data.copyRevision.userErrors).toEqual([]);
    const copied = copy.data.copyRevision.revision?.id;
    expect([undefined, file.revision.id]).not.toContain(copied);

    const less = await gateway.run(DeleteVersionDocument, { input: { versionId } });
    expect(less.data.deleteVersion).toEqual({ deletedId: versionId, userErrors: [] });
    const gone = await gateway.run(DeleteDeploymentDocument, { input: { deploymentId } });
    expect(gone.data.deleteDeployment).toEqual({ deletedId: deploymentId, userErrors: [] });
    expect(await statusOf(deploymentId)).toBeUndefined();
  });
});

describe('copies of variables between providers', () => {
  it('take what can be read, and name each secret that cannot', async () => {
    const source = await valuesOf(PRODUCTION);
    const toId = appOf('development', 'cart');
    const { data, errors } = await gateway.run(CopyEnvironmentVariablesDocument, {
      input: { fromId: PRODUCTION, toId, allowPlaintext: false },
    });
    expect(errors).toEqual([]);
    const { changedNames, userErrors } = data.copyEnvironmentVariables;
    const target = await valuesOf(toId);
    expect(changedNames.length).toBeGreaterThan(0);
    for (const name of changedNames) expect(target.get(name)?.value).toBe(source.get(name)?.value);
    const secrets = [...source].filter(([, { secret }]) => secret).map(([name]) => name);
    expect(secrets).toContain('STRIPE_API_KEY');
    for (const name of secrets) {
      expect(changedNames).not.toContain(name);
      expect(userErrors.some(({ message }) => message.includes(name))).toBe(true);
    }
  });
});

describe('refusals', () => {
  const redeploy = async (deploymentId: string) =>
    (await gateway.run(RedeployDocument, { input: { deploymentId } })).errors[0]?.extensions.code;

  it('say what is wrong, and nothing is sent', async () => {
    const nowhere = toId('cloudfoundry', 'Deployment', [uuidOf('no'), uuidOf('such')]);
    expect(await redeploy('nonsense')).toBe('BAD_USER_INPUT');
    expect(await redeploy(PROJECT)).toBe('BAD_USER_INPUT');
    expect(await redeploy(toId('elsewhere', 'Deployment', ['a']))).toBe('NOT_FOUND');
    expect(await redeploy(nowhere)).toBe('NOT_FOUND');
    const [service] = await rowsOf(PROJECT);
    expect(await redeploy(service?.id ?? '')).toBe('UNSUPPORTED');
    for (const name of ['ubiops', 'humanitec', 'cloud66', 'cloudfoundry'] as const) {
      expect(
        gateway.requestsTo(name).filter((line) => /^(PUT|PATCH|DELETE)|POST \/v3/.test(line)),
      ).toEqual([]);
    }
  });
});
