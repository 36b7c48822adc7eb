import { Field, Float, ID, InputType, Int, registerEnumType } from 'type-graphql';
import { LabelInput } from '../common.ts';
import { MutationInput } from './input.ts';

export enum HumanitecDeploymentMode {
  FULL = 'FULL',
  INCREMENTAL = 'INCREMENTAL',
}
registerEnumType(HumanitecDeploymentMode, {
  name: 'HumanitecDeploymentMode',
  description: 'How much of an environment a Humanitec deployment touches.',
  valuesConfig: {
    FULL: { description: 'All of it; Humanitec’s default.' },
    INCREMENTAL: { description: 'What changed; only in Humanitec’s direct mode.' },
  },
});

@InputType({
  description:
    'What to run: exactly one of them. `deploymentId` may go with `deltaId` on Humanitec: the delta is applied on top of that deployment.',
})
export class DeploymentSourceInput {
  @Field(() => ID, {
    nullable: true,
    description:
      'A revision of the scope: what it ran at some time. On Cloud Foundry code with its variables, on Humanitec a set with its values, on Cloud 66 a commit.',
  })
  revisionId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Another deployment, whose state is cloned (Humanitec: of the same application).',
  })
  deploymentId?: string | null;

  @Field(() => String, { nullable: true, description: 'A branch, tag or commit (Cloud 66).' })
  gitRef?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The id of a delta: changes to an environment that somebody prepared on Humanitec. They are applied to what it runs.',
  })
  deltaId?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The id of a set: the whole state of a Humanitec environment. Humanitec advises a delta instead.',
  })
  setId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The guid of a droplet: an app’s code as Cloud Foundry staged it, ready to run.',
  })
  dropletGuid?: string | null;
}

@InputType({ description: 'How much of the traffic a canary gets in one step.' })
export class CanaryStepInput {
  @Field(() => Int, { description: 'Share of the instances in percent, from 1 to 100, ascending.' })
  weight: number;
}

@InputType({ description: 'Replaces instances a few at a time.' })
export class RollingStrategyInput {
  @Field(() => Int, {
    nullable: true,
    description: 'How many instances are replaced at a time, from 1; absent: 1.',
  })
  maxInFlight?: number | null;
}

@InputType({ description: 'Stops after each step until someone continues it.' })
export class CanaryStrategyInput {
  @Field(() => Int, {
    nullable: true,
    description: 'How many instances are replaced at a time, from 1; absent: 1.',
  })
  maxInFlight?: number | null;

  @Field(() => [CanaryStepInput], { nullable: true, description: 'None: one instance, then all.' })
  steps?: CanaryStepInput[] | null;
}

@InputType({
  description:
    'How a Cloud Foundry rollout replaces instances: `rolling` or `canary`, not both; none is rolling. The other fields are of both.',
})
export class DeploymentStrategyInput {
  @Field(() => RollingStrategyInput, {
    nullable: true,
    description: 'New instances take the place of old ones until none of those is left.',
  })
  rolling?: RollingStrategyInput | null;

  @Field(() => CanaryStrategyInput, {
    nullable: true,
    description: 'A few new instances first, and a stop to look at them: see `continueDeployment`.',
  })
  canary?: CanaryStrategyInput | null;

  @Field(() => Int, { nullable: true, description: 'How many web instances there will be.' })
  webInstances?: number | null;

  @Field(() => Int, { nullable: true, description: 'Memory of a web instance, in MiB.' })
  memoryMib?: number | null;

  @Field(() => Int, { nullable: true, description: 'Disk of a web instance, in MiB.' })
  diskMib?: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Bytes of log per second of a web instance; -1: no limit.',
  })
  logRateLimitBytesPerSecond?: number | null;
}

@InputType({
  description: 'The run of a Humanitec pipeline that a deployment is a part of, for its record.',
})
export class HumanitecPipelineInput {
  @Field(() => String, { nullable: true, description: 'The pipeline’s id.' })
  id?: string | null;

  @Field(() => String, { nullable: true, description: 'The id of one run of the pipeline.' })
  runId?: string | null;

  @Field(() => String, { nullable: true, description: 'The id of the job within the run.' })
  jobId?: string | null;

  @Field(() => Int, { nullable: true, description: 'The place of the step within the job.' })
  stepIndex?: number | null;
}

@InputType({
  description: 'How Cloud 66 deploys. What is left out is as the stack’s own settings say.',
})
export class Cloud66OptionsInput {
  @Field(() => String, {
    nullable: true,
    description: 'The name of a deployment profile: options that were stored with the stack.',
  })
  deploymentProfile?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'How the new code gets to the servers, in Cloud 66’ own word: "parallel" to all of them at once, "serial" one after the other, "fast" only the code.',
  })
  deployStrategy?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'How users come to the new code, in Cloud 66’ own word, for instance "rolling" or "canary".',
  })
  rolloutStrategy?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How much of the traffic a canary gets, in percent, from 1 to 100.',
  })
  canaryPercentage?: number | null;
}

@InputType({ description: 'Starts a rollout in a scope.' })
export class StartDeploymentInput extends MutationInput {
  @Field(() => ID, {
    description: 'The Humanitec environment, the Cloud 66 stack, or the Cloud Foundry app.',
  })
  scopeId: string;

  @Field(() => DeploymentSourceInput, {
    nullable: true,
    description: 'What to run; none: what the scope runs now.',
  })
  source?: DeploymentSourceInput | null;

  @Field(() => String, {
    nullable: true,
    description: 'Why it is deployed, for others to read (Humanitec).',
  })
  comment?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The id of a value set version: all variables of a Humanitec environment as they were at some time. Absent: as they are now.',
  })
  valueSetVersionId?: string | null;

  @Field(() => HumanitecDeploymentMode, {
    nullable: true,
    description: 'How much of the environment is touched (Humanitec); absent: all of it.',
  })
  mode?: HumanitecDeploymentMode | null;

  @Field(() => HumanitecPipelineInput, {
    nullable: true,
    description: 'What of a pipeline starts it (Humanitec).',
  })
  pipeline?: HumanitecPipelineInput | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Only these services of a Cloud 66 stack, as "name" or "name:tag".',
  })
  services?: string[] | null;

  @Field(() => Cloud66OptionsInput, {
    nullable: true,
    description: 'What Cloud 66 alone can be told.',
  })
  cloud66?: Cloud66OptionsInput | null;

  @Field(() => DeploymentStrategyInput, {
    nullable: true,
    description: 'How instances are replaced, and how they are sized (Cloud Foundry).',
  })
  strategy?: DeploymentStrategyInput | null;

  @Field(() => [LabelInput], {
    nullable: true,
    description:
      'Labels of the deployment, each key once (Cloud Foundry). They can be searched for: 63 letters, digits, "-", "_" and "." at most.',
  })
  labels?: LabelInput[] | null;

  @Field(() => [LabelInput], {
    nullable: true,
    description:
      'Annotations of the deployment, each key once (Cloud Foundry): any text of up to 5000 letters. They cannot be searched for.',
  })
  annotations?: LabelInput[] | null;
}

@InputType({ description: 'Deploys once more what a deployment rolled out.' })
export class RedeployInput extends MutationInput {
  @Field(() => ID, { description: 'The deployment whose state is rolled out again.' })
  deploymentId: string;
}

@InputType({ description: 'Goes back to what an earlier deployment rolled out.' })
export class RollbackInput extends MutationInput {
  @Field(() => ID, { description: 'The earlier deployment to go back to.' })
  deploymentId: string;
}

@InputType({ description: 'Names the rollout to cancel or to continue.' })
export class DeploymentActionInput extends MutationInput {
  @Field(() => ID, { description: 'The deployment to cancel or to continue.' })
  deploymentId: string;
}
