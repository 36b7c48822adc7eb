import type { RedisConnection } from '../redis.ts';
import { createLinks, type FileLinks, maxBytesOf } from './links.ts';
import { createMarks } from './marks.ts';
import type { FileSettings } from './settings.ts';
import { createTickets } from './tickets.ts';
import { createTransfers, type TransferOptions, type Transfers } from './transfers.ts';

export type { FileLinks, Transfers };

export interface FilesOptions extends Pick<
  TransferOptions,
  'providers' | 'createCall' | 'afterUpload'
> {
  settings: FileSettings;
  redis: RedisConnection | undefined;
  /** Where the gateway listens, once it does; used where no `publicUrl` is configured. */
  origin: () => string;
  /** Milliseconds since 1970; the clock's unless a test drives it. */
  now?: () => number;
}

/** Files of revisions: the URLs that the API gives out, and what is done when they are used. */
export function createFiles(options: FilesOptions): { links: FileLinks; transfers: Transfers } {
  const { settings, redis, origin, providers, createCall, afterUpload, now = Date.now } = options;
  const tickets = createTickets(settings.secret, now);
  return {
    links: createLinks(settings, tickets, () => settings.publicUrl ?? origin(), now),
    transfers: createTransfers({
      providers,
      tickets,
      marks: createMarks(redis, now),
      maxBytes: maxBytesOf(settings),
      createCall,
      afterUpload,
    }),
  };
}
