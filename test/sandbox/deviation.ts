/** What is wrong with a value: a JSON Schema keyword, or one of the rules about fields and answers. */
export type Rule =
  | 'type'
  | 'required'
  | 'format'
  | 'pattern'
  | 'enum'
  | 'length'
  | 'null'
  /** A served field that the schema does not know. */
  | 'undeclared'
  /** A field that the schema knows and the answer leaves out. */
  | 'absent'
  /** A route that is not described. */
  | 'route'
  /** An answer whose status is not described for its route. */
  | 'status'
  /** Any other keyword, e.g. `oneOf`. */
  | 'other';

/** A difference between an answer and its description. */
export interface Deviation {
  /** The named schema or model, or the route where the description has no name for it. */
  schema: string;
  /** Inside that schema, `*` for the items of a list and the keys of a map. */
  path: string;
  rule: Rule;
  /** What was found, and where. */
  detail: string;
}

/** Deviations that one fact of the provider's documents explains. */
export interface Exception {
  schema: string;
  paths: string[];
  rule: Rule;
  reason: string;
}

/** What is left of the deviations, and what of the exceptions nothing needed. */
export function settle(
  deviations: readonly Deviation[],
  exceptions: readonly Exception[],
): { unexplained: string[]; unused: string[] } {
  const met = new Set(deviations.map(({ schema, path, rule }) => keyOf(schema, path, rule)));
  const explained = new Set(
    exceptions.flatMap(({ schema, paths, rule }) => paths.map((path) => keyOf(schema, path, rule))),
  );
  const unexplained = new Map<string, string>();
  for (const { schema, path, rule, detail } of deviations) {
    const key = keyOf(schema, path, rule);
    if (!explained.has(key) && !unexplained.has(key)) unexplained.set(key, `${key}: ${detail}`);
  }
  return {
    unexplained: [...unexplained.values()],
    unused: [...explained].filter((key) => !met.has(key)),
  };
}

function keyOf(schema: string, path: string, rule: Rule): string {
  return `${schema} ${path || '/'} ${rule}`;
}
