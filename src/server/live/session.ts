import type { IncomingHttpHeaders } from 'node:http';
import type { Grants } from '../../auth/grants.ts';
import type { Viewer } from '../../auth/viewers.ts';
import type { Context } from '../../context.ts';
import type { Close } from './codes.ts';

/** Somebody for whom operations are run. Who that is may change when the configuration does. */
export interface Session {
  readonly grants: Grants;
  readonly locate: Viewer['locate'];
  /** What one operation, or one event, works with. */
  createContext(requestId: string, signal: AbortSignal, deadline: number): Context;
}

/** All who are shown the same, and whose equal subscriptions are one. */
export interface Peers extends Session {
  /** Like that of no others. */
  readonly id: string;
}

/** Whoever is behind a connection: from its beginning until it closes or the credentials expire. */
export interface Connected extends Session {
  readonly peers: Peers;
  /**
   * `end` is called, with why, if the connection must end because of who is behind it. Returns how to
   * say that it has ended, one way or another.
   */
  attend(end: (why: Close) => void): () => void;
}

/**
 * Finds out who it is, from the headers of the request and from what a WebSocket client sent with
 * `connection_init`.
 * @throws GatewayError UNAUTHENTICATED
 */
export type OpenSession = (
  headers: IncomingHttpHeaders,
  parameters: Readonly<Record<string, unknown>> | undefined,
) => Promise<Connected>;

/** The longest that a timer of Node can wait. */
const LONGEST_MS = 2 ** 31 - 1;

/** Calls back at a moment, also one that is months away. Returns how to call it off. */
export function at(moment: number, callback: () => void): () => void {
  if (moment === Infinity) return () => undefined;
  let timer: NodeJS.Timeout;
  const wait = () => {
    const left = moment - Date.now();
    timer =
      left > LONGEST_MS ? setTimeout(wait, LONGEST_MS) : setTimeout(callback, Math.max(0, left));
  };
  wait();
  return () => clearTimeout(timer);
}
