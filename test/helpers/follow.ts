import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import { WebSocket } from 'ws';

/** One message of a subscription, as a client sees it. */
export interface Seen<Data> {
  data?: Data | null;
  errors?: readonly { message: string; extensions?: Record<string, unknown> }[];
}

/** A client that follows one subscription, and does not connect again by itself. */
export interface Follower<Data> {
  seen: Seen<Data>[];
  /** How it ended: undefined while it goes on, "complete", or what the client was told. */
  end(): unknown;
  stop(): void;
}

export interface FollowOptions {
  url: string;
  query: string;
  variables?: Record<string, unknown>;
  /** Who follows, as the header `authorization` has it. */
  authorization?: string;
}

export type Transport = 'WebSocket' | 'SSE';

/** Follows a subscription with the reference client of each transport. */
export function follow<Data>(transport: Transport, options: FollowOptions): Follower<Data> {
  const { url, query, variables, authorization } = options;
  const who = authorization === undefined ? {} : { authorization };
  const seen: Seen<Data>[] = [];
  let end: unknown;
  const sink = {
    next: (message: unknown) => void seen.push(message as Seen<Data>),
    error: (error: unknown) => (end ??= error),
    complete: () => (end ??= 'complete'),
  };
  const client =
    transport === 'WebSocket'
      ? createWsClient({
          url: `${url.replace('http', 'ws')}/graphql`,
          webSocketImpl: WebSocket,
          retryAttempts: 0,
          connectionParams: who,
        })
      : createSseClient({ url: `${url}/graphql/stream`, retryAttempts: 0, headers: who });
  client.subscribe({ query, ...(variables && { variables }) }, sink);
  return {
    seen,
    end: () => end,
    stop: () => void client.dispose(),
  };
}
