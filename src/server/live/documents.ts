import { createHash } from 'node:crypto';
import {
  type DocumentNode,
  getOperationAST,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  parse,
  print,
  separateOperations,
  specifiedRules,
  validate,
  visit,
} from 'graphql';
import { LRUCache } from 'lru-cache';

/** A document that can be run, and what makes two of them equal. */
export interface Prepared {
  document: DocumentNode;
  operation: OperationDefinitionNode;
  operationName: string | undefined;
  /** Stands for the client's text. */
  hash: string;
  /** Stands for what the operation means: not for its spaces, its neighbours and its `since`. */
  meaning: string;
  /** Names of its variables, without one that says nothing but `since`. */
  variables: readonly string[];
}

export type Preparation = Prepared | { errors: readonly GraphQLError[] };

export interface DocumentOptions {
  introspection: boolean;
  maxTokens: number;
}

/** Longer documents are prepared each time. */
const MAX_KEPT_TEXT = 20_000;
const MAX_KEPT = 1_000;

/** Where to begin is no part of what a subscription's events look like. */
const SINCE = 'since';

/** Parses and validates each document once, however many clients send it. */
export function createDocuments(
  schema: GraphQLSchema,
  { introspection, maxTokens }: DocumentOptions,
): (query: string, operationName: string | undefined) => Preparation {
  const kept = new LRUCache<string, Preparation>({ max: MAX_KEPT });
  const rules = introspection
    ? specifiedRules
    : [...specifiedRules, NoSchemaIntrospectionCustomRule];

  const prepare = (query: string, operationName: string | undefined): Preparation => {
    const document = parseWithin(query, maxTokens);
    if (document instanceof GraphQLError) return { errors: [document] };
    // Hints at names are a piece of the schema.
    const errors = validate(schema, document, rules, { hideSuggestions: !introspection });
    return errors.length > 0 ? { errors } : choose(document, query, operationName);
  };
  return (query, operationName) => {
    const key = `${operationName ?? ''} ${query}`;
    const known = kept.get(key);
    if (known) return known;
    const preparation = prepare(query, operationName);
    if (key.length <= MAX_KEPT_TEXT) kept.set(key, preparation);
    return preparation;
  };
}

function parseWithin(query: string, maxTokens: number): DocumentNode | GraphQLError {
  try {
    return parse(query, { maxTokens });
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

/** The operation that is meant. */
function choose(
  document: DocumentNode,
  query: string,
  operationName: string | undefined,
): Preparation {
  const operation = getOperationAST(document, operationName);
  if (!operation) {
    const problem = operationName
      ? `The document has no operation "${operationName}".`
      : 'The document has several operations, or none: say which in operationName.';
    return { errors: [new GraphQLError(problem)] };
  }
  const name = operation.name?.value;
  const own = separateOperations(document)[name ?? ''] ?? document;
  return {
    document,
    operation,
    operationName: name,
    hash: createHash('sha256').update(query).digest('hex'),
    ...meaningOf(own),
  };
}

function meaningOf(document: DocumentNode): Pick<Prepared, 'meaning' | 'variables'> {
  const timeless = visit(document, {
    Argument: ({ name }) => (name.value === SINCE ? null : undefined),
  });
  const used = new Set<string>();
  visit(timeless, {
    VariableDefinition: () => false,
    Variable: ({ name }) => {
      used.add(name.value);
    },
  });
  const bare = visit(timeless, {
    VariableDefinition: ({ variable }) => (used.has(variable.name.value) ? undefined : null),
    [Kind.STRING]: ({ value }) => ({ kind: Kind.STRING, value, block: false }),
  });
  return { meaning: print(bare), variables: [...used].sort() };
}
