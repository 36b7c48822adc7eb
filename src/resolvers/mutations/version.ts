import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Context } from '../../context.ts';
import { DeletePayload, VersionPayload } from '../../schema/mutations/payload.ts';
import {
  CreateVersionInput,
  DeleteVersionInput,
  UpdateVersionInput,
} from '../../schema/mutations/version.ts';
import { planCreateVersion, planDeleteVersion, planUpdateVersion } from '../../writes/versions.ts';
import { mutate, toDeletePayload, toVersionPayload } from './mutate.ts';

@Resolver()
export class VersionMutationResolver {
  @Mutation(() => VersionPayload, {
    description: 'Creates a version of a service (UbiOps). It serves once it has a revision.',
  })
  async createVersion(
    @Arg('input', () => CreateVersionInput) input: CreateVersionInput,
    @Ctx() context: Context,
  ): Promise<VersionPayload> {
    return toVersionPayload(context, input, await mutate(context, input, planCreateVersion));
  }

  @Mutation(() => VersionPayload, {
    description: 'Changes a version (UbiOps). What is left out stays.',
  })
  async updateVersion(
    @Arg('input', () => UpdateVersionInput) input: UpdateVersionInput,
    @Ctx() context: Context,
  ): Promise<VersionPayload> {
    return toVersionPayload(context, input, await mutate(context, input, planUpdateVersion));
  }

  @Mutation(() => DeletePayload, { description: 'Deletes a version with its revisions (UbiOps).' })
  async deleteVersion(
    @Arg('input', () => DeleteVersionInput) input: DeleteVersionInput,
    @Ctx() context: Context,
  ): Promise<DeletePayload> {
    return toDeletePayload(input, await mutate(context, input, planDeleteVersion));
  }
}
