import type { Permission } from '../auth/grants.ts';
import type { Context } from '../context.ts';
import { badInput } from '../errors.ts';
import { parseId } from '../ids.ts';
import type { NodeType } from '../schema/node.ts';
import type { Selection } from '../subscriptions/delivery/selection.ts';
import type { LogEvent } from '../subscriptions/events.ts';

/** Long filters are a sign of a client that wants everything: that costs less. */
const MAX_FILTER_ENTRIES = 1_000;

/**
 * What a subscription asks for. The delivery reads it and executes the operation for each event;
 * graphql-js wants something to iterate, and gets an end.
 */
export class Feed implements AsyncIterable<LogEvent> {
  readonly selection: Selection;
  readonly since: string | undefined;
  /** What the viewer must be allowed to do with what an event is about, to be told of it. */
  readonly permission: Permission;

  constructor(selection: Selection, since: string | null | undefined, permission: Permission) {
    this.selection = selection;
    this.since = since ?? undefined;
    this.permission = permission;
  }

  [Symbol.asyncIterator](): AsyncIterator<LogEvent> {
    return { next: () => Promise.resolve({ done: true, value: undefined }) };
  }
}

/** What a subscription's `subscribe` is given. */
export interface FeedRequest {
  args: Record<string, unknown>;
  context: Context;
}

export const SINCE =
  'The last `cursor` you saw: you are sent what came after it, then what happens. Without it, what happens from now on.';

/** @throws GatewayError BAD_USER_INPUT: one of them is none of these. */
export function checkIds(
  path: string,
  ids: readonly string[] | null | undefined,
  types: readonly NodeType[],
  { providers }: Context,
): void {
  checkLength(path, ids);
  for (const id of ids ?? []) {
    const ref = parseId(id);
    if (!ref || !types.includes(ref.type) || !providers.has(ref.provider)) {
      const kinds = types.map((type) => type.toLowerCase()).join(' or ');
      throw badInput(path, `"${id.slice(0, 100)}" is not the id of a ${kinds}.`);
    }
    if (ref.type === 'Scope' && !providers.get(ref.provider)?.toScope(ref)) {
      throw badInput(path, `"${id.slice(0, 100)}" is not the id of a scope.`);
    }
  }
}

/** @throws GatewayError BAD_USER_INPUT: there is no such provider. */
export function checkProviders(
  names: readonly string[] | null | undefined,
  { providers }: Context,
): void {
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

export function toSet<T>(values: readonly T[] | null | undefined): ReadonlySet<T> | undefined {
  return values ? new Set(values) : undefined;
}
