import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.ts';
import { providerNameOf } from '../ids.ts';
import { Build } from '../schema/build.ts';
import { Deployment } from '../schema/deployment.ts';
import { Provider } from '../schema/provider.ts';
import {
  BuildStatusEvent,
  DeploymentStatusEvent,
  StatusEvent,
  VersionStatusEvent,
} from '../schema/status-event.ts';
import { Version } from '../schema/version.ts';
import type { StatusChange } from '../subscriptions/events.ts';
import { providerByName } from './provider.ts';

/** A change of the log as the API shows it. */
export function toStatusEvent(change: StatusChange): StatusEvent {
  return {
    __typename: `${change.type}StatusEvent`,
    cursor: change.cursor,
    subjectId: change.subjectId,
    from: change.from,
    to: change.status,
    rawStatus: change.rawStatus,
    occurredAt: change.occurredAt,
    observedAt: change.observedAt,
  };
}

@Resolver(() => StatusEvent)
export class StatusEventResolver {
  @FieldResolver(() => Provider)
  provider(@Root() { subjectId }: StatusEvent, @Ctx() context: Context): Provider {
    return providerByName(context, providerNameOf(subjectId));
  }
}

@Resolver(() => DeploymentStatusEvent)
export class DeploymentStatusEventResolver {
  @FieldResolver(() => Deployment, {
    nullable: true,
    description: 'The deployment as it is now; null where it has gone or cannot be loaded.',
  })
  deployment(
    @Root() { subjectId }: DeploymentStatusEvent,
    @Ctx() { loaders }: Context,
  ): Promise<Deployment | null> {
    return loaders.deployment.load(subjectId);
  }
}

@Resolver(() => VersionStatusEvent)
export class VersionStatusEventResolver {
  @FieldResolver(() => Version, {
    nullable: true,
    description: 'The version as it is now; null where it has gone or cannot be loaded.',
  })
  version(
    @Root() { subjectId }: VersionStatusEvent,
    @Ctx() { loaders }: Context,
  ): Promise<Version | null> {
    return loaders.version.load(subjectId);
  }
}

@Resolver(() => BuildStatusEvent)
export class BuildStatusEventResolver {
  @FieldResolver(() => Build, {
    nullable: true,
    description: 'The build as it is now; null where it has gone or cannot be loaded.',
  })
  build(
    @Root() { subjectId }: BuildStatusEvent,
    @Ctx() { loaders }: Context,
  ): Promise<Build | null> {
    return loaders.build.load(subjectId);
  }
}
