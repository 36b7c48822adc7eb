import { CloseCode } from 'graphql-ws';

/**
 * How a WebSocket is closed. 44xx beside those of the graphql-transport-ws protocol are ours; all
 * of ours tell a client to connect again, and graphql-ws's client does.
 */
export const CLOSE = {
  /** The gateway stops or restarts; another instance, or the same one, takes over. */
  restart: { code: 1012, reason: 'Service restart: connect again' },
  badRequest: { code: CloseCode.BadRequest, reason: 'Invalid message received' },
  unauthorized: { code: CloseCode.Unauthorized, reason: 'Unauthorized' },
  /** The credentials have expired: connect again with new ones. */
  expired: { code: CloseCode.Forbidden, reason: 'The credentials have expired' },
  initTimeout: {
    code: CloseCode.ConnectionInitialisationTimeout,
    reason: 'Connection initialisation timeout',
  },
  tooManyInits: {
    code: CloseCode.TooManyInitialisationRequests,
    reason: 'Too many initialisation requests',
  },
  /** The client reads too slowly: connect again, with the last cursor as `since`. */
  slow: { code: 4413, reason: 'Reads too slowly: resume with since' },
  /** The viewer has all the connections that one viewer may have. */
  tooManyConnections: { code: 4430, reason: 'Too many connections of this viewer' },
  failed: { code: CloseCode.InternalServerError, reason: 'Internal server error' },
} as const;

export type Close = { readonly code: number; readonly reason: string };

export function subscriberExists(id: string): Close {
  const reason = `Subscriber for ${id} already exists`;
  return {
    code: CloseCode.SubscriberAlreadyExists,
    reason: reason.length < 124 ? reason : 'Subscriber already exists',
  };
}
