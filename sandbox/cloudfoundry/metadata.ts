import type { Metadata } from './model.ts';

type Fields = Record<string, unknown>;

const LONGEST_PREFIX = 253;
const LONGEST_ANNOTATION = 5_000;

/** 1 to 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends. */
const WORD = /^[a-z0-9](?:[a-z0-9_.-]{0,61}[a-z0-9])?$/i;
/** "DNS subdomain format (series of subdomain labels separated by .)" */
const PREFIX = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/i;

/** The metadata of a body; what is absent is empty. */
export function metadataOf(body: unknown): Metadata {
  const metadata = metadataIn(body);
  return { labels: pairsOf(metadata?.labels), annotations: pairsOf(metadata?.annotations) };
}

/** What of a body's metadata the platform refuses: unknown parts, keys and values out of format. */
export function problemsOfMetadata(body: unknown): string[] {
  const metadata = metadataIn(body);
  if (metadata === undefined) return [];
  if (metadata === null) return ['Metadata must be an object'];
  const unknown = Object.keys(metadata).filter((key) => !['labels', 'annotations'].includes(key));
  if (unknown.length > 0) return [`Metadata has unexpected field(s): '${unknown.join("', '")}'`];
  return [
    ...problemsIn('label', metadata.labels, (value) => value === '' || WORD.test(value)),
    ...problemsIn(
      'annotation',
      metadata.annotations,
      (value) => value.length <= LONGEST_ANNOTATION,
    ),
  ];
}

function problemsIn(what: string, pairs: unknown, isRight: (value: string) => boolean): string[] {
  if (pairs === undefined) return [];
  if (!isFields(pairs)) return [`Metadata '${what}s' is not an object`];
  return Object.entries(pairs).flatMap(([key, value]) => {
    if (!isKey(key)) return [`Metadata ${what} key error: '${key}' is invalid`];
    if (value === null || (typeof value === 'string' && isRight(value))) return [];
    return [`Metadata ${what} value error: the value of '${key}' is invalid`];
  });
}

/** An optional prefix, a "/", and a name. */
function isKey(key: string): boolean {
  const [name = '', prefix, ...more] = key.split('/').reverse();
  const isPrefix = (text: string) => text.length <= LONGEST_PREFIX && PREFIX.test(text);
  return more.length === 0 && WORD.test(name) && (prefix === undefined || isPrefix(prefix));
}

/** `undefined`: there is none; `null`: it is no object. */
function metadataIn(body: unknown): Fields | null | undefined {
  const metadata = isFields(body) ? body.metadata : undefined;
  if (metadata === undefined) return undefined;
  return isFields(metadata) ? metadata : null;
}

function pairsOf(value: unknown): Record<string, string> {
  const pairs = isFields(value) ? Object.entries(value) : [];
  return Object.fromEntries(
    pairs.filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  );
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
