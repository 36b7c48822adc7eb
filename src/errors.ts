import { ErrorCode } from './schema/enums.ts';

export { ErrorCode };

/** What is wrong with an input, for `userErrors`. */
export interface Complaint {
  /** The argument as the client wrote it, outermost first; absent: it is about the whole input. */
  field?: readonly string[];
  message: string;
  /** The provider's own code. */
  providerCode?: string;
  /** Where it is another one than the error's. */
  code?: ErrorCode;
}

export interface GatewayErrorOptions {
  /** Name of the provider entry it is about. */
  provider?: string;
  /** Whether the same request may succeed later. */
  retryable?: boolean;
  /** The HTTP status the provider answered with. */
  upstreamStatus?: number;
  /** The provider's own code for it, never its text: texts may hold what must not be shown. */
  providerCode?: string;
  /** When the same request may succeed, where that is known: the budget's next window. */
  resetsAt?: Date;
  /** Something that was read before stands in for what could not be had. */
  stale?: boolean;
  /** There: changing the input, or waiting, can mend it. */
  complaints?: readonly Complaint[];
  cause?: unknown;
}

/**
 * Every failure that the gateway knows how to speak of. The message says what failed, with what,
 * and what to do; it never holds a body, a secret, or a URL with a token.
 */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly code: ErrorCode;
  readonly provider: string | undefined;
  readonly retryable: boolean;
  readonly upstreamStatus: number | undefined;
  readonly providerCode: string | undefined;
  readonly resetsAt: Date | undefined;
  readonly stale: boolean;
  readonly complaints: readonly Complaint[] | undefined;

  constructor(code: ErrorCode, message: string, options: GatewayErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.provider = options.provider;
    this.retryable = options.retryable ?? false;
    this.upstreamStatus = options.upstreamStatus;
    this.providerCode = options.providerCode;
    this.resetsAt = options.resetsAt;
    this.stale = options.stale ?? false;
    this.complaints = options.complaints;
  }
}

/** An argument is wrong: `path` names it as the client wrote it. */
export function badInput(path: string, problem: string): GatewayError {
  return new GatewayError(ErrorCode.BAD_USER_INPUT, `${path}: ${problem}`);
}

/** The same failure, where something that was read before is shown. */
export function asStale({ message, code, ...error }: GatewayError): GatewayError {
  const { provider, upstreamStatus, providerCode, resetsAt } = error;
  return new GatewayError(code, `${message} What is shown was read before.`, {
    retryable: error.retryable,
    stale: true,
    ...(provider !== undefined && { provider }),
    ...(upstreamStatus !== undefined && { upstreamStatus }),
    ...(providerCode !== undefined && { providerCode }),
    ...(resetsAt && { resetsAt }),
  });
}

/**
 * An input of a write that is refused before anything is sent; a mutation shows it in `userErrors`.
 * `field` names the argument below `input`, outermost first.
 */
export function refuse(
  field: readonly string[],
  message: string,
  code: ErrorCode = ErrorCode.BAD_USER_INPUT,
): GatewayError {
  const place = field.length > 0 ? `${['input', ...field].join('.')}: ` : '';
  return new GatewayError(code, `${place}${message}`, { complaints: [{ field, message }] });
}

/** An argument that the provider has no word for. */
export function unsupported(field: readonly string[], message: string): GatewayError {
  return refuse(field, message, ErrorCode.UNSUPPORTED);
}

/** Any thrown thing as a GatewayError, for places that must put a failure into data. */
export function toGatewayError(error: unknown, provider: string): GatewayError {
  if (error instanceof GatewayError) return error;
  return new GatewayError(
    ErrorCode.INTERNAL_SERVER_ERROR,
    `${provider}: the gateway failed while handling the answer. Its log has the details.`,
    { provider, cause: error },
  );
}
