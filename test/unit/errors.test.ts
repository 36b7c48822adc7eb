import { describe, expect, it } from '@jest/globals';
import { GraphQLError } from 'graphql';
import { ErrorCode, GatewayError, toGatewayError } from '../../src/errors.ts';
import { formatError, isFault } from '../../src/server/errors.ts';

const formatted = (error: GraphQLError) => ({
  message: error.message,
  path: ['deployments'],
  extensions: { code: 'INTERNAL_SERVER_ERROR', ...error.extensions },
});

const fromResolver = (originalError: Error) =>
  new GraphQLError(originalError.message, { path: ['deployments'], originalError });

describe('errors as clients see them', () => {
  it('tell what the gateway knows of a failure, and nothing of its cause', () => {
    const cause = new Error('token=marked-secret');
    const error = fromResolver(
      new GatewayError(ErrorCode.PROVIDER_TIMEOUT, 'too late', {
        provider: 'ubiops',
        retryable: true,
        upstreamStatus: 504,
        cause,
      }),
    );
    const shown = formatError(formatted(error), error);
    expect(shown).toEqual({
      message: 'too late',
      path: ['deployments'],
      extensions: {
        code: 'PROVIDER_TIMEOUT',
        provider: 'ubiops',
        retryable: true,
        upstreamStatus: 504,
      },
    });
    expect(isFault(error)).toBe(false);
  });

  it('hide what nobody foresaw, and say that the log has it', () => {
    const error = fromResolver(new TypeError('cannot read token=marked-secret'));
    const shown = formatError(formatted(error), error);
    expect(JSON.stringify(shown)).not.toContain('marked-secret');
    expect(shown.message).toMatch(/log has the details/);
    expect(shown.extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR', retryable: false });
    expect(isFault(error)).toBe(true);
  });

  it('leave what a client must know of its own document as it is', () => {
    const error = new GraphQLError('Cannot query field "x".', {
      extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
    });
    expect(formatError(formatted(error), error)).toMatchObject({
      message: 'Cannot query field "x".',
      extensions: { code: 'BAD_USER_INPUT', retryable: false },
    });
    const protocol = new GraphQLError('PersistedQueryNotFound', {
      extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' },
    });
    expect(formatError(formatted(protocol), protocol).extensions?.code).toBe(
      'PERSISTED_QUERY_NOT_FOUND',
    );
  });

  it('turn anything thrown into one of them, named after the provider it came from', () => {
    const known = new GatewayError(ErrorCode.NOT_FOUND, 'gone');
    expect(toGatewayError(known, 'x')).toBe(known);
    expect(toGatewayError(new Error('marked-secret'), 'cloud66')).toMatchObject({
      code: 'INTERNAL_SERVER_ERROR',
      provider: 'cloud66',
      message: expect.not.stringContaining('marked-secret'),
    });
  });
});
