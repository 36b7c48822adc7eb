import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Context } from '../../context.ts';
import { EnvironmentVariablesPayload } from '../../schema/mutations/payload.ts';
import {
  CopyEnvironmentVariablesInput,
  DeleteEnvironmentVariablesInput,
  SetEnvironmentVariablesInput,
} from '../../schema/mutations/variables.ts';
import { planCopyVariables } from '../../writes/copy.ts';
import { planDeleteVariables, planSetVariables } from '../../writes/variables.ts';
import { mutate, toVariablesPayload } from './mutate.ts';

@Resolver()
export class VariablesMutationResolver {
  @Mutation(() => EnvironmentVariablesPayload, {
    description:
      'Sets variables of an owner, one after the other. Those that fail are in `userErrors`, the others are set.',
  })
  async setEnvironmentVariables(
    @Arg('input', () => SetEnvironmentVariablesInput) input: SetEnvironmentVariablesInput,
    @Ctx() context: Context,
  ): Promise<EnvironmentVariablesPayload> {
    return toVariablesPayload(context, input, await mutate(context, input, planSetVariables));
  }

  @Mutation(() => EnvironmentVariablesPayload, {
    description: 'Deletes variables of an owner. What it inherits shows again.',
  })
  async deleteEnvironmentVariables(
    @Arg('input', () => DeleteEnvironmentVariablesInput) input: DeleteEnvironmentVariablesInput,
    @Ctx() context: Context,
  ): Promise<EnvironmentVariablesPayload> {
    return toVariablesPayload(context, input, await mutate(context, input, planDeleteVariables));
  }

  @Mutation(() => EnvironmentVariablesPayload, {
    description:
      'Copies variables from one owner to another, also of another provider. A secret that cannot be read is in `userErrors`, unless the provider’s own copy can be used: both owners in one UbiOps project, without `names` and `renames`.',
  })
  async copyEnvironmentVariables(
    @Arg('input', () => CopyEnvironmentVariablesInput) input: CopyEnvironmentVariablesInput,
    @Ctx() context: Context,
  ): Promise<EnvironmentVariablesPayload> {
    return toVariablesPayload(context, input, await mutate(context, input, planCopyVariables));
  }
}
