import type { Context } from '../context.ts';
import type { Call, ProviderSource } from '../datasources/provider.ts';
import type { Ref } from '../ids.ts';
import type {
  CreateVersionInput,
  DeleteVersionInput,
  UpdateVersionInput,
} from '../schema/mutations/version.ts';
import type { Version } from '../schema/version.ts';
import { changed } from './outcome.ts';
import { contentOf, type Plan, sendAgain } from './plan.ts';
import { only } from './state.ts';
import { able, permitted } from './target.ts';

const WHAT = 'versions that are created and deleted';

export function planCreateVersion(context: Context, input: CreateVersionInput): Plan {
  const { deploymentId, ...fields } = contentOf(input);
  const target = permitted(context, 'deploymentId', deploymentId, ['Deployment'], 'deploy');
  const provider = able(target.provider, 'createVersion', WHAT);
  return {
    name: 'createVersion',
    input,
    provider,
    target: target.ref,
    mark: async (call) => (await findByName(provider, target.ref, fields.name, call))?.id ?? null,
    send: async (call) =>
      changed({ version: await provider.createVersion(target.ref, fields, call) }),
    lookUp: async ({ mark }, call) => {
      const version = await findByName(provider, target.ref, fields.name, call);
      return version && mark === null ? changed({ version }) : undefined;
    },
  };
}

export function planUpdateVersion(context: Context, input: UpdateVersionInput): Plan {
  const { versionId, ...fields } = contentOf(input);
  const target = permitted(context, 'versionId', versionId, ['Version'], 'deploy');
  const provider = able(target.provider, 'updateVersion', WHAT);
  return {
    name: 'updateVersion',
    input,
    provider,
    target: target.ref,
    send: async (call) =>
      changed({ version: await provider.updateVersion(target.ref, fields, call) }),
    lookUp: sendAgain,
  };
}

export function planDeleteVersion(context: Context, input: DeleteVersionInput): Plan {
  const { provider, ref } = permitted(context, 'versionId', input.versionId, ['Version'], 'deploy');
  const offering = able(provider, 'deleteVersion', WHAT);
  return {
    name: 'deleteVersion',
    input,
    provider,
    target: ref,
    send: async (call) => {
      await offering.deleteVersion(ref, call);
      return { ids: { deleted: ref.id }, userErrors: [] };
    },
    lookUp: async (_sent, call) => {
      const isThere = only(await provider.getVersions([ref], call), ref.id);
      return isThere ? undefined : { ids: { deleted: ref.id }, userErrors: [] };
    },
  };
}

async function findByName(
  provider: ProviderSource,
  deployment: Ref,
  name: string,
  call: Call,
): Promise<Version | undefined> {
  const listing = only(await provider.listVersions([deployment], call), deployment.id);
  return listing?.items.find((version) => version.name === name);
}
