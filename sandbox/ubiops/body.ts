import { Refused } from './query.ts';

export type Body = Record<string, unknown>;

/** Looks at the value of a field and gives it back, or refuses it with 400. */
export type Check<Value = unknown> = (value: unknown, field: string) => Value;

/** A JSON object with no other fields than these. */
export function bodyOf(value: unknown, fields: readonly string[]): Body {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Refused(400, 'A JSON object was expected');
  }
  const unknown = Object.keys(value).find((name) => !fields.includes(name));
  if (unknown !== undefined) throw new Refused(400, `Unknown field: ${unknown}`);
  return { ...value };
}

/** The value of a field that must be there. */
export function required<Value>(body: Body, field: string, check: Check<Value>): Value {
  if (body[field] === undefined) throw new Refused(400, `${field}: This field is required`);
  return check(body[field], field);
}

/** The value of a field, or `fallback` where it is left out. */
export function optional<Value, Fallback>(
  body: Body,
  field: string,
  check: Check<Value>,
  fallback: Fallback,
): Value | Fallback {
  return body[field] === undefined ? fallback : check(body[field], field);
}

export function text(least: number, most: number): Check<string> {
  return (value, field) => {
    if (typeof value !== 'string') throw new Refused(400, `${field}: Not a valid string`);
    if (value.length < least) throw new Refused(400, `${field}: This field may not be blank`);
    if (value.length > most) {
      throw new Refused(400, `${field}: Ensure this field has no more than ${most} characters`);
    }
    return value;
  };
}

/** A name as it stands in paths. */
export const name = text(1, 64);
export const description = text(0, 400);

export function whole(least: number, most = Infinity): Check<number> {
  return (value, field) => {
    if (typeof value !== 'number' || !Number.isInteger(value)) {
      throw new Refused(400, `${field}: A valid integer is required`);
    }
    if (value < least || value > most) {
      throw new Refused(400, `${field}: Ensure this value is between ${least} and ${most}`);
    }
    return value;
  };
}

export const flag: Check<boolean> = (value, field) => {
  if (typeof value !== 'boolean') throw new Refused(400, `${field}: Must be a valid boolean`);
  return value;
};

export function oneOf<Word extends string>(words: readonly Word[]): Check<Word> {
  return (value, field) => {
    const word = words.find((each) => each === value);
    if (word === undefined)
      throw new Refused(400, `${field}: It should be one of ${words.join(', ')}`);
    return word;
  };
}

/** The value, or null to switch the thing off. */
export function orNull<Value>(check: Check<Value>): Check<Value | null> {
  return (value, field) => (value === null ? null : check(value, field));
}

export function listOf<Value>(check: Check<Value>): Check<Value[]> {
  return (value, field) => {
    if (!Array.isArray(value)) throw new Refused(400, `${field}: Expected a list of items`);
    return value.map((item) => check(item, field));
  };
}

export const labels: Check<Record<string, string>> = (value, field) => {
  const wrong = new Refused(400, `${field}: Labels should be a dictionary of strings`);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong;
  const entries = Object.entries(value).map(([key, label]): [string, string] => {
    if (typeof label !== 'string') throw wrong;
    return [key, label];
  });
  return Object.fromEntries(entries);
};
