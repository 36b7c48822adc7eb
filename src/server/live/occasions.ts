import { randomUUID } from 'node:crypto';
import type { Context } from '../../context.ts';
import { sentRequests } from '../../datasources/http/call.ts';
import type { Tracer } from '../../observability/span.ts';
import type { Occasion } from '../../subscriptions/delivery/subscriber.ts';
import { createEnd, type End } from './end.ts';
import type { Session } from './session.ts';

/**
 * Lends the groups of equal viewers one context for an occasion, so that what several of them load
 * for the same event is loaded once, and never before it.
 */
export function createShare(timeoutMs: number, tracer: Tracer | undefined) {
  interface Lent {
    context: Context;
    end: End;
    users: number;
  }
  const occasions = new WeakMap<Occasion, Map<string, Lent>>();
  return async (
    occasion: Occasion,
    session: Session,
    work: (context: Context) => Promise<string>,
  ): Promise<string> => {
    const lending = occasions.get(occasion) ?? new Map<string, Lent>();
    occasions.set(occasion, lending);
    const { fingerprint } = session.grants;
    let lent = lending.get(fingerprint);
    if (!lent) {
      const end = createEnd(timeoutMs);
      const context = session.createContext(randomUUID(), end.signal, end.deadline);
      context.call.span = tracer?.start('deliver an event', {
        attributes: { 'deploygraph.subject': occasion.event.type },
      });
      lent = { context, end, users: 0 };
      lending.set(fingerprint, lent);
    }
    lent.users += 1;
    try {
      return await work(lent.context);
    } finally {
      lent.users -= 1;
      if (lent.users === 0) {
        lent.end.done();
        lent.context.call.span?.end({ 'deploygraph.requests': sentRequests(lent.context.call) });
        lending.delete(fingerprint);
      }
    }
  };
}
