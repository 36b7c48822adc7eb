// @ts-check
import 'reflect-metadata';
import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { startSandbox } from '../../dist/sandbox/index.js';
import { parseConfig } from '../../dist/src/config.js';
import { createGateway } from '../../dist/src/gateway.js';
import { toId } from './event.mjs';

/**
 * How soon a change in a stand-in is with the client. Stand-in, gateway and client are one process,
 * so that one clock tells both ends.
 */
const PATH = ['sandbox-org', 'storefront', 'load-test'];
const SCOPE_ID = toId(['humanitec', 's', ...PATH]);
const DEPLOYS = '/orgs/sandbox-org/apps/storefront/envs/load-test/deploys';
const TOKEN = 'a-token-that-nobody-can-guess';
/** Two changes each. */
const ROUNDS = 12;
/** Humanitec's quick interval, as the gateway has it. */
const QUICK_MS = 2_000;
const MARGIN_MS = 250;
/** What a deployment of the stand-in takes at most until it runs, and until it ends. */
const [UNTIL_RUNNING_MS, UNTIL_END_MS] = [6_000, 54_000];

const EVENTS = `subscription ($filter: StatusEventFilter) {
  deploymentStatusChanged(filter: $filter) { subjectId from to deployment { status } }
}`;

/** Moments spread over an interval, the same in each run. @param {number} number */
const spread = (number) => QUICK_MS * ((number * 0.618) % 1);

/** @param {object} timing */
async function setUp(timing) {
  const sandbox = await startSandbox();
  const entry = { name: 'humanitec', kind: 'humanitec', organization: 'sandbox-org' };
  const access = { baseUrl: sandbox.humanitec.url, credentials: { token: 'sandbox' } };
  const providers = [{ ...entry, ...access, webhook: { token: TOKEN } }];
  const file = { logLevel: 'error', server: { port: 0, explorer: false }, providers };
  const gateway = await createGateway(parseConfig(JSON.stringify(file), 'bench', {}), timing);
  const client = createClient({
    url: `${gateway.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
  });
  /** @type {{ at: number, to: string }[]} */
  const arrived = [];
  const variables = { filter: { scopeIds: [SCOPE_ID] } };
  const follow = () =>
    client.subscribe(
      { query: EVENTS, variables },
      {
        next: ({ data }) =>
          void arrived.push({ at: performance.now(), ...data?.deploymentStatusChanged }),
        error: (error) => {
          throw error;
        },
        complete: () => undefined,
      },
    );
  follow();
  while (!gateway.watcher.status().some(({ looks }) => looks > 0)) await pause(10);

  return {
    sandbox,
    gateway,
    async begin() {
      const headers = { authorization: 'Bearer sandbox', 'content-type': 'application/json' };
      const request = { method: 'POST', headers, body: '{}' };
      const { status } = await fetch(sandbox.humanitec.url + DEPLOYS, request);
      if (status !== 201) throw new Error(`the stand-in answered ${status}`);
    },
    /** Does something and waits until it is told; how long that took. @param {string} to @param {() => unknown} change */
    async time(to, change) {
      const startedAt = performance.now();
      const known = arrived.length;
      await change();
      for (;;) {
        const found = arrived.slice(known).find((each) => each.to === to);
        if (found) return found.at - startedAt;
        if (performance.now() - startedAt > 60_000) throw new Error(`nobody told of ${to}`);
        await pause(5);
      }
    },
    async close() {
      await client.dispose();
      await gateway.close();
      await sandbox.close();
    },
  };
}

/** With the intervals of production. What runs and what ends is measured, while something does. */
async function byPolling() {
  const { sandbox, gateway, begin, time, close } = await setUp({});
  const times = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    await time('QUEUED', async () => {
      await begin();
      gateway.watcher.nudge(SCOPE_ID, 1);
    });
    await pause(spread(2 * round));
    times.push(await time('IN_PROGRESS', () => sandbox.advance(UNTIL_RUNNING_MS)));
    await pause(spread(2 * round + 1));
    times.push(await time('SUCCEEDED', () => sandbox.advance(UNTIL_END_MS)));
  }
  await close();
  return times;
}

/** The watcher sleeps, so that nothing but webhooks can bring what begins and what ends. */
async function byWebhook() {
  const never = { quickMs: 3_600_000, slowMs: 3_600_000, windowMs: 1 };
  const { sandbox, gateway, begin, time, close } = await setUp({ paceOf: () => never });
  sandbox.humanitec.setWebhook({ url: `${gateway.url}/webhooks/humanitec/${TOKEN}` });
  const times = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    times.push(await time('QUEUED', begin));
    await pause(spread(round) / 4);
    times.push(await time('SUCCEEDED', () => sandbox.advance(UNTIL_RUNNING_MS + UNTIL_END_MS)));
    await pause(spread(round) / 4);
  }
  await close();
  return times;
}

/** @param {string} title @param {number} boundMs @param {number[]} times */
function summarise(title, boundMs, times) {
  const sorted = times.toSorted((left, right) => left - right);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { title, boundMs, changes: times.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}

export async function measureLatency() {
  return [
    summarise('polling', QUICK_MS + MARGIN_MS, await byPolling()),
    summarise('webhook', MARGIN_MS, await byWebhook()),
  ];
}
