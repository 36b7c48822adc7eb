// @ts-check
import { setTimeout as pause } from 'node:timers/promises';
import { cpuOf, memoryOf, resetPeak } from './processes.mjs';

/**
 * @typedef {{ cpuUs: number, perSecond: number, p50: number, p99: number, peak: number,
 *   upstream: number, requests: number, failed: number, background: number }} Sample
 * @typedef {{ test: import('../cases.mjs').Case, name: string, title: string,
 *   samples: Sample[] }} Result
 */

/** Numbers of operations are never used twice in a run. */
let next = 1;
const STRIDE = 2_000_000;
const takeNumbers = () => (next += STRIDE) - STRIDE;

/** How often each connection asks at the least. */
const LEAST_TURNS = 2;

/**
 * All cases, round by round: the contestants take turns within each, so that what else the machine
 * does meets all of them alike. The first turn of each is not counted: it warms up, and tells how
 * many requests make a turn of the wanted length. These are all answered, so that CPU and upstream
 * requests are divided by what they were spent on.
 * @param {import('./setup.mjs').Bench} bench
 * @param {import('./setup.mjs').Running[]} contestants
 * @param {{ rounds: number, seconds: number, warmSeconds: number,
 *   cases: import('../cases.mjs').Case[] }} options
 * @returns {Promise<Result[]>}
 */
export async function measure(bench, contestants, { rounds, seconds, warmSeconds, cases }) {
  /** @type {Result[]} */
  const results = [];
  for (const test of cases) {
    console.error(test.title);
    const entrants = contestants.filter(({ name }) => takesPart(test, name));
    const pairs = [];
    for (const contestant of entrants) {
      const { name, title } = contestant;
      const warm = await attempt(bench, contestant, test, { seconds: warmSeconds });
      if (!warm) continue;
      const amount = Math.max(test.connections * LEAST_TURNS, Math.round(warm.perSecond * seconds));
      pairs.push({ contestant, amount, result: { test, name, title, samples: [] } });
    }
    for (let round = 0; round < rounds; round += 1) {
      const order = round % 2 === 0 ? pairs : [...pairs].reverse();
      for (const { contestant, amount, result } of order) {
        const sample = await attempt(bench, contestant, test, { amount });
        if (sample) result.samples.push(sample);
      }
    }
    results.push(...pairs.map(({ result }) => result).filter(({ samples }) => samples.length > 0));
  }
  return results;
}

/** @param {import('../cases.mjs').Case} test @param {string} name */
function takesPart({ plain, only }, name) {
  if (only) return only.includes(name);
  if (name === 'us-redis') return false;
  return name !== 'plain' || plain !== undefined;
}

/** A contestant that breaks down costs its own figures, not the run. @type {typeof measureOnce} */
async function attempt(bench, contestant, test, length) {
  try {
    return await measureOnce(bench, contestant, test, length);
  } catch (error) {
    console.error(`  ${contestant.title}: ${String(error)}`);
    return /** @type {any} */ (undefined);
  }
}

/**
 * @param {import('./setup.mjs').Bench} bench
 * @param {import('./setup.mjs').Running} contestant
 * @param {import('../cases.mjs').Case} test
 * @param {{ seconds?: number, amount?: number }} length
 * @returns {Promise<Sample>}
 */
export async function measureOnce(bench, { name, port, pid }, test, length) {
  resetPeak(pid);
  const sentBefore = await countUpstream(bench);
  const cpuBefore = cpuOf(pid);
  const result = await bench.load.send({
    port,
    contestant: name,
    caseName: test.name,
    start: takeNumbers(),
    ...length,
  });
  await whenIdle(pid);
  const { requests, perSecond, p50, p99, failed, background } = /** @type {any} */ (result);
  // Work for the slow provider's clients is work too; it counts as requests of the same size.
  const answered = Math.max(1, requests + background);
  return {
    cpuUs: (cpuOf(pid) - cpuBefore) / answered,
    perSecond,
    p50,
    p99,
    peak: memoryOf(pid, 'VmHWM'),
    upstream: ((await countUpstream(bench)) - sentBefore) / answered,
    requests,
    failed,
    background,
  };
}

/**
 * Waits until a process has nothing more to do, so that no turn pays for the one before: a turn that
 * ends by the clock leaves requests behind that nobody waits for.
 * @param {number} pid
 */
async function whenIdle(pid) {
  for (let tries = 0; tries < 40; tries += 1) {
    const before = cpuOf(pid);
    await pause(60);
    if (cpuOf(pid) - before <= 10_000) return;
  }
}

/** How many requests the upstream has answered. @param {import('./setup.mjs').Bench} bench */
export async function countUpstream({ upstream }) {
  return Number(await (await fetch(`${upstream}/_count`)).text());
}
