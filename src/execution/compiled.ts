import {
  extendSchema,
  getOperationAST,
  getVariableValues,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  parse,
} from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import { LRUCache } from 'lru-cache';
import { type Analysis, analyse } from './analysis.ts';
import type { ExecutionRequest } from './executor.ts';
import { measure } from './measure.ts';
import { specialise } from './specialise.ts';

/** An operation with its variables, ready to run; or what is wrong with the variables. */
export type Prepared =
  { run(context: unknown): Promise<ExecutionResult> } | { errors: readonly GraphQLError[] };

/** A larger operation takes longer to compile than it gains: see docs/performance.md. */
const MAX_FIELDS = 2_000;

/** What all programs that are kept may have together; at least 0.3 kB of memory for each field. */
const MAX_KEPT_FIELDS = 20_000;

const MAX_KEPT_ANALYSES = 2_000;

/** As the interpreter has it. */
const MAX_VARIABLE_ERRORS = 50;

/** A scalar of the compiled schema alone: it takes the values of variables as they are. */
const ANY_TYPE = 'CheckedVariable';

interface Program {
  /** `undefined`: it has to be interpreted. */
  query: CompiledQuery['query'] | undefined;
  fields: number;
}

/** Prepares operations, each compiled once. `undefined`: the operation has to be interpreted. */
export function createCompiler(
  schema: GraphQLSchema,
): (request: ExecutionRequest) => Prepared | undefined {
  const analyses = new LRUCache<string, { found: Analysis | undefined }>({
    max: MAX_KEPT_ANALYSES,
  });
  const programs = new LRUCache<string, Program>({
    maxSize: MAX_KEPT_FIELDS,
    sizeCalculation: ({ fields }) => fields,
  });
  // Its own copy of every type: Apollo Server may put hooks into the resolvers of the one it holds.
  const compiledSchema = extendSchema(schema, parse(`scalar ${ANY_TYPE}`));

  return (request) => {
    const key = `${request.hash} ${request.operationName ?? ''}`;
    const { found } = remember(analyses, key, () => ({
      found: analyse(request.document, getOperationAST(request.document, request.operationName)),
    }));
    if (!found) return undefined;
    const { variableDefinitions = [] } = found.operation;
    const { coerced, errors } = getVariableValues(
      schema,
      variableDefinitions,
      request.variables ?? {},
      { maxErrors: MAX_VARIABLE_ERRORS },
    );
    if (errors) return { errors };
    const decisions = decide(found, coerced);
    if (!decisions) return undefined;
    const { query } = remember(programs, `${key} ${[...decisions.values()].join()}`, () =>
      compile(compiledSchema, request, decisions),
    );
    return query && { run: async (context) => toResult(await query(undefined, context, coerced)) };
  };
}

/** What the variables decide. `undefined`: only the interpreter can run it with these. */
function decide(
  { conditions, nested }: Analysis,
  variables: Record<string, unknown>,
): Map<string, boolean> | undefined {
  if (nested.some((name) => variables[name] == null)) return undefined;
  const decisions = new Map<string, boolean>();
  for (const name of conditions) {
    const value = variables[name];
    if (typeof value !== 'boolean') return undefined;
    decisions.set(name, value);
  }
  return decisions;
}

function compile(
  schema: GraphQLSchema,
  request: ExecutionRequest,
  decisions: ReadonlyMap<string, boolean>,
): Program {
  const document = specialise(request.document, decisions, ANY_TYPE);
  const operation = getOperationAST(document, request.operationName);
  const fields = operation && measure(schema, document, operation, MAX_FIELDS);
  if (!fields) return { query: undefined, fields: 1 };
  const compiled = compileQuery(schema, document, request.operationName);
  return { query: isCompiledQuery(compiled) ? compiled.query : undefined, fields };
}

/** The errors as the interpreter makes them: those of graphql-jit lack a part that others rely on. */
function toResult(result: ExecutionResult): ExecutionResult {
  if (!result.errors) return result;
  return {
    ...result,
    errors: result.errors.map(({ message, path, locations, originalError }) =>
      Object.assign(new GraphQLError(message, { path, originalError }), { locations }),
    ),
  };
}

function remember<Value extends object>(
  cache: LRUCache<string, Value>,
  key: string,
  make: () => Value,
): Value {
  const known = cache.get(key);
  if (known) return known;
  const made = make();
  cache.set(key, made);
  return made;
}
