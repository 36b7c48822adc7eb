import { ErrorCode, GatewayError } from '../../errors.ts';

/** Ends an operation's reads when its time is over, or when nobody waits for it any more. */
export interface End {
  readonly signal: AbortSignal;
  readonly deadline: number;
  readonly wasLeft: boolean;
  leave(): void;
  done(): void;
}

export function createEnd(timeoutMs: number): End {
  const controller = new AbortController();
  let wasLeft = false;
  const timer = setTimeout(
    () =>
      controller.abort(
        new GatewayError(
          ErrorCode.PROVIDER_TIMEOUT,
          `The operation took longer than ${timeoutMs} ms. Ask for less at a time.`,
          { retryable: true },
        ),
      ),
    timeoutMs,
  );
  return {
    signal: controller.signal,
    deadline: Date.now() + timeoutMs,
    get wasLeft() {
      return wasLeft;
    },
    leave: () => {
      wasLeft = true;
      clearTimeout(timer);
      controller.abort(new GatewayError(ErrorCode.PROVIDER_TIMEOUT, 'The client hung up.'));
    },
    done: () => clearTimeout(timer),
  };
}
