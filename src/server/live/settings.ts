import { z } from 'zod';
import { wholeNumber } from '../../settings.ts';

/** Subscriptions, and the connections that stay open for them. */
export const liveSettings = z
  .strictObject({
    connectionsPerViewer: wholeNumber('a number of connections', 1, 1_000_000).default(1_000),
    subscriptionsPerConnection: wholeNumber('a number of subscriptions', 1, 10_000).default(100),
    initTimeoutMs: wholeNumber('milliseconds', 100, 60_000).default(3_000),
    keepAliveMs: wholeNumber('milliseconds', 100, 600_000).default(12_000),
    maxMessageBytes: wholeNumber('bytes', 1_024, 16_777_216).default(262_144),
    maxBufferedBytes: wholeNumber('bytes', 1_024, 1_073_741_824).default(1_048_576),
    maxQueuedEvents: wholeNumber('a number of events', 1, 100_000).default(1_000),
  })
  .prefault({});

export interface LiveSettings {
  /** Connections that one viewer may have open, WebSockets and event streams together. */
  connectionsPerViewer: number;
  /** Operations that may run over one WebSocket at a time. */
  subscriptionsPerConnection: number;
  /** Time for a WebSocket client to send `connection_init`. */
  initTimeoutMs: number;
  /** How often a connection is pinged; one that does not answer until the next ping is closed. */
  keepAliveMs: number;
  /** The largest message of a client. */
  maxMessageBytes: number;
  /** Bytes that may wait for a client before it is closed as slow. */
  maxBufferedBytes: number;
  /** Events that may wait for a subscription to be worked out or caught up with. */
  maxQueuedEvents: number;
}
