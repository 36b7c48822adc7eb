import { Field, ID, InputType, Int } from 'type-graphql';
import { LabelInput } from '../common.ts';
import { MutationInput } from './input.ts';

@InputType({ description: 'A port of a UbiOps version that can be reached from outside.' })
export class UbiOpsVersionPortInput {
  @Field(() => Int, { description: 'The port that clients connect to.' })
  publicPort: number;

  @Field(() => Int, { description: 'The port that the deployment’s code opens.' })
  deploymentPort: number;

  @Field(() => String, { nullable: true, description: 'For instance "udp"; absent: "tcp".' })
  protocol?: string | null;
}

/** What can be set of a version. Absent or null: left as it is, or the provider's default. */
@InputType()
export abstract class VersionFields extends MutationInput {
  @Field(() => String, { nullable: true, description: 'Up to 400 letters; "" removes it.' })
  description?: string | null;

  @Field(() => [LabelInput], { nullable: true, description: 'All labels; replaces the old ones.' })
  labels?: LabelInput[] | null;

  @Field(() => String, {
    nullable: true,
    description: 'The image its code runs in, for instance "python3-12" (API 3.15).',
  })
  environment?: string | null;

  @Field(() => String, { nullable: true, description: 'The size of one instance: "512mb".' })
  instanceType?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'UbiOps’ id of a group of instance types, any of which will do (API 4).',
  })
  instanceTypeGroupId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The name of such a group, in the place of its id (API 4).',
  })
  instanceTypeGroupName?: string | null;

  @Field(() => Int, { nullable: true, description: 'Memory of one instance, in MiB (API 3.13).' })
  memoryAllocationMib?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How many instances run also without requests; 0: none.',
  })
  minimumInstances?: number | null;

  @Field(() => Int, { nullable: true, description: 'How many instances run at most.' })
  maximumInstances?: number | null;

  @Field(() => Int, { nullable: true, description: 'Processes in one instance (API 4).' })
  instanceProcesses?: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      'How soon more instances are started, in UbiOps’ word: "default" or "moderate" (API 4).',
  })
  scalingStrategy?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How long an instance without requests is kept, in seconds.',
  })
  maximumIdleTimeSeconds?: number | null;

  @Field(() => Int, { nullable: true, description: 'How long requests are kept, in seconds.' })
  requestRetentionTimeSeconds?: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'What is kept of requests: "none", "metadata" or "full".',
  })
  requestRetentionMode?: string | null;

  @Field(() => Int, { nullable: true, description: 'Requests that may wait (API 3.15).' })
  maximumQueueSize?: number | null;

  @Field(() => Int, { nullable: true, description: 'Express requests that may wait (API 3.13).' })
  maximumQueueSizeExpress?: number | null;

  @Field(() => Int, { nullable: true, description: 'Batch requests that may wait (API 3.13).' })
  maximumQueueSizeBatch?: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'The notification group that is told when it fails; "": none (API 3.13).',
  })
  monitoring?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The notification group that is told of requests; "": none (API 3.13).',
  })
  defaultNotificationGroup?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether it calls out from a fixed address.',
  })
  staticIp?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether requests that were interrupted begin again.',
  })
  restartRequestInterruption?: boolean | null;

  @Field(() => [UbiOpsVersionPortInput], {
    nullable: true,
    description: 'All ports; replaces the old ones (API 4).',
  })
  ports?: UbiOpsVersionPortInput[] | null;
}

@InputType({ description: 'Creates a version of a service.' })
export class CreateVersionInput extends VersionFields {
  @Field(() => ID, { description: 'A UbiOps deployment.' })
  deploymentId: string;

  @Field(() => String, { description: 'From 1 to 64 letters; unlike that of its other versions.' })
  name: string;

  @Field(() => String, {
    nullable: true,
    description: 'The language its code runs in, for instance "python3.8" (API 3.13).',
  })
  language?: string | null;
}

@InputType({ description: 'Changes a version; what is left out stays.' })
export class UpdateVersionInput extends VersionFields {
  @Field(() => ID, { description: 'A UbiOps version.' })
  versionId: string;

  @Field(() => String, { nullable: true, description: 'A new name. The id changes with it.' })
  name?: string | null;
}

@InputType({ description: 'Deletes a version.' })
export class DeleteVersionInput extends MutationInput {
  @Field(() => ID, { description: 'A UbiOps version. The default one can go as well.' })
  versionId: string;
}
