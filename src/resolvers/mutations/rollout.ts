import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Context } from '../../context.ts';
import { DeploymentPayload } from '../../schema/mutations/payload.ts';
import {
  DeploymentActionInput,
  RedeployInput,
  RollbackInput,
  StartDeploymentInput,
} from '../../schema/mutations/rollout.ts';
import {
  planCancel,
  planContinue,
  planRedeploy,
  planRollback,
  planStart,
} from '../../writes/rollouts.ts';
import { mutate, toDeploymentPayload } from './mutate.ts';

@Resolver()
export class RolloutMutationResolver {
  @Mutation(() => DeploymentPayload, {
    description:
      'Starts a rollout: a Humanitec deployment, a Cloud 66 redeployment, a Cloud Foundry deployment.',
  })
  async startDeployment(
    @Arg('input', () => StartDeploymentInput) input: StartDeploymentInput,
    @Ctx() context: Context,
  ): Promise<DeploymentPayload> {
    return toDeploymentPayload(context, input, await mutate(context, input, planStart));
  }

  @Mutation(() => DeploymentPayload, {
    description: 'Rolls out again what a deployment rolled out.',
  })
  async redeploy(
    @Arg('input', () => RedeployInput) input: RedeployInput,
    @Ctx() context: Context,
  ): Promise<DeploymentPayload> {
    return toDeploymentPayload(context, input, await mutate(context, input, planRedeploy));
  }

  @Mutation(() => DeploymentPayload, {
    description: 'Goes back to what an earlier deployment rolled out.',
  })
  async rollback(
    @Arg('input', () => RollbackInput) input: RollbackInput,
    @Ctx() context: Context,
  ): Promise<DeploymentPayload> {
    return toDeploymentPayload(context, input, await mutate(context, input, planRollback));
  }

  @Mutation(() => DeploymentPayload, { description: 'Ends a rollout that is under way.' })
  async cancelDeployment(
    @Arg('input', () => DeploymentActionInput) input: DeploymentActionInput,
    @Ctx() context: Context,
  ): Promise<DeploymentPayload> {
    return toDeploymentPayload(context, input, await mutate(context, input, planCancel));
  }

  @Mutation(() => DeploymentPayload, {
    description: 'Lets a paused canary go on to its next step (Cloud Foundry).',
  })
  async continueDeployment(
    @Arg('input', () => DeploymentActionInput) input: DeploymentActionInput,
    @Ctx() context: Context,
  ): Promise<DeploymentPayload> {
    return toDeploymentPayload(context, input, await mutate(context, input, planContinue));
  }
}
