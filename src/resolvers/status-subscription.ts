import { Arg, Resolver, Root, Subscription } from 'type-graphql';
import { Status } from '../schema/enums.ts';
import {
  BuildStatusEvent,
  DeploymentStatusEvent,
  VersionStatusEvent,
} from '../schema/status-event.ts';
import { StatusEventFilter } from '../schema/status-event-filter.ts';
import type { StatusChange, SubjectType } from '../subscriptions/events.ts';
import { checkIds, checkProviders, Feed, type FeedRequest, SINCE, toSet } from './feed.ts';
import { toStatusEvent } from './status-event.ts';

const FINAL = [Status.SUCCEEDED, Status.FAILED, Status.CANCELLED, Status.SUPERSEDED];

@Resolver()
export class StatusSubscriptionResolver {
  @Subscription(() => DeploymentStatusEvent, {
    description: 'Changes of the status of deployments, each once, in order.',
    subscribe: (request) => toFeed('Deployment', request),
  })
  deploymentStatusChanged(
    @Root() change: StatusChange,
    @Arg('filter', () => StatusEventFilter, { nullable: true }) _filter: StatusEventFilter | null,
    @Arg('since', () => String, { nullable: true, description: SINCE }) _since: string | null,
  ): DeploymentStatusEvent {
    return toStatusEvent(change) as DeploymentStatusEvent;
  }

  @Subscription(() => VersionStatusEvent, {
    description: 'Changes of the status of versions, each once, in order. They come from UbiOps.',
    subscribe: (request) => toFeed('Version', request),
  })
  versionStatusChanged(
    @Root() change: StatusChange,
    @Arg('filter', () => StatusEventFilter, { nullable: true }) _filter: StatusEventFilter | null,
    @Arg('since', () => String, { nullable: true, description: SINCE }) _since: string | null,
  ): VersionStatusEvent {
    return toStatusEvent(change) as VersionStatusEvent;
  }

  @Subscription(() => BuildStatusEvent, {
    description:
      'Changes of the status of builds, each once, in order. They come from UbiOps and Cloud Foundry.',
    subscribe: (request) => toFeed('Build', request),
  })
  buildStatusChanged(
    @Root() change: StatusChange,
    @Arg('filter', () => StatusEventFilter, { nullable: true }) _filter: StatusEventFilter | null,
    @Arg('since', () => String, { nullable: true, description: SINCE }) _since: string | null,
  ): BuildStatusEvent {
    return toStatusEvent(change) as BuildStatusEvent;
  }
}

/** @throws GatewayError BAD_USER_INPUT: the filter names what cannot be. */
function toFeed(type: SubjectType, { args, context }: FeedRequest): Feed {
  // Coerced by graphql-js to the types that the arguments are declared with.
  const { filter, since } = args as { filter?: StatusEventFilter | null; since?: string | null };
  const { ids, scopeIds, providers, to, terminalOnly } = filter ?? {};
  checkIds('filter.ids', ids, [type], context);
  checkIds('filter.scopeIds', scopeIds, ['Scope'], context);
  checkProviders(providers, context);
  return new Feed(
    {
      type,
      ids: toSet(ids),
      scopeIds: toSet(scopeIds),
      providers: toSet(providers),
      to: terminalOnly
        ? new Set(FINAL.filter((status) => to?.includes(status) ?? true))
        : toSet(to),
    },
    since,
    'read',
  );
}
