import { createHash, randomUUID } from 'node:crypto';
import type { FastifyBaseLogger } from 'fastify';
import {
  createSourceEventStream,
  execute,
  type ExecutionResult,
  type GraphQLFormattedError,
  type GraphQLSchema,
  OperationTypeNode,
} from 'graphql';
import { canonical } from '../../canonical.ts';
import type { Limits } from '../../config.ts';
import { GatewayError } from '../../errors.ts';
import { areaIn } from '../../auth/rights.ts';
import type { Ref } from '../../ids.ts';
import { createCall, sentRequests } from '../../datasources/http/call.ts';
import type { Executor } from '../../execution/executor.ts';
import type { ViewerGate } from '../../limits/gate.ts';
import { createOperationCheck } from '../../limits/operation.ts';
import { type Metrics, outcomeOf } from '../../observability/metrics.ts';
import { beginOperation } from '../../observability/operation-span.ts';
import type { Tracer } from '../../observability/span.ts';
import type { Permission } from '../../auth/grants.ts';
import { Feed } from '../../resolvers/feed.ts';
import type { Delivery } from '../../subscriptions/delivery/delivery.ts';
import type { Occasion, Subscriber } from '../../subscriptions/delivery/subscriber.ts';
import type { DocumentFinder } from '../trusted-documents.ts';
import type { Ask } from './ask.ts';
import { createDocuments, type Prepared } from './documents.ts';
import { createEnd, type End } from './end.ts';
import { createShare } from './occasions.ts';
import { format } from './format.ts';
import type { Connected, Peers, Session } from './session.ts';

/** Where an operation's results go. */
export interface Sink extends Omit<Subscriber, 'fail'> {
  /** It could not begin, or cannot go on; nothing follows. */
  fail(errors: readonly GraphQLFormattedError[]): void;
  /** All was sent; nothing follows. */
  complete(): void;
}

export interface OperationsOptions {
  schema: GraphQLSchema;
  introspection: boolean;
  execute: Executor;
  limits: Limits;
  findDocument: DocumentFinder;
  delivery: Delivery;
  metrics: Pick<Metrics, 'operation'>;
  gate: Pick<ViewerGate, 'enter'>;
  /** Absent where there are no traces. */
  tracer?: Tracer | undefined;
  log: FastifyBaseLogger;
}

/** Runs operations of any kind over connections that stay open. */
export interface Operations {
  /** What kind a document is, where it is valid. */
  kindOf(ask: Ask): OperationTypeNode | undefined;
  /** Begins an operation; returns how to end it. */
  start(ask: Ask, session: Connected, sink: Sink): () => void;
}

export function createOperations(options: OperationsOptions): Operations {
  const { schema, log, delivery, tracer } = options;
  const { operationTimeoutMs, maxTokens } = options.limits;
  const documents = createDocuments(schema, { introspection: options.introspection, maxTokens });
  const check = createOperationCheck(schema, options.limits);
  const share = createShare(operationTimeoutMs, tracer);

  /** What is asked, where it may be; otherwise what is wrong with it. */
  const prepare = (ask: Ask): Prepared | { errors: readonly unknown[] } => {
    try {
      const query = options.findDocument(ask) ?? '';
      const prepared = documents(query, ask.operationName ?? undefined);
      if (!('errors' in prepared))
        check(prepared.document, prepared.operation, ask.variables ?? {});
      return prepared;
    } catch (error) {
      return { errors: [error] };
    }
  };

  /** A result as clients see it. Faults of the gateway go to its log, under the request id. */
  const serialise = (result: ExecutionResult, requestId: string): string =>
    JSON.stringify(
      result.errors
        ? { ...result, errors: format(result.errors, requestId, log) }
        : { data: result.data, ...(result.extensions && { extensions: result.extensions }) },
    );

  const runOnce = async (
    prepared: Prepared,
    ask: Ask,
    session: Connected,
    sink: Sink,
    end: End,
  ) => {
    const { document, hash, operationName } = prepared;
    const requestId = randomUUID();
    const context = session.createContext(requestId, end.signal, end.deadline);
    const { operation } = prepared;
    const endSpan = beginOperation(tracer, { operation, requestId, call: context.call });
    const variables = ask.variables ?? undefined;
    const startedAt = performance.now();
    const result = await options.execute({ document, hash, operationName, variables, context });
    endSpan(result);
    options.metrics.operation({
      type: operation.operation,
      outcome: outcomeOf(result),
      durationMs: performance.now() - startedAt,
      upstreamRequests: sentRequests(context.call),
    });
    if (end.signal.aborted && end.wasLeft) return;
    sink.next(serialise(result, requestId), () => sink.complete());
  };

  const follow = async (
    prepared: Prepared,
    ask: Ask,
    session: Connected,
    sink: Sink,
    end: End,
  ): Promise<() => void> => {
    const { document, operation, operationName } = prepared;
    const variableValues = ask.variables ?? undefined;
    const requestId = randomUUID();
    const startedAt = performance.now();
    const contextValue = session.createContext(requestId, end.signal, end.deadline);
    const { call } = contextValue;
    const endSpan = beginOperation(tracer, { operation, requestId, call });
    const source = await createSourceEventStream({
      schema,
      document,
      operationName,
      variableValues,
      contextValue,
    });
    endSpan('errors' in source ? source : {});
    options.metrics.operation({
      type: OperationTypeNode.SUBSCRIPTION,
      outcome: source instanceof Feed ? 'succeeded' : 'failed',
      durationMs: performance.now() - startedAt,
      upstreamRequests: sentRequests(call),
    });
    if (end.wasLeft) return () => undefined;
    if (!(source instanceof Feed)) {
      const errors = 'errors' in source ? (source.errors ?? []) : [];
      sink.fail(format(errors, requestId, log));
      return () => undefined;
    }
    const { selection, since, permission } = source;
    const { peers } = session;
    const executeFor = (occasion: Occasion) =>
      share(occasion, peers, async (contextValue) => {
        const result = await execute({
          schema,
          document,
          operationName,
          variableValues,
          contextValue,
          rootValue: occasion.event,
        });
        return serialise(result, contextValue.requestId);
      });
    const fail = (error: GatewayError) => sink.fail(format([error], requestId, log));
    return delivery.subscribe(
      {
        key: keyOf(prepared, ask, peers),
        selection,
        since,
        maySee: (target) => may(permission, peers, target, operationTimeoutMs),
        areaOf: (provider) => areaIn(peers.grants.partsOf(provider), permission),
        execute: executeFor,
      },
      { ...sink, fail },
    );
  };

  return {
    kindOf(ask) {
      const prepared = prepare(ask);
      return 'errors' in prepared ? undefined : prepared.operation.operation;
    },
    start(ask, session, sink) {
      const prepared = prepare(ask);
      if ('errors' in prepared) {
        sink.fail(format(prepared.errors, randomUUID(), log));
        return () => undefined;
      }
      const isLive = prepared.operation.operation === OperationTypeNode.SUBSCRIPTION;
      const leave = isLive ? undefined : options.gate.enter(session.grants.viewer);
      if (leave instanceof GatewayError) {
        sink.fail(format([leave], randomUUID(), log));
        return () => undefined;
      }
      const end = createEnd(operationTimeoutMs);
      let stop = () => undefined as void;
      const begun = isLive
        ? follow(prepared, ask, session, sink, end).then((unsubscribe) => {
            if (end.wasLeft) unsubscribe();
            else stop = unsubscribe;
          })
        : runOnce(prepared, ask, session, sink, end);
      begun
        .catch((error: unknown) => sink.fail(format([error], randomUUID(), log)))
        .finally(() => {
          end.done();
          leave?.();
        });
      return () => {
        end.leave();
        stop();
      };
    },
  };
}

/** Grants tell at once, unless it is not known yet which scope the target is in. */
function may(
  permission: Permission,
  { grants, locate }: Session,
  target: Ref,
  timeoutMs: number,
): boolean | Promise<boolean> {
  if (grants.may(permission, target)) return true;
  const call = createCall(AbortSignal.timeout(timeoutMs), Date.now() + timeoutMs);
  return locate([target], call).then(() => grants.may(permission, target));
}

/** Equal keys: equal events. Variables that the operation does not use make no difference. */
function keyOf({ meaning, variables, operationName }: Prepared, ask: Ask, { id }: Peers): string {
  const values = variables.map((name) => canonical(ask.variables?.[name]));
  const parts = JSON.stringify([meaning, operationName, values, id]);
  return createHash('sha256').update(parts).digest('base64');
}
