import { z } from 'zod';

/**
 * What the rooms build their part of the configuration from. Each room describes its own settings;
 * `config.ts` puts them together. Messages say what to write instead.
 */

export const text = (what: string) => z.string({ error: `write ${what}` }).min(1, `write ${what}`);

export const flag = () => z.boolean({ error: 'write true or false' });

export const wholeNumber = (what: string, least: number, most: number) =>
  z.coerce
    .number({ error: `write ${what}, from ${least} to ${most}` })
    .int(`write ${what}, from ${least} to ${most}`)
    .min(least, `write ${what}, from ${least} to ${most}`)
    .max(most, `write ${what}, from ${least} to ${most}`);
