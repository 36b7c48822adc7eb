import { Field, Float, Int, ObjectType } from 'type-graphql';
import { Label } from './common.ts';
import { DeploymentDetails } from './details/index.ts';
import { DeploymentKind, type Status } from './enums.ts';
import { Node, VariableOwner } from './node.ts';
import type { Revision } from './revision.ts';
import { DateTime } from './scalars.ts';
import type { Version } from './version.ts';

@ObjectType({ simpleResolvers: true, description: 'How far a canary rollout has come.' })
export class Progress {
  @Field(() => Int, { nullable: true, description: 'The step it is at, from 1.' })
  current: number | null;

  @Field(() => Int, { nullable: true, description: 'How many steps there are.' })
  total: number | null;
}

@ObjectType({ simpleResolvers: true, description: 'A reason why a deployment failed or is stuck.' })
export class DeploymentError {
  @Field(() => String, {
    nullable: true,
    description: 'What kind of thing it is about, for instance "workload".',
  })
  scope: string | null;

  @Field(() => String, { nullable: true, description: 'The provider’s id of that thing.' })
  objectId: string | null;

  @Field(() => String, { nullable: true, description: 'The provider’s error code.' })
  code: string | null;

  @Field(() => String, { nullable: true })
  summary: string | null;

  @Field(() => String)
  message: string;

  @Field(() => String, { nullable: true, description: 'The provider’s class of error.' })
  type: string | null;
}

/**
 * What a provider knows of a deployment. `undefined` marks what the request that brought it does
 * not tell: the resolvers ask `completeDeployments` for it when a client wants it, and for
 * `canRedeploy` and `canRollback` `judgeDeployments`.
 */
@ObjectType({
  implements: [Node, VariableOwner],
  simpleResolvers: true,
  description:
    'What a platform calls a deployment: either one rollout (`kind: ROLLOUT`) or a long-lived service with versions (`kind: SERVICE`). The same fields answer for both.',
})
export class Deployment extends Node {
  override readonly __typename: 'Deployment';

  @Field(() => String, { description: 'The provider’s own id.' })
  nativeId: string;

  @Field(() => DeploymentKind)
  kind: DeploymentKind;

  @Field(() => String, { nullable: true })
  description: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The comment it was made with, or why it failed or is stuck.',
  })
  message: string | null;

  @Field(() => Progress, { nullable: true, description: 'Canary rollouts only.' })
  progress: Progress | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'When it was made. On Cloud 66 when it started; null while queued: such a row sorts first. Null also where the provider’s date cannot be read: such a row sorts last.',
  })
  createdAt: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When work on it began (Cloud 66).' })
  startedAt: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When its state last changed.' })
  updatedAt: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it ended, where the provider tells.',
  })
  finishedAt: Date | null;

  @Field(() => Float, {
    nullable: true,
    description: 'From start (or creation) to end, in milliseconds; null until it has ended.',
  })
  durationMs: number | null;

  @Field(() => String, { nullable: true, description: 'Who made it; usually an e-mail address.' })
  createdBy: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'What set it off: a pipeline’s id, "web", "api", "hook".',
  })
  trigger: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'How it is rolled out, in the provider’s words: "rolling", "canary", "full".',
  })
  strategy: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'A page about it, where the provider has one.',
  })
  url: string | null;

  @Field(() => [Label])
  labels: Label[];

  @Field(() => Boolean, {
    description: 'Whether it is in a state that can be cancelled, and this viewer may.',
  })
  canCancel: boolean;

  @Field(() => Boolean, { description: 'Whether it is paused, and this viewer may continue it.' })
  canContinue: boolean;

  @Field(() => Boolean, {
    description:
      'Whether the same thing can be deployed once more, and this viewer may: it has ended, what it deployed is still there, and nothing else of its environment is under way (Humanitec). Cloud Foundry may still refuse where it has let the revision go, or keeps none for the app any more.',
  })
  canRedeploy?: boolean;

  @Field(() => Boolean, {
    description:
      'Whether it can be gone back to, and this viewer may: it succeeded, it is not what runs now, and it could be redeployed.',
  })
  canRollback?: boolean;

  @Field(() => DeploymentDetails, { description: 'What only this provider has.' })
  details: typeof DeploymentDetails;

  /** Global id of the scope it belongs to, always known from the deployment's own id. */
  scopeId: string;

  /** UbiOps: its name. `undefined` on rollouts, which are named after their scope. */
  name?: string;

  /** What follows "#" in the name of a rollout. */
  shortId: string;

  /** It waits for its turn and has no date yet: it ranks above all that have one (Cloud 66). */
  upcoming?: boolean;

  status?: Status;
  rawStatus?: string;
  live?: boolean | null;

  /** The one version of a rollout; of a service the default version, `null` where there is none. */
  version?: Version | null;

  /** The revision of a rollout, where the deployment itself says all about it (Cloud 66). */
  revision?: Revision | null;

  /** Global id of `previous`, where the deployment itself names it; null: it has none. */
  previousId?: string | null;

  /** What went wrong, where the deployment itself says so. */
  errors?: DeploymentError[];
}
