import { Field, Float, Int, ObjectType } from 'type-graphql';
import { Label } from '../common.ts';
import { DateTime } from '../scalars.ts';

@ObjectType({ simpleResolvers: true, description: 'One step of a Cloud Foundry canary rollout.' })
export class CloudFoundryCanaryStep {
  @Field(() => Int, {
    nullable: true,
    description: 'Share of the instances that run the new version in this step, in percent.',
  })
  instanceWeight: number | null;
}

@ObjectType({
  simpleResolvers: true,
  description: 'What a Cloud Foundry rollout was asked to do; null: the app keeps what it had.',
})
export class CloudFoundryDeploymentOptions {
  @Field(() => Int, { nullable: true, description: 'How many new instances may start at a time.' })
  maxInFlight: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Instances of the web process once the rollout is done.',
  })
  webInstances: number | null;

  @Field(() => Int, { nullable: true, description: 'Memory of each web instance, in MiB.' })
  memoryMib: number | null;

  @Field(() => Int, { nullable: true, description: 'Disk of each web instance, in MiB.' })
  diskMib: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'How much each web instance may log, in bytes per second: -1 is unlimited, 0 is nothing.',
  })
  logRateLimitBytesPerSecond: number | null;

  @Field(() => [CloudFoundryCanaryStep], {
    description: 'The steps of a canary rollout in their order; empty for a rolling one.',
  })
  canarySteps: CloudFoundryCanaryStep[];
}

@ObjectType({
  simpleResolvers: true,
  description: 'A Cloud Foundry process: the instances of an app that run the same command.',
})
export class CloudFoundryProcess {
  @Field(() => String)
  guid: string;

  @Field(() => String, { nullable: true, description: 'For instance "web" or "worker".' })
  type: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'An address in the Cloud Foundry API.' })
export class CloudFoundryLink {
  @Field(() => String, {
    description: 'What is found there: "self", "app"; "cancel" and "continue" while they can be.',
  })
  rel: string;

  @Field(() => String)
  href: string;

  @Field(() => String, { nullable: true, description: 'The HTTP method; null means GET.' })
  method: string | null;
}

@ObjectType({
  simpleResolvers: true,
  description: 'What only Cloud Foundry has of a rollout: its state in full, options and droplets.',
})
export class CloudFoundryDeploymentDetails {
  readonly __typename: 'CloudFoundryDeploymentDetails';

  @Field(() => String, { description: 'The app that is rolled out.' })
  appGuid: string;

  @Field(() => String, { nullable: true, description: '"ACTIVE" or "FINALIZED".' })
  statusValue: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Why: "DEPLOYING", "PAUSED", "CANCELING", "DEPLOYED", "CANCELED", "SUPERSEDED".',
  })
  statusReason: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The one-word state that installations before CAPI 3.91 send.',
  })
  state: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When a new instance last passed its health check.',
  })
  lastSuccessfulHealthcheckAt: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the state last changed its value or its reason.',
  })
  lastStatusChangeAt: Date | null;

  @Field(() => CloudFoundryDeploymentOptions, { nullable: true })
  options: CloudFoundryDeploymentOptions | null;

  @Field(() => String, {
    nullable: true,
    description: 'The droplet (a staged, runnable package) it rolls out; null once it was deleted.',
  })
  dropletGuid: string | null;

  @Field(() => String, { nullable: true, description: 'The droplet the app had before.' })
  previousDropletGuid: string | null;

  @Field(() => [CloudFoundryProcess], { description: 'The processes it made.' })
  newProcesses: CloudFoundryProcess[];

  @Field(() => String, {
    nullable: true,
    description: 'The app revision it rolls out; null where the app keeps no revisions.',
  })
  revisionGuid: string | null;

  @Field(() => Int, { nullable: true, description: 'That revision’s number: 1 to 9999.' })
  revisionVersion: number | null;

  @Field(() => [Label], { description: 'Free-form notes of users and tools; not searchable.' })
  annotations: Label[];

  @Field(() => [CloudFoundryLink], { description: 'Related addresses in the Cloud Foundry API.' })
  links: CloudFoundryLink[];
}

@ObjectType({
  simpleResolvers: true,
  description: 'What a Cloud Foundry rollout runs: an app revision, or only a droplet.',
})
export class CloudFoundryVersionDetails {
  readonly __typename: 'CloudFoundryVersionDetails';

  @Field(() => String, { nullable: true, description: 'Null where the app keeps no revisions.' })
  revisionGuid: string | null;

  @Field(() => Int, { nullable: true, description: 'The revision’s number: 1 to 9999.' })
  revisionVersion: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'The droplet (a staged, runnable package); null once it was deleted.',
  })
  dropletGuid: string | null;
}

@ObjectType({
  simpleResolvers: true,
  description: 'How a Cloud Foundry package is staged: with which tool, and what it is told.',
})
export class CloudFoundryLifecycle {
  @Field(() => String, { nullable: true, description: '"buildpack", "cnb" or "docker".' })
  type: string | null;

  @Field(() => [String], {
    description: 'The buildpacks asked for; empty: they are detected. Credentials are taken out.',
  })
  buildpacks: string[];

  @Field(() => String, {
    nullable: true,
    description: 'The root file system, for instance "cflinuxfs4".',
  })
  stack: string | null;
}

@ObjectType({
  simpleResolvers: true,
  description: 'What only Cloud Foundry has of a build: how a package was staged into a droplet.',
})
export class CloudFoundryBuildDetails {
  readonly __typename: 'CloudFoundryBuildDetails';

  @Field(() => String, { nullable: true, description: 'The package that is staged.' })
  packageGuid: string | null;

  @Field(() => String, { nullable: true, description: 'The result; null until it is staged.' })
  dropletGuid: string | null;

  @Field(() => Int, { nullable: true, description: 'Memory for staging, in MiB.' })
  stagingMemoryMib: number | null;

  @Field(() => Int, { nullable: true, description: 'Disk for staging, in MiB.' })
  stagingDiskMib: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'How much staging may log, in bytes per second: -1 is unlimited.',
  })
  stagingLogRateLimitBytesPerSecond: number | null;

  @Field(() => CloudFoundryLifecycle, { nullable: true })
  lifecycle: CloudFoundryLifecycle | null;

  @Field(() => String, { nullable: true, description: 'The user who made it, by guid.' })
  createdByGuid: string | null;

  @Field(() => String, { nullable: true, description: 'The user who made it, by name.' })
  createdByName: string | null;

  @Field(() => [Label])
  labels: Label[];

  @Field(() => [Label], { description: 'Free-form notes of users and tools; not searchable.' })
  annotations: Label[];

  @Field(() => [CloudFoundryLink], { description: 'Related addresses in the Cloud Foundry API.' })
  links: CloudFoundryLink[];
}

@ObjectType({ simpleResolvers: true, description: 'A process as an app revision has it.' })
export class CloudFoundryRevisionProcess {
  @Field(() => String, { description: 'For instance "web" or "worker".' })
  type: string;

  @Field(() => String, {
    nullable: true,
    description: 'The command that starts it; null: the droplet’s own.',
  })
  command: string | null;
}

@ObjectType({
  simpleResolvers: true,
  description: 'A second program that runs in the container of a Cloud Foundry process.',
})
export class CloudFoundrySidecar {
  @Field(() => String)
  name: string;

  @Field(() => String, { nullable: true })
  command: string | null;

  @Field(() => Int, { nullable: true, description: 'Memory set aside for it, in MiB.' })
  memoryMib: number | null;

  @Field(() => [String], { description: 'The processes it runs beside.' })
  processTypes: string[];
}

@ObjectType({
  simpleResolvers: true,
  description: 'What only Cloud Foundry has of an app revision.',
})
export class CloudFoundryRevisionDetails {
  readonly __typename: 'CloudFoundryRevisionDetails';

  @Field(() => String, { description: 'The app it is a revision of.' })
  appGuid: string;

  @Field(() => String, {
    nullable: true,
    description: 'The droplet (a staged, runnable package); null once it was deleted.',
  })
  dropletGuid: string | null;

  @Field(() => [CloudFoundryRevisionProcess])
  processes: CloudFoundryRevisionProcess[];

  @Field(() => [CloudFoundrySidecar])
  sidecars: CloudFoundrySidecar[];

  @Field(() => DateTime, { nullable: true })
  updatedAt: Date | null;

  @Field(() => [Label])
  labels: Label[];

  @Field(() => [Label], { description: 'Free-form notes of users and tools; not searchable.' })
  annotations: Label[];

  @Field(() => [CloudFoundryLink], { description: 'Related addresses in the Cloud Foundry API.' })
  links: CloudFoundryLink[];
}
