import type { GatewayError } from '../../errors.ts';
import type { Deployment } from '../../schema/deployment.ts';
import type { Call } from '../http/call.ts';
import { parseRows } from '../http/parse.ts';
import { type Account, stackPath } from './account.ts';
import { type ListPage, readPage } from './envelope.ts';
import { deploymentRow } from './payloads.ts';

/** A page of a stack's deployments, in the provider's order: newest first, what is queued on top. */
export interface HistoryPage extends Pick<ListPage, 'number' | 'next' | 'pages' | 'total'> {
  deployments: Deployment[];
  faults: GatewayError[];
}

/**
 * A stack's deployments, page by page, for the time of one call. New deployments push rows to later
 * pages while pages are read: a row may then show up twice, but going forward with `after` none is
 * left out.
 */
export interface History {
  page(number: number): Promise<HistoryPage>;
  /** The page behind `previous`, as it was then or later; `undefined` behind the last one. */
  after(previous: HistoryPage): Promise<HistoryPage | undefined>;
  /** Begins to read pages that will be needed, side by side. */
  prepare(first: number, last: number): void;
  /** How many pages were asked for so far. */
  pagesRead(): number;
}

/** Opens the deployments of a stack; costs no request. */
export function openHistory(account: Account, uid: string, call: Call): History {
  const row = deploymentRow(account.provider, uid);
  const path = stackPath(uid, 'deployments');
  const known = new Map<number, Promise<HistoryPage>>();

  const read = async (number: number, as: Call): Promise<HistoryPage> => {
    const { rows, origin, ...place } = await readPage(account.http, path, number, as);
    const { items, faults } = parseRows(rows, row, origin);
    return { ...place, deployments: items, faults };
  };
  const page = (number: number): Promise<HistoryPage> => {
    const reading = known.get(number) ?? read(number, call);
    known.set(number, reading);
    return reading;
  };

  return {
    page,
    async after(previous) {
      if (previous.next === null) return undefined;
      const next = await page(previous.next);
      if (!isOlderThan(next, previous)) return next;
      // What has moved from `previous` to this page since is missing in the answer in hand, which
      // the operation remembers: a memory of its own makes it ask again.
      const renewed = read(previous.next, { ...call, reads: new Map() });
      known.set(previous.next, renewed);
      return renewed;
    },
    prepare(first, last) {
      for (let number = first; number <= last; number += 1) {
        // Whoever takes the page is told of its failure.
        page(number).catch(() => undefined);
      }
    },
    pagesRead: () => known.size,
  };
}

/** Whether deployments arrived between the reading of `page` and the later one of `other`. */
function isOlderThan(page: HistoryPage, other: HistoryPage): boolean {
  return page.total !== null && other.total !== null && page.total < other.total;
}
