// @ts-check
import { fork } from 'node:child_process';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { format } from 'prettier';
import { CPU, cpuOf, memoryOf } from '../lib/processes.mjs';
import { measureCapacity } from './capacity.mjs';
import { measureLatency } from './latency.mjs';

/**
 * `npm run bench:live`: how soon a change arrives, one event to thousands of WebSocket subscribers,
 * where each contestant is a process on one core and the subscribers one on the other, and what
 * gateways hold and ask for while nothing happens.
 */
const HERE = import.meta.dirname;
const ROUNDS = 5;
const BURST = 20;
/** Few subscribers get more events, so that what they cost can be told from nothing. */
const DELIVERIES = 100_000;
const PLAN = [
  {
    title: 'Deploygraph, equal subscriptions',
    server: 'us',
    isEqual: true,
    counts: [100, 1_000, 5_000, 10_000],
  },
  { title: 'Deploygraph, all different', server: 'us', isEqual: false, counts: [5_000] },
  {
    title: 'graphql-ws, executing for each',
    server: 'graphql-ws',
    isEqual: true,
    counts: [5_000, 10_000],
  },
  { title: 'bare ws', server: 'bare', isEqual: true, counts: [5_000, 10_000] },
];

/** @param {string} path @param {string} cpu */
function start(path, cpu) {
  const child = fork(join(HERE, path), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  spawnSync('taskset', ['-a', '-p', '-c', cpu, String(child.pid)]);
  return child;
}

/** @param {import('node:child_process').ChildProcess} child @returns {Promise<any>} */
async function answer(child) {
  const [message] = await once(child, 'message');
  if (message.error) throw new Error(message.error);
  return message;
}

async function measure({ title, server: name, isEqual }, count) {
  const server = start(`servers/${name}.mjs`, CPU.contestant);
  const load = start('load.mjs', CPU.rest);
  try {
    const { port } = await answer(server);
    const pid = server.pid ?? 0;
    const idle = memoryOf(pid, 'VmRSS');
    load.send({ order: 'open', port, count, isEqual });
    await answer(load);
    await pause(1_500);
    const settled = memoryOf(pid, 'VmRSS');

    const publish = async (events) => {
      load.send({ order: 'expect', messages: events * count });
      await answer(load);
      const done = answer(load);
      const cpu = cpuOf(pid);
      server.send({ events });
      const { startedAt } = await answer(server);
      const { result } = await done;
      const times = result.map((at) => Number(BigInt(at) - BigInt(startedAt)) / 1e6);
      times.sort((left, right) => left - right);
      return { times, cpu: cpuOf(pid) - cpu };
    };

    const events = Math.max(BURST, DELIVERIES / count);
    await publish(BURST);
    const singles = [];
    for (let round = 0; round < ROUNDS; round += 1) singles.push((await publish(1)).times);
    const burst = await publish(events);
    const one = singles.flat().sort((left, right) => left - right);
    const at = (share) => one[Math.floor(one.length * share)] ?? 0;
    return {
      title,
      count,
      perSecond: (events * count) / ((burst.times.at(-1) ?? 0) / 1_000),
      p50: at(0.5),
      p99: at(0.99),
      cpu: burst.cpu / (events * count),
      kilobytes: (settled - idle) / 1_024 / count,
      peak: memoryOf(pid, 'VmHWM') / 1_048_576,
    };
  } finally {
    server.kill('SIGKILL');
    load.kill('SIGKILL');
  }
}

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    'no-results': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help || ![undefined, 'latency', 'fan-out', 'rest'].includes(values.only)) {
  console.error('run.mjs [--only latency|fan-out|rest] [--no-results]');
  console.error('With --only the rest of RESULTS-live.md stays as it is.');
  process.exit(values.help ? 0 : 1);
}

/** What a figure was to be. @param {boolean} isReached @param {string} text */
const verdict = (isReached, text) => `- ${isReached ? 'reached' : 'NOT reached'}: ${text}`;

async function reportLatency() {
  const measured = await measureLatency();
  for (const each of measured) console.error(JSON.stringify(each));
  const rows = measured.map(
    ({ title, changes, p50, p99, max }) =>
      `| ${title} | ${changes} | ${p50.toFixed(0)} | ${p99.toFixed(0)} | ${max.toFixed(0)} |`,
  );
  return `## From a change to the client

From a change in the stand-in of Humanitec to a WebSocket client, one active scope, throttling off. Changes come at moments spread over the interval.

${measured.map(({ title, max, boundMs }) => verdict(max <= boundMs, `${title}: the slowest ${max.toFixed(0)} ms; wanted within ${boundMs} ms`)).join('\n')}

| by | changes | median ms | p99 ms | max ms |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}

async function reportFanOut() {
  const results = [];
  for (const contestant of PLAN) {
    for (const count of contestant.counts) {
      const result = await measure(contestant, count);
      results.push(result);
      console.error(JSON.stringify(result));
    }
  }
  const rows = results.map(
    ({ title, count, perSecond, p50, p99, cpu, kilobytes, peak }) =>
      `| ${title} | ${count} | ${Math.round(perSecond)} | ${p50.toFixed(1)} | ${p99.toFixed(1)} | ${cpu.toFixed(1)} | ${kilobytes.toFixed(1)} | ${Math.round(peak)} |`,
  );
  const of = (start, count) =>
    results.find((each) => each.title.startsWith(start) && each.count === count);
  const own = (count) => of('Deploygraph, equal', count);
  const ratio = (own(5_000)?.perSecond ?? 0) / (of('graphql-ws', 5_000)?.perSecond ?? 1);
  const growth = (own(10_000)?.cpu ?? NaN) / (own(100)?.cpu ?? NaN);
  const slowest = own(10_000)?.p99 ?? NaN;
  const peak = own(10_000)?.peak ?? NaN;
  return `## One change to all subscribers

- Each contestant on one core, the subscribers in one process on another, loopback.
- p50 and p99: one event at a time, ${ROUNDS} times, from its recording to its arrival. Deliveries a second and CPU: ${BURST} events in a row, and at least ${DELIVERIES} deliveries. CPU is of the server process, all threads, a delivery; the kernel's part is in it. Memory: resident, before and after the subscribers came, and the peak.

${[
  verdict(
    ratio >= 3,
    `equal subscriptions, 5,000 subscribers: ${ratio.toFixed(1)} times the deliveries a second of graphql-ws executing for each; wanted 3`,
  ),
  verdict(
    slowest < 300,
    `equal subscriptions, 10,000 subscribers: p99 ${slowest.toFixed(0)} ms; wanted under 300`,
  ),
  verdict(peak <= 400, `10,000 subscribers: ${Math.round(peak)} MiB at the peak; wanted 400`),
  verdict(
    growth <= 1.1,
    `CPU a delivery at 10,000 subscribers is ${growth.toFixed(2)} times that at 100; wanted 1 (linear or better), a tenth is noise`,
  ),
].join('\n')}

| contestant | subscribers | deliveries/s | p50 ms | p99 ms | CPU us | kB a subscriber | peak MiB |
| --- | --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}

async function reportRest() {
  const rows = (await measureCapacity()).map(
    ({ scopes, instances, subscribers, cpu, resident, requests, commands, redis }) =>
      `| ${scopes} | ${instances} | ${subscribers} | ${cpu.toFixed(1)} | ${resident.toFixed(0)} | ${requests.toFixed(0)} | ${commands.toFixed(1)} | ${redis.toFixed(0)} |`,
  );
  return `## While nothing happens

Each scope is an application of Humanitec with one environment, looked at every 27 to 30 s. CPU, in hundredths of a core, and resident memory are those of one gateway; requests to the provider and commands of Redis (those inside scripts counted) those of all instances, over a minute.

| scopes | instances | subscribers | CPU % | MiB | requests a minute | Redis commands a second | Redis kB |
| --- | --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}

const PARTS = { latency: reportLatency, 'fan-out': reportFanOut, rest: reportRest };
const file = join(HERE, '../RESULTS-live.md');

/** The section of a part as the last run of it left it. @param {string} heading */
function keptSection(heading) {
  const text = readFileSync(file, 'utf8');
  return text.split(/^(?=## )/m).find((section) => section.startsWith(`## ${heading}`)) ?? '';
}
const HEADINGS = {
  latency: 'From a change to the client',
  'fan-out': 'One change to all',
  rest: 'While nothing happens',
};

const sections = [];
for (const [name, report] of Object.entries(PARTS)) {
  const isWanted = values.only === undefined || values.only === name;
  if (!isWanted) sections.push(keptSection(HEADINGS[name]));
  else {
    const about = `Run of ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC, Node ${process.versions.node}, ${cpus().length} x ${cpus()[0]?.model.trim()}.`;
    sections.push((await report()).replace('\n\n', `\n\n${about}\n\n`));
  }
}
const text = `# Results of \`npm run bench:live\`

Written by the runner; do not edit.

${sections.join('\n')}`;
if (!values['no-results']) writeFileSync(file, await format(text, { parser: 'markdown' }));
process.exit();
