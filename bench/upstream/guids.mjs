// @ts-check
/**
 * Guids of the bench's data. A guid tells what it names: `TTTTTTTT-KKWW-4000-8000-RRRRRRRRRRRR` with
 * T the token (a number that the load generator counts up, so that no two requests share anything),
 * K the kind, W the world and R the row.
 */
export const KINDS = { app: '0a', deployment: '0d', revision: '0e', build: '0b', droplet: '0c' };

/** How many deployments an app of a world has, and how long its answers take, in milliseconds. */
export const WORLDS = {
  '01': { rows: 100, delayMs: 0 },
  '02': { rows: 20, delayMs: 0 },
  '03': { rows: 1, delayMs: 0 },
  20: { rows: 2_000, delayMs: 0 },
  52: { rows: 20, delayMs: 300 },
};

/** What stands for the token in templates: as long as one, and nothing else looks like it. */
export const PLACEHOLDER = '@@@@@@@@';

/** @param {number} number */
export const toToken = (number) => (number >>> 0).toString(16).padStart(8, '0');

/**
 * @param {string} token
 * @param {keyof typeof KINDS} kind
 * @param {string} world
 * @param {number} row
 */
export const toGuid = (token, kind, world, row) =>
  `${token}-${KINDS[kind]}${world}-4000-8000-${String(row).padStart(12, '0')}`;

/** @param {string} guid */
export const parseGuid = (guid) => ({
  token: guid.slice(0, 8),
  kind: guid.slice(9, 11),
  world: guid.slice(11, 13),
  row: Number(guid.slice(24)),
});
