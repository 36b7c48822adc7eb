import { ErrorCode, GatewayError } from '../errors.ts';

/** A transfer that the gateway itself turns down, with the HTTP status that says so. */
export class TransferRefused extends GatewayError {
  readonly status: number;

  constructor(
    status: number,
    message: string,
    code: ErrorCode = ErrorCode.BAD_USER_INPUT,
    cause?: unknown,
  ) {
    super(code, message, { retryable: status === 503, cause });
    this.status = status;
  }
}
