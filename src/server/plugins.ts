import type { ApolloServerPlugin } from '@apollo/server';
import type { FastifyBaseLogger } from 'fastify';
import type { Context } from '../context.ts';
import { sentRequests } from '../datasources/http/call.ts';
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
