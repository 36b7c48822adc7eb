import { setMaxListeners } from 'node:events';
import { type Call, createRests } from './call.ts';

/** Reads in flight that operations share. One per client, so nothing crosses credentials. */
export interface Flights<T> {
  /**
   * Joins the read in flight under this key, or starts it. `start` is given a call that ends when
   * everybody who waits has gone, and has the latest of their deadlines. Nothing is remembered:
   * whoever comes after the answer, or after the error, starts anew.
   */
  join(key: string, call: Call, start: (shared: Call) => Promise<T>): Promise<T>;
  /** Nobody joins what is in flight any more; those who wait for it still get it. */
  forgetAll(): void;
}

interface Flight<T> {
  result: Promise<T>;
  waiting: Set<Call>;
  controller: AbortController;
}

/** The operation's own timer speaks first; this one is for calls that have none. */
const DEADLINE_GRACE_MS = 25;

/** `tooLate`: what somebody is told whose deadline came before the answer. */
export function createFlights<T>(
  tooLate: (key: string) => Error,
  now: () => number = Date.now,
): Flights<T> {
  const flights = new Map<string, Flight<T>>();

  const forget = (key: string, flight: Flight<T>) => {
    if (flights.get(key) === flight) flights.delete(key);
  };

  const takeOff = (key: string, call: Call, start: (shared: Call) => Promise<T>): Flight<T> => {
    const controller = new AbortController();
    setMaxListeners(0, controller.signal);
    const waiting = new Set([call]);
    const shared: Call = {
      signal: controller.signal,
      get deadline() {
        return Math.max(...[...waiting].map(({ deadline }) => deadline));
      },
      reads: new Map(),
      sent: call.sent,
      requestId: call.requestId,
      span: call.span,
      rests: createRests(),
      keep: { forMs: Infinity },
      get isBackground() {
        return [...waiting].every(({ isBackground }) => isBackground);
      },
    };
    const flight: Flight<T> = { result: start(shared), waiting, controller };
    flights.set(key, flight);
    const land = () => forget(key, flight);
    flight.result.then(land, land);
    return flight;
  };

  return {
    join(key, call, start) {
      if (call.signal.aborted) return Promise.reject(call.signal.reason as Error);
      const flight = flights.get(key) ?? takeOff(key, call, start);
      flight.waiting.add(call);
      return new Promise((resolve, reject) => {
        const leave = (reason: Error) => {
          stay();
          reject(reason);
          flight.waiting.delete(call);
          if (flight.waiting.size > 0) return;
          forget(key, flight);
          flight.controller.abort(reason);
        };
        const abort = () => leave(call.signal.reason as Error);
        const timer = Number.isFinite(call.deadline)
          ? setTimeout(() => leave(tooLate(key)), call.deadline - now() + DEADLINE_GRACE_MS)
          : undefined;
        const stay = () => {
          clearTimeout(timer);
          call.signal.removeEventListener('abort', abort);
        };
        call.signal.addEventListener('abort', abort, { once: true });
        flight.result.finally(stay).then(resolve, reject);
      });
    },
    forgetAll: () => flights.clear(),
  };
}
