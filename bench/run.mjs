// @ts-check
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format } from 'prettier';
import { CASES } from './cases.mjs';
import { BENCH, CONTESTANTS } from './lib/contestants.mjs';
import { measure } from './lib/measure.mjs';
import { MEMORY_REQUESTS, measureMemory } from './lib/memory.mjs';
import { CPU, endAll, freePort, start, startLoad } from './lib/processes.mjs';
import { profileMissed } from './lib/profile.mjs';
import { ratiosOf } from './lib/ratios.mjs';
import { printTable, toMarkdown } from './lib/report.mjs';
import { startContestants, startRedis } from './lib/setup.mjs';
import { whenReady } from './lib/verify.mjs';

const options = optionsOf(process.argv.slice(2));
const folder = mkdtempSync(join(tmpdir(), 'deploygraph-bench-'));

process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

/** @param {string[]} given */
function optionsOf(given) {
  const known = ['--long', '--memory', '--no-results'];
  const valueOf = (name) => given.find((word) => word.startsWith(`${name}=`))?.split('=')[1];
  const unknown = given.filter(
    (word) => !known.includes(word) && !/^--(cases|only|memory)=/.test(word),
  );
  if (unknown.length > 0)
    throw new Error(
      `unknown: ${unknown.join(' ')}. There are: ${known.join(' ')} --cases=a,b --only=a,b`,
    );
  const isLong = given.includes('--long');
  const isMemory = isLong || given.includes('--memory');
  return {
    rounds: isLong ? 5 : 3,
    seconds: isLong ? 5 : 1,
    warmSeconds: 3,
    memory: Number(valueOf('--memory') ?? 0) || (isMemory ? MEMORY_REQUESTS : 0),
    write: !given.includes('--no-results'),
    cases: CASES.filter(({ name }) => valueOf('--cases')?.split(',').includes(name) ?? true),
    names: valueOf('--only')?.split(','),
  };
}

async function main() {
  const startedAt = new Date();
  const port = await freePort();
  const upstream = `http://127.0.0.1:${port}`;
  const server = start(CPU.rest, [process.execPath, join(BENCH, 'upstream/server.mjs')], {
    PORT: String(port),
  });
  await whenReady(port, server.output, '/_count');
  const load = startLoad(join(BENCH, 'load.mjs'));
  const redis = await startRedis(folder);
  const bench = { upstream, folder, load, redisUrl: redis };
  const chosen = CONTESTANTS.filter(({ name }) => options.names?.includes(name) ?? true);
  const { contestants, leftOut } = await startContestants(bench, chosen, options.cases);
  const results = await measure(bench, contestants, options);
  const ratios = ratiosOf(results);
  const memory = options.memory ? await measureMemory(bench, options.memory) : undefined;
  if (memory) ratios.push(memory);
  printTable(results, ratios, leftOut);
  const profiles = await profileMissed(bench, ratios);
  if (!options.write) return;
  const report = toMarkdown({ startedAt, options, results, ratios, leftOut, profiles });
  const formatted = await format(report, { parser: 'markdown' });
  writeFileSync(join(BENCH, 'RESULTS.md'), formatted);
}

try {
  await main();
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await endAll();
}
process.exit();
