import { afterAll, expect } from '@jest/globals';
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
 * Fails a file that leaves a timer, a socket or a process behind. Call it at the end of the file:
 * then it counts before anything has begun and looks when everything has been closed.
 */
export function leavesNothingBehind(): void {
  const before = count();
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
