import { z } from 'zod';
import { text, wholeNumber } from '../settings.ts';

/** Files of revisions, which pass through the gateway. Holds a secret. */
export const fileSettings = z
  .strictObject({
    /**
     * Signs the URLs. Without it each process makes up its own, and only the instance that gave a
     * URL out serves it.
     */
    secret: text('a secret').min(32, 'write a secret of 32 letters or more').optional(),
    /** Where clients reach the gateway, when that is not where it listens. */
    publicUrl: z
      .url({ protocol: /^https?$/, error: 'write an http or https URL' })
      .transform((url) => url.replace(/\/+$/, ''))
      .optional(),
    /** How long a URL can be used, in milliseconds. */
    urlLifetimeMs: wholeNumber('milliseconds', 1_000, 86_400_000).default(600_000),
    /** The largest file, in MiB. */
    maxUploadMib: wholeNumber('a size in MiB', 1, 1_048_576).default(1_024),
  })
  .prefault({});

export type FileSettings = z.infer<typeof fileSettings>;
