import type { Context } from '../context.ts';
import type { Call, ProviderSource } from '../datasources/provider.ts';
import type { Ref } from '../ids.ts';
import type {
  CreateVersionInput,
  DeleteVersionInput,
  UpdateVersionInput,
} from '../schema/mutations/version.ts';
import type { Version } from '../schema/version.ts';
import { changed, type Done } from './outcome.ts';
import { contentOf, type Plan, sendAgain } from './plan.ts';
import { only } from './state.ts';
import { able, permitted } from './target.ts';

const WHAT = 'versions that are created and deleted';

export function planCreateVersion(context: Context, input: CreateVersionInput): Plan {
  const { deploymentId, ...fields } = contentOf(input);
  const place = { field: 'deploymentId', id: deploymentId, type: 'Deployment' } as const;
  const { provider, target } = offering(context, 'createVersion', place);
  const find = (call: Call) => findByName(provider, target, fields.name, call);
  return {
    ...{ name: 'createVersion', input, provider, target, field: place.field },
    mark: async (call) => (await find(call))?.id ?? null,
    send: async (call) => changed({ version: await provider.createVersion(target, fields, call) }),
    lookUp: async ({ mark }, call) => {
      const version = await find(call);
      return version && mark === null ? changed({ version }) : undefined;
    },
  };
}

export function planUpdateVersion(context: Context, input: UpdateVersionInput): Plan {
  const { versionId, ...fields } = contentOf(input);
  const { provider, target } = offering(context, 'updateVersion', versionAt(versionId));
  return {
    ...{ name: 'updateVersion', input, provider, target, field: 'versionId' },
    send: async (call) => changed({ version: await provider.updateVersion(target, fields, call) }),
    lookUp: sendAgain,
  };
}

export function planDeleteVersion(context: Context, input: DeleteVersionInput): Plan {
  const { provider, target } = offering(context, 'deleteVersion', versionAt(input.versionId));
  const deleted: Done = { ids: { deleted: target.id }, userErrors: [] };
  return {
    ...{ name: 'deleteVersion', input, provider, target, field: 'versionId' },
    send: async (call) => {
      await provider.deleteVersion(target, call);
      return deleted;
    },
    lookUp: async (_sent, call) => {
      const isThere = only(await provider.getVersions([target], call), target.id);
      return isThere ? undefined : deleted;
    },
  };
}

/** The argument that names what it is done to. */
interface Place {
  field: string;
  id: string;
  type: 'Deployment' | 'Version';
}

const versionAt = (id: string): Place => ({ field: 'versionId', id, type: 'Version' });

function offering<Method extends 'createVersion' | 'updateVersion' | 'deleteVersion'>(
  context: Context,
  method: Method,
  { field, id, type }: Place,
) {
  const { provider, ref: target } = permitted(context, field, id, [type], 'deploy');
  return { provider: able(provider, method, WHAT), target };
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
