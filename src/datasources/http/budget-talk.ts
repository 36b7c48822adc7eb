import { randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { RedisConnection } from '../../redis.ts';

/** What one instance tells the others about a budget that they share. */
export interface BudgetNote {
  /** So many requests more were taken; less than none where some were given back. */
  taken: number;
  /** The provider refuses, and is to be left alone for so long. */
  closedForMs?: number | undefined;
}

/** Joins the instances that share a budget: it hears what they tell, and tells them what it does. */
export type ShareBudget = (hear: (note: BudgetNote) => void) => (note: BudgetNote) => void;

/**
 * The talk of instances about their budgets. No request waits for it, and without Redis each
 * instance goes on alone.
 */
export interface BudgetTalk {
  /** `scope` names the entry, the service and the credentials, and holds no secret. */
  readonly share: (scope: string) => ShareBudget;
  close(): void;
}

/** Takings are told together, this long after the first. */
const GATHER_MS = 200;

/** A day is longer than any window: whoever errs must not close a budget for good. */
const LONGEST_CLOSING_MS = 86_400_000;

/** Budgets that are listened for. Each viewer who brings a token has some of their own. */
const MAX_SCOPES = 10_000;

const messageSchema = z.object({
  from: z.string(),
  notes: z.array(
    z.object({
      scope: z.string(),
      taken: z.number(),
      closedForMs: z.number().min(0).max(LONGEST_CLOSING_MS).optional(),
    }),
  ),
});

export function createBudgetTalk(redis: RedisConnection): BudgetTalk {
  const me = randomUUID();
  const channel = `${redis.prefix}:budgets`;
  const listeners = new LRUCache<string, (note: BudgetNote) => void>({ max: MAX_SCOPES });
  const untold = new Map<string, BudgetNote>();
  let timer: NodeJS.Timeout | undefined;

  const tell = () => {
    clearTimeout(timer);
    timer = undefined;
    const notes = [...untold].map(([scope, note]) => ({ scope, ...note }));
    untold.clear();
    const message = JSON.stringify({ from: me, notes });
    // What cannot be told now is old when it could be: the provider's next answer tells it too.
    redis.ask((client) => client.publish(channel, message)).catch(() => undefined);
  };

  const add = (scope: string, { taken, closedForMs }: BudgetNote) => {
    const known = untold.get(scope);
    const sum = (known?.taken ?? 0) + taken;
    if (closedForMs !== undefined) {
      untold.set(scope, { taken: sum, closedForMs: Math.min(closedForMs, LONGEST_CLOSING_MS) });
      return tell();
    }
    untold.set(scope, { taken: sum });
    timer ??= setTimeout(tell, GATHER_MS).unref();
  };

  const subscriber = redis.open();
  subscriber.on('ready', () => void subscriber.subscribe(channel).catch(() => undefined));
  subscriber.on('message', (_channel: string, text: string) => {
    const message = messageSchema.safeParse(jsonOf(text));
    if (!message.success || message.data.from === me) return;
    for (const { scope, ...note } of message.data.notes) listeners.get(scope)?.(note);
  });

  return {
    share: (scope) => (hear) => {
      listeners.set(scope, hear);
      return (note) => add(scope, note);
    },
    close: () => clearTimeout(timer),
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
