// @ts-check
import { createOperation } from './lib/operations.mjs';

/** The token of everything that is asked again and again. */
const SAME = 0xffffffff;
/** Tokens of verification and of the slow provider's load, which the counter never reaches. */
export const CHECK = 0xfffffff0;

const MANY = Array.from({ length: 100 }, (_, row) => row);

/**
 * Fifty of a hundred deployments, other ones for each number.
 * @param {number} number
 */
function sample(number) {
  let state = (number * 2_654_435_761 + 12_345) >>> 0;
  const rows = [...MANY];
  for (let index = 0; index < 50; index += 1) {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    const other = index + (state % (100 - index));
    [rows[index], rows[other]] = [rows[other], rows[index]];
  }
  return rows.slice(0, 50);
}

/**
 * @typedef {object} Case
 * @property {string} name
 * @property {string} title
 * @property {(number: number) => import('./lib/operations.mjs').Operation} operation
 * @property {boolean} [constant] the same operation each time
 * @property {boolean} [background] load on the slow provider at the same time
 * @property {number} connections
 * @property {'/hot' | '/list'} [plain] what plain node:http answers here, if it takes part
 * @property {string[]} [only]
 */

/** @type {Case[]} */
export const CASES = [
  {
    name: 'hot',
    title: 'Hot: the same operation (100 deployments with version, revision and build)',
    operation: () => createOperation('relations', '01', SAME),
    constant: true,
    connections: 16,
    plain: '/hot',
  },
  {
    name: 'warm',
    title: 'Warm: different operations (each 50 of 100 deployments by id, with relations)',
    operation: (number) => createOperation('entities', '01', SAME, sample(number)),
    connections: 16,
  },
  {
    name: 'cold',
    title: 'Cold: another app each time (20 rows of 10 fields, one list)',
    operation: (number) => createOperation('rows', '02', number),
    connections: 16,
  },
  {
    name: 'n-plus-1',
    title: 'N+1: another app each time (100 deployments with version, revision and build)',
    operation: (number) => createOperation('relations', '01', number),
    connections: 8,
  },
  {
    name: 'list',
    title: 'List: another app each time (2,000 rows of 10 fields)',
    operation: (number) => createOperation('rows', '20', number),
    connections: 4,
    plain: '/list',
  },
  {
    name: 'list-same',
    title: 'List, the same operation (2,000 rows of 10 fields)',
    operation: () => createOperation('rows', '20', SAME),
    constant: true,
    connections: 4,
    plain: '/list',
  },
  {
    name: 'slow',
    title: 'One slow provider: cold load on a fast one while 8 clients wait for one of 300 ms',
    operation: (number) => createOperation('rows', '02', number),
    background: true,
    connections: 8,
  },
  {
    name: 'redis',
    title: 'Cache with Redis: the warm case, Redis configured (the gateway only)',
    operation: (number) => createOperation('entities', '01', SAME, sample(number)),
    connections: 16,
    only: ['us', 'us-redis'],
  },
  {
    name: 'ubiops',
    title: 'N+1 over UbiOps (100 services with version, revision and build), unranked',
    operation: () => createOperation('relations', '01', SAME),
    constant: true,
    connections: 8,
    only: ['us'],
  },
];

/** What fills the memory: another app with one deployment each time. @type {Case} */
export const MEMORY_CASE = {
  name: 'memory',
  title: 'Memory',
  operation: (number) => createOperation('relations', '03', number),
  connections: 16,
};

/** What waits for the slow provider in the background. @param {number} number */
export const slowOperation = (number) => createOperation('rows', '52', number);
