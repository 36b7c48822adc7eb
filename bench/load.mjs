// @ts-check
import autocannon from 'autocannon';
import { CASES, MEMORY_CASE, slowOperation } from './cases.mjs';
import { ubiopsBody } from './contestants/us/client.mjs';
import { CLIENTS, HEADERS } from './lib/clients.mjs';

/**
 * The load generator: a process of its own that the runner tells what to send, to 127.0.0.1 only,
 * for some seconds or so many requests.
 * @typedef {{ port: number, contestant: string, caseName: string, start: number, seconds?: number,
 *   amount?: number }} Order
 */

/** Looking for errors costs the generator time, so only some of the answers are looked at. */
const LOOK_AT_EVERY = 40;

/** @param {Order} order */
function bodiesOf({ contestant, caseName, start }) {
  const test = [...CASES, MEMORY_CASE].find(({ name }) => name === caseName);
  if (!test) throw new Error(`there is no case ${caseName}`);
  if (caseName === 'ubiops') return { test, next: undefined, first: JSON.stringify(ubiopsBody) };
  // Plain node:http is asked what the gateway is asked.
  const client = CLIENTS[contestant] ?? CLIENTS.us;
  let number = start;
  const bodyOf = () => JSON.stringify(client.toBody(test.operation(number++)));
  return { test, next: test.constant ? undefined : bodyOf, first: bodyOf() };
}

/** @param {Order} order */
async function run(order) {
  const { test, next, first } = bodiesOf(order);
  const path = order.contestant === 'plain' ? test.plain : '/graphql';
  const url = `http://127.0.0.1:${order.port}${path}`;
  let seen = 0;
  let failed = 0;
  const options = {
    url,
    connections: test.connections,
    ...(order.amount ? { amount: order.amount } : { duration: order.seconds ?? 1 }),
    timeout: 20,
    headers: HEADERS,
    method: /** @type {const} */ ('POST'),
    body: first,
    requests: [
      {
        ...(next && { setupRequest: (request) => ({ ...request, body: next() }) }),
        onResponse: (_status, body) => {
          seen += 1;
          if (seen % LOOK_AT_EVERY === 1 && body.includes('"errors":')) failed += 1;
        },
      },
    ],
  };
  const background = test.background ? startBackground(order, url) : undefined;
  /** @type {number[]} */
  const times = [];
  const result = await new Promise((resolve, reject) => {
    const instance = autocannon(options, (error, done) => (error ? reject(error) : resolve(done)));
    instance.on('response', (_client, _status, _bytes, milliseconds) => times.push(milliseconds));
  });
  await background?.stop();
  times.sort((one, other) => one - other);
  return {
    requests: result['2xx'],
    seconds: result.duration,
    perSecond: result['2xx'] / result.duration,
    p50: times[Math.floor(times.length * 0.5)] ?? 0,
    p99: times[Math.floor(times.length * 0.99)] ?? 0,
    failed: failed + result.non2xx + result.errors,
    background: background?.count() ?? 0,
  };
}

/** Keeps eight clients waiting for the slow provider. @param {Order} order @param {string} url */
function startBackground({ contestant, start }, url) {
  let number = start;
  let answers = 0;
  const bodyOf = () => JSON.stringify(CLIENTS[contestant].toBody(slowOperation(number++)));
  const instance = autocannon(
    {
      url,
      connections: 8,
      duration: 600,
      headers: HEADERS,
      method: 'POST',
      requests: [
        {
          setupRequest: (request) => ({ ...request, body: bodyOf() }),
          onResponse: () => {
            answers += 1;
          },
        },
      ],
    },
    () => undefined,
  );
  return {
    count: () => answers,
    stop: async () => {
      const ended = new Promise((resolve) => instance.once('done', resolve));
      instance.stop();
      await ended;
    },
  };
}

process.on('message', (/** @type {Order} */ order) => {
  run(order).then(
    (result) => process.send?.({ result }),
    (error) => process.send?.({ error: String(error?.stack ?? error) }),
  );
});
process.once('disconnect', () => process.exit(0));
