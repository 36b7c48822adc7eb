import { Arg, Resolver, Root, Subscription } from 'type-graphql';
import type { Context } from '../context.ts';
import { badInput } from '../errors.ts';
import { parseId } from '../ids.ts';
import { Status } from '../schema/enums.ts';
import type { NodeType } from '../schema/node.ts';
import {
  BuildStatusEvent,
  DeploymentStatusEvent,
  VersionStatusEvent,
} from '../schema/status-event.ts';
import { StatusEventFilter } from '../schema/status-event-filter.ts';
import type { Selection } from '../subscriptions/delivery/selection.ts';
import type { StatusChange, SubjectType } from '../subscriptions/events.ts';
import { toStatusEvent } from './status-event.ts';

const FINAL = [Status.SUCCEEDED, Status.FAILED, Status.CANCELLED, Status.SUPERSEDED];

/** Long filters are a sign of a client that wants everything: that costs less. */
const MAX_FILTER_ENTRIES = 1_000;

/**
 * What a subscription asks for. The delivery reads it and executes the operation for each event;
 * graphql-js wants something to iterate, and gets an end.
 */
export class StatusFeed implements AsyncIterable<StatusChange> {
  readonly selection: Selection;
  readonly since: string | undefined;

  constructor(selection: Selection, since: string | undefined) {
    this.selection = selection;
    this.since = since;
  }

  [Symbol.asyncIterator](): AsyncIterator<StatusChange> {
    return { next: () => Promise.resolve({ done: true, value: undefined }) };
  }
}

interface FeedRequest {
  args: Record<string, unknown>;
  context: Context;
}

const SINCE =
  'The last `cursor` you saw: you are sent what came after it, then what happens. Without it, what happens from now on.';

@Resolver()
export class SubscriptionResolver {
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
function toFeed(type: SubjectType, { args, context }: FeedRequest): StatusFeed {
  // Coerced by graphql-js to the types that the arguments are declared with.
  const { filter, since } = args as { filter?: StatusEventFilter | null; since?: string | null };
  const { ids, scopeIds, providers, to, terminalOnly } = filter ?? {};
  checkIds('filter.ids', ids, type, context);
  checkIds('filter.scopeIds', scopeIds, 'Scope', context);
  checkProviders(providers, context);
  return new StatusFeed(
    {
      type,
      ids: toSet(ids),
      scopeIds: toSet(scopeIds),
      providers: toSet(providers),
      to: terminalOnly
        ? new Set(FINAL.filter((status) => to?.includes(status) ?? true))
        : toSet(to),
    },
    since ?? undefined,
  );
}

function checkIds(
  path: string,
  ids: readonly string[] | null | undefined,
  type: NodeType,
  { providers }: Context,
): void {
  checkLength(path, ids);
  for (const id of ids ?? []) {
    const ref = parseId(id);
    if (!ref || ref.type !== type || !providers.has(ref.provider)) {
      throw badInput(path, `"${id.slice(0, 100)}" is not the id of a ${type.toLowerCase()}.`);
    }
    if (type === 'Scope' && !providers.get(ref.provider)?.toScope(ref)) {
      throw badInput(path, `"${id.slice(0, 100)}" is not the id of a scope.`);
    }
  }
}

function checkProviders(names: readonly string[] | null | undefined, { providers }: Context): void {
  checkLength('filter.providers', names);
  for (const name of names ?? []) {
    if (providers.has(name)) continue;
    const known = [...providers.keys()].join(', ');
    throw badInput(
      'filter.providers',
      `there is no provider "${name.slice(0, 100)}". There are: ${known}.`,
    );
  }
}

function checkLength(path: string, entries: readonly unknown[] | null | undefined): void {
  if (!entries || entries.length <= MAX_FILTER_ENTRIES) return;
  throw badInput(path, `at most ${MAX_FILTER_ENTRIES}; there are ${entries.length}.`);
}

function toSet<T>(values: readonly T[] | null | undefined): ReadonlySet<T> | undefined {
  return values ? new Set(values) : undefined;
}
