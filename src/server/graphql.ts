import { ApolloServer, type ApolloServerOptionsWithGateway } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import fastifyApollo from '@as-integrations/fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { Limits } from '../config.ts';
import type { Context } from '../context.ts';
import { ErrorCode, GatewayError } from '../errors.ts';
import { createExecutor, type ExecutorKind } from '../execution/executor.ts';
import { createOperationCheck } from '../limits/operation.ts';
import { formatError } from './errors.ts';
import { countUpstream, logFaults, nameRequests, refuseLarge } from './plugins.ts';

/** Where the API is. */
export const GRAPHQL_PATH = '/graphql';

export interface GraphQLOptions {
  schema: GraphQLSchema;
  introspection: boolean;
  executor: ExecutorKind;
  limits: Limits;
  /** `deadline`: when the operation's time is over, in milliseconds since 1970. */
  createContext(requestId: string, signal: AbortSignal, deadline: number): Context;
}

/** Serves the schema at `/graphql`. */
export async function serveGraphQL(app: FastifyInstance, options: GraphQLOptions): Promise<void> {
  const server = new ApolloServer<Context>({
    gateway: runWith(options),
    introspection: options.introspection,
    hideSchemaDetailsFromClientErrors: !options.introspection,
    csrfPrevention: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: options.limits.maxTokens },
    formatError,
    plugins: [
      refuseLarge(createOperationCheck(options.schema, options.limits)),
      ApolloServerPluginCacheControlDisabled(),
      logFaults(app.log),
      nameRequests,
      countUpstream,
    ],
  });
  await server.start();
  app.addHook('onClose', () => server.stop());
  await app.register(fastifyApollo(server), {
    path: GRAPHQL_PATH,
    method: ['GET', 'POST', 'OPTIONS'],
    context: async (request, reply) =>
      options.createContext(
        request.id,
        operationSignal(request, reply, options.limits.operationTimeoutMs),
        Date.now() + options.limits.operationTimeoutMs,
      ),
  });
}

/** Lets Apollo Server parse, validate and answer, and runs the operations here. */
function runWith({
  schema,
  executor: kind,
}: GraphQLOptions): ApolloServerOptionsWithGateway<Context>['gateway'] {
  const execute = createExecutor(kind, schema);
  return {
    onSchemaLoadOrUpdate(callback) {
      callback({ apiSchema: schema, coreSupergraphSdl: '' });
      return () => undefined;
    },
    load: async () => ({
      executor: async ({ document, queryHash, request, context }) =>
        execute({
          document,
          hash: queryHash,
          operationName: request.operationName,
          variables: request.variables,
          context,
        }),
    }),
    stop: async () => undefined,
  };
}

/** Aborts an operation's reads when its time is over, or when the client has hung up. */
function operationSignal(
  request: FastifyRequest,
  reply: FastifyReply,
  timeoutMs: number,
): AbortSignal {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort(
      new GatewayError(
        ErrorCode.PROVIDER_TIMEOUT,
        `The operation took longer than ${timeoutMs} ms. Ask for less at a time.`,
        { retryable: true },
      ),
    );
  }, timeoutMs);
  reply.raw.once('close', () => {
    clearTimeout(timer);
    if (reply.raw.writableEnded) return;
    request.log.debug('the client hung up');
    controller.abort(new GatewayError(ErrorCode.PROVIDER_TIMEOUT, 'The client hung up.'));
  });
  return controller.signal;
}
