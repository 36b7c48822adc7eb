import type { FastifyInstance } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { Limits } from '../config.ts';
import type { Executor } from '../execution/executor.ts';
import type { ViewerGate } from '../limits/gate.ts';
import { createSeats } from '../limits/seats.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Tracer } from '../observability/span.ts';
import type { Delivery } from '../subscriptions/delivery/delivery.ts';
import type { ConnectionOptions } from './live/connection.ts';
import { createOperations } from './live/operations.ts';
import { createTextFinder } from './live/texts.ts';
import type { OpenSession } from './live/session.ts';
import type { LiveSettings } from './live/settings.ts';
import type { PersistedQueries } from './persisted-queries.ts';
import { serveStreams } from './sse.ts';
import type { DocumentFinder } from './trusted-documents.ts';
import { serveWebSockets } from './websocket.ts';

export interface LiveOptions {
  schema: GraphQLSchema;
  introspection: boolean;
  execute: Executor;
  limits: Limits;
  findDocument: DocumentFinder;
  persisted: PersistedQueries;
  /** Origins of pages, beside the gateway's own, that may open a WebSocket; "*": any. */
  allowedOrigins: readonly string[];
  settings: LiveSettings;
  delivery: Delivery;
  metrics: Pick<Metrics, 'operation'>;
  /** Absent where there are no traces. */
  tracer?: Tracer | undefined;
  openSession: OpenSession;
  gate: ViewerGate;
}

/**
 * Serves operations over connections that stay open. To be called before whatever waits for
 * requests under way when the server closes: event streams have no end of their own.
 */
export function serveLive(app: FastifyInstance, options: LiveOptions): void {
  const { settings, openSession, allowedOrigins, gate, persisted, ...rest } = options;
  const { log } = app;
  const operations = createOperations({ ...rest, gate, log });
  const connection: ConnectionOptions = {
    settings,
    openSession,
    operations,
    findText: createTextFinder({ findDocument: rest.findDocument, persisted, operations, log }),
    gate,
    seats: createSeats(settings.connectionsPerViewer),
    log,
  };
  serveWebSockets(app, connection, allowedOrigins);
  serveStreams(app, connection);
}
