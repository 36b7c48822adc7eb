import type { OperationDefinitionNode } from 'graphql';
import type { Call } from '../datasources/provider.ts';
import { sentRequests } from '../datasources/http/call.ts';
import { GatewayError } from '../errors.ts';
import { outcomeOf } from './metrics.ts';
import type { Span, Tracer } from './span.ts';

/** What an operation ended with, as far as it is told: of errors only the codes. */
interface Result {
  data?: unknown;
  errors?: readonly { extensions?: { code?: unknown }; originalError?: unknown }[] | undefined;
}

/** "query Platforms": the name is the client's, and the only word of it that traces hold. */
export function nameOf(operation: OperationDefinitionNode | undefined): string {
  if (!operation) return 'operation';
  return [operation.operation, operation.name?.value].filter(Boolean).join(' ');
}

/** Ends the span of an operation with what it was and how it went. */
export function endOperation(
  span: Span,
  operation: OperationDefinitionNode | undefined,
  result: Result,
  call: Call,
): void {
  const outcome = outcomeOf(result);
  const [error] = result.errors ?? [];
  const cause = error?.originalError;
  const code = cause instanceof GatewayError ? cause.code : error?.extensions?.code;
  span.rename(nameOf(operation));
  span.end(
    {
      'graphql.operation.type': operation?.operation,
      'graphql.operation.name': operation?.name?.value,
      'deploygraph.outcome': outcome,
      'deploygraph.upstream_requests': sentRequests(call),
    },
    outcome === 'succeeded' ? undefined : typeof code === 'string' ? code : outcome,
  );
}

/** What is traced of an operation that came over a connection. */
export interface Traced {
  operation: OperationDefinitionNode;
  call: Call;
  requestId: string;
}

/** Begins the span of an operation; returns how to end it. */
export function beginOperation(
  tracer: Tracer | undefined,
  { operation, call, requestId }: Traced,
): (result: Result) => void {
  if (!tracer) return () => undefined;
  const attributes = { 'deploygraph.request_id': requestId };
  const span = tracer.start(nameOf(operation), { kind: 'server', attributes });
  call.span = span;
  return (result) => endOperation(span, operation, result, call);
}
