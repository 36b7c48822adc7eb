// @ts-check
import { spawnSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';
import { CASES } from '../cases.mjs';
import { BENCH, versionOf } from './contestants.mjs';
import { pinning } from './processes.mjs';
import { medianOf, SPREAD } from './ratios.mjs';

const PACKAGES = [
  ...['@apollo/server', 'express', 'dataloader', 'got', 'graphql', 'graphql-yoga', 'mercurius'],
  ...[
    'graphql-jit',
    '@graphql-hive/gateway',
    '@graphql-mesh/compose-cli',
    '@omnigraph/json-schema',
  ],
  ...['@tailcallhq/core-linux-x64-gnu', 'autocannon', 'undici'],
];
const HEADINGS = [
  ...['contestant', 'CPU us/request (min to max)', 'requests/CPU s', 'req/s', 'p50 ms', 'p99 ms'],
  ...['peak MiB', 'upstream/request', 'failed'],
];

/** @param {number} value */
const short = (value) =>
  value >= 100 ? String(Math.round(value)) : value.toFixed(value < 10 ? 2 : 1);

/** @param {import('./measure.mjs').Result} result @returns {string[]} */
function rowOf({ title, samples }) {
  /** @param {keyof import('./measure.mjs').Sample} figure */
  const all = (figure) => samples.map((sample) => sample[figure]);
  const cpu = all('cpuUs');
  return [
    title,
    `${short(medianOf(cpu))} (${short(Math.min(...cpu))} to ${short(Math.max(...cpu))})`,
    short(1_000_000 / medianOf(cpu)),
    short(medianOf(all('perSecond'))),
    short(medianOf(all('p50'))),
    short(medianOf(all('p99'))),
    String(Math.round(Math.max(...all('peak')) / 2 ** 20)),
    short(medianOf(all('upstream'))),
    String(all('failed').reduce((one, other) => one + other, 0)),
  ];
}

/** The rows of a case, the cheapest first. @param {import('./measure.mjs').Result[]} results @param {string} name */
function rowsOf(results, name) {
  return results
    .filter(({ test }) => test.name === name)
    .sort((one, other) => cpuOfResult(one) - cpuOfResult(other))
    .map(rowOf);
}

/** @param {import('./measure.mjs').Result} result */
const cpuOfResult = ({ samples }) => medianOf(samples.map(({ cpuUs }) => cpuUs));

/** @param {import('./ratios.mjs').Ratio} ratio */
const verdict = ({ reached, isClose }) => {
  if (reached === undefined) return 'not measured';
  return `${reached ? 'reached' : 'NOT reached'}${isClose ? ', within the spread of runs' : ''}`;
};

/** @param {string[][]} rows */
function aligned(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column])).join('  '));
}

/**
 * One table of all cases, and the ratios, on the terminal.
 * @param {import('./measure.mjs').Result[]} results
 * @param {import('./ratios.mjs').Ratio[]} ratios
 * @param {{ title: string, reason: string }[]} leftOut
 */
export function printTable(results, ratios, leftOut) {
  const rows = CASES.flatMap(({ name }) => rowsOf(results, name).map((row) => [name, ...row]));
  console.log(aligned([['case', ...HEADINGS], ...rows]).join('\n'));
  console.log('');
  const judged = ratios.map((ratio) => [verdict(ratio), ratio.what, ratio.got, ratio.wanted]);
  console.log(aligned([['', 'must reach', 'this run', 'wanted'], ...judged]).join('\n'));
  for (const { title, reason } of leftOut) console.log(`\nLeft out: ${title}: ${reason}`);
}

/** @param {string[]} cells */
const line = (cells) => `| ${cells.join(' | ')} |`;
/** @param {string[][]} rows */
const table = ([head, ...rows]) =>
  [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');

/** What ran where: commit, machine and versions. @param {Date} startedAt */
function conditions(startedAt) {
  const git = (...words) => spawnSync('git', words, { cwd: BENCH, encoding: 'utf8' }).stdout.trim();
  const redis = spawnSync('redis-server', ['--version'], { encoding: 'utf8' }).stdout ?? '';
  const [cpu] = cpus();
  return [
    `- Run of ${startedAt.toISOString().slice(0, 16).replace('T', ' ')} UTC, commit ${git('rev-parse', '--short', 'HEAD')}.`,
    `- ${cpus().length} x ${cpu?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, ${pinning}.`,
    `- Node ${process.versions.node}, Redis ${/v=(\S+)/.exec(redis)?.[1] ?? 'none'}.`,
    `- ${PACKAGES.map((name) => `${name} ${versionOf(name)}`).join(', ')}.`,
  ].join('\n');
}

/** @param {any} run @returns {string} the text of RESULTS.md */
export function toMarkdown({ startedAt, options, results, ratios, leftOut, profiles }) {
  const cases = CASES.filter(({ name }) => results.some(({ test }) => test.name === name));
  const parts = [
    '# Results of `npm run bench`',
    'Written by the runner; do not edit. [README.md](README.md) says what is measured and how.',
    `${conditions(startedAt)}\n- Medians of ${options.rounds} alternating rounds of ${options.seconds} s each, CPU of the server process. Runs of the same code have been up to ${SPREAD} times apart (README.md): a ratio closer to its bound than that is not settled by one run.`,
    '## Must reach',
    table([
      ['what', 'wanted', 'this run', ''],
      ...ratios.map((ratio) => [ratio.what, ratio.wanted, ratio.got, verdict(ratio)]),
    ]),
    '## Cases',
    ...cases.flatMap(({ name, title }) => [
      `### ${title}`,
      table([HEADINGS, ...rowsOf(results, name)]),
    ]),
    ...(leftOut.length > 0 ? ['## Left out'] : []),
    ...leftOut.map(({ title, reason }) => `- ${title}: \`${reason.replace(/\s+/g, ' ')}\``),
    ...(profiles.length > 0 ? ['## Where the time goes in what was not reached'] : []),
    ...profiles.flatMap(({ caseName, lines }) => [
      `### ${caseName}`,
      table([
        ['self time', 'function'],
        ...lines.map(({ share, what }) => [`${(share * 100).toFixed(1)} %`, `\`${what}\``]),
      ]),
    ]),
  ];
  return `${parts.join('\n\n')}\n`;
}
