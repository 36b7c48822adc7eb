import { z } from 'zod';
import { flag, wholeNumber } from '../settings.ts';

/** How much of what happened is kept, for clients that come back and for `statusHistory`. */
export const eventSettings = z
  .strictObject({
    maxEvents: wholeNumber('a number of events', 100, 10_000_000).default(100_000),
    maxAgeHours: wholeNumber('hours', 1, 8_760).default(72),
    /** False: this instance leaves looking after changes to others that share its Redis. */
    watch: flag().default(true),
  })
  .prefault({});
export type EventSettings = z.infer<typeof eventSettings>;
