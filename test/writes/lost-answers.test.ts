import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { startTestGateway, type TestGateway } from '../helpers/gateway.ts';
import { describeLosing } from './losing.ts';
import { createMakers, ofUbiops, PROJECT } from './services.ts';
import { type Case, createStage, type Rolling } from './stage.ts';

/** As in production: what is looked at before and after must not come out of the cache. */
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ cache: { enabled: true } });
});
beforeEach(() => gateway.clear());
afterAll(() => gateway.close());

const stage = createStage(() => gateway);
const { freshScope, newName, query } = stage;
const { newBuild, newRevision, newService, newVersion } = createMakers(stage);

const rollouts = (provider: Rolling, write: RegExp): Case[] => {
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
async function started(provider: Rolling, more: object = {}): Promise<string> {
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

const revisions: Case[] = [
  ofUbiops('copyRevision', /^POST .*\/revisions$/, async () => {
    const { versionId: fromVersionId } = await newRevision();
    return { versionId: await newVersion(), fromVersionId };
  }),
  ofUbiops('cancelBuild', /^PATCH .*\/builds\/[^/]+$/, async () => ({
    buildId: await newBuild(),
  })),
];

describeLosing(stage, [
  ...rollouts('cloud66', /^POST .*\/deployments\.json$/),
  ...rollouts('humanitec', /^POST .*\/deploys$/),
  ...rollouts('cloudfoundry', /^POST \/v3\/deployments$/),
  ...actions,
  ...services,
  ...revisions,
]);
