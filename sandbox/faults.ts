/** What goes wrong with the requests it matches. Several effects may be combined. */
export interface Fault {
  /** Only this method; any when absent. */
  method?: string;
  /** A regular expression on the path; any path when absent. */
  path?: string;
  /** How many requests it hits; all when absent. */
  times?: number;
  /** Waits before anything else happens. */
  latencyMs?: number;
  /** Answers with this status instead of the real answer, with `body` and `headers`. */
  status?: number;
  /** A string is sent as it is, anything else as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
  /** Answers as the provider does when the caller's budget is spent. */
  throttle?: boolean;
  /** Spoils the body of the real answer: an HTML page, nothing at all, or its first half. */
  malformed?: 'html' | 'empty' | 'truncated';
  /** Replaces values of the real answer, by JSON pointer: wrong types, unknown enum members. */
  set?: Record<string, unknown>;
  /** Closes the connection without an answer. */
  drop?: boolean;
  /** Does what was asked at once, and holds the answer back. */
  holdAnswerMs?: number;
  /** Does what was asked, and closes the connection in place of the answer. */
  loseAnswer?: boolean;
}

/** The faults of one stand-in. The first one that matches a request and is not used up applies. */
export function createFaults() {
  let active: (Fault & { used: number })[] = [];
  return {
    set: (faults: Fault[]): void => {
      active = faults.map((fault) => ({ ...fault, used: 0 }));
    },
    list: () => active.map((fault) => ({ ...fault })),
    take: (method: string, path: string): Fault | undefined => {
      const fault = active.find(
        (candidate) =>
          (candidate.method === undefined || candidate.method === method) &&
          (candidate.path === undefined || new RegExp(candidate.path).test(path)) &&
          candidate.used < (candidate.times ?? Infinity),
      );
      if (fault) fault.used += 1;
      return fault;
    },
    spoil: (fault: Fault, payload: string): string => {
      if (fault.malformed === 'html')
        return '<!doctype html><html><body>502 Bad Gateway</body></html>';
      if (fault.malformed === 'empty') return '';
      if (fault.malformed === 'truncated') return payload.slice(0, Math.floor(payload.length / 2));
      return fault.set ? replace(payload, fault.set) : payload;
    },
  };
}

function replace(payload: string, values: Record<string, unknown>): string {
  let root: unknown = JSON.parse(payload);
  for (const [pointer, value] of Object.entries(values)) {
    if (pointer === '') {
      root = value;
      continue;
    }
    const keys = pointer.slice(1).split('/');
    const last = keys.pop() ?? '';
    let parent = root as Record<string, unknown>;
    for (const key of keys) parent = parent[key] as Record<string, unknown>;
    parent[last] = value;
  }
  return JSON.stringify(root);
}
