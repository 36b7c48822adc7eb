import { setTimeout as pause } from 'node:timers/promises';

/** Polls until `check` gives a value. Fails with `what` after half a minute, or what is given: machines are busy. */
export async function waitFor<T>(
  what: string,
  check: () => T | Promise<T>,
  withinMs = 30_000,
): Promise<NonNullable<T>> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const value = await check();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await pause(10);
  }
}
