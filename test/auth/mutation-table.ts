import { type Name } from './places.ts';
import type { Targets, World } from './world.ts';

/** One mutation: what it takes, an input for each provider, and what comes of it with the right. */
export interface MutationRow {
  takes: 'deploy' | 'administer';
  /** Whether values have to be readable too. */
  reads?: boolean;
  input: (targets: Targets, provider: Name) => Record<string, unknown>;
  /** What has to be there before: changes the targets. */
  prepare?: (world: World, targets: Targets, provider: Name) => Promise<Partial<Targets>>;
  /** "done", or the code of the refusal. */
  outcome: Record<Name, string>;
}

const all = (outcome: string) => ({
  ubiops: outcome,
  humanitec: outcome,
  cloud66: outcome,
  cloudfoundry: outcome,
});
const ON_SERVICES = { ...all('UNSUPPORTED'), ubiops: 'done' };
const ON_ROLLOUTS = { ...all('done'), ubiops: 'UNSUPPORTED' };

/** A rollout that somebody can still steer. */
const begin = async (world: World, { leaf }: Targets, provider: Name) => {
  if (provider !== 'cloud66' && provider !== 'cloudfoundry') return {};
  const strategy = { canary: { steps: [{ weight: 20 }, { weight: 60 }] } };
  const { data } = await world.askAs<{ startDeployment: { deployment: { id: string } | null } }>(
    'everything',
    `mutation ($input: StartDeploymentInput!) {
      startDeployment(input: $input) { deployment { id } } }`,
    { input: { scopeId: leaf, ...(provider === 'cloudfoundry' && { strategy }) } },
  );
  // A canary pauses by itself; a deploy of a stack would be over.
  if (provider === 'cloudfoundry') world.sandbox.advance(60_000);
  return { running: data.startDeployment.deployment?.id ?? '' };
};

/** Every mutation of the schema, what destroys last: they are tried in this order. */
export const MUTATIONS: Record<string, MutationRow> = {
  cancelBuild: {
    takes: 'deploy',
    input: ({ build }) => ({ buildId: build }),
    outcome: ON_SERVICES,
  },
  startDeployment: {
    takes: 'deploy',
    input: ({ leaf, deployment }, provider) => ({
      scopeId: leaf,
      ...(provider === 'humanitec' && { source: { deploymentId: deployment } }),
    }),
    outcome: ON_ROLLOUTS,
  },
  redeploy: {
    takes: 'deploy',
    input: ({ deployment }) => ({ deploymentId: deployment }),
    outcome: ON_ROLLOUTS,
  },
  rollback: {
    takes: 'deploy',
    input: ({ earlier }) => ({ deploymentId: earlier }),
    outcome: ON_ROLLOUTS,
  },
  cancelDeployment: {
    takes: 'deploy',
    prepare: begin,
    input: ({ running }) => ({ deploymentId: running }),
    outcome: { ...all('UNSUPPORTED'), cloud66: 'done', cloudfoundry: 'done' },
  },
  continueDeployment: {
    takes: 'deploy',
    prepare: begin,
    input: ({ running }) => ({ deploymentId: running }),
    outcome: { ...all('UNSUPPORTED'), cloudfoundry: 'done' },
  },
  createDeployment: {
    takes: 'administer',
    input: ({ scope }) => ({ scopeId: scope, name: 'made-here' }),
    outcome: ON_SERVICES,
  },
  updateDeployment: {
    takes: 'deploy',
    input: ({ service, version }) => ({
      ...{ deploymentId: service, description: 'changed', defaultVersionId: version },
    }),
    outcome: ON_SERVICES,
  },
  createVersion: {
    takes: 'deploy',
    input: ({ service }) => ({ deploymentId: service, name: 'made-here' }),
    outcome: ON_SERVICES,
  },
  updateVersion: {
    takes: 'deploy',
    input: ({ version }) => ({ versionId: version, description: 'changed' }),
    outcome: ON_SERVICES,
  },
  requestRevisionUpload: {
    takes: 'deploy',
    input: ({ version }) => ({ versionId: version }),
    outcome: ON_SERVICES,
  },
  copyRevision: {
    takes: 'deploy',
    input: ({ version }) => ({ versionId: version, fromVersionId: version }),
    outcome: ON_SERVICES,
  },
  rebuildRevision: {
    takes: 'deploy',
    input: ({ revision }) => ({ revisionId: revision }),
    outcome: ON_SERVICES,
  },
  setEnvironmentVariables: {
    takes: 'deploy',
    input: ({ leaf }) => ({ ownerId: leaf, variables: [{ name: 'MADE_HERE', value: 'private' }] }),
    outcome: all('done'),
  },
  deleteEnvironmentVariables: {
    takes: 'deploy',
    // There is none of this name: that is found out, and told, only with the right.
    input: ({ leaf }) => ({ ownerId: leaf, names: ['NEVER_MADE'] }),
    outcome: all('NOT_FOUND'),
  },
  copyEnvironmentVariables: {
    takes: 'deploy',
    reads: true,
    input: ({ leaf }) => ({ fromId: leaf, toId: leaf, names: ['NEVER_MADE'] }),
    outcome: all('NOT_FOUND'),
  },
  deleteVersion: {
    takes: 'deploy',
    input: ({ version }) => ({ versionId: version }),
    outcome: ON_SERVICES,
  },
  deleteDeployment: {
    takes: 'administer',
    input: ({ service }) => ({ deploymentId: service }),
    outcome: ON_SERVICES,
  },
};
