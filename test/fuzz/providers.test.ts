import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { type Sandbox, STAND_INS, type StandInName } from '../../sandbox/index.ts';
import { createGateway } from '../../src/gateway.ts';
import { sandboxConfig, UNWATCHED } from '../helpers/gateway.ts';
import { expectAnswer, readAnswer } from './answers.ts';
import { startRoomySandbox } from './pool.ts';
import { checkAll, countCases, PATIENCE_MS, runs, within } from './runs.ts';
import { type Spoiler, startSpoiler } from './spoiling.ts';
import { post, sendAll } from './wire.ts';

const count = countCases(10);
const NAMES = Object.keys(STAND_INS) as StandInName[];

const HEALTHY = `providers { name deployments(first: 2) { nodes { id name status } failures { code } } }`;

/** One query for each kind of thing that is read. */
const QUERIES = [
  `{ ${HEALTHY} }`,
  `{ ${HEALTHY} deployments(first: 5) { nodes { id name status details { __typename }
      version { name revision { id } latestBuild { id status } } previous { id } errors { message } }
    failures { code retryable } totalCount } }`,
  `{ ${HEALTHY} scopes(first: 10) { nodes { id name parent { name } latestDeployment { id }
      revisions(first: 2) { nodes { id } failures { code } }
      auditEvents(first: 2) { nodes { id } failures { code } } } failures { code } } }`,
  `{ ${HEALTHY} deployments(first: 3) { nodes { environmentVariables { name value definedBy { __typename } }
      versions(first: 2) { nodes { id status } failures { code } }
      builds(first: 2) { nodes { id status } failures { code } } } failures { code } } }`,
];

/** More than the queries need by far, and as many as a page without an end would soon have. */
const MAX_REQUESTS = 600;

interface Platform {
  name: string;
  deployments: unknown;
}

let sandbox: Sandbox;
let spoilers: Record<StandInName, Spoiler>;
let whole: Platform[];

beforeAll(async () => {
  sandbox = await startRoomySandbox();
  const start = (name: StandInName) => startSpoiler(sandbox[name].url);
  spoilers = {
    ubiops: await start('ubiops'),
    humanitec: await start('humanitec'),
    cloud66: await start('cloud66'),
    cloudfoundry: await start('cloudfoundry'),
  };
  whole = await platformsSeen([`{ ${HEALTHY} }`]);
  expect(whole.map(({ name }) => name).sort()).toEqual([...NAMES].sort());
}, PATIENCE_MS);
afterAll(async () => {
  for (const spoiler of Object.values(spoilers ?? {})) await spoiler.close();
  await sandbox?.close();
}, PATIENCE_MS);

/** What a gateway of its own answers: nothing it has learnt of a provider is left for the next case. */
async function platformsSeen(queries: readonly string[]): Promise<Platform[]> {
  const behind = Object.fromEntries(
    NAMES.map((name) => [name, { ...sandbox[name], url: spoilers[name].url }]),
  ) as Record<StandInName, Sandbox[StandInName]>;
  const settings = { ...UNWATCHED, limits: { operationTimeoutMs: 40_000 } };
  const config = sandboxConfig({ ...sandbox, ...behind }, settings, { timeoutMs: 30_000 });
  const gateway = await createGateway(config);
  try {
    const replies = await sendAll(
      gateway.url,
      queries.map((query) => post({ query })),
    );
    const answers = replies.map(readAnswer);
    for (const answer of answers) {
      expectAnswer(answer);
      expect(JSON.stringify(answer.data)).not.toContain('"INTERNAL_SERVER_ERROR"');
    }
    return answers.flatMap(({ data }) => (data as { providers: Platform[] }).providers);
  } finally {
    await gateway.close();
  }
}

describe('what a provider answers', () => {
  it(
    'may be anything: it is told as that provider’s failure, and the others are whole',
    async () => {
      const cases = fc.record({
        name: fc.constantFrom(...NAMES),
        queries: fc.shuffledSubarray(QUERIES, { minLength: 1, maxLength: 3 }),
        plan: fc.array(fc.nat(0xffff), { minLength: 1, maxLength: 40, size: 'max' }),
      });
      await checkAll(
        cases,
        async ({ name, queries, plan }) => {
          const before = spoilers[name].count();
          spoilers[name].spoil(plan);
          try {
            sandbox[name].clearRequests();
            for (const seen of await platformsSeen(queries)) {
              if (seen.name === name) continue;
              expect(seen).toEqual(whole.find((platform) => platform.name === seen.name));
            }
            expect(sandbox[name].requests().length).toBeLessThan(MAX_REQUESTS);
          } finally {
            count('answers of providers, through a gateway', spoilers[name].count() - before);
            spoilers[name].spoil(undefined);
          }
        },
        runs(60, { interruptAfterTimeLimit: within(8_000) }),
      );
    },
    PATIENCE_MS,
  );
});
