import type { Refusal } from '../server.ts';

const PER_PAGE = 30;

/** A request the provider refuses; `details` says what exactly was wrong, where the page does. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly error: string,
    description: string,
    readonly details?: string,
  ) {
    super(description);
  }
}

/** The provider's error body, for an error raised in a handler or an answer of the frame. */
export function toRefusal(error: ApiError): Refusal {
  return {
    status: error.status,
    body: {
      error: error.error,
      error_description: error.message,
      ...(error.details === undefined ? {} : { details: error.details }),
    },
  };
}

/** The refusal of an id that is not there. */
export function notFound(what: string): ApiError {
  return new ApiError(404, 'not_found', `The requested ${what} could not be found`);
}

/** One page of `items`. `previous` and `next` are page numbers or null, never URLs. */
export interface Page<Item> {
  items: Item[];
  pagination: {
    previous: number | null;
    next: number | null;
    current: number;
    per_page: number;
    count: number;
    pages: number;
  };
}

/**
 * Cuts a page out of a list. A page past the end is empty, with `next` null.
 * @throws ApiError 400 for a page that is not a positive whole number
 */
export function pageOf<Item>(items: readonly Item[], asked: string | undefined): Page<Item> {
  const current = parsePage(asked);
  const pages = Math.max(1, Math.ceil(items.length / PER_PAGE));
  return {
    items: items.slice((current - 1) * PER_PAGE, current * PER_PAGE),
    pagination: {
      previous: current > 1 ? current - 1 : null,
      next: current < pages ? current + 1 : null,
      current,
      per_page: PER_PAGE,
      count: items.length,
      pages,
    },
  };
}

/**
 * The envelope of a list. The top-level `count` is the rows of this page while one page holds all,
 * and the page size once there are more: the provider's examples show both, so nobody can use it.
 */
export function toList<Item>(page: Page<Item>, toBody: (item: Item) => unknown) {
  return {
    response: page.items.map(toBody),
    count: page.pagination.pages > 1 ? PER_PAGE : page.items.length,
    pagination: page.pagination,
  };
}

function parsePage(asked: string | undefined): number {
  if (asked === undefined) return 1;
  if (!/^[1-9]\d{0,8}$/.test(asked)) {
    throw new ApiError(400, 'bad_request', 'Bad request', 'page must be a positive integer');
  }
  return Number(asked);
}
