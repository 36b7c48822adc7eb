import { ErrorCode, GatewayError } from '../../errors.ts';

/** What a subscriber is told of whatever ended its subscription. */
export function failureOf(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  return new GatewayError(
    ErrorCode.INTERNAL_SERVER_ERROR,
    'The subscription failed. Subscribe again with the last cursor as `since`.',
    { retryable: true, cause: error },
  );
}
