import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Context } from '../../context.ts';
import {
  BuildPayload,
  RevisionPayload,
  RevisionUploadPayload,
} from '../../schema/mutations/payload.ts';
import {
  CancelBuildInput,
  CopyRevisionInput,
  RebuildRevisionInput,
  RequestRevisionUploadInput,
} from '../../schema/mutations/revision.ts';
import {
  planCancelBuild,
  planCopyRevision,
  planRebuild,
  uploadTarget,
} from '../../writes/revisions.ts';
import { locateIn, mutate, toBuildPayload, toRevisionPayload } from './mutate.ts';

@Resolver()
export class RevisionMutationResolver {
  @Mutation(() => RevisionUploadPayload, {
    description:
      'A URL of the gateway to send the zip file of a new revision to (UbiOps). Changes nothing by itself: each request gives a new URL, whatever its key.',
  })
  async requestRevisionUpload(
    @Arg('input', () => RequestRevisionUploadInput) input: RequestRevisionUploadInput,
    @Ctx() context: Context,
  ): Promise<RevisionUploadPayload> {
    await locateIn(context, input);
    const version = await uploadTarget(context, input);
    const upload = context.files.issueUpload(version, context.grants);
    return { upload, userErrors: [], clientMutationId: input.clientMutationId ?? null };
  }

  @Mutation(() => RevisionPayload, {
    description: 'Makes a revision from another version or from a template (UbiOps).',
  })
  async copyRevision(
    @Arg('input', () => CopyRevisionInput) input: CopyRevisionInput,
    @Ctx() context: Context,
  ): Promise<RevisionPayload> {
    return toRevisionPayload(context, input, await mutate(context, input, planCopyRevision));
  }

  @Mutation(() => BuildPayload, { description: 'Builds a revision anew (UbiOps).' })
  async rebuildRevision(
    @Arg('input', () => RebuildRevisionInput) input: RebuildRevisionInput,
    @Ctx() context: Context,
  ): Promise<BuildPayload> {
    return toBuildPayload(context, input, await mutate(context, input, planRebuild));
  }

  @Mutation(() => BuildPayload, {
    description: 'Ends a build that is under way (UbiOps, API 3.13).',
  })
  async cancelBuild(
    @Arg('input', () => CancelBuildInput) input: CancelBuildInput,
    @Ctx() context: Context,
  ): Promise<BuildPayload> {
    return toBuildPayload(context, input, await mutate(context, input, planCancelBuild));
  }
}
