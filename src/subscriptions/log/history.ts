import { MAX_HISTORY } from './bounds.ts';

/** Which events are about which subject, by their numbers, oldest first. */
export function createHistory() {
  const numbers = new Map<string, number[]>();
  return {
    of: (subjectId: string): readonly number[] =>
      (numbers.get(subjectId) ?? []).slice(-MAX_HISTORY),
    add(subjectId: string, number: number): void {
      const known = numbers.get(subjectId);
      if (known) known.push(number);
      else numbers.set(subjectId, [number]);
    },
    /** Forgets the oldest event of a subject, which the log has let go. */
    dropOldest(subjectId: string): void {
      const known = numbers.get(subjectId);
      known?.shift();
      if (known?.length === 0) numbers.delete(subjectId);
    },
  };
}
