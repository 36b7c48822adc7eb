import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { isInputType, Kind, parse, typeFromAST, type TypeNode } from 'graphql';
import type { Sandbox } from '../../sandbox/index.ts';
import { toId } from '../../src/ids.ts';
import { startTestGatewayOf, type TestGateway, UNWATCHED } from '../helpers/gateway.ts';
import { expectAnswer, readAnswer } from './answers.ts';
import { inputsOf, type Pool } from './operations.ts';
import { poolOf, readSchema, type Sighting, startRoomySandbox } from './pool.ts';
import { checkAll, countCases, PATIENCE_MS, runs, within } from './runs.ts';
import { madeFromTape } from './tape.ts';
import { NODE_TYPES, nasty, spoilt } from './texts.ts';
import { post, sendAll } from './wire.ts';

const count = countCases(50);
const schema = readSchema();
const EXAMPLES = new URL('../../examples/', import.meta.url);

interface Example {
  query: string;
  operationName: string;
  variables: { name: string; type: TypeNode }[];
}

/** Every operation that clients are shown, but for those that go on. */
const examples: Example[] = readdirSync(EXAMPLES)
  .filter((name) => name.endsWith('.graphql'))
  .flatMap((name) => readExamples(readFileSync(new URL(name, EXAMPLES), 'utf8')));

function readExamples(query: string): Example[] {
  return parse(query).definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OPERATION_DEFINITION) return [];
    if (String(definition.operation) === 'subscription') return [];
    const variables = (definition.variableDefinitions ?? []).map(({ variable, type }) => ({
      name: variable.name.value,
      type,
    }));
    return [{ query, operationName: definition.name?.value ?? '', variables }];
  });
}

/** Every mutation, with its whole input in a variable. */
const mutations: Example[] = Object.values(schema.getMutationType()?.getFields() ?? {}).flatMap(
  ({ name, args: [input] }) =>
    readExamples(
      `mutation M($input: ${String(input?.type)}) {
        ${name}(input: $input) { clientMutationId userErrors { field message code } } }`,
    ),
);

let sandbox: Sandbox;
let sightings: Sighting[];
let gateway: TestGateway;
let pool: Pool;

beforeAll(async () => {
  sightings = [];
  sandbox = await startRoomySandbox(sightings);
  gateway = await startTestGatewayOf(sandbox, { ...UNWATCHED, cache: { enabled: true } });
  pool = await poolOf(gateway);
}, PATIENCE_MS);
afterAll(async () => {
  await gateway?.close();
  await sandbox?.close();
}, PATIENCE_MS);

async function expectAnswers(bodies: readonly object[]): Promise<void> {
  const replies = await sendAll(
    gateway.url,
    bodies.map((body) => post(body)),
  );
  replies.forEach((reply) => expectAnswer(readAnswer(reply)));
}

/** That providers were asked only where they have something, and with the words they know. */
function expectKnownPaths(): void {
  for (const { provider, route, url } of sightings) {
    expect({ provider, url, isKnown: route !== undefined }).toMatchObject({ isKnown: true });
    // What is in a path is one segment of it, and nothing of it begins something else.
    expect({ provider, url, segments: segmentsOf(url) }).toMatchObject({
      segments: segmentsOf(route ?? ''),
    });
    expect(url).toMatch(/^[\x21-\x7e]+$/);
    expect(url).not.toMatch(/[#\\]|\/\.{1,2}(\/|$)/);
  }
  sightings.length = 0;
}

function segmentsOf(url: string): number {
  const [path = ''] = url.split('?');
  return path.replace(/\/$/, '').split('/').length;
}

describe('variables', () => {
  it(
    'of any kind are answered, or told what is wrong with them',
    async () => {
      const operation = fc.constantFrom(...examples, ...mutations).chain((example) => {
        const { query, operationName, variables } = example;
        const values = fc.record(
          Object.fromEntries(variables.map(({ name, type }) => [name, valueOf(name, type)])),
          { requiredKeys: [] },
        );
        return values.map((chosen) => ({ query, operationName, variables: chosen }));
      });
      await checkAll(
        fc.array(operation, { minLength: 1, maxLength: 20 }),
        async (batch) => {
          await expectAnswers(batch);
          count('variables of operations', batch.length);
          expectKnownPaths();
        },
        runs(60, { interruptAfterTimeLimit: within(5_000) }),
      );
    },
    PATIENCE_MS,
  );
});

/** Mostly of the right type, with texts that mean something or nothing; else any JSON. */
function valueOf(name: string, node: TypeNode): fc.Arbitrary<unknown> {
  const type = typeFromAST(schema, node as never);
  if (!isInputType(type)) return fc.constant(null);
  const right = fc.tuple(nasty, nasty).chain(([one, other]) => {
    const names = [...pool.names, one, other];
    const strangers = [...pool.strangers, one, other];
    return madeFromTape(
      (tape) => inputsOf(schema, { ...pool, names, strangers }, tape, name, type),
      60,
    );
  });
  return fc.oneof({ weight: 5, arbitrary: right }, { weight: 1, arbitrary: fc.jsonValue() });
}

const READS = `query ($id: ID!, $cursor: String, $name: String!) {
  node(id: $id) { __typename id
    ... on Provider { name } ... on Scope { name latestDeployment { id } }
    ... on Deployment { status scope { id } } ... on Version { status } ... on Build { status }
    ... on Revision { nativeId } ... on VariableOwner { environmentVariables { name } } }
  nodes(ids: [$id, $id]) { id }
  deployment(id: $id) { name builds(first: 1, after: $cursor) { nodes { id } }
    versions(first: 1, after: $cursor) { nodes { id } } }
  provider(name: $name) { id }
  compareEnvironmentVariables(left: $id, right: $id) { name }
  deployments(first: 1, after: $cursor, filter: { scopeIds: [$id] }) { nodes { id } }
  scopes(first: 1, after: $cursor) { nodes { id } }
}`;

const WRITES = `mutation ($id: ID!, $name: String!) {
  redeploy(input: { deploymentId: $id }) { userErrors { code } }
  rollback(input: { deploymentId: $id }) { userErrors { code } }
  cancelBuild(input: { buildId: $id }) { userErrors { code } }
  cancelDeployment(input: { deploymentId: $id }) { userErrors { code } }
  startDeployment(input: { scopeId: $id, source: { revisionId: $id } }) { userErrors { code } }
  createDeployment(input: { scopeId: $id, name: $name }) { userErrors { code } }
  createVersion(input: { deploymentId: $id, name: $name }) { userErrors { code } }
  requestRevisionUpload(input: { versionId: $id }) { userErrors { code } }
  setEnvironmentVariables(input: { ownerId: $id, variables: [{ name: $name, value: "x" }] }) {
    userErrors { code } }
  deleteEnvironmentVariables(input: { ownerId: $id, names: [$name] }) { userErrors { code } }
  deleteVersion(input: { versionId: $id }) { userErrors { code } }
}`;

describe('ids and cursors', () => {
  it(
    'that the gateway never made lead nowhere, at no provider',
    async () => {
      // Ids of things that are there, with another key in the place of one, one more or one less.
      const forged = fc
        .tuple(fc.nat(), fc.constantFrom(...NODE_TYPES), nasty, fc.nat(9), fc.nat(2))
        .map(([which, type, key, place, kind]) => {
          const known = Object.values(pool.ids).flat();
          const parts = JSON.parse(
            Buffer.from(known[which % known.length] ?? '', 'base64url').toString(),
          ) as string[];
          const [provider = '', , ...keys] = parts;
          keys.splice(place % (keys.length + 1), kind === 0 ? 0 : 1, ...(kind === 2 ? [] : [key]));
          const own = Object.entries(pool.ids).find(([, ids]) =>
            ids.includes(known[which % known.length] ?? ''),
          );
          return toId(provider, (kind === 1 && own ? own[0] : type) as typeof type, keys);
        });
      const right = fc.nat().map((which) => {
        const known = Object.values(pool.ids).flat();
        return known[which % known.length] ?? '';
      });
      const cursor = fc.nat().map((which) => pool.cursors[which % pool.cursors.length] ?? '');
      const asked = fc.record({
        query: fc.constantFrom(READS, READS, WRITES),
        variables: fc.record({
          id: fc.oneof(forged, forged, spoilt(right)),
          cursor: fc.oneof(fc.constant(null), spoilt(cursor)),
          name: nasty,
        }),
      });
      await checkAll(
        fc.array(asked, { minLength: 1, maxLength: 20 }),
        async (batch) => {
          await expectAnswers(batch);
          count('ids and cursors', batch.length);
          expectKnownPaths();
        },
        runs(80, { interruptAfterTimeLimit: within(6_000) }),
      );
    },
    PATIENCE_MS,
  );
});
