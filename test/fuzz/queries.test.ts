import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { type GraphQLSchema, parse, validate } from 'graphql';
import type { Sandbox } from '../../sandbox/index.ts';
import { startTestGatewayOf, type TestGateway } from '../helpers/gateway.ts';
import { expectAnswer, type JsonAnswer, readAnswer } from './answers.ts';
import { type Operation, type Pool, writeQuery } from './operations.ts';
import { poolOf, readSchema, startRoomySandbox } from './pool.ts';
import { checkAll, countCases, PATIENCE_MS, runs, within } from './runs.ts';
import { madeFromTape } from './tape.ts';
import { post, sendAll } from './wire.ts';

const count = countCases(8);
const schema: GraphQLSchema = readSchema();
const SETTINGS = {
  cache: { enabled: true },
  // What is kept already costs no requests, so that nothing may depend on how many there were.
  limits: { scanLimit: 10_000 },
  events: { watch: false },
};

let sandbox: Sandbox;
let compiled: TestGateway;
let interpreted: TestGateway;
let pool: Pool;

beforeAll(async () => {
  sandbox = await startRoomySandbox();
  const start = (executor: string) =>
    startTestGatewayOf(sandbox, { ...SETTINGS, server: { executor } });
  [compiled, interpreted] = [await start('compiled'), await start('interpreter')];
  pool = await poolOf(compiled);
}, PATIENCE_MS);
afterAll(async () => {
  await compiled?.close();
  await interpreted?.close();
  await sandbox?.close();
}, PATIENCE_MS);

async function ask({ url }: TestGateway, operations: readonly Operation[]): Promise<JsonAnswer[]> {
  const replies = await sendAll(
    url,
    operations.map((operation) => post(operation)),
  );
  return replies.map(readAnswer);
}

describe('queries that are valid', () => {
  it(
    'are answered alike by either executor, and alike when asked again',
    async () => {
      const operation = madeFromTape((tape) => writeQuery(schema, pool, tape), 150);
      await checkAll(
        fc.array(operation, { minLength: 1, maxLength: 8 }),
        async (batch) => {
          for (const { query } of batch) expect(validate(schema, parse(query))).toEqual([]);
          const [first, other] = await Promise.all([ask(compiled, batch), ask(interpreted, batch)]);
          const again = await ask(compiled, batch);
          count('queries, each asked three times', batch.length);
          for (const answer of first) expectAnswer(answer);
          expect(other.map(essence)).toEqual(first.map(essence));
          expect(again.map(essence)).toEqual(first.map(essence));
        },
        runs(100, { interruptAfterTimeLimit: within(9_000) }),
      );
    },
    PATIENCE_MS,
  );
});

/**
 * What two equal answers have in common: neither request ids, URLs of files nor the order of errors. Where nothing
 * is left of the data, one error that took it away is told, and whatever else was found by then.
 */
function essence({ status, data, errors }: JsonAnswer) {
  const told = errors.map(({ message, path, extensions: { code } }) =>
    JSON.stringify([path, code, message]),
  );
  // Each URL of a file can be used once.
  const shown = JSON.stringify(data).replaceAll(/"http:[^"]*\/files\/[^"]*"/g, '"a URL"');
  return { status, shown, errors: data === null ? told.length > 0 : told.sort() };
}
