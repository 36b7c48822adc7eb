import { z } from 'zod';

/** Fields that are nice to have: missing or of another type they are null, and the row stays. */
export const text = z.string().min(1).nullable().catch(null);
export const flag = z.boolean().nullable().catch(null);

/** A moment, or null where it cannot be read. */
export const moment = z.string().transform(toDate).nullable().catch(null);

/** A word with its code, as the provider writes outcomes, triggers and kinds of deployment. */
export interface Coded {
  code: number | null;
  meaning: string | null;
}

const NOTHING: Coded = { code: null, meaning: null };

/** Also accepts the word or the code alone: webhooks send an outcome as a plain word. */
export const coded: z.ZodType<Coded> = z
  .union([
    z.object({ code: z.int().nullable().catch(null), meaning: text }),
    z
      .string()
      .min(1)
      .transform((meaning) => ({ code: null, meaning })),
    z.int().transform((code) => ({ code, meaning: null })),
  ])
  .catch(NOTHING);

/** The page of a commit. Anything but a plain web address is dropped, credentials in it too. */
export const webAddress = z.string().transform(toWebAddress).nullable().catch(null);

const isoDate = z.iso.datetime({ offset: true });

/** Reads ISO 8601, and the provider's other spelling `2014-08-14 00:38:14 UTC`. */
function toDate(value: string): Date | null {
  const iso = value.replace(/^(\S+) (\S+) UTC$/, '$1T$2Z');
  return isoDate.safeParse(iso).success ? new Date(iso) : null;
}

function toWebAddress(value: string): string | null {
  if (!URL.canParse(value)) return null;
  const url = new URL(value);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null;
  return url.username || url.password ? null : value;
}
