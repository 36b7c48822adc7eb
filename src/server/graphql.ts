import { ApolloServer, type ApolloServerOptionsWithGateway } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import fastifyApollo from '@as-integrations/fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type GraphQLSchema, type OperationDefinitionNode, OperationTypeNode } from 'graphql';
import type { AuthenticateRequest } from '../auth/recent.ts';
import type { Viewer } from '../auth/viewers.ts';
import type { Limits } from '../config.ts';
import type { Context } from '../context.ts';
import type { Call } from '../datasources/http/call.ts';
import { ErrorCode, GatewayError } from '../errors.ts';
import type { Executor } from '../execution/executor.ts';
import type { ViewerGate } from '../limits/gate.ts';
import { createOperationCheck } from '../limits/operation.ts';
import { authenticateRequests, viewerOf } from './authentication.ts';
import { formatError } from './errors.ts';
import type { FrontDoor } from './front-door.ts';
import { type PersistedQueries, toApolloCache } from './persisted-queries.ts';
import { nameRefusals, refuseOtherBodies } from './refusals.ts';
import { lingerOnRefusals } from './linger.ts';
import { whenOver } from './over.ts';
import { limitViewers, type Place } from './viewer-limits.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Tracer } from '../observability/span.ts';
import {
  answerOldClients,
  countUpstream,
  keepErrorsApart,
  logFaults,
  logOperations,
  measureOperations,
  nameRequests,
  refuseLarge,
  refuseSubscriptions,
  traceOperations,
} from './plugins.ts';

/** Where the API is. */
export const GRAPHQL_PATH = '/graphql';

export interface GraphQLOptions {
  schema: GraphQLSchema;
  introspection: boolean;
  execute: Executor;
  limits: Limits;
  authenticate: AuthenticateRequest;
  metrics: Pick<Metrics, 'operation'>;
  /** Absent where there are no traces. */
  tracer?: Tracer | undefined;
  /** `deadline`: when the operation's time is over, in milliseconds since 1970. */
  createContext(viewer: Viewer, requestId: string, signal: AbortSignal, deadline: number): Context;
  gate: ViewerGate;
  persisted: PersistedQueries;
  /** Is told which call each request's operation runs with, and has counted some requests. */
  door?: FrontDoor | undefined;
}

/** Serves the schema at `/graphql`. */
export async function serveGraphQL(app: FastifyInstance, options: GraphQLOptions): Promise<void> {
  const places = new WeakMap<Call, Place>();
  const server = new ApolloServer<Context>({
    gateway: runWith(options, places),
    introspection: options.introspection,
    hideSchemaDetailsFromClientErrors: !options.introspection,
    csrfPrevention: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    persistedQueries: { cache: toApolloCache(options.persisted) },
    parseOptions: { maxTokens: options.limits.maxTokens },
    formatError,
    plugins: [
      refuseSubscriptions,
      refuseLarge(createOperationCheck(options.schema, options.limits)),
      ApolloServerPluginCacheControlDisabled(),
      logFaults(app.log),
      ...(['debug', 'trace'].includes(app.log.level) ? [logOperations(app.log)] : []),
      nameRequests,
      answerOldClients,
      countUpstream,
      keepErrorsApart,
      measureOperations(options.metrics),
      ...(options.tracer ? [traceOperations(options.tracer)] : []),
    ],
  });
  await server.start();
  app.addHook('onClose', () => server.stop());
  await app.register(async (guarded) => {
    authenticateRequests(guarded, options.authenticate);
    limitViewers(guarded, options.gate, options.door);
    refuseOtherBodies(guarded);
    nameRefusals(guarded);
    lingerOnRefusals(guarded);
    await guarded.register(fastifyApollo(server), {
      path: GRAPHQL_PATH,
      method: ['GET', 'POST', 'OPTIONS'],
      context: async (request, reply) => {
        const context = options.createContext(
          viewerOf(request),
          request.id,
          operationSignal(request, reply, options.limits.operationTimeoutMs),
          Date.now() + options.limits.operationTimeoutMs,
        );
        options.door?.admit(request.raw, context.call);
        if (request.place) places.set(context.call, request.place);
        return context;
      },
    });
  });
}

/** Apollo Server promises an operation, and has none where the request names one that is not there. */
function isMutation(operation: OperationDefinitionNode | undefined): boolean {
  return operation?.operation === OperationTypeNode.MUTATION;
}

/** Lets Apollo Server parse, validate and answer, and runs the operations here. */
function runWith(
  { schema, execute }: GraphQLOptions,
  places: WeakMap<Call, Place>,
): ApolloServerOptionsWithGateway<Context>['gateway'] {
  return {
    onSchemaLoadOrUpdate(callback) {
      callback({ apiSchema: schema, coreSupergraphSdl: '' });
      return () => undefined;
    },
    load: async () => ({
      executor: async ({ document, operation, queryHash, request, context }) => {
        const { operationName, variables } = request;
        const running = execute({ document, hash: queryHash, operationName, variables, context });
        // Reads end with their client, writes do not.
        if (isMutation(operation)) {
          // A copy of our context, which has the same call.
          places.get((context as Context).call)?.keepUntil(running);
        }
        return running;
      },
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
  // A client that has gone already would not be heard of again.
  whenOver(request.raw, reply.raw, () => {
    clearTimeout(timer);
    if (reply.raw.writableEnded) return;
    request.log.debug('the client hung up');
    controller.abort(new GatewayError(ErrorCode.PROVIDER_TIMEOUT, 'The client hung up.'));
  });
  return controller.signal;
}
