import type { Deployment } from '../../schema/deployment.ts';
import type { History, HistoryPage } from './history.ts';

/** Where a deployment stands in the list: the higher, the nearer to its start. */
export type Position = (deployment: Deployment) => number | undefined;

export const byDate: Position = ({ createdAt }) => createdAt?.getTime();
export const byNumber: Position = ({ nativeId }) => Number(nativeId);

/** How often the pace of the deployments is trusted before halving takes over. */
const GUESSES = 2;

/**
 * The page where the deployments at or below `target` begin: all pages before it are above.
 * `undefined`: no page has any. Page 1 is always read; behind it come two requests where
 * deployments were made at a steady pace, and never many more than log2(pages). Where the provider
 * does not say how many pages there are, they are read one after the other.
 */
export async function seek(
  history: History,
  target: number,
  position: Position,
): Promise<HistoryPage | undefined> {
  let above = await history.page(1);
  let below: HistoryPage | undefined;
  if (reaches(above, target, position)) return above;
  for (let probes = 0; ; probes += 1) {
    const end = below?.number ?? (above.pages ?? 0) + 1;
    if (end - above.number <= 1) {
      const next = await history.after(above);
      if (!next || reaches(next, target, position)) return next;
      above = next;
      below = undefined;
      continue;
    }
    const halfway = Math.floor((above.number + end) / 2);
    const guess = probes < GUESSES ? guessPage({ above, below, end, target, position }) : halfway;
    const number = Number.isFinite(guess) ? guess : halfway;
    const page = await history.page(Math.min(Math.max(number, above.number + 1), end - 1));
    if (!reaches(page, target, position)) above = page;
    else if (highest(page, position) > target) return page;
    else below = page;
  }
}

/** Supposes an even pace: between the two pages if both are read, else as on the one above. */
function guessPage(known: {
  above: HistoryPage;
  below: HistoryPage | undefined;
  end: number;
  target: number;
  position: Position;
}): number {
  const { above, below, end, target, position } = known;
  const distance = lowest(above, position) - target;
  if (!below) return above.number + Math.ceil(distance / paceOf(above, position));
  const gap = lowest(above, position) - highest(below, position);
  return above.number + 1 + Math.floor((distance / gap) * (end - above.number - 1));
}

/** How far one page goes down: its rows, and the gap to the first row of the next page. */
function paceOf(page: HistoryPage, position: Position): number {
  const rows = page.deployments.filter((each) => position(each) !== undefined).length;
  return ((highest(page, position) - lowest(page, position)) * rows) / (rows - 1);
}

/** Whether the page goes down to the target; a page without any position may, for all we know. */
function reaches(page: HistoryPage, target: number, position: Position): boolean {
  const end = lowest(page, position);
  return end === Infinity || end <= target;
}

function lowest({ deployments }: HistoryPage, position: Position): number {
  return Math.min(...deployments.map((each) => position(each) ?? Infinity));
}

function highest({ deployments }: HistoryPage, position: Position): number {
  return Math.max(...deployments.map((each) => position(each) ?? -Infinity));
}
