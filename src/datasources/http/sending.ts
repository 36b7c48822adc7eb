import type { Readable } from 'node:stream';
import type { IncomingHttpHeaders } from 'node:http';
import { RequestError } from 'got';
import { type Complaint, ErrorCode, GatewayError } from '../../errors.ts';
import type { Dialect } from './dialect.ts';
import { translateFailure, translateStatus } from './errors.ts';
import type { Origin } from './parse.ts';

export type WriteMethod = 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What a write sends. At most one of `json`, `form` and `stream`. */
export interface Sending {
  json?: unknown;
  form?: Record<string, string>;
  /** Is read once, as fast as the provider takes it. `length` in bytes, where it is known. */
  stream?: { body: Readable; type: string; length?: number | undefined };
  /** Values that were sent and must not come back in any text: those of variables. */
  secrets?: readonly string[];
}

/** Answers that put it to the input, or to the moment: the client can do something about them. */
const REFUSALS = new Set([400, 409, 422]);

/** Answers that leave open whether the write was done. */
const isUnclear = (status: number) => status === 408 || status >= 500;

/** Longer texts of a provider are cut. */
const LONGEST_TEXT = 500;

const HIDDEN = '[hidden]';

/** What an answer to a write means that is no success. */
export function translateRefusal(
  { status, headers, body }: { status: number; headers: IncomingHttpHeaders; body: unknown },
  sending: Sending,
  dialect: Pick<Dialect, 'explain' | 'complaints'>,
  origin: Origin,
  comeBackAt: Date | undefined,
): GatewayError {
  const explanation = dialect.explain(status, body);
  const error = translateStatus(status, headers, explanation, origin, comeBackAt);
  const isKnown = explanation.throttled || explanation.unsupported || headers['retry-after'];
  if (isUnclear(status) && !isKnown) return unclear(origin, `it answered ${status}`, error);
  if (!REFUSALS.has(status) || explanation.unsupported) return error;
  const told = dialect.complaints?.(status, body) ?? [];
  const complaints = told.flatMap((complaint) => withoutSecrets(complaint, sending.secrets));
  return new GatewayError(
    status === 409 ? ErrorCode.CONFLICT : ErrorCode.PROVIDER_REJECTED,
    error.message,
    {
      provider: origin.provider,
      retryable: status === 409,
      upstreamStatus: status,
      ...(explanation.code !== undefined && { providerCode: explanation.code }),
      complaints: complaints.length > 0 ? complaints : [complaintOf(error)],
      cause: error,
    },
  );
}

/**
 * What it means that a write had no whole answer. `undefined` when it was called off, which only
 * happens to one that streams.
 */
export function translateLostWrite(
  error: unknown,
  sending: Sending,
  origin: Origin,
  signal: AbortSignal | undefined,
): GatewayError | undefined {
  if (error instanceof GatewayError) return error;
  const stream = sending.stream?.body;
  if (stream?.errored instanceof GatewayError) return stream.errored;
  const isWhole = !stream || stream.readableEnded;
  if (!mayHaveArrived(error) || !isWhole || signal?.aborted) {
    return translateFailure(error, origin, signal);
  }
  return unclear(origin, 'it did not answer', error);
}

/** A write that was done, as its status says, by a provider whose answer is not understood. */
export function notUnderstood(origin: Origin, cause: unknown): GatewayError {
  return unclear(origin, 'its answer cannot be understood', cause);
}

/** Whether anything may have reached the provider: writes have connections of their own. */
function mayHaveArrived(error: unknown): boolean {
  if (!(error instanceof RequestError)) return true;
  const phases = error.timings;
  const isSecure = error.options.url instanceof URL && error.options.url.protocol === 'https:';
  return (isSecure ? phases?.secureConnect : phases?.connect) !== undefined;
}

function unclear({ provider, what }: Origin, why: string, cause: unknown): GatewayError {
  const status = cause instanceof GatewayError ? cause.upstreamStatus : undefined;
  return new GatewayError(
    ErrorCode.OUTCOME_UNKNOWN,
    `${provider} was sent ${what}, and whether it was done is not known: ${why}. Look before sending it again, or repeat it with the same idempotencyKey.`,
    { provider, ...(status !== undefined && { upstreamStatus: status }), cause },
  );
}

function complaintOf({ message, providerCode }: GatewayError): Complaint {
  return { message, ...(providerCode !== undefined && { providerCode }) };
}

/** A provider may quote what it was sent, as it is or as it went over the wire. */
function withoutSecrets(
  { field, message, providerCode }: Complaint,
  secrets: readonly string[] = [],
): Complaint[] {
  let text = message;
  const spellings = secrets.flatMap((secret) => [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
  ]);
  for (const spelling of spellings.sort((left, right) => right.length - left.length)) {
    if (spelling !== '') text = text.replaceAll(spelling, HIDDEN);
  }
  text = text.trim().slice(0, LONGEST_TEXT);
  if (text === '') return [];
  return [
    { message: text, ...(field && { field }), ...(providerCode !== undefined && { providerCode }) },
  ];
}
