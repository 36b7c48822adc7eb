import { z } from 'zod';
import { text } from '../settings.ts';

export const writeSettings = z
  .strictObject({
    /**
     * Keys the fingerprints by which inputs of one idempotency key are told apart. The same on all
     * instances. Absent: made once and kept in Redis, or of this process alone.
     */
    secret: text('a secret of at least 32 letters').min(32, 'write at least 32 letters').optional(),
  })
  .prefault({});

/** Holds a secret. */
export type WriteSettings = z.infer<typeof writeSettings>;
