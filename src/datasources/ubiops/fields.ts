import { z } from 'zod';

/**
 * Fields that a row can do without: what is missing or of the wrong type is `null`, so that it
 * never costs the row.
 */

/** A text. UbiOps sends "" where there is none. */
export const text = z
  .string()
  .nullish()
  .catch(null)
  .transform((value) => value || null);

/** A text that is part of the answer as it is, "" where there is none. */
export const word = z
  .string()
  .nullish()
  .catch(null)
  .transform((value) => value ?? '');

export const flag = z
  .boolean()
  .nullish()
  .catch(null)
  .transform((value) => value ?? null);

/** A whole number that fits GraphQL's Int. */
export const count = z
  .int32()
  .nullish()
  .catch(null)
  .transform((value) => value ?? null);

/** Seconds as milliseconds. */
export const seconds = z
  .number()
  .nullish()
  .catch(null)
  .transform((value) => (typeof value === 'number' ? value * 1_000 : null));

/** A moment; `null` also for one that the calendar or the clock does not have. */
export const moment = z.unknown().prefault(null).transform(toMoment);

/** Labels; what is no text on both sides is left out. */
export const labels = z
  .record(z.string(), z.unknown())
  .nullish()
  .catch(null)
  .transform((map) =>
    Object.entries(map ?? {}).flatMap(([key, value]) =>
      typeof value === 'string' ? [{ key, value }] : [],
    ),
  );

/** A list of objects; rows that are none are left out, no list at all is `null`. */
export function listOf<T>(row: z.ZodType<T>): z.ZodType<T[] | null> {
  return z
    .array(z.unknown())
    .nullish()
    .catch(null)
    .transform((rows) => {
      const parsed = rows?.map((each) => row.safeParse(each));
      return parsed?.flatMap((result) => (result.success ? [result.data] : [])) ?? null;
    });
}

/** One object, also where UbiOps' examples show a list with it in place of the declared object. */
export function one<T>(schema: z.ZodType<T>): z.ZodType<T> {
  return z.preprocess(
    (value: unknown) => (Array.isArray(value) ? value[0] : value) as unknown,
    schema,
  );
}

const MOMENT = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:?\d\d)?)?$/;

/**
 * UbiOps spells dates in several ways (`…15.456812Z`, `…11.200+00:00`, the day alone), and its
 * documentation has `…T18:04:76Z`. A date without a zone is UTC.
 */
export function toMoment(value: unknown): Date | null {
  const parts = typeof value === 'string' ? MOMENT.exec(value) : null;
  if (!parts) return null;
  const [, day = '', time = '00:00:00', fraction = '', zone = 'Z'] = parts;
  const written = new Date(`${day}T${time}Z`);
  // Date turns the 30th of February into the 1st of March instead of refusing it.
  if (Number.isNaN(written.getTime()) || !written.toISOString().startsWith(day)) return null;
  const moment = new Date(`${day}T${time}${fraction}${zone}`);
  return Number.isNaN(moment.getTime()) ? null : moment;
}
