// @ts-check
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CASES } from '../cases.mjs';
import { CONTESTANTS } from './contestants.mjs';
import { measureOnce } from './measure.mjs';
import { end } from './processes.mjs';
import { startContestant } from './setup.mjs';

const SECONDS = 3;
const SHOWN = 12;

/** @typedef {{ caseName: string, lines: { share: number, what: string }[] }} Profile */

/**
 * Where the gateway's time goes in the cases that missed a ratio: `node --cpu-prof`, one process a
 * case, by self time.
 * @param {import('./setup.mjs').Bench} bench
 * @param {import('./ratios.mjs').Ratio[]} ratios
 * @returns {Promise<Profile[]>}
 */
export async function profileMissed(bench, ratios) {
  const missed = new Set(
    ratios.filter(({ reached }) => reached === false).map((each) => each.caseName),
  );
  const us = CONTESTANTS.find(({ name }) => name === 'us');
  /** @type {Profile[]} */
  const profiles = [];
  for (const test of CASES.filter(({ name }) => missed.has(name))) {
    if (!us) break;
    console.error(`Profile: ${test.name}`);
    const folder = join(bench.folder, `profile-${test.name}`);
    mkdirSync(folder);
    const nodeOptions = ['--cpu-prof', `--cpu-prof-dir=${folder}`];
    const startedAt = performance.now();
    const running = await startContestant(bench, us, { nodeOptions });
    await measureOnce(bench, running, test, { seconds: 1 });
    const skippedUs = (performance.now() - startedAt) * 1000;
    await measureOnce(bench, running, test, { seconds: SECONDS });
    await end(running.child);
    const [file] = readdirSync(folder);
    if (file) profiles.push({ caseName: test.name, lines: topOf(join(folder, file), skippedUs) });
  }
  return profiles;
}

/**
 * The functions with the most self time, without idle time, start and warming up.
 * @param {string} file
 * @param {number} skippedUs
 */
function topOf(file, skippedUs) {
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(file, 'utf8'));
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  /** @type {Map<string, number>} */
  const times = new Map();
  let total = 0;
  let passed = 0;
  for (const [index, id] of samples.entries()) {
    const name = names.get(id) ?? '';
    passed += timeDeltas[index];
    if (passed < skippedUs || name === '(idle)' || name === '(root)') continue;
    total += timeDeltas[index];
    times.set(name, (times.get(name) ?? 0) + timeDeltas[index]);
  }
  return [...times]
    .sort(([, one], [, other]) => other - one)
    .slice(0, SHOWN)
    .map(([what, time]) => ({ share: time / total, what }));
}

/** @param {{ functionName: string, url: string, lineNumber: number }} frame */
function nameOf({ functionName, url, lineNumber }) {
  const name = functionName || '(anonymous)';
  if (!url) return name;
  const [, packaged] = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  return `${name} (${packaged ? `${packaged}: ` : ''}${basename(url)}:${lineNumber + 1})`;
}
