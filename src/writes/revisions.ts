import type { Context } from '../context.ts';
import type { Call, ProviderSource } from '../datasources/provider.ts';
import type { RevisionOrigin } from '../datasources/writes.ts';
import { refuse } from '../errors.ts';
import type { Ref } from '../ids.ts';
import type { Build } from '../schema/build.ts';
import type {
  CancelBuildInput,
  CopyRevisionInput,
  RebuildRevisionInput,
  RequestRevisionUploadInput,
} from '../schema/mutations/revision.ts';
import type { Revision } from '../schema/revision.ts';
import { changed } from './outcome.ts';
import type { Plan } from './plan.ts';
import { markOfBuild, only } from './state.ts';
import { able, ambiguous, missing, permitted, type Target, visible } from './target.ts';

export function planCopyRevision(context: Context, input: CopyRevisionInput): Plan {
  const target = permitted(context, 'versionId', input.versionId, ['Version'], 'deploy');
  const provider = able(target.provider, 'copyRevision', 'copying of revisions');
  const from = toOrigin(context, input, target);
  const list = (call: Call) => revisionsOf(provider, target.ref, call);
  return {
    name: 'copyRevision',
    input,
    provider,
    target: target.ref,
    field: 'versionId',
    mark: async (call) => (await list(call))[0]?.id ?? null,
    send: async (call) =>
      changed({ revision: await provider.copyRevision(target.ref, from, call) }),
    lookUp: async ({ mark }, call) => {
      const revisions = await list(call);
      const place = revisions.findIndex(({ id }) => id === mark);
      const [revision, ...others] = place < 0 ? revisions : revisions.slice(0, place);
      if (others.length > 0) throw ambiguous(provider.name);
      return revision && changed({ revision });
    },
  };
}

/**
 * The version that a file may be sent to.
 * @throws GatewayError NOT_FOUND where there is none: the file is not to find that out.
 */
export async function uploadTarget(
  context: Context,
  { versionId }: RequestRevisionUploadInput,
): Promise<Ref> {
  const { provider, ref } = permitted(context, 'versionId', versionId, ['Version'], 'deploy');
  able(provider, 'uploadRevision', 'uploading of revisions');
  if (!(await context.loaders.version.load(ref.id))) throw missing('versionId', ref);
  return ref;
}

export function planRebuild(context: Context, input: RebuildRevisionInput): Plan {
  const target = permitted(context, 'revisionId', input.revisionId, ['Revision'], 'deploy');
  const provider = able(target.provider, 'rebuildRevision', 'rebuilding of revisions');
  const newest = async (call: Call) =>
    only(await provider.listBuilds?.([target.ref], call), target.ref.id)?.items[0];
  return {
    name: 'rebuildRevision',
    input,
    provider,
    target: target.ref,
    field: 'revisionId',
    mark: async (call) => markOfBuild(await newest(call)),
    send: async (call) => changed({ build: await provider.rebuildRevision(target.ref, call) }),
    lookUp: async ({ mark }, call) => happened(await newest(call), mark),
  };
}

export function planCancelBuild(context: Context, input: CancelBuildInput): Plan {
  const target = permitted(context, 'buildId', input.buildId, ['Build'], 'deploy');
  const provider = able(target.provider, 'cancelBuild', 'cancelling of builds');
  const read = async (call: Call) => {
    const build = only(await provider.getBuilds?.([target.ref], call), target.ref.id);
    if (!build) throw missing('buildId', target.ref);
    return build;
  };
  return {
    name: 'cancelBuild',
    input,
    provider,
    target: target.ref,
    field: 'buildId',
    mark: async (call) => markOfBuild(await read(call)),
    send: async (call) => changed({ build: await provider.cancelBuild(target.ref, call) }),
    lookUp: async ({ mark }, call) => happened(await read(call), mark),
  };
}

function happened(build: Build | undefined, mark: string | null) {
  return build && markOfBuild(build) !== mark ? changed({ build }) : undefined;
}

async function revisionsOf(
  provider: ProviderSource,
  version: Ref,
  call: Call,
): Promise<Revision[]> {
  return only(await provider.listRevisions([version], call), version.id)?.items ?? [];
}

function toOrigin(
  context: Context,
  { fromVersionId, templateId }: CopyRevisionInput,
  { ref }: Target,
): RevisionOrigin {
  if (Boolean(fromVersionId) === Boolean(templateId)) {
    throw refuse([], 'write exactly one of fromVersionId and templateId.');
  }
  if (!fromVersionId) return { templateId: templateId ?? '' };
  const from = visible(context, 'fromVersionId', fromVersionId, ['Version']).ref;
  if (from.provider === ref.provider) return { version: from };
  throw refuse(['fromVersionId'], 'it is of another provider than the version.');
}
