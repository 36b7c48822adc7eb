import { beforeAll, describe, expect, it } from '@jest/globals';
import { buildSchema, type ExecutionResult, type GraphQLSchema, parse } from 'graphql';
import { createExecutor, type ExecutionRequest } from '../../src/execution/executor.ts';

/** Shapes that the gateway's own schema does not have, or does not let anyone see. */
const SCHEMA = `
  input Box { text: String = "unsaid", list: [String] }
  type Item { id: ID!, must: Item!, may: Item, list: [Item!]!, holes: [Item] }
  type Query { item: Item!, may: Item, echo(box: Box, word: String = "unsaid"): String }
  type Mutation { echo(word: String): String }
`;

describe('executors', () => {
  let schema: GraphQLSchema;

  beforeAll(() => {
    schema = buildSchema(SCHEMA);
    const item = () => Promise.resolve({});
    const fail = (_source: unknown, _args: unknown, _context: unknown, { path }: Info) => {
      throw new Error(`no ${path.key}`);
    };
    resolve('Query', { item, may: item, echo: (_source, args) => JSON.stringify(args) });
    resolve('Mutation', { echo: (_source, args) => JSON.stringify(args) });
    resolve('Item', {
      id: (_source, _args, _context, { path }) => String(path.prev?.key),
      must: fail,
      may: async () => ({}),
      list: async () => [{}, new Error('the second is broken'), {}],
      holes: () => [{}, new Error('the second is broken'), null],
    });
  });

  type Info = { path: { key: string | number; prev?: { key: string | number } } };
  type Resolve = (source: unknown, args: unknown, context: unknown, info: Info) => unknown;

  function resolve(type: string, resolvers: Record<string, Resolve>): void {
    const found = schema.getType(type);
    if (!found || !('getFields' in found)) throw new Error(`no ${type}`);
    for (const [name, field] of Object.entries(found.getFields())) {
      if ('resolve' in field && resolvers[name]) Object.assign(field, { resolve: resolvers[name] });
    }
  }

  /** The answers of both, the errors by their place. */
  async function both(text: string, more: Partial<ExecutionRequest> = {}) {
    const document = parse(text);
    const request = { hash: text, operationName: undefined, variables: undefined, context: {} };
    const [compiled, interpreted] = await Promise.all(
      (['compiled', 'interpreter'] as const).map(async (kind) =>
        comparable(await createExecutor(kind, schema)({ document, ...request, ...more })),
      ),
    );
    expect(compiled).toEqual(interpreted);
    if (!compiled) throw new Error('both answer');
    return compiled;
  }

  it.each([
    ['a null where none may be ends at the next place where one may', '{ may { id must { id } } }'],
    ['a null that may be nowhere takes all', '{ item { id must { id } } }'],
    ['an error in a list of things that must be there', '{ may { list { id } } item { id } }'],
    ['errors and nulls in a list that may have them', '{ may { holes { id may { id } } } }'],
    ['an error beside what is there', '{ may { may { may { must { id } } } } item { id } }'],
    ['an argument that is not given', 'query ($word: String) { echo(word: $word) }'],
    [
      'a field of an object that is not given',
      'query ($text: String) { echo(box: { text: $text }) }',
    ],
    [
      'an item of a list that is not given',
      'query ($text: String) { echo(box: { list: [$text, "b"] }) }',
    ],
    ['a mutation', 'mutation { a: echo(word: "a") b: echo }'],
    ['nothing but what is skipped', '{ may { id @skip(if: true) } echo @include(if: false) }'],
  ])('agree on %s', async (_what, text) => {
    await both(text);
  });

  it('keep a field of an object absent where its variable is', async () => {
    const { data } = await both('query ($text: String) { echo(box: { text: $text }) }');
    expect(JSON.parse(String(data?.echo))).toEqual({ box: { text: 'unsaid' }, word: 'unsaid' });
  });

  it('agree on one operation of several, with the values of variables each time anew', async () => {
    const text = `query A($yes: Boolean!) { may { id @include(if: $yes) } } query B { echo }`;
    for (const yes of [true, false]) {
      const { data } = await both(text, { operationName: 'A', variables: { yes } });
      expect(data).toEqual({ may: yes ? { id: 'may' } : {} });
    }
    expect((await both(text, { operationName: 'B' })).data).toHaveProperty('echo');
  });

  it('never mix up two documents, nor two decisions, that are kept', async () => {
    const execute = createExecutor('compiled', schema);
    const run = async (text: string, yes: boolean) => {
      const request = { operationName: undefined, variables: { yes }, context: {} };
      return (await execute({ document: parse(text), hash: text, ...request })).data;
    };
    const texts = [
      'query ($yes: Boolean!) { may { id @include(if: $yes) } }',
      'query ($yes: Boolean!) { may { id @skip(if: $yes) } }',
    ] as const;
    for (let turn = 0; turn < 3; turn += 1) {
      for (const yes of [true, false]) {
        expect(await run(texts[0], yes)).toEqual({ may: yes ? { id: 'may' } : {} });
        expect(await run(texts[1], yes)).toEqual({ may: yes ? {} : { id: 'may' } });
      }
    }
  });
});

function comparable({ data, errors }: ExecutionResult) {
  return {
    // Plain objects: those of graphql-js have no prototype.
    data: JSON.parse(JSON.stringify(data ?? null)) as Record<string, unknown> | null,
    errors: (errors ?? [])
      .map(({ message, path, locations }) => ({ message, path, locations }))
      .sort((left, right) => String(left.path).localeCompare(String(right.path))),
  };
}
