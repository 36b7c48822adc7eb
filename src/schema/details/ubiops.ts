import { Field, Float, Int, ObjectType } from 'type-graphql';
import { Status } from '../enums.ts';
import { DateTime, JSONValue } from '../scalars.ts';

@ObjectType({
  simpleResolvers: true,
  description: 'One field of the structured input or output of a UbiOps deployment.',
})
export class UbiOpsField {
  @Field(() => String, { nullable: true, description: 'The key that requests give its value by.' })
  name: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'UbiOps’ word for what it holds: "int", "double", "string", "array_double", "file".',
  })
  dataType: string | null;

  @Field(() => JSONValue, {
    nullable: true,
    description:
      'How UbiOps’ own form shows the field: `type` and `configuration`. Null where the deployment came with a list of several, which does not tell; `deployment(id)` alone does.',
  })
  widget: unknown;
}

@ObjectType({
  simpleResolvers: true,
  description:
    'A UbiOps deployment: a long-lived service that answers requests with one of its versions. Which one is the default is in `Deployment.version`.',
})
export class UbiOpsDeploymentDetails {
  readonly __typename: 'UbiOpsDeploymentDetails';

  @Field(() => String, {
    nullable: true,
    description:
      'What requests send: "structured" (the fields of `inputFields`) or "plain" (text).',
  })
  inputType: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'What requests are answered with: "structured" (the fields of `outputFields`) or "plain" (text).',
  })
  outputType: string | null;

  @Field(() => [UbiOpsField], { description: 'Empty when the input is plain.' })
  inputFields: UbiOpsField[];

  @Field(() => [UbiOpsField], { description: 'Empty when the output is plain.' })
  outputFields: UbiOpsField[];

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether it takes requests through UbiOps’ request format, or only through its own ports. Null before API 4.',
  })
  supportsRequestFormat: boolean | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'How many versions it has, where the list of deployments counts them (API 3.13). Null elsewhere; `Deployment.versions` counts everywhere.',
  })
  numberOfVersions: number | null;
}

@ObjectType({
  simpleResolvers: true,
  description: 'A port of a UbiOps version that can be reached from outside.',
})
export class UbiOpsVersionPort {
  @Field(() => Int, { nullable: true, description: 'The port that clients connect to.' })
  publicPort: number | null;

  @Field(() => Int, { nullable: true, description: 'The port that the deployment’s code opens.' })
  deploymentPort: number | null;

  @Field(() => String, { nullable: true, description: 'For instance "tcp".' })
  protocol: string | null;
}

@ObjectType({
  simpleResolvers: true,
  description:
    'The settings of a version of a UbiOps deployment. What is named "API 3.13" or "API 3.15" exists only up to, or only from, that generation of UbiOps, and is null in the other.',
})
export class UbiOpsVersionDetails {
  readonly __typename: 'UbiOpsVersionDetails';

  @Field(() => String, {
    nullable: true,
    description: 'The language its code runs in, for instance "python3.8" (API 3.13).',
  })
  language: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The language in words, for instance "Python 3.8" (API 3.13).',
  })
  languageDescription: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The image its code runs in, for instance "python3-12" (API 3.15). A runtime, not a stage such as production.',
  })
  environment: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The image in words, for instance "Ubuntu 24.04 + Python 3.12" (API 3.15).',
  })
  environmentDisplayName: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The size of one instance in UbiOps’ terms, for instance "512mb".',
  })
  instanceType: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'UbiOps’ id of the group of instance types it may run on (API 4). Null where the version came with a list.',
  })
  instanceTypeGroupId: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The name of the group of instance types it may run on (API 4). Null where the version came with a list.',
  })
  instanceTypeGroupName: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Memory reserved for one instance, in MiB (API 3.13; replaced by `instanceType`).',
  })
  memoryAllocationMib: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How many instances may run at once; the upper bound of scaling.',
  })
  maximumInstances: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How many instances always run; with 0 the first request waits for a start.',
  })
  minimumInstances: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'How long an instance without requests stays up, in milliseconds.',
  })
  maximumIdleTimeMs: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'How instances are added, for instance "default" (API 4).',
  })
  scalingStrategy: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How many processes answer requests in one instance (API 4).',
  })
  instanceProcesses: number | null;

  @Field(() => [UbiOpsVersionPort], {
    nullable: true,
    description: 'The ports that are open to the outside (API 4); null where UbiOps does not tell.',
  })
  ports: UbiOpsVersionPort[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether what it calls sees it at an address that does not change.',
  })
  staticIp: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether requests that were cut off by a restart are begun again.',
  })
  restartRequestInterruption: boolean | null;

  @Field(() => Float, {
    nullable: true,
    description: 'How long requests to it are kept, in milliseconds.',
  })
  requestRetentionTimeMs: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      'What is kept of requests: "none", "metadata", or "full" (also what was sent and answered).',
  })
  requestRetentionMode: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How many requests may wait for it at once, of all kinds (API 3.15).',
  })
  maximumQueueSize: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How many express requests may wait for it at once (API 3.13).',
  })
  maximumQueueSizeExpress: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How many batch requests may wait for it at once (API 3.13).',
  })
  maximumQueueSizeBatch: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'The notification group that hears of problems with it (API 3.13).',
  })
  monitoring: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The notification group that hears when its requests are completed (API 3.13).',
  })
  defaultNotificationGroup: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'When code was last uploaded to it. Null before the first upload, and where the version came with a list of several, which does not tell.',
  })
  lastFileUploadAt: Date | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether its newest code has a `request` method, which answers one request at a time. Null where the version came with a list.',
  })
  hasRequestMethod: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether its newest code has a `requests` method, which answers many at once. Null where the version came with a list.',
  })
  hasRequestsMethod: boolean | null;
}

@ObjectType({
  simpleResolvers: true,
  description:
    'What UbiOps found in the code that it built. From API 3.15 on the build is the revision’s own state.',
})
export class UbiOpsBuildDetails {
  readonly __typename: 'UbiOpsBuildDetails';

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the code has a `request` method, which answers one request at a time.',
  })
  hasRequestMethod: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the code has a `requests` method, which answers many requests at once.',
  })
  hasRequestsMethod: boolean | null;
}

@ObjectType({
  simpleResolvers: true,
  description:
    'An upload of code to a UbiOps version. From API 3.15 on it says itself how its build went; before, that is in its builds, and the fields of the build are null here.',
})
export class UbiOpsRevisionDetails {
  readonly __typename: 'UbiOpsRevisionDetails';

  @Field(() => String, {
    nullable: true,
    description: 'The name of the version that it was uploaded to.',
  })
  versionName: string | null;

  @Field(() => Status, {
    nullable: true,
    description: 'How its build went (API 3.15).',
  })
  status: Status | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The same in UbiOps’ words: "queued", "building", "success" or "failed" (API 3.15).',
  })
  rawStatus: string | null;

  @Field(() => String, { nullable: true, description: 'Why its build failed (API 3.15).' })
  errorMessage: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether its code has a `request` method (API 3.15).',
  })
  hasRequestMethod: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether its code has a `requests` method (API 3.15).',
  })
  hasRequestsMethod: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether it holds no file at all, so that there is nothing to download (API 4).',
  })
  empty: boolean | null;
}
