// @ts-check

/**
 * @typedef {{ what: string, wanted: string, got: string, reached: boolean | undefined,
 *   caseName: string, isClose?: boolean }} Ratio
 */

/** How many upstream requests N+1 takes at the least: deployments, revisions, builds. */
const LEAST_REQUESTS = 3;

/**
 * How far the same contestant's figures have been apart in runs of the same code, see README.md. The
 * rounds of one run do not show it: they are rounds of one process.
 */
export const SPREAD = 2;

/** Whether another run could well judge otherwise. @param {number} ratio @param {number} bound */
const isClose = (ratio, bound) => ratio < bound * SPREAD && ratio > bound / SPREAD;

/** @param {number[]} values */
export function medianOf(values) {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return NaN;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** @param {number} ratio */
const digits = (ratio) => (ratio < 0.1 ? ratio.toPrecision(2) : ratio.toFixed(2));

/** The "must reach" list of the issue, from the medians of one run. @param {import('./measure.mjs').Result[]} results */
export function ratiosOf(results) {
  /** @param {string} caseName @param {string} name @param {'cpuUs' | 'upstream'} [figure] */
  const median = (caseName, name, figure = 'cpuUs') => {
    const found = results.find((each) => each.test.name === caseName && each.name === name);
    // An answer that failed is cheap: no figure with one in it counts.
    const isWhole = found?.samples.every(({ failed }) => failed === 0);
    return found && isWhole ? medianOf(found.samples.map((sample) => sample[figure])) : undefined;
  };
  /** @type {Ratio[]} */
  const ratios = [];
  /** @param {string} caseName @param {string} peer @param {number} wanted @param {string} words */
  const atLeast = (caseName, peer, wanted, words) => {
    const [own, other] = [median(caseName, 'us'), median(caseName, peer)];
    const known = own !== undefined && other !== undefined;
    const ratio = known ? other / own : NaN;
    ratios.push({
      caseName,
      what: `${caseName}: requests per CPU second, ${words}`,
      wanted: wanted === 1 ? 'more than 1' : `at least ${wanted}`,
      got: known ? digits(ratio) : 'not measured',
      reached: known ? (wanted === 1 ? ratio > 1 : ratio >= wanted) : undefined,
      isClose: isClose(ratio, wanted),
    });
  };
  /** @param {string} caseName */
  const atMostStringify = (caseName) => {
    const [own, other] = [median(caseName, 'us'), median(caseName, 'plain')];
    const known = own !== undefined && other !== undefined;
    ratios.push({
      caseName,
      what: `${caseName}: CPU of 2,000 rows over node:http and JSON.stringify of the same objects`,
      wanted: 'at most 3',
      got: known ? digits(own / other) : 'not measured',
      reached: known ? own / other <= 3 : undefined,
      isClose: known && isClose(own / other, 3),
    });
  };

  atLeast('hot', 'plain', 0.9, 'over plain node:http');
  atLeast('hot', 'first-written', 100, 'over the first-written version');
  atLeast('hot', 'tailcall-dedupe', 1, 'over Tailcall with dedupe');
  atLeast('n-plus-1', 'tailcall-dedupe', 1, 'over Tailcall with dedupe');
  atLeast('n-plus-1', 'tailcall-batch', 1, 'over Tailcall with batchKey');
  atLeast('n-plus-1', 'tailcall-both', 1, 'over Tailcall with dedupe and batchKey');
  atLeast('n-plus-1', 'first-written', 10, 'over the first-written version');
  atLeast('n-plus-1', 'hive', 5, 'over Hive Gateway');
  const sent = median('n-plus-1', 'us', 'upstream');
  ratios.push({
    caseName: 'n-plus-1',
    what: 'n-plus-1: upstream requests for one operation',
    wanted: `${LEAST_REQUESTS}, the least`,
    got: sent === undefined ? 'not measured' : sent.toFixed(2),
    reached: sent === undefined ? undefined : Math.abs(sent - LEAST_REQUESTS) < 0.1,
  });
  atLeast('warm', 'first-written', 10, 'over the first-written version');
  atMostStringify('list');
  atMostStringify('list-same');
  return ratios;
}
