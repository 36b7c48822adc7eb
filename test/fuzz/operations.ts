import {
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNullableType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredArgument,
} from 'graphql';
import type { NodeType } from '../../src/schema/node.ts';
import type { Tape } from './tape.ts';
import { NODE_TYPES } from './texts.ts';

/** What a client sends. */
export interface Operation {
  query: string;
  variables: Record<string, unknown>;
}

/** Texts for arguments: some that mean something to the gateway, some that mean nothing. */
export interface Pool {
  /** By the type of what they are ids of. */
  ids: Readonly<Record<NodeType, readonly string[]>>;
  /** Ids of nothing, and texts that are none. */
  strangers: readonly string[];
  cursors: readonly string[];
  names: readonly string[];
}

/** Enough for lists within lists, and far from what the gateway refuses. */
const MAX_DEPTH = 4;
const MAX_FIELDS = 30;

/** What differs from one moment to the next, so that no two answers are equal. */
const MOMENTARY = new Set(['Provider.health']);

/** Enum values as the language writes them, not as texts. */
class EnumWord {
  readonly word: string;
  constructor(word: string) {
    this.word = word;
  }
  toJSON(): string {
    return this.word;
  }
}

interface Writing {
  schema: GraphQLSchema;
  tape: Tape;
  pool: Pool;
  definitions: string[];
  fragments: string[];
  variables: Record<string, unknown>;
  /** How many names were made up. */
  names: number;
  fields: number;
}

/**
 * Writes a query that is valid by construction: fields, aliases, arguments with and without
 * variables, named and inline fragments, interfaces and unions, @skip and @include.
 */
export function writeQuery(schema: GraphQLSchema, pool: Pool, tape: Tape): Operation {
  const writing: Writing = { ...blank(), schema, tape, pool };
  const root = schema.getQueryType();
  if (!root) throw new Error('the schema has no queries');
  const selection = selectionOf(writing, root, 0);
  const definitions = writing.definitions.length > 0 ? `(${writing.definitions.join(', ')})` : '';
  const query = [`query Made${definitions} ${selection}`, ...writing.fragments].join('\n');
  // As they would be sent.
  const variables = JSON.parse(JSON.stringify(writing.variables)) as Record<string, unknown>;
  return { query, variables };
}

/** A value for an input of this type, as JSON. `name`: what it is called, which tells what it means. */
export function inputsOf(
  schema: GraphQLSchema,
  pool: Pool,
  tape: Tape,
  name: string,
  type: GraphQLInputType,
): unknown {
  const value = valueOf({ ...blank(), schema, pool, tape }, name, type, 0);
  return JSON.parse(JSON.stringify(value ?? null)) as unknown;
}

function blank(): Omit<Writing, 'schema' | 'tape' | 'pool'> {
  return { definitions: [], fragments: [], variables: {}, names: 0, fields: 0 };
}

function selectionOf(writing: Writing, type: GraphQLCompositeType, depth: number): string {
  const { tape } = writing;
  const parts = Array.from({ length: 1 + tape.below(5) }, () => partOf(writing, type, depth));
  return `{ ${parts.join(' ')} }`;
}

function partOf(writing: Writing, type: GraphQLCompositeType, depth: number): string {
  const { tape, schema } = writing;
  if (depth > 0 && tape.once(7)) return fragmentOf(writing, type, depth);
  if (isAbstractType(type)) {
    const fields = 'getFields' in type ? Object.values(type.getFields()) : [];
    if (fields.length === 0 || !tape.once(3)) {
      const member = tape.pick(schema.getPossibleTypes(type));
      return `... on ${member.name}${directive(writing)} ${inner(writing, member, depth)}`;
    }
    return fieldOf(writing, type, tape.pick(fields), depth);
  }
  const fields = Object.values((type as GraphQLObjectType).getFields()).filter(
    ({ name }) => !MOMENTARY.has(`${type.name}.${name}`),
  );
  // The first, which stands for a tape that has ended, is to be a simple one.
  const sorted = [...fields].sort((left, right) => weightOf(left) - weightOf(right));
  if (tape.once(12)) return `${alias(writing)}: __typename`;
  return fieldOf(writing, type, tape.pick(sorted), depth);
}

/** A selection on the same type, inline or by name, sometimes spread twice. */
function fragmentOf(writing: Writing, type: GraphQLCompositeType, depth: number): string {
  const { tape } = writing;
  if (tape.once(2)) {
    const condition = tape.once(2) ? ` on ${type.name}` : '';
    return `...${condition}${directive(writing)} ${inner(writing, type, depth)}`;
  }
  const name = `F${(writing.names += 1)}`;
  writing.fragments.push(`fragment ${name} on ${type.name} ${inner(writing, type, depth)}`);
  const spread = `...${name}${directive(writing)}`;
  return tape.once(4) ? `${spread} ...${name}` : spread;
}

function inner(writing: Writing, type: GraphQLCompositeType, depth: number): string {
  return depth < MAX_DEPTH ? selectionOf(writing, type, depth + 1) : '{ __typename }';
}

function fieldOf(
  writing: Writing,
  parent: GraphQLCompositeType,
  field: GraphQLField<unknown, unknown>,
  depth: number,
): string {
  const { tape } = writing;
  const type = getNamedType(field.type);
  writing.fields += 1;
  const isTooMuch = depth >= MAX_DEPTH || writing.fields > MAX_FIELDS;
  if (isCompositeType(type) && isTooMuch) return '__typename';
  const chosen = field.args.flatMap((argument) => {
    if (!isRequiredArgument(argument) && !tape.once(2)) return [];
    return [
      `${argument.name}: ${argumentOf(writing, hintOf(field.name, argument.name), argument.type)}`,
    ];
  });
  const given = chosen.length > 0 ? `(${chosen.join(', ')})` : '';
  // Fields without arguments may meet under their own name; on members of a union they may not.
  const isPlain = field.args.length === 0 && !isAbstractType(parent) && tape.below(3) === 0;
  const name = isPlain && depth === 0 ? field.name : `${alias(writing)}: ${field.name}`;
  const selection = isCompositeType(type) ? ` ${selectionOf(writing, type, depth + 1)}` : '';
  return `${name}${given}${directive(writing)}${selection}`;
}

function alias(writing: Writing): string {
  return `a${(writing.names += 1)}`;
}

function directive(writing: Writing): string {
  const { tape } = writing;
  if (!tape.once(8)) return '';
  const name = tape.pick(['include', 'skip']);
  const isSo = tape.once(2);
  if (tape.once(2)) return ` @${name}(if: ${isSo})`;
  const variable = `v${(writing.names += 1)}`;
  writing.definitions.push(`$${variable}: Boolean!${tape.once(3) ? ' = true' : ''}`);
  writing.variables[variable] = isSo;
  return ` @${name}(if: $${variable})`;
}

function argumentOf(writing: Writing, name: string, type: GraphQLInputType): string {
  const { tape } = writing;
  const value = valueOf(writing, name, type, 0);
  if (!tape.once(3)) return literal(value);
  const variable = `v${(writing.names += 1)}`;
  writing.definitions.push(`$${variable}: ${String(type)}`);
  if (isNonNullType(type) || !tape.once(4)) writing.variables[variable] = value;
  return `$${variable}`;
}

function valueOf(writing: Writing, name: string, type: GraphQLInputType, depth: number): unknown {
  const { tape } = writing;
  if (isNonNullType(type)) return presentValueOf(writing, name, type.ofType, depth);
  return depth > 0 && tape.once(12) ? null : presentValueOf(writing, name, type, depth);
}

function presentValueOf(
  writing: Writing,
  name: string,
  type: GraphQLInputType & GraphQLNullableType,
  depth: number,
): unknown {
  const { tape, pool } = writing;
  if (isListType(type)) {
    const count = tape.below(4);
    return Array.from({ length: count }, () => valueOf(writing, name, type.ofType, depth + 1));
  }
  if (isEnumType(type)) return new EnumWord(tape.pick(type.getValues()).name);
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(
      (field) => isNonNullType(field.type) || tape.once(3),
    );
    return Object.fromEntries(
      fields.map((field) => [field.name, valueOf(writing, field.name, field.type, depth + 1)]),
    );
  }
  switch (type.name) {
    case 'ID':
      return tape.once(9) ? tape.pick(pool.strangers) : tape.pick(pool.ids[nodeTypeOf(name, tape)]);
    case 'Int':
      return tape.pick([1, 2, 3, 5, 0, -1, 101]);
    case 'Boolean':
      return tape.once(2);
    case 'DateTime':
      return tape.pick([
        '2024-01-01T00:00:00.000Z',
        '2026-01-01T00:00:00Z',
        '1970-01-01T00:00:00Z',
      ]);
    case 'Float':
      return tape.pick([0, 1.5, -1]);
    default:
      return tape.pick(['after', 'since'].includes(name) ? pool.cursors : pool.names);
  }
}

/** Most arguments say in their name what they want an id of. */
function nodeTypeOf(hint: string, tape: Tape): NodeType {
  const meant = NODE_TYPES.find((type) => hint.toLowerCase().startsWith(type.toLowerCase()));
  return meant && !tape.once(6) ? meant : tape.pick(NODE_TYPES);
}

function hintOf(field: string, argument: string): string {
  return argument === 'id' ? field : argument;
}

function literal(value: unknown): string {
  if (value instanceof EnumWord) return value.word;
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).map(([name, each]) => `${name}: ${literal(each)}`);
    return `{ ${fields.join(', ')} }`;
  }
  return JSON.stringify(value);
}

function weightOf({ type, args }: GraphQLField<unknown, unknown>): number {
  return args.length + Number(isCompositeType(getNamedType(type)));
}
