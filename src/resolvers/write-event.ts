import { Arg, Ctx, FieldResolver, Resolver, Root, Subscription } from 'type-graphql';
import type { Context } from '../context.ts';
import { ErrorCode, GatewayError } from '../errors.ts';
import { providerNameOf } from '../ids.ts';
import type { NodeType } from '../schema/node.ts';
import { Provider } from '../schema/provider.ts';
import { WriteEvent, WriteEventFilter } from '../schema/write-event.ts';
import type * as log from '../subscriptions/events.ts';
import { checkIds, checkProviders, Feed, type FeedRequest, SINCE, toSet } from './feed.ts';
import { providerByName } from './provider.ts';

const TARGETS: readonly NodeType[] = ['Scope', 'Deployment', 'Version', 'Revision', 'Build'];

@Resolver(() => WriteEvent)
export class WriteEventResolver {
  @Subscription(() => WriteEvent, {
    description:
      'What is changed through the gateway, by whom, each once, in order: for audit trails and for tools. You are told of what you may administer.',
    subscribe: toFeed,
  })
  writePerformed(
    @Root() event: log.WriteEvent,
    @Arg('filter', () => WriteEventFilter, { nullable: true }) _filter: WriteEventFilter | null,
    @Arg('since', () => String, { nullable: true, description: SINCE }) _since: string | null,
  ): WriteEvent {
    const { cursor, viewer, action, targetId, result, code, changedIds } = event;
    const { requestId, at, durationMs } = event;
    return {
      ...{ cursor, viewerName: viewer, mutation: action, targetId, result, changedIds },
      ...{ code: code ?? null, requestId, at, durationMs },
    };
  }

  @FieldResolver(() => Provider)
  provider(@Root() { targetId }: WriteEvent, @Ctx() context: Context): Provider {
    return providerByName(context, providerNameOf(targetId));
  }
}

/** @throws GatewayError BAD_USER_INPUT: the filter names what cannot be; FORBIDDEN */
function toFeed({ args, context }: FeedRequest): Feed {
  // Coerced by graphql-js to the types that the arguments are declared with.
  const { filter, since } = args as { filter?: WriteEventFilter | null; since?: string | null };
  const { targetIds, scopeIds, providers, results } = filter ?? {};
  checkIds('filter.targetIds', targetIds, TARGETS, context);
  checkIds('filter.scopeIds', scopeIds, ['Scope'], context);
  checkProviders(providers, context);
  if (!administersAnything(context)) throw notForThem();
  return new Feed(
    {
      type: 'Write',
      ids: toSet(targetIds),
      scopeIds: toSet(scopeIds),
      providers: toSet(providers),
      results: toSet(results),
    },
    since,
    'administer',
  );
}

/** Others would wait for nothing, and not know it. */
function administersAnything({ grants, providers }: Context): boolean {
  const parts = [...providers.keys()].flatMap((name) => grants.partsOf(name));
  return parts.some(({ permissions }) => permissions.has('administer'));
}

function notForThem(): GatewayError {
  return new GatewayError(
    ErrorCode.FORBIDDEN,
    'Writes are told to those who may administer what was written to. You may administer nothing, see `viewer { permissions }`.',
  );
}
