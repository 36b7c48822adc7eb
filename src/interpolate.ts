/** A mistake in the configuration: where, and what to write instead. */
export interface Problem {
  path: string;
  message: string;
}

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

  const replace = (value: unknown, path: string): unknown => {
    if (typeof value === 'string') {
      return value.replace(REFERENCE, (_all, name: string, fallback?: string) => {
        const found = environment[name] || fallback;
        if (found === undefined) {
          problems.push({ path, message: `the environment variable ${name} is not set; set it.` });
        }
        return found ?? '';
      });
    }
    if (Array.isArray(value)) return value.map((item, index) => replace(item, `${path}[${index}]`));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        key,
        replace(item, path ? `${path}.${key}` : key),
      ]),
    );
  };

  return { value: replace(root, ''), problems };
}
