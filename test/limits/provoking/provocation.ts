import type { Sandbox } from '../../../sandbox/index.ts';
import type { TestGateway } from '../../helpers/gateway.ts';

export interface World {
  sandbox: Sandbox;
  redisUrl: string;
  /** A gateway with these settings, which is closed when the row has been seen. */
  start: (
    settings: Record<string, unknown>,
    everyProvider?: Record<string, unknown>,
  ) => Promise<TestGateway>;
}

/**
 * Goes beyond a limit, and resolves with what a client sees: "HTTP 413", codes of errors, codes of
 * closed sockets. What cannot be told so it asserts by itself.
 */
export type Provocation = (world: World) => Promise<string[]>;

/** What an answer shows; one that is 200 shows the codes of its errors alone. */
export function seenIn(
  status: number,
  errors: readonly { extensions?: { code?: unknown } }[] = [],
): string[] {
  return [
    ...(status >= 400 ? [`HTTP ${status}`] : []),
    ...errors.map(({ extensions }) => String(extensions?.code)),
  ];
}
