// @ts-check
import { fork } from 'node:child_process';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { format } from 'prettier';
import { CPU, cpuOf, memoryOf } from '../lib/processes.mjs';

/**
 * `npm run bench:live`: one event to thousands of WebSocket subscribers. Each contestant is a
 * process on one core, the subscribers one on the other.
 */
const HERE = import.meta.dirname;
const ROUNDS = 5;
const BURST = 20;
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

    await publish(BURST);
    const singles = [];
    for (let round = 0; round < ROUNDS; round += 1) singles.push((await publish(1)).times);
    const burst = await publish(BURST);
    const one = singles.flat().sort((left, right) => left - right);
    const at = (share) => one[Math.floor(one.length * share)] ?? 0;
    return {
      title,
      count,
      perSecond: (BURST * count) / ((burst.times.at(-1) ?? 0) / 1_000),
      p50: at(0.5),
      p99: at(0.99),
      cpu: burst.cpu / (BURST * count),
      kilobytes: (settled - idle) / 1_024 / count,
      peak: memoryOf(pid, 'VmHWM') / 1_048_576,
    };
  } finally {
    server.kill('SIGKILL');
    load.kill('SIGKILL');
  }
}

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
const rate = (start, count) =>
  results.find((each) => each.title.startsWith(start) && each.count === count)?.perSecond ?? 0;
const ratio = (rate('Deploygraph, equal', 5_000) / rate('graphql-ws', 5_000)).toFixed(1);
const report = `# Results of \`npm run bench:live\`

Written by the runner; do not edit. One change of status to all subscribers, over WebSockets.

- Run of ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC, Node ${process.versions.node}, ${cpus().length} x ${cpus()[0]?.model.trim()}.
- Each contestant on one core, the subscribers in one process on another, loopback.
- p50 and p99: one event at a time, ${ROUNDS} times, from its recording to its arrival. Deliveries a second and CPU: ${BURST} events in a row. CPU is of the server process, all threads, a delivery; the kernel's part is in it. Memory: resident, before and after the subscribers came, and the peak.
- Equal subscriptions, 5,000 subscribers: ${ratio} times the deliveries a second of graphql-ws executing for each.

| contestant | subscribers | deliveries/s | p50 ms | p99 ms | CPU us | kB a subscriber | peak MiB |
| --- | --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
if (!process.argv.includes('--no-results')) {
  writeFileSync(join(HERE, '../RESULTS-live.md'), await format(report, { parser: 'markdown' }));
}
process.exit();
