import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { ConfigError, parseConfig } from '../../src/config.ts';
import { countCases, PATIENCE_MS, runs } from './runs.ts';
import { readTape, type Tape } from './tape.ts';
import { nasty, spoilt } from './texts.ts';

const count = countCases(500);
const SECRET = 'HUSH-nobody-may-read-this-4711';
const ENVIRONMENT = { TOKEN: SECRET };

const EXAMPLE = readFileSync(new URL('../../deploygraph.example.yaml', import.meta.url), 'utf8');

/** The example with a secret wherever it has a reference, and with parts that it leaves out. */
const SOUND = stringify({
  ...(parse(EXAMPLE.replaceAll(/\$\{[^}]+\}/g, '${TOKEN}')) as object),
  redis: { url: 'redis://:${TOKEN}@127.0.0.1' },
  files: { secret: '${TOKEN}', publicUrl: 'https://a.example' },
  live: { keepAliveMs: 1_000 },
});

/** A list of mistakes or a configuration; never another failure, and never a secret in a message. */
function expectVerdict(content: string): void {
  count('configurations');
  try {
    expect(Object.isFrozen(parseConfig(content, 'fuzzed', ENVIRONMENT))).toBe(true);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(error.problems.length).toBeGreaterThan(0);
    for (const { message } of error.problems) expect(message).not.toBe('');
    expect(`${error.message}${JSON.stringify(error.problems)}`).not.toContain(SECRET);
  }
}

describe('a configuration', () => {
  it(
    'of any value at any place is used, or told with its mistakes and without its secrets',
    () => {
      const value = fc.oneof(
        { weight: 4, arbitrary: nasty },
        { weight: 2, arbitrary: fc.constantFrom(SECRET, '${TOKEN}', '${NOT_SET}', '${TOKEN:-x}') },
        { weight: 4, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
        { weight: 1, arbitrary: fc.constantFrom({ token: '${TOKEN}' }, [{ token: SECRET }]) },
      );
      const changes = fc.array(
        fc.tuple(fc.array(fc.nat(0xffff), { maxLength: 8 }), value, fc.boolean()),
        { minLength: 1, maxLength: 4 },
      );
      fc.assert(
        fc.property(changes, (list) => {
          const root = { file: parse(SOUND) as unknown };
          // Cases are drawn from the same objects again: none of them may be changed.
          for (const [way, other, renames] of list)
            change(root, readTape(way), structuredClone(other), renames);
          expectVerdict(stringify(root.file));
        }),
        runs(1_500),
      );
    },
    PATIENCE_MS,
  );

  it(
    'that is no YAML is told so',
    () => {
      fc.assert(
        fc.property(spoilt(fc.constantFrom(SOUND, EXAMPLE)), expectVerdict),
        runs(600, {
          examples: [
            ['a: &a [*a]'],
            ['token: *HUSH-nobody-may-read-this-4711'],
            ['&a a: *a'],
            ['<<: *b'],
            ['? [x]\n: 1'],
            ['__proto__: 1'],
            ['!!js/x 1'],
          ],
        }),
      );
    },
    PATIENCE_MS,
  );
});

/** Puts `value` somewhere below `node`, or gives a key another name. */
function change(node: object, tape: Tape, value: unknown, renames: boolean): void {
  const entries = Object.entries(node);
  if (entries.length === 0) return;
  const [key, inner] = tape.pick(entries) as [string, unknown];
  if (typeof inner === 'object' && inner !== null && !tape.once(4)) {
    return change(inner, tape, value, renames);
  }
  const target = node as Record<string, unknown>;
  if (!renames || Array.isArray(node)) target[key] = value;
  // Names of settings are told; they are no place for a secret.
  else target[typeof value === 'string' && value !== SECRET ? value : `${key}s`] = inner;
}
