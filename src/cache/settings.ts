import { z } from 'zod';
import { flag, wholeNumber } from '../settings.ts';

export const cacheSettings = z
  .strictObject({
    enabled: flag().default(true),
    memoryMib: wholeNumber('mebibytes of memory for what is kept', 1, 65_536).default(64),
    /** Whether whole answers are sent again while all that they rest on is fresh. */
    responses: flag().default(true),
    responseMib: wholeNumber('mebibytes of memory for whole answers', 1, 65_536).default(16),
  })
  .prefault({});
export type CacheSettings = z.infer<typeof cacheSettings>;
