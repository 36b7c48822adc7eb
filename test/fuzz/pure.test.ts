import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { canonical } from '../../src/canonical.ts';
import { parseCursor, parsePosition, positionCursor, toCursor } from '../../src/cursors.ts';
import { ErrorCode, GatewayError } from '../../src/errors.ts';
import { parseId, parseVariable, providerNameOf, toId, toRef, variableId } from '../../src/ids.ts';
import { createOperationReader } from '../../src/responses/operation.ts';
import { NODE_TYPES, nasty, spoilt } from './texts.ts';
import { countCases, PATIENCE_MS, runs } from './runs.ts';

const count = countCases(5_000);

const parts = fc.tuple(
  fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,62}$/),
  fc.constantFrom(...NODE_TYPES),
  fc.array(nasty, { maxLength: 8 }),
);

const cursorParts = fc.array(
  fc.oneof(
    fc.string(),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constant(null),
  ),
  { maxLength: 4 },
);

function codeOf(work: () => unknown): string {
  try {
    work();
    return 'none';
  } catch (error) {
    if (error instanceof GatewayError) return error.code;
    throw error;
  }
}

describe('ids', () => {
  it(
    'are what they were made of',
    () => {
      fc.assert(
        fc.property(parts, ([provider, type, keys]) => {
          count('ids');
          const id = toId(provider, type, keys);
          fc.pre(id.length < 4_000 && keys.every(isWellFormed));
          expect(parseId(id)).toEqual({ id, provider, type, keys });
          expect(providerNameOf(id)).toBe(provider);
          const owner = toRef(provider, type, keys);
          const variable = parseId(variableId(owner, 'NAME'));
          expect(variable && parseVariable(variable)).toEqual({ owner, name: 'NAME' });
        }),
        runs(4_000),
      );
    },
    PATIENCE_MS,
  );

  it(
    'have one spelling: whatever is taken for an id is encoded so again',
    () => {
      fc.assert(
        fc.property(spoilt(parts.map(([name, type, keys]) => toId(name, type, keys))), (id) => {
          count('ids');
          const ref = parseId(id);
          if (ref) expect(toId(ref.provider, ref.type, ref.keys)).toBe(id);
          expect(typeof providerNameOf(id)).toBe('string');
        }),
        runs(8_000),
      );
    },
    PATIENCE_MS,
  );
});

describe('cursors', () => {
  it(
    'are what they were made of, and of no other list',
    () => {
      fc.assert(
        fc.property(nasty, nasty, cursorParts, (order, other, values) => {
          count('cursors');
          const cursor = toCursor(order, values);
          fc.pre(cursor.length < 5_000 && JSON.parse(JSON.stringify(order)) === order);
          fc.pre([order, ...values].every((value) => isWellFormed(String(value))));
          expect(parseCursor(order, cursor)).toEqual(JSON.parse(JSON.stringify(values)));
          if (order === other) return;
          expect(codeOf(() => parseCursor(other, cursor))).toBe(ErrorCode.BAD_USER_INPUT);
        }),
        runs(4_000),
      );
    },
    PATIENCE_MS,
  );

  it(
    'are places in time, or BAD_USER_INPUT',
    () => {
      const places = fc.record({
        createdAt: fc.option(fc.date({ noInvalidDate: true })),
        id: fc.base64String(),
      });
      fc.assert(
        fc.property(places, (place) => {
          count('cursors');
          expect(parsePosition(positionCursor(place))).toEqual(place);
        }),
        runs(2_000),
      );
      fc.assert(
        fc.property(
          fc.oneof(
            spoilt(places.map(positionCursor)),
            cursorParts.map((values) => toCursor('newest', values)),
          ),
          (cursor) => {
            count('cursors');
            expect(['none', ErrorCode.BAD_USER_INPUT]).toContain(
              codeOf(() => parsePosition(cursor)),
            );
          },
        ),
        runs(8_000),
      );
    },
    PATIENCE_MS,
  );
});

describe('what operations come down to', () => {
  it(
    'does not depend on the order of keys, and differs when a value does',
    () => {
      fc.assert(
        fc.property(fc.json(), fc.json(), (left, right) => {
          count('values');
          const one: unknown = JSON.parse(left);
          const other: unknown = JSON.parse(right);
          const text = JSON.stringify(canonical(one));
          expect(JSON.parse(text)).toEqual(one);
          expect(JSON.stringify(canonical(backwards(one)))).toBe(text);
          const areEqual = JSON.stringify(canonical(other)) === text;
          if (areEqual) expect(other).toEqual(one);
        }),
        runs(3_000),
      );
    },
    PATIENCE_MS,
  );

  it(
    'can be asked of any bytes whatever',
    () => {
      const read = createOperationReader(({ query }) => (typeof query === 'string' ? query : null));
      const depth = fc.oneof(fc.nat(200), fc.constant(30_000));
      const body = fc.oneof(
        { weight: 5, arbitrary: fc.string({ maxLength: 200 }) },
        { weight: 5, arbitrary: fc.json() },
        { weight: 10, arbitrary: spoilt(fc.constant(QUERY)) },
        { weight: 1, arbitrary: depth.map(deepVariables) },
        { weight: 1, arbitrary: depth.map((times) => toJson({ query: '{a'.repeat(times) })) },
      );
      fc.assert(
        fc.property(body, (text) => {
          count('bodies of operations');
          const operation = read(text);
          expect(read(` ${text}`)).toBe(operation);
        }),
        runs(4_000, { examples: [[deepVariables(30_000)]] }),
      );
    },
    PATIENCE_MS,
  );
});

const QUERY = toJson({ query: 'query A($a: ID!) { node(id: $a) { id } }', variables: { a: 'x' } });

function deepVariables(depth: number): string {
  return `{"query":"{ a }","variables":${'['.repeat(depth)}${']'.repeat(depth)}}`;
}

/** Half a character does not survive its way through UTF-8. */
function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

function backwards(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(backwards);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, backwards(inner)]),
  );
}

function toJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return '{';
  }
}
