// @ts-check
import { MEMORY_CASE } from '../cases.mjs';
import { CONTESTANTS } from './contestants.mjs';
import { end, memoryOf } from './processes.mjs';
import { startContestant } from './setup.mjs';

export const MEMORY_REQUESTS = 200_000;
const STEPS = 10;

/**
 * The gateway's memory over many requests, no two of which share a variable. The first fifth
 * fills what is bounded; after it nothing may grow by more than a fifth.
 * @param {import('./setup.mjs').Bench} bench
 * @param {number} requests
 * @returns {Promise<import('./ratios.mjs').Ratio>}
 */
export async function measureMemory(bench, requests) {
  console.error(`Memory: ${requests} requests with distinct variables`);
  const us = CONTESTANTS.find(({ name }) => name === 'us');
  if (!us) throw new Error('the gateway is no contestant');
  const running = await startContestant(bench, us);
  const sizes = [];
  for (let step = 0; step < STEPS; step += 1) {
    await bench.load.send({
      port: running.port,
      contestant: 'us',
      caseName: MEMORY_CASE.name,
      start: 3_000_000_000 + step * requests,
      amount: requests / STEPS,
    });
    sizes.push(memoryOf(running.pid, 'VmRSS'));
    console.error(`  ${(step + 1) * (requests / STEPS)}: ${Math.round(sizes[step] / 2 ** 20)} MiB`);
  }
  await end(running.child);
  const growth = Math.max(...sizes.slice(2)) / sizes[1];
  return {
    caseName: MEMORY_CASE.name,
    what: `memory: largest after the first fifth of ${requests} requests over that at its end`,
    wanted: 'at most 1.2',
    got: `${growth.toFixed(2)} (${sizes.map((size) => Math.round(size / 2 ** 20)).join(', ')} MiB)`,
    reached: growth <= 1.2,
  };
}
