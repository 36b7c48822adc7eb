import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { UndoStep } from '../datasources/writes.ts';
import { ErrorCode, GatewayError } from '../errors.ts';
import type { RedisConnection } from '../redis.ts';

/** Half-done writes, and how to take them back should nobody end them. */
export interface Journal {
  /** See `WriteCall.journal`. */
  note(provider: string, step: UndoStep): Promise<() => Promise<void>>;
  /**
   * Takes back what processes left behind that are no more.
   * @returns how many are somebody else's still
   * @throws AggregateError of those that could not be taken back; they stay
   */
  repair(undo: (provider: string, step: UndoStep) => Promise<void>): Promise<number>;
  close(): void;
}

const noteSchema = z.object({
  provider: z.string(),
  process: z.string(),
  step: z.object({
    name: z.string(),
    targetId: z.string(),
    data: z.record(z.string(), z.string().nullable()),
  }),
});

/** A process that does not say so for this long is no more. */
const ALIVE_MS = 10_000;

/** How long one repair may take before another process tries. */
const REPAIR_MS = 120_000;

const PATIENCE_MS = 1_000;

/** Without Redis: a journal that lasts as long as the process, and so has nothing to repair. */
export function createMemoryJournal(): Journal {
  return {
    note: async () => async () => undefined,
    repair: async () => 0,
    close: () => undefined,
  };
}

/** In Redis: a hash of notes, and for each process that has some a sign of life. */
export function createRedisJournal(redis: RedisConnection): Journal {
  const process = randomUUID();
  const notes = `${redis.prefix}:write-journal`;
  const signOfLife = (name: string) => `${redis.prefix}:write-journal:alive:${name}`;
  const open = new Set<string>();
  /** Complete, and still to be struck out: Redis was not there when they ended. */
  const ended = new Set<string>();
  let timer: NodeJS.Timeout | undefined;

  const live = () =>
    redis.ask((client) => client.set(signOfLife(process), '1', 'PX', ALIVE_MS), PATIENCE_MS);
  const rest = () => {
    clearInterval(timer);
    timer = undefined;
  };
  /** A note that stays behind would be taken back one day, although its write is complete. */
  const strike = async () => {
    for (const id of ended) {
      await redis.ask((client) => client.hdel(notes, id), PATIENCE_MS);
      ended.delete(id);
    }
    if (open.size === 0) rest();
  };
  const tick = async () => {
    await live();
    await strike();
  };

  const repairOne = async (
    id: string,
    text: string,
    undo: (provider: string, step: UndoStep) => Promise<void>,
  ): Promise<boolean> => {
    // The gateway itself wrote it.
    const note = noteSchema.parse(JSON.parse(text));
    const isAlive = await redis.ask((client) => client.exists(signOfLife(note.process)));
    if (isAlive) return false;
    const claim = `${notes}:repair:${id}`;
    const isMine = await redis.ask((client) => client.set(claim, '1', 'PX', REPAIR_MS, 'NX'));
    if (!isMine) return false;
    try {
      await undo(note.provider, note.step);
      await redis.ask((client) => client.hdel(notes, id), PATIENCE_MS);
      return true;
    } finally {
      await redis.ask((client) => client.del(claim), PATIENCE_MS);
    }
  };

  return {
    async note(provider, step) {
      const id = randomUUID();
      try {
        await live();
        const text = JSON.stringify({ provider, process, step });
        await redis.ask((client) => client.hset(notes, id, text), PATIENCE_MS);
      } catch (cause) {
        throw new GatewayError(
          ErrorCode.IDEMPOTENCY_UNAVAILABLE,
          'Redis does not answer, and without it a write of several steps could be left half done. Repeat it later.',
          { retryable: true, cause },
        );
      }
      open.add(id);
      timer ??= setInterval(() => void tick().catch(() => undefined), ALIVE_MS / 3);
      return async () => {
        open.delete(id);
        ended.add(id);
        await strike().catch(() => undefined);
      };
    },
    async repair(undo) {
      const found = await redis.ask((client) => client.hgetall(notes), PATIENCE_MS);
      let left = 0;
      const failures: unknown[] = [];
      for (const [id, text] of Object.entries(found)) {
        if (open.has(id) || ended.has(id)) continue;
        try {
          if (!(await repairOne(id, text, undo))) left += 1;
        } catch (error) {
          failures.push(error);
        }
      }
      // One that cannot be taken back must not keep the others from it.
      if (failures.length > 0) throw new AggregateError(failures, 'some could not be taken back');
      return left;
    },
    close: rest,
  };
}
