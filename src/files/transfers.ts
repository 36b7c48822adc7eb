import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { ProviderSource } from '../datasources/provider.ts';
import type { WriteCall } from '../datasources/writes.ts';
import { ErrorCode, GatewayError } from '../errors.ts';
import { refOf } from '../ids.ts';
import type { Build } from '../schema/build.ts';
import type { Revision } from '../schema/revision.ts';
import { digestOf } from './digest.ts';
import { inspectUpload, tooLarge } from './inspection.ts';
import type { Marks } from './marks.ts';
import { TransferRefused } from './refusal.ts';
import type { Ticket, Tickets } from './tickets.ts';

/** Files on their way between clients and providers. Nothing of them is kept. */
export interface Transfers {
  /**
   * Sends the body of the request to the provider as it arrives.
   * @throws GatewayError; the request may then not have been read to its end.
   */
  receive(token: string, request: IncomingMessage, requestId: string): Promise<Received>;
  /** The file of a revision as the provider sends it. `signal` ends it. */
  serve(token: string, signal: AbortSignal): Promise<Served>;
}

export interface Received {
  ticket: Ticket;
  revision: Revision;
  build: Build | null;
}

export interface Served {
  ticket: Ticket;
  stream: Readable;
  /** In bytes, where the provider tells. */
  length: number | undefined;
  filename: string;
}

export interface TransferOptions {
  providers: ReadonlyMap<string, ProviderSource>;
  tickets: Tickets;
  marks: Marks;
  maxBytes: number;
  createCall: (signal: AbortSignal) => WriteCall;
  /** Is told of each upload that began, once, after it. Never rejects. */
  afterUpload: (upload: Upload) => Promise<void>;
}

/** An upload that came to its end, one way or another. */
export interface Upload {
  requestId: string;
  viewer: string;
  /** Global id of the version. */
  versionId: string;
  made: { revision: Revision; build: Build | null } | undefined;
  /** Why nothing was made. */
  error?: unknown;
  at: Date;
}

export function createTransfers(options: TransferOptions): Transfers {
  const { providers, tickets, marks, maxBytes, createCall, afterUpload } = options;
  return {
    async receive(token, request, requestId) {
      const ticket = tickets.verify(token, 'upload');
      const length = lengthOf(request);
      if (length !== undefined && length > maxBytes) throw tooLarge(maxBytes);
      const sha256 = digestOf(request.headers);
      const version = refOf(ticket.targetId);
      const provider = providers.get(version.provider);
      if (!provider?.uploadRevision) throw unserved(version.provider);
      await marks.use(ticket.nonce, ticket.expiresAt);

      const stream = inspectUpload({ maxBytes, sha256 });
      const aborted = new AbortController();
      const hangUp = () => {
        if (request.complete) return;
        const error = new TransferRefused(400, 'The client went away before the file was whole.');
        stream.destroy(error);
        aborted.abort(error);
      };
      // It may be destroyed when nobody reads it any more; the provider's method tells why.
      stream.on('error', () => undefined);
      request.on('error', hangUp).once('close', hangUp);
      if (request.destroyed) hangUp();
      request.pipe(stream);
      const upload = {
        requestId,
        viewer: ticket.viewer,
        versionId: version.id,
        at: new Date(),
      };
      try {
        const made = await provider.uploadRevision(
          version,
          { stream, length },
          createCall(aborted.signal),
        );
        await afterUpload({ ...upload, made });
        return { ticket, ...made };
      } catch (failure) {
        request.unpipe(stream);
        const error = stream.errored instanceof TransferRefused ? stream.errored : failure;
        await afterUpload({ ...upload, made: undefined, error });
        throw error;
      }
    },
    async serve(token, signal) {
      const ticket = tickets.verify(token, 'download');
      const revision = refOf(ticket.targetId);
      const provider = providers.get(revision.provider);
      if (!provider?.downloadRevision) throw unserved(revision.provider);
      await marks.use(ticket.nonce, ticket.expiresAt);
      return { ticket, ...(await provider.downloadRevision(revision, createCall(signal))) };
    },
  };
}

/** `undefined`: the body comes in chunks, and nobody knows how many. */
function lengthOf({ headers }: IncomingMessage): number | undefined {
  const length = headers['content-length'];
  return length === undefined ? undefined : Number(length);
}

function unserved(provider: string): GatewayError {
  const message = `${provider} has no files of revisions. Ask for capabilities of the provider.`;
  return new GatewayError(ErrorCode.UNSUPPORTED, message, { provider });
}
