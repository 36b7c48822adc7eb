import type { Entity } from './model.ts';
import type { ListQuery } from './query.ts';

/** The rows a query asks for: those of its page, and how many there are in all. */
export function selectPage<Row extends Entity>(
  rows: readonly Row[],
  query: ListQuery<Row>,
): { rows: Row[]; total: number } {
  const matching = rows.filter(query.matches);
  if (query.order) {
    const { by, descending } = query.order;
    const sign = descending ? -1 : 1;
    // Rows of the same time are ordered by guid, in the same direction.
    matching.sort(
      (one, other) => sign * (compare(by(one), by(other)) || compare(one.guid, other.guid)),
    );
  }
  const start = (query.page - 1) * query.perPage;
  return { rows: matching.slice(start, start + query.perPage), total: matching.length };
}

/** The `pagination` of a list answer. An empty list has one page. */
export function paginationOf<Row extends Entity>(
  { page, perPage, given }: ListQuery<Row>,
  total: number,
  url: string,
): Record<string, unknown> {
  const pages = Math.max(1, Math.ceil(total / perPage));
  const link = (number: number): { href: string } => {
    const parameters = new URLSearchParams([
      ...given,
      ['page', String(number)],
      ['per_page', String(perPage)],
    ]);
    return { href: `${url}?${parameters.toString()}` };
  };
  return {
    total_results: total,
    total_pages: pages,
    first: link(1),
    last: link(pages),
    next: page < pages ? link(page + 1) : null,
    previous: page > 1 ? link(page - 1) : null,
  };
}

function compare(one: string | number, other: string | number): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
