import { setTimeout as timer } from 'node:timers/promises';

/** Waits; rejects with the signal's reason when that comes first. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await timer(ms, undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
