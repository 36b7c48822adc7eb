import { ErrorCode, GatewayError } from '../../errors.ts';
import type { EventLog } from '../events.ts';
import { createGroup, type Group } from './group.ts';
import type { Places, Selection } from './selection.ts';
import type {
  DeliveryLimits,
  DeliveryStatus,
  LiveOperation,
  Occasion,
  Subscriber,
} from './subscriber.ts';

export interface DeliveryOptions {
  log: EventLog;
  limits: DeliveryLimits;
  places: Places;
  /**
   * Told what somebody wants to know of from now on, and where they may see anything; returns how to
   * say that it is over.
   * @throws GatewayError UNSUPPORTED: none of it can be watched, which the subscriber is told.
   */
  onInterest(selection: Selection, areaOf: LiveOperation['areaOf']): () => void;
}

/** Hands the events of the log to whoever subscribed. */
export interface Delivery {
  /** Begins a subscription; returns how to end it. */
  subscribe(operation: LiveOperation, subscriber: Subscriber): () => void;
  status(): DeliveryStatus;
  close(): void;
}

/** Equal operations share a group, see `createGroup`. */
export function createDelivery(options: DeliveryOptions): Delivery {
  const { log, limits, places } = options;
  const status: DeliveryStatus = {
    subscribers: 0,
    groups: 0,
    executions: 0,
    delivered: 0,
    closedAsSlow: 0,
  };
  const groups = new Map<string, Group>();

  const open = (operation: LiveOperation): Group => {
    const release = options.onInterest(operation.selection, operation.areaOf);
    const group = createGroup(operation, {
      log,
      limits,
      status,
      places,
      onEmpty: () => {
        groups.delete(operation.key);
        status.groups = groups.size;
        release();
      },
    });
    groups.set(operation.key, group);
    status.groups = groups.size;
    return group;
  };

  const stop = log.listen({
    onEvent: (event) => {
      const occasion: Occasion = { event };
      for (const group of groups.values()) group.dispatch(occasion);
    },
    onReset: () => {
      for (const group of groups.values()) group.fail(logWasLost());
    },
  });

  return {
    subscribe(operation, subscriber) {
      const group = groups.get(operation.key) ?? open(operation);
      return group.join(subscriber, operation.since);
    },
    status: () => ({ ...status }),
    close: stop,
  };
}

function logWasLost(): GatewayError {
  return new GatewayError(
    ErrorCode.CURSOR_EXPIRED,
    'The log of events was lost and begun anew. Fetch what you show, then subscribe without `since`.',
    { retryable: true },
  );
}
