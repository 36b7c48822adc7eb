// @ts-check
import { deepStrictEqual } from 'node:assert';
import { CHECK } from '../cases.mjs';
import { CLIENTS, HEADERS } from './clients.mjs';
import { expectedRows } from './operations.mjs';

/** @param {number} port @param {string} body @param {string} [path] */
export async function ask(port, body, path = '/graphql') {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: HEADERS,
    body,
    signal: AbortSignal.timeout(20_000),
  });
  return response.text();
}

/**
 * Asks what a case asks and compares the answer field by field with the data it was made from.
 * @param {string} contestant
 * @param {number} port
 * @param {import('../cases.mjs').Case} test
 * @throws where anything differs
 */
export async function verify(contestant, port, test) {
  const client = CLIENTS[contestant];
  for (const number of test.constant ? [CHECK] : [CHECK, CHECK + 1]) {
    const operation = test.operation(number);
    const { data, errors } = JSON.parse(await ask(port, JSON.stringify(client.toBody(operation))));
    if (errors) throw new Error(`${test.name}: ${JSON.stringify(errors[0]).slice(0, 300)}`);
    deepStrictEqual(client.toRows(data).map(toCommon), expectedRows(operation).map(toCommon));
  }
}

/** Dates have more than one way to be written; everything else has to be the same. */
function toCommon(row) {
  const dates = ['createdAt', 'updatedAt', 'finishedAt'];
  return Object.fromEntries(
    Object.entries(row)
      .map(([name, value]) => [name, dates.includes(name) && value ? Date.parse(value) : value])
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );
}

/** Waits until a contestant answers. @param {number} port @param {() => string} output */
export async function whenReady(port, output, path = '/graphql') {
  const until = Date.now() + 40_000;
  for (;;) {
    try {
      await ask(port, JSON.stringify({ query: '{ __typename }' }), path);
      return;
    } catch {
      if (Date.now() > until) throw new Error(`it does not answer: ${output().slice(-600)}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
