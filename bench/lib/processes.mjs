// @ts-check
import { fork, spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

/** Everything this run has started and that has not ended yet. */
const running = new Set();

const canPin = availableParallelism() > 1 && spawnSync('taskset', ['-V']).status === 0;

/** Where contestants run, and where everything else of the bench does. */
export const CPU = { contestant: '0', rest: '1' };
export const pinning = canPin
  ? 'each contestant on one core, load generator and upstream on another'
  : 'not pinned to cores';

/** @param {import('node:child_process').ChildProcess} child */
function keep(child) {
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/**
 * Starts a process, whose output is kept for the message when it fails.
 * @param {string} cpu
 * @param {string[]} command
 * @param {Record<string, string>} environment
 * @param {string} [cwd]
 */
export function start(cpu, command, environment, cwd) {
  const [program, ...rest] = canPin ? ['taskset', '-c', cpu, ...command] : command;
  const child = keep(
    spawn(program, rest, { cwd, env: { ...process.env, ...environment }, stdio: 'pipe' }),
  );
  let output = '';
  const take = (chunk) => {
    output = (output + chunk).slice(-4_000);
  };
  child.stdout?.on('data', take);
  child.stderr?.on('data', take);
  child.on('error', (error) => take(String(error)));
  return { child, pid: child.pid ?? 0, output: () => output };
}

/** The load generator. @param {string} path */
export function startLoad(path) {
  const child = keep(fork(path, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }));
  if (canPin && child.pid) spawnSync('taskset', ['-a', '-p', '-c', CPU.rest, String(child.pid)]);
  return {
    /** @param {import('../load.mjs').Order} order */
    send: (order) =>
      new Promise((resolve, reject) => {
        const onExit = () => reject(new Error('the load generator has ended'));
        child.once('exit', onExit);
        child.once('message', (/** @type {any} */ { result, error }) => {
          child.off('exit', onExit);
          if (error) reject(new Error(error));
          else resolve(result);
        });
        child.send(order);
      }),
  };
}

/** Ends one process: kindly first. @param {import('node:child_process').ChildProcess} child */
export async function end(child) {
  if (!running.has(child)) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await Promise.race([ended, pause(10_000, undefined, { ref: false })]);
  if (running.has(child)) child.kill('SIGKILL');
}

export const endAll = () => Promise.all([...running].map((child) => end(child)));

process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.once(signal, () => void endAll().then(() => process.exit(1)));
}

/** A port that nobody listens on. @returns {Promise<number>} */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Ticks of /proc's clock a second: the same on every Linux that Node runs on. */
const TICKS = 100;

/** CPU time a process has used, all threads, in microseconds. @param {number} pid */
export function cpuOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1_000_000) / TICKS;
}

/** Memory of a process in bytes. @param {number} pid @param {'VmHWM' | 'VmRSS'} what */
export function memoryOf(pid, what) {
  const line = new RegExp(`^${what}:\\s+(\\d+) kB`, 'm').exec(
    readFileSync(`/proc/${pid}/status`, 'utf8'),
  );
  return Number(line?.[1] ?? 0) * 1024;
}

/** Lets the peak (VmHWM) begin anew. @param {number} pid */
export function resetPeak(pid) {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}
