import { type DocumentNode, execute, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { createCompiler } from './compiled.ts';

/** How operations are run: compiled to JavaScript once, or interpreted each time. */
export type ExecutorKind = 'compiled' | 'interpreter';

/** One operation, parsed and validated. */
export interface ExecutionRequest {
  document: DocumentNode;
  /** Stands for the text of the document: equal hashes mean equal documents. */
  hash: string;
  /** Which operation of the document; may be left out where it has one. */
  operationName: string | undefined;
  /** As the client sent them. */
  variables: Record<string, unknown> | undefined;
  context: unknown;
}

/** Runs an operation. What a client did wrong is in `errors`; it never rejects for that. */
export type Executor = (request: ExecutionRequest) => Promise<ExecutionResult>;

/**
 * The compiled executor answers as the interpreter does, field for field: what cannot be compiled,
 * or would then be answered differently, is interpreted.
 */
export function createExecutor(kind: ExecutorKind, schema: GraphQLSchema): Executor {
  const interpret: Executor = async ({ document, operationName, variables, context }) =>
    execute({ schema, document, operationName, variableValues: variables, contextValue: context });
  if (kind === 'interpreter') return interpret;

  const compile = createCompiler(schema);
  return async (request) => {
    const operation = compile(request);
    if (!operation) return interpret(request);
    return 'errors' in operation ? operation : operation.run(request.context);
  };
}
