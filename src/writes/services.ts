import type { Context } from '../context.ts';
import type { Call, ProviderSource } from '../datasources/provider.ts';
import { refuse } from '../errors.ts';
import type { Ref } from '../ids.ts';
import type { Deployment } from '../schema/deployment.ts';
import type {
  CreateDeploymentInput,
  DeleteDeploymentInput,
  UpdateDeploymentInput,
} from '../schema/mutations/service.ts';
import { changed } from './outcome.ts';
import { contentOf, type Plan, sendAgain } from './plan.ts';
import { only } from './state.ts';
import { able, permitted, visible } from './target.ts';

const WHAT = 'long-lived services that are created and deleted';

export function planCreateService(context: Context, input: CreateDeploymentInput): Plan {
  const { scopeId, ...fields } = contentOf(input);
  const target = permitted(context, 'scopeId', scopeId, ['Scope'], 'administer');
  const provider = able(target.provider, 'createService', WHAT);
  return {
    name: 'createDeployment',
    input,
    provider,
    target: target.ref,
    field: 'scopeId',
    mark: async (call) => (await findByName(provider, target.ref, fields.name, call))?.id ?? null,
    send: async (call) =>
      changed({ deployment: await provider.createService(target.ref, fields, call) }),
    lookUp: async ({ mark }, call) => {
      const deployment = await findByName(provider, target.ref, fields.name, call);
      return deployment && mark === null ? changed({ deployment }) : undefined;
    },
  };
}

export function planUpdateService(context: Context, input: UpdateDeploymentInput): Plan {
  const { deploymentId, defaultVersionId, ...fields } = contentOf(input);
  const target = permitted(context, 'deploymentId', deploymentId, ['Deployment'], 'deploy');
  const provider = able(target.provider, 'updateService', WHAT);
  const defaultVersion = defaultVersionId
    ? visible(context, 'defaultVersionId', defaultVersionId, ['Version']).ref
    : undefined;
  if (defaultVersion && defaultVersion.provider !== target.ref.provider) {
    throw refuse(['defaultVersionId'], 'it is of another provider than the deployment.');
  }
  return {
    name: 'updateDeployment',
    input,
    provider,
    target: target.ref,
    field: 'deploymentId',
    send: async (call) =>
      changed({
        deployment: await provider.updateService(target.ref, { ...fields, defaultVersion }, call),
      }),
    lookUp: sendAgain,
  };
}

export function planDeleteService(context: Context, input: DeleteDeploymentInput): Plan {
  const { deploymentId } = input;
  const { provider, ref } = permitted(
    context,
    'deploymentId',
    deploymentId,
    ['Deployment'],
    'administer',
  );
  const offering = able(provider, 'deleteService', WHAT);
  return {
    name: 'deleteDeployment',
    input,
    provider,
    target: ref,
    field: 'deploymentId',
    send: async (call) => {
      await offering.deleteService(ref, call);
      return { ids: { deleted: ref.id }, userErrors: [] };
    },
    lookUp: async (_sent, call) => {
      const isThere = only(await provider.getDeployments([ref], call), ref.id);
      return isThere ? undefined : { ids: { deleted: ref.id }, userErrors: [] };
    },
  };
}

/** More services than any project has. */
const ALL = 1_000_000;

async function findByName(
  provider: ProviderSource,
  scope: Ref,
  name: string,
  call: Call,
): Promise<Deployment | undefined> {
  const { items } = await provider.listSources(scope, call);
  for (const source of items) {
    const slice = await provider.listDeployments(source, { from: 'newest', limit: ALL }, call);
    const found = slice.items.find((deployment) => deployment.name === name);
    if (found) return found;
  }
  return undefined;
}
