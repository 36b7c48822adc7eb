// @ts-check
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CASES } from '../cases.mjs';
import { ubiopsBody } from '../contestants/us/client.mjs';
import { CLIENTS } from './clients.mjs';
import { CPU, end, freePort, start } from './processes.mjs';
import { ask, verify, whenReady } from './verify.mjs';

/**
 * @typedef {{ upstream: string, folder: string, redisUrl: string | undefined,
 *   load: ReturnType<typeof import('./processes.mjs').startLoad> }} Bench
 * @typedef {{ name: string, title: string, port: number, pid: number,
 *   child: import('node:child_process').ChildProcess }} Running
 */

/** A Redis of this run's own; `undefined` where the machine has none. @param {string} folder */
export async function startRedis(folder) {
  if (spawnSync('redis-server', ['--version']).status !== 0) return undefined;
  const port = String(await freePort());
  start(CPU.rest, ['redis-server', '--port', port, '--save', '', '--dir', folder], {});
  return `redis://127.0.0.1:${port}`;
}

/**
 * Starts the contestants and checks what they answer to each case. One that does not run, or
 * answers anything else than the others, is left out with the reason.
 * @param {Bench} bench
 * @param {import('./contestants.mjs').Contestant[]} chosen
 * @param {import('../cases.mjs').Case[]} cases
 */
export async function startContestants(bench, chosen, cases) {
  /** @type {Running[]} */
  const contestants = [];
  /** @type {{ title: string, reason: string }[]} */
  const leftOut = [];
  for (const contestant of chosen) {
    const { name, title, needs } = contestant;
    try {
      if (needs === 'redis' && !bench.redisUrl) throw new Error('there is no redis-server here');
      if (needs === 'answers') await keepAnswers(bench, contestants);
      const redisUrl = needs === 'redis' ? bench.redisUrl : undefined;
      const running = await startContestant(bench, contestant, { redisUrl });
      contestants.push(running);
      await check(running, cases);
      console.error(`${title}: runs`);
    } catch (error) {
      const failed = contestants.findIndex((each) => each.name === name);
      if (failed >= 0) await end(contestants.splice(failed, 1)[0].child);
      const reason = String(error instanceof Error ? error.message : error);
      leftOut.push({ title, reason: reason.slice(0, 800) });
      console.error(`${title}: left out: ${reason.slice(0, 800)}`);
    }
  }
  return { contestants, leftOut };
}

/**
 * @param {Bench} bench
 * @param {import('./contestants.mjs').Contestant} contestant
 * @param {{ redisUrl?: string | undefined, nodeOptions?: string[] }} [extra]
 * @returns {Promise<Running>}
 */
export async function startContestant({ upstream, folder }, contestant, extra = {}) {
  const port = await freePort();
  const { redisUrl, nodeOptions } = extra;
  const { command, environment, cwd } = contestant.launch({
    port,
    upstream,
    folder,
    ...(redisUrl && { redisUrl }),
    ...(nodeOptions && { nodeOptions }),
  });
  const { child, pid, output } = start(CPU.contestant, command, environment, cwd);
  await whenReady(port, output, contestant.name === 'plain' ? '/list' : '/graphql');
  return { name: contestant.name, title: contestant.title, port, pid, child };
}

/** What plain node:http serves: the gateway's own answers. @param {Bench} bench @param {Running[]} contestants */
async function keepAnswers({ folder }, contestants) {
  const us = contestants.find(({ name }) => name === 'us');
  if (!us) throw new Error('it serves what the gateway answers, and the gateway does not run');
  for (const [name, file] of [
    ['hot', 'hot'],
    ['list-same', 'list'],
  ]) {
    const test = CASES.find((each) => each.name === name);
    const body = JSON.stringify(CLIENTS.us.toBody(/** @type {any} */ (test).operation(0)));
    writeFileSync(join(folder, `${file}-body.json`), body);
    writeFileSync(join(folder, `${file}.json`), await ask(us.port, body));
  }
}

/** @param {Running} contestant @param {import('../cases.mjs').Case[]} cases */
async function check({ name, port }, cases) {
  if (name === 'plain') return;
  for (const test of cases) {
    if (test.only && !test.only.includes(name)) continue;
    if (test.name === 'ubiops') await checkUbiOps(port);
    else await verify(name, port, test);
  }
}

/** @param {number} port */
async function checkUbiOps(port) {
  const { data, errors } = JSON.parse(await ask(port, JSON.stringify(ubiopsBody)));
  const nodes = data?.deployments?.nodes ?? [];
  const isWhole = nodes.every(({ version, revision }) => version?.latestBuild && revision);
  if (errors || nodes.length !== 100 || !isWhole) {
    throw new Error(`UbiOps: ${JSON.stringify(errors ?? data).slice(0, 300)}`);
  }
}
