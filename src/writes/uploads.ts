import { randomUUID } from 'node:crypto';
import type { FastifyBaseLogger } from 'fastify';
import { ErrorCode, toGatewayError } from '../errors.ts';
import { refOf } from '../ids.ts';
import { WriteResult } from '../schema/enums.ts';
import type { Audit } from './audit.ts';
import type { Touched } from './index.ts';

/** A file that was sent to a provider through a URL of the gateway, or that did not get there. */
export interface Uploaded {
  requestId: string;
  viewer: string;
  /** Global id of the version. */
  versionId: string;
  made: { revision: { id: string }; build: { id: string } | null } | undefined;
  /** Why nothing was made. */
  error?: unknown;
  at: Date;
}

export interface UploadNotesOptions {
  audit: Audit;
  afterWrite: (touched: Touched) => Promise<void>;
  log: FastifyBaseLogger;
}

/** Does for an upload what is done after a mutation: it is logged, and what it changed is forgotten. */
export function createUploadNotes({ audit, afterWrite, log }: UploadNotesOptions) {
  return async ({ versionId, made, error, ...upload }: Uploaded): Promise<void> => {
    const { provider } = refOf(versionId);
    const changedIds = [made?.revision.id, made?.build?.id].flatMap((id) => id ?? []);
    await afterWrite({ provider, ids: [versionId, ...changedIds], scopeIds: [] }).catch(
      (failure: unknown) => {
        log.warn(
          { requestId: upload.requestId, err: failure },
          'an upload could not be told to the cache or to the watcher',
        );
      },
    );
    const code = made ? undefined : toGatewayError(error, provider).code;
    audit({
      id: randomUUID(),
      requestId: upload.requestId,
      viewer: upload.viewer,
      action: 'uploadRevision',
      provider,
      targetId: versionId,
      result: resultOf(code),
      code,
      changedIds,
      at: upload.at,
      durationMs: Date.now() - upload.at.getTime(),
    });
  };
}

function resultOf(code: ErrorCode | undefined): WriteResult {
  if (code === undefined) return WriteResult.DONE;
  return code === ErrorCode.OUTCOME_UNKNOWN ? WriteResult.UNKNOWN : WriteResult.FAILED;
}
