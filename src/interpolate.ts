/** A mistake in the configuration: where, and what to write instead. */
export interface Problem {
  path: string;
  message: string;
}

/** No setting is nested a quarter as deeply. */
const MAX_DEPTH = 32;

const REFERENCE = /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

/**
 * Replaces `${NAME}` and `${NAME:-default}` in every text of a parsed document, after parsing, so
 * that a value can never change the document's structure. A name that is not set is a problem.
 */
export function interpolate(
  root: unknown,
  environment: Readonly<Record<string, string | undefined>>,
): { value: unknown; problems: Problem[] } {
  const problems: Problem[] = [];

  const replace = (value: unknown, path: string, depth: number): unknown => {
    if (depth > MAX_DEPTH) {
      problems.push({
        path: '',
        message: 'it is nested without end; an alias (*) leads to itself.',
      });
      return undefined;
    }
    if (typeof value === 'string') {
      return value.replace(REFERENCE, (_all, name: string, fallback?: string) => {
        const found = environment[name] || fallback;
        if (found === undefined) {
          problems.push({ path, message: `the environment variable ${name} is not set; set it.` });
        }
        return found ?? '';
      });
    }
    if (Array.isArray(value)) {
      return value.map((item, index) => replace(item, `${path}[${index}]`, depth + 1));
    }
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        key,
        replace(item, path ? `${path}.${key}` : key, depth + 1),
      ]),
    );
  };

  return { value: replace(root, '', 0), problems };
}
