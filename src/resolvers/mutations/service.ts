import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Context } from '../../context.ts';
import { DeletePayload, DeploymentPayload } from '../../schema/mutations/payload.ts';
import {
  CreateDeploymentInput,
  DeleteDeploymentInput,
  UpdateDeploymentInput,
} from '../../schema/mutations/service.ts';
import { planCreateService, planDeleteService, planUpdateService } from '../../writes/services.ts';
import { mutate, toDeletePayload, toDeploymentPayload } from './mutate.ts';

@Resolver()
export class ServiceMutationResolver {
  @Mutation(() => DeploymentPayload, { description: 'Creates a long-lived service (UbiOps).' })
  async createDeployment(
    @Arg('input', () => CreateDeploymentInput) input: CreateDeploymentInput,
    @Ctx() context: Context,
  ): Promise<DeploymentPayload> {
    return toDeploymentPayload(context, input, await mutate(context, input, planCreateService));
  }

  @Mutation(() => DeploymentPayload, {
    description: 'Changes a service (UbiOps). What is left out stays.',
  })
  async updateDeployment(
    @Arg('input', () => UpdateDeploymentInput) input: UpdateDeploymentInput,
    @Ctx() context: Context,
  ): Promise<DeploymentPayload> {
    return toDeploymentPayload(context, input, await mutate(context, input, planUpdateService));
  }

  @Mutation(() => DeletePayload, {
    description: 'Deletes a service with all its versions (UbiOps).',
  })
  async deleteDeployment(
    @Arg('input', () => DeleteDeploymentInput) input: DeleteDeploymentInput,
    @Ctx() context: Context,
  ): Promise<DeletePayload> {
    return toDeletePayload(input, await mutate(context, input, planDeleteService));
  }
}
