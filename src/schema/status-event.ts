import { Field, ID, InterfaceType, ObjectType } from 'type-graphql';
import { Status } from './enums.ts';
import { DateTime } from './scalars.ts';

/** The names of the object types that are status events. */
export type StatusEventType = 'DeploymentStatusEvent' | 'VersionStatusEvent' | 'BuildStatusEvent';

@InterfaceType({
  description:
    'A change of status that the gateway saw. `from`, `to` and `rawStatus` are the state then; the object beside them is the state now, also on replay. States shorter than the watcher’s interval may be skipped, the final one never.',
  resolveType: (value: StatusEvent) => value.__typename,
})
export abstract class StatusEvent {
  readonly __typename: StatusEventType;

  @Field(() => String, {
    description: 'Give the last one you saw as `since`, and you miss nothing.',
  })
  cursor: string;

  @Field(() => ID, {
    description: 'Id of the deployment, version or build, also when it cannot be loaded any more.',
  })
  subjectId: string;

  @Field(() => Status, {
    nullable: true,
    description: 'The status before; null where it is new to the gateway.',
  })
  from: Status | null;

  @Field(() => Status, { description: 'The status it came to have.' })
  to: Status;

  @Field(() => String, { description: 'The new status in the provider’s words; "" for none.' })
  rawStatus: string;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it happened by the provider’s clock, where that tells.',
  })
  occurredAt: Date | null;

  @Field(() => DateTime, { description: 'When the gateway saw it, by the gateway’s clock.' })
  observedAt: Date;
}

@ObjectType({
  implements: StatusEvent,
  simpleResolvers: true,
  description: 'The status of a deployment changed.',
})
export class DeploymentStatusEvent extends StatusEvent {
  declare readonly __typename: 'DeploymentStatusEvent';
}

@ObjectType({
  implements: StatusEvent,
  simpleResolvers: true,
  description: 'The status of a version changed (UbiOps).',
})
export class VersionStatusEvent extends StatusEvent {
  declare readonly __typename: 'VersionStatusEvent';
}

@ObjectType({
  implements: StatusEvent,
  simpleResolvers: true,
  description: 'The status of a build changed (UbiOps, Cloud Foundry).',
})
export class BuildStatusEvent extends StatusEvent {
  declare readonly __typename: 'BuildStatusEvent';
}
