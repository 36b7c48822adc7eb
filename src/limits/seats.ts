/** Counts what each viewer has at a time, and lets nobody have more than is theirs. */
export interface Seats {
  /** Takes a seat; returns how to give it back. Undefined: the viewer has all of theirs. */
  take(viewer: string): (() => void) | undefined;
}

export function createSeats(perViewer: number): Seats {
  const taken = new Map<string, number>();
  return {
    take(viewer) {
      const count = taken.get(viewer) ?? 0;
      if (count >= perViewer) return undefined;
      taken.set(viewer, count + 1);
      return () => {
        const left = (taken.get(viewer) ?? 1) - 1;
        if (left > 0) taken.set(viewer, left);
        else taken.delete(viewer);
      };
    },
  };
}
