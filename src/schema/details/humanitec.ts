import { Field, Int, ObjectType, UseMiddleware } from 'type-graphql';
import { readersOfValuesOnly } from '../access.ts';
import { DateTime, JSONValue } from '../scalars.ts';

@ObjectType({
  simpleResolvers: true,
  description: 'The Humanitec pipeline that started a deployment, and where in it that happened.',
})
export class HumanitecPipelineStep {
  @Field(() => String, { description: 'The pipeline’s id.' })
  id: string;

  @Field(() => String, { nullable: true, description: 'The id of the run of the pipeline.' })
  runId: string | null;

  @Field(() => String, { nullable: true, description: 'The id of the job within the run.' })
  jobId: string | null;

  @Field(() => Int, { nullable: true, description: 'The position of the step within the job.' })
  stepIndex: number | null;
}

@ObjectType({
  simpleResolvers: true,
  description:
    'What only Humanitec has of a deployment. There a deployment takes the state of an earlier one, applies a delta to it, and rolls the resulting set out into an environment.',
})
export class HumanitecDeploymentDetails {
  readonly __typename: 'HumanitecDeploymentDetails';

  @Field(() => String, {
    description: 'The id of the environment it went to; unique within the application only.',
  })
  environmentId: string;

  @Field(() => String, {
    nullable: true,
    description:
      'The id of the deployment set: the whole configuration of the environment after this deployment. Equal ids mean equal content. Null where Humanitec does not tell.',
  })
  setId: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The id of the delta: the changes that led from the base to the set. Null when it was deployed without changes, for instance to go back.',
  })
  deltaId: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The id of the version of the shared values (environment variables) that it ran with; null where it pins none.',
  })
  valueSetVersionId: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The id of the deployment it was based on, which may be one of another environment of the application (a clone); then `Deployment.previous` may not find it. Null for the first one.',
  })
  fromDeploymentId: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When `rawStatus` became what it is; once it succeeded or failed, when it ended.',
  })
  statusChangedAt: Date | null;

  @Field(() => String, {
    nullable: true,
    description:
      'How much of the environment it deploys: "full", all of it, or "incremental", only what changed. Null where Humanitec does not tell.',
  })
  mode: string | null;

  @Field(() => HumanitecPipelineStep, {
    nullable: true,
    description: 'The pipeline that started it; null when no pipeline did.',
  })
  pipeline: HumanitecPipelineStep | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The id of the dependency graph: the sorted list of the resources that were provisioned with it.',
  })
  dependencyGraphId: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether Humanitec deployed it in its legacy mode. Null when that is unknown, or it has not ended yet.',
  })
  legacyMode: boolean | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The version of the Humanitec Operator that performed it. Null outside of operator mode, when it is unknown, or when the deployment has not ended yet.',
  })
  operatorVersion: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The state of the export of its manifests, in Humanitec’s words; null for none.',
  })
  exportStatus: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The file that its manifests were exported to; null for none.',
  })
  exportFile: string | null;
}

@ObjectType({
  simpleResolvers: true,
  description:
    'What only Humanitec has of a version: the set that a deployment rolled out, with the shared values it ran with.',
})
export class HumanitecVersionDetails {
  readonly __typename: 'HumanitecVersionDetails';

  @Field(() => String, {
    nullable: true,
    description:
      'The id of the deployment set, a hash of its content; null where Humanitec does not tell.',
  })
  setId: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The id of the delta that led to the set; null when there was none.',
  })
  deltaId: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The id of the version of the shared values (environment variables) it runs with; null where none is pinned.',
  })
  valueSetVersionId: string | null;
}

@ObjectType({
  simpleResolvers: true,
  description:
    'What only Humanitec has of a revision: the content of a deployment set. A set never changes.',
})
export class HumanitecRevisionDetails {
  readonly __typename: 'HumanitecRevisionDetails';

  /** Global id of the revision. */
  ownerId: string;

  @Field(() => JSONValue, {
    nullable: true,
    simple: false,
    description:
      'The workloads by name, each with its profile, spec (containers, images, variables) and externals (the resources it needs). Variables refer to shared values and resources by placeholders, as in `${values.LOG_LEVEL}`, or hold what somebody wrote: null for viewers who may not read values.',
  })
  @UseMiddleware(readersOfValuesOnly)
  modules: Record<string, unknown>;

  @Field(() => JSONValue, {
    nullable: true,
    simple: false,
    description:
      'The resources that the workloads share, by name, each with its type and params; null for viewers who may not read values.',
  })
  @UseMiddleware(readersOfValuesOnly)
  shared: Record<string, unknown>;

  @Field(() => Int, { description: 'The version of the format of sets; so far always 0.' })
  version: number;

  @Field(() => String, {
    nullable: true,
    description:
      'The id of the version of the shared values (environment variables) that the set was deployed with; null where none was pinned.',
  })
  valueSetVersionId: string | null;
}
