import type { Grants } from '../auth/grants.ts';
import type { Ref } from '../ids.ts';
import type { FileSettings } from './settings.ts';
import type { TicketKind, Tickets } from './tickets.ts';

/** Where a file is to be sent to, once. */
export interface UploadLink {
  url: string;
  method: 'PUT';
  headers: { name: string; value: string }[];
  expiresAt: Date;
  maxBytes: number;
}

/** Gives out URLs of the gateway for files. Who may have one, the caller has checked. */
export interface FileLinks {
  /** A URL to PUT a zip file to, which becomes a revision of the version. */
  issueUpload(version: Ref, grants: Grants): UploadLink;
  /** A URL to GET the revision's file from. */
  issueDownload(revision: Ref, grants: Grants): string;
}

/** Where the two kinds of transfer are served. */
export const TRANSFER_PATHS = {
  upload: '/files/uploads',
  download: '/files/revisions',
} as const;

const MEBIBYTE = 1_048_576;

export function maxBytesOf({ maxUploadMib }: FileSettings): number {
  return maxUploadMib * MEBIBYTE;
}

/** `origin`: scheme, host and port under which clients reach the gateway. */
export function createLinks(
  settings: FileSettings,
  tickets: Tickets,
  origin: () => string,
  now: () => number,
): FileLinks {
  const issue = (kind: TicketKind, target: Ref, { viewer, expiresAt: ends }: Grants) => {
    const expiresAt = Math.min(now() + settings.urlLifetimeMs, ends);
    const ticket = tickets.sign({ kind, targetId: target.id, viewer, expiresAt });
    return { url: `${origin()}${TRANSFER_PATHS[kind]}/${ticket}`, expiresAt: new Date(expiresAt) };
  };
  return {
    issueUpload: (version, grants) => ({
      ...issue('upload', version, grants),
      method: 'PUT',
      headers: [{ name: 'content-type', value: 'application/zip' }],
      maxBytes: maxBytesOf(settings),
    }),
    issueDownload: (revision, grants) => issue('download', revision, grants).url,
  };
}
