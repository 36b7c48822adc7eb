import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { ErrorCode, GatewayError } from '../errors.ts';

/** Apollo's own codes that the protocol of persisted queries needs as they are. */
const PROTOCOL_CODES = ['PERSISTED_QUERY_NOT_FOUND', 'PERSISTED_QUERY_NOT_SUPPORTED'];

/** graphql-js’s words for a variable without a value where one is needed; they have no code. */
const NULL_ARGUMENT = /^Argument "\w+" of (non-null|required) type /;

/** What graphql-js has to say of a variable with a wrong value, and then of names like the wrong one. */
const VARIABLE_HINT = /^(Variable "\$.+) Did you mean [^?]+\?$/s;

/** graphql-js’s words for a document that is longer than its parser may read. */
const TOO_MANY_TOKENS =
  /^Syntax Error: Document contains more tha[nt] (\d+) tokens\. Parsing aborted\.$/;

/**
 * An error as a client sees it: code, provider and retryable of the failures that the gateway knows;
 * what a client did wrong in its own document; nothing but an apology for everything else.
 */
export function formatError(
  formatted: GraphQLFormattedError,
  error: unknown,
): GraphQLFormattedError {
  const { message, locations, path } = formatted;
  const place = { ...(locations && { locations }), ...(path && { path }) };
  const cause = causeOf(error);
  if (cause instanceof GatewayError) {
    const { code, provider, retryable, upstreamStatus, resetsAt } = cause;
    return {
      ...place,
      message: cause.message,
      extensions: {
        code,
        retryable,
        ...(provider !== undefined && { provider }),
        ...(upstreamStatus !== undefined && { upstreamStatus }),
        ...(resetsAt && { resetsAt: resetsAt.toISOString() }),
      },
    };
  }
  if (TOO_MANY_TOKENS.test(message)) {
    return {
      message: message.replace(
        TOO_MANY_TOKENS,
        'The document has more than $1 tokens. Send less at a time.',
      ),
      extensions: { code: ErrorCode.OPERATION_TOO_COMPLEX, retryable: false },
    };
  }
  const code = formatted.extensions?.code;
  if (typeof code === 'string' && PROTOCOL_CODES.includes(code)) return formatted;
  if (isClientFault(cause, code)) {
    return {
      ...place,
      // Hints in documents are for whoever may see the schema; these cannot be switched off by it.
      message: message.replace(VARIABLE_HINT, '$1'),
      extensions: { code: ErrorCode.BAD_USER_INPUT, retryable: false },
    };
  }
  return {
    ...place,
    message: 'The gateway failed. Its log has the details under the request id.',
    extensions: { code: ErrorCode.INTERNAL_SERVER_ERROR, retryable: false },
  };
}

/** What was thrown: by a resolver, or before any of them ran. */
function causeOf(error: unknown): unknown {
  const cause = unwrapResolverError(error);
  const isOurs = cause instanceof GraphQLError && cause.originalError instanceof GatewayError;
  return isOurs ? cause.originalError : cause;
}

/** Whether an error is a fault of the gateway, which belongs into its log. */
export function isFault(error: unknown): boolean {
  const cause = causeOf(error);
  if (cause instanceof GatewayError) return cause.code === ErrorCode.INTERNAL_SERVER_ERROR;
  return !(cause instanceof GraphQLError) || cause.extensions.code === 'INTERNAL_SERVER_ERROR';
}

function isClientFault(cause: unknown, code: unknown): boolean {
  if (!(cause instanceof GraphQLError)) return false;
  return (
    code !== 'INTERNAL_SERVER_ERROR' ||
    NULL_ARGUMENT.test(cause.message) ||
    isBadRequest(cause.extensions)
  );
}

/** Apollo Server has no code for wrong hashes of persisted queries, only a status. */
function isBadRequest({ http }: GraphQLError['extensions']): boolean {
  return typeof http === 'object' && http !== null && 'status' in http && http.status === 400;
}
