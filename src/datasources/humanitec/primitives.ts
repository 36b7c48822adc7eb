import { z } from 'zod';

/** A text that may be missing, empty or of the wrong type, which all mean "none". */
export const text = z
  .string()
  .nullable()
  .catch(null)
  .transform((value) => value || null);

/**
 * A moment, with or without fractions of a second. What is missing, is no date of the calendar, or
 * lies before 1970 (the zero value of the service's language is in year 1) is none.
 */
export const time = z.iso
  .datetime({ offset: true })
  .transform((value) => new Date(value))
  .refine((value) => value.getTime() > 0)
  .nullable()
  .catch(null);

/** A free-form object; anything else is an empty one. */
export const json = z.record(z.string(), z.unknown()).catch({});
