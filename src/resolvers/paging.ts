import { ArgsType, Field, Int } from 'type-graphql';
import type { Limits } from '../config.ts';
import { parsePosition, type Position, positionCursor } from '../cursors.ts';
import { badInput } from '../errors.ts';
import type { Connection, ProviderFailure } from '../schema/connection.ts';

const DEFAULT_PAGE_SIZE = 20;

@ArgsType()
export class PageArguments {
  @Field(() => Int, {
    nullable: true,
    defaultValue: DEFAULT_PAGE_SIZE,
    description: 'How many at most, from 1 to the gateway’s limit (100 unless configured).',
  })
  first?: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'The `endCursor` of the page before this one.',
  })
  after?: string | null;
}

/**
 * The page size that was asked for.
 * @throws GatewayError BAD_USER_INPUT outside of 1 to the limit.
 */
export function pageSize(page: PageArguments, limits: Limits): number {
  const first = page.first ?? DEFAULT_PAGE_SIZE;
  if (first >= 1 && first <= limits.maxPageSize) return first;
  throw badInput(
    'first',
    `${first} is out of range. Ask for 1 to ${limits.maxPageSize} at a time.`,
  );
}

export interface Parts {
  hasNext: boolean;
  totalCount?: number;
  failures?: ProviderFailure[];
  /** Where the next page begins, where that is not behind the last node. */
  endCursor?: string | undefined;
}

/** A connection over one page's nodes. */
export function toConnection<T>(
  nodes: T[],
  cursorOf: (node: T) => string,
  { after }: PageArguments,
  parts: Parts,
): Connection<T> {
  // Cursors are made when they are asked for: a long page has many, and clients want its ends.
  const edges = nodes.map((node) => ({
    node,
    get cursor() {
      return cursorOf(node);
    },
  }));
  return {
    edges,
    nodes,
    pageInfo: {
      hasNextPage: parts.hasNext,
      hasPreviousPage: Boolean(after),
      startCursor: edges[0]?.cursor ?? null,
      endCursor: parts.endCursor ?? edges.at(-1)?.cursor ?? null,
    },
    totalCount: parts.totalCount ?? null,
    failures: parts.failures ?? [],
  };
}

/** One page of a list that is whole in memory, in the order of `compare`. */
export function pageInMemory<T extends Position>(
  items: readonly T[],
  compare: (left: Position, right: Position) => number,
  page: PageArguments,
  limits: Limits,
  failures: ProviderFailure[] = [],
): Connection<T> {
  const first = pageSize(page, limits);
  const after = page.after ? parsePosition(page.after) : undefined;
  const sorted = [...items].sort(compare);
  const rest = after ? sorted.filter((item) => compare(after, item) < 0) : sorted;
  return toConnection(rest.slice(0, first), positionCursor, page, {
    hasNext: rest.length > first,
    totalCount: items.length,
    failures,
  });
}
