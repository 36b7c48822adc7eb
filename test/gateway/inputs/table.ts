/**
 * Tables of what the mutations take: what each input says, and what of it reaches a provider. One
 * table a provider; a field of the schema that a table leaves out fails it.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import {
  buildSchema,
  getNamedType,
  type GraphQLInputObjectType,
  type GraphQLType,
  isInputObjectType,
} from 'graphql';
import type { StandInName } from '../../../sandbox/index.ts';
import { waitFor } from '../../helpers/wait-for.ts';
import { startTestGateway, type TestGateway } from '../../helpers/gateway.ts';

/** A request that changes something, with the exact body; the path may be a matcher. */
export type Sent = [method: string, path: unknown, body?: unknown];

/** One of the `userErrors`: code and field. */
type Refusal = readonly [code: string, field: readonly string[]];

export interface InputCase<Targets> {
  what: string;
  mutation: string;
  /** A mutation that the platform does not offer needs no more than what names its target. */
  input: (targets: Targets) => Record<string, unknown>;
  /** In the order of sending; absent: nothing is sent. */
  sent?: (targets: Targets) => Sent[];
  refused?: Refusal[];
  /** The code of the error that the whole mutation ends with. */
  fails?: string;
  /** How far the clock goes before, so that what was begun is over. */
  afterMs?: number;
  /** The provider goes on for so long after its answer, and the gateway follows it. */
  takesMs?: number;
}

interface Table<Targets> {
  provider: StandInName;
  /** Finds, or makes, what the inputs are about. */
  prepare: (gateway: TestGateway) => Promise<Targets>;
  cases: InputCase<Targets>[];
}

const schema = buildSchema(readFileSync('schema.graphql', 'utf8'));
const MUTATIONS = schema.getMutationType()?.getFields() ?? {};

/** Runs a table: each case, and that it leaves nothing out. */
export function runTable<Targets>({ provider, prepare, cases }: Table<Targets>): void {
  let gateway: TestGateway;
  let targets: Targets;
  beforeAll(async () => {
    gateway = await startTestGateway();
    targets = await prepare(gateway);
  });
  beforeEach(() => gateway.clear());
  afterAll(() => gateway.close());

  it.each(cases)('$mutation: $what', async (row) => {
    gateway.sandbox.advance(row.afterMs ?? 0);
    const answer = mutate(gateway, row.mutation, row.input(targets));
    if (row.takesMs !== undefined) await follow(gateway, provider, row.takesMs);
    const { data, errors } = await answer;
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(row.fails ? [row.fails] : []);
    expect(writesTo(gateway, provider)).toEqual(row.sent?.(targets) ?? []);
    if (row.fails) return;
    const { clientMutationId, userErrors = [] } = data?.[row.mutation] ?? {};
    expect(userErrors.map(({ code, field }) => [code, field])).toEqual(row.refused ?? []);
    expect(clientMutationId ?? undefined).toBe(row.input(targets).clientMutationId);
  });

  it('has a case for every mutation, and for every field of those that the platform offers', () => {
    const offered = cases.filter(({ fails }) => fails === undefined);
    const covered = new Set(
      offered.flatMap(({ mutation, input }) => fieldsOf(typeOf(mutation), input(targets))),
    );
    const names = new Set(offered.map(({ mutation }) => mutation));
    const wanted = new Set([...names].flatMap((name) => allFieldsOf(typeOf(name))));
    expect([...wanted].filter((field) => !covered.has(field)).sort()).toEqual([]);
    expect([...new Set(cases.map(({ mutation }) => mutation))].sort()).toEqual(
      Object.keys(MUTATIONS).sort(),
    );
  });
}

/** Mutations that a platform has nothing for, each with an id of the right kind. */
export function unoffered<Targets>(
  inputs: Record<string, (targets: Targets) => Record<string, unknown>>,
): InputCase<Targets>[] {
  return Object.entries(inputs).map(([mutation, input]) => ({
    what: 'is not offered',
    mutation,
    input,
    fails: 'UNSUPPORTED',
  }));
}

/** Sends a mutation and asks for nothing but what was wrong with it. */
function mutate(gateway: TestGateway, mutation: string, input: object) {
  const fields = 'clientMutationId userErrors { field code message providerCode }';
  return gateway.query<Record<
    string,
    { clientMutationId: string | null; userErrors: UserError[] }
  > | null>(
    `mutation ($input: ${typeOf(mutation).name}!) { ${mutation}(input: $input) { ${fields} } }`,
    {
      input,
    },
  );
}

interface UserError {
  field: string[];
  code: string;
  message: string;
  providerCode: string | null;
}

/** Everything but reads, as it arrived. */
function writesTo(gateway: TestGateway, provider: StandInName): Sent[] {
  const requests = gateway.sandbox[provider].requests();
  return requests.flatMap(({ method, path, body }): Sent[] => {
    if (method === 'GET') return [];
    return [body === undefined ? [method, path] : [method, path, body]];
  });
}

/** Lets what is done in the background come to its end, once the gateway looks at it. */
async function follow(gateway: TestGateway, name: StandInName, takesMs: number): Promise<void> {
  await waitFor('the gateway to follow an action', () =>
    gateway.requestsTo(name).some((line) => line.includes('/actions/')),
  );
  gateway.sandbox.advance(takesMs);
}

function typeOf(mutation: string): GraphQLInputObjectType {
  const type = getNamedType(MUTATIONS[mutation]?.args[0]?.type);
  if (isInputObjectType(type)) return type;
  throw new Error(`there is no mutation ${mutation} with an input`);
}

/** What a value says, as "Type.field"; null says nothing. */
function fieldsOf(type: GraphQLType | undefined, value: unknown): string[] {
  const named = getNamedType(type);
  if (Array.isArray(value)) return value.flatMap((each) => fieldsOf(named, each));
  if (!isInputObjectType(named) || typeof value !== 'object' || value === null) return [];
  return Object.entries(value)
    .filter(([, each]) => each !== undefined && each !== null)
    .flatMap(([name, each]) => [
      `${named.name}.${name}`,
      ...fieldsOf(named.getFields()[name]?.type, each),
    ]);
}

function allFieldsOf(type: GraphQLInputObjectType): string[] {
  return Object.values(type.getFields()).flatMap((field) => {
    const named = getNamedType(field.type);
    return [`${type.name}.${field.name}`, ...(isInputObjectType(named) ? allFieldsOf(named) : [])];
  });
}
