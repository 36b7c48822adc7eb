import type { ApolloServerPlugin } from '@apollo/server';
import type { FastifyBaseLogger } from 'fastify';
import { GraphQLError, OperationTypeNode } from 'graphql';
import type { Context } from '../context.ts';
import { sentRequests } from '../datasources/http/call.ts';
import { ErrorCode, GatewayError } from '../errors.ts';
import type { OperationCheck } from '../limits/operation.ts';
import { type Metrics, outcomeOf } from '../observability/metrics.ts';
import { endOperation, nameOf } from '../observability/operation-span.ts';
import type { Tracer } from '../observability/span.ts';
import { isFault } from './errors.ts';

/** Logs faults of the gateway, with the request id that the client is shown. */
export function logFaults(log: FastifyBaseLogger): ApolloServerPlugin<Context> {
  return {
    requestDidStart: async () => ({
      async didEncounterErrors({ errors, contextValue }) {
        for (const error of errors.filter(isFault)) {
          log.error({ requestId: contextValue.requestId, err: error }, 'operation failed');
        }
      },
    }),
  };
}

/** Logs each operation, for whoever wants to see all of them. */
export function logOperations(log: FastifyBaseLogger): ApolloServerPlugin<Context> {
  return {
    async requestDidStart() {
      const startedAt = performance.now();
      return {
        async willSendResponse({ response, operation, contextValue }) {
          const { body } = response;
          if (body.kind !== 'single') return;
          const { requestId, call } = contextValue;
          const told = {
            requestId,
            operation: nameOf(operation),
            outcome: outcomeOf(body.singleResult),
            durationMs: Math.round(performance.now() - startedAt),
            upstreamRequests: sentRequests(call),
          };
          log.debug(told, 'answered an operation');
        },
      };
    },
  };
}

/** Refuses subscriptions where there is one answer only, and says where they go. */
export const refuseSubscriptions: ApolloServerPlugin<Context> = {
  requestDidStart: async () => ({
    async didResolveOperation({ operation }) {
      if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) return;
      throw asBadRequest(
        new GatewayError(
          ErrorCode.BAD_USER_INPUT,
          'A subscription has many answers: open a WebSocket at /graphql, or POST it to /graphql/stream for Server-Sent Events.',
        ),
      );
    },
  }),
};

/** Refuses operations that ask for too much, before any of them is run. */
export function refuseLarge(check: OperationCheck): ApolloServerPlugin<Context> {
  return {
    requestDidStart: async () => ({
      async didResolveOperation({ document, operation, request }) {
        if (!operation) return;
        try {
          check(document, operation, request.variables ?? {});
        } catch (error) {
          throw asBadRequest(error);
        }
      },
    }),
  };
}

/** Apollo Server takes everything else for a fault of its own. */
function asBadRequest(error: unknown): unknown {
  if (!(error instanceof GatewayError)) return error;
  const extensions = { code: error.code, http: { status: 400 } };
  return new GraphQLError(error.message, { originalError: error, extensions });
}

/** Puts the request id into every error. */
export const nameRequests: ApolloServerPlugin<Context> = {
  requestDidStart: async () => ({
    async willSendResponse({ response, contextValue }) {
      if (response.body.kind !== 'single') return;
      for (const error of response.body.singleResult.errors ?? []) {
        Object.assign(error.extensions ?? {}, { requestId: contextValue.requestId });
      }
    },
  }),
};

/**
 * To a client that takes `application/json` and nothing newer, a request that was read is 200, also
 * when its document is wrong: it may not look for errors anywhere else. GraphQL over HTTP says so.
 */
export const answerOldClients: ApolloServerPlugin<Context> = {
  requestDidStart: async ({ request }) => ({
    async willSendResponse({ response }) {
      const accepted = request.http?.headers.get('accept') ?? '';
      const isOld = /application\/json/i.test(accepted) && !/graphql-response/i.test(accepted);
      if (isOld && response.http.status === 400) response.http.status = 200;
    },
  }),
};

/** Clients that send this header are told what their operation cost. */
export const UPSTREAM_HEADER = 'x-deploygraph-upstream';

/** Tells in `extensions.upstream` how many requests went to the providers, where it is asked for. */
export const countUpstream: ApolloServerPlugin<Context> = {
  requestDidStart: async ({ request }) => ({
    async willSendResponse({ response, contextValue }) {
      if (response.body.kind !== 'single' || !request.http?.headers.has(UPSTREAM_HEADER)) return;
      response.body.singleResult.extensions = {
        ...response.body.singleResult.extensions,
        upstream: {
          requests: sentRequests(contextValue.call),
          byProvider: Object.fromEntries(contextValue.call.sent),
        },
      };
    },
  }),
};

/** Measures each operation that is run. */
export function measureOperations({
  operation: note,
}: Pick<Metrics, 'operation'>): ApolloServerPlugin<Context> {
  return {
    async requestDidStart() {
      const startedAt = performance.now();
      return {
        async willSendResponse({ response, operation, contextValue }) {
          if (response.body.kind !== 'single') return;
          note({
            type: operation?.operation,
            outcome: outcomeOf(response.body.singleResult),
            durationMs: performance.now() - startedAt,
            upstreamRequests: sentRequests(contextValue.call),
          });
        },
      };
    },
  };
}

/** Makes each operation a span, which what it reads and writes upstream is part of. */
export function traceOperations(tracer: Tracer): ApolloServerPlugin<Context> {
  return {
    async requestDidStart({ request, contextValue: { call, requestId } }) {
      const traceparent = request.http?.headers.get('traceparent');
      const span = tracer.start('operation', {
        kind: 'server',
        traceparent,
        attributes: { 'deploygraph.request_id': requestId },
      });
      call.span = span;
      return {
        async willSendResponse({ response, operation }) {
          const { body } = response;
          const result = body.kind === 'single' ? body.singleResult : {};
          endOperation(span, operation, result, call);
        },
      };
    },
  };
}

/** An answer with errors is nobody else's: it may be whole for the next one who asks. */
export const keepErrorsApart: ApolloServerPlugin<Context> = {
  requestDidStart: async () => ({
    async didEncounterErrors({ contextValue }) {
      contextValue.call.rests.whole = false;
    },
  }),
};
