import { z } from 'zod';
import type { RedisConnection } from '../../redis.ts';

/** "Look at this at once": told to whichever instance polls it. */
export interface Nudge {
  /** Global id of a scope, deployment, version or build. */
  targetId: string;
  /** How long its unit is to be looked at often. */
  quickForMs: number;
}

export interface Nudges {
  /** Tells the other instances; what cannot be told is noticed by the next look. */
  send(nudge: Nudge): void;
  close(): void;
}

const message = z.object({ targetId: z.string(), quickForMs: z.number() });

/** Nudges among the instances that share a Redis; without one there is nobody to tell. */
export function createNudges(
  redis: RedisConnection | undefined,
  onNudge: (nudge: Nudge) => void,
): Nudges {
  if (!redis) return { send: () => undefined, close: () => undefined };
  const channel = `${redis.prefix}:nudges`;
  const client = redis.open();
  const subscribe = () => {
    client.subscribe(channel).catch(() => undefined);
  };
  client.on('ready', subscribe);
  client.on('message', (_channel: string, text: string) => {
    const nudge = message.safeParse(parseJson(text)).data;
    if (nudge) onNudge(nudge);
  });
  return {
    send(nudge) {
      redis.ask((other) => other.publish(channel, JSON.stringify(nudge))).catch(() => undefined);
    },
    close: () => client.disconnect(),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
