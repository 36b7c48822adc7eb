import { afterAll, beforeAll, expect } from '@jest/globals';
import { waitFor } from './wait-for.ts';

/** What keeps a process from ending, and what jest itself never needs more of. */
const KINDS = ['Timeout', 'TCPSocketWrap', 'TCPServerWrap', 'PipeWrap', 'ProcessWrap'] as const;

function count(): Record<string, number> {
  const active = process.getActiveResourcesInfo();
  return Object.fromEntries(
    KINDS.map((kind) => [kind, active.filter((each) => each === kind).length]),
  );
}

/**
 * Fails a file that leaves a timer, a socket or a process behind. Call it before any other hook of
 * the file: it counts then, and looks when everything has been closed. Both times a timer of jest's
 * own runs, for the hook.
 */
export function leavesNothingBehind(): void {
  let before: Record<string, number> = {};
  beforeAll(() => {
    before = count();
  });
  afterAll(async () => {
    const more = () =>
      Object.entries(count()).flatMap(([kind, now]) => {
        const allowed = before[kind] ?? 0;
        return now > allowed ? [`${now - allowed} ${kind}`] : [];
      });
    // A socket that was closed is gone a moment later.
    await waitFor('the last of them to go', () => more().length === 0, 3_000).catch(
      () => undefined,
    );
    expect(more()).toEqual([]);
  });
}
