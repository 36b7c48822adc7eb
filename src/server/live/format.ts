import type { FastifyBaseLogger } from 'fastify';
import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import { formatError, isFault } from '../errors.ts';

/** Errors as clients see them. Faults of the gateway go to its log, under the request id. */
export function format(
  errors: readonly unknown[],
  requestId: string,
  log: FastifyBaseLogger,
): GraphQLFormattedError[] {
  return errors.map((error) => {
    if (isFault(error)) log.error({ requestId, err: error }, 'operation failed');
    const formatted = formatError(toFormatted(error), error);
    return { ...formatted, extensions: { ...formatted.extensions, requestId } };
  });
}

function toFormatted(error: unknown): GraphQLFormattedError {
  const isGraphQL = error instanceof Error && 'toJSON' in error;
  // Only a GraphQLError has it; see graphql-js.
  return isGraphQL ? (error as GraphQLError).toJSON() : { message: '' };
}
