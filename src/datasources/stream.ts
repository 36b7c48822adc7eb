import type { Position } from '../cursors.ts';
import { ErrorCode, GatewayError, toGatewayError } from '../errors.ts';
import type { Deployment } from '../schema/deployment.ts';
import { byNewest } from './batch.ts';
import type { Call, DeploymentQuery, ProviderSource, Source } from './provider.ts';

/** What every stream of one fan-out is asked with. */
export interface StreamQuery {
  after: Position | undefined;
  createdAfter: Date | undefined;
  createdBefore: Date | undefined;
  limit: number;
  hints: Pick<DeploymentQuery, 'labels' | 'status'>;
}

/** One source's deployments behind a position, newest first, fetched stretch by stretch. */
export interface Stream {
  readonly provider: ProviderSource;
  readonly source: Source;
  /** The rows in hand that have not been taken. */
  rows: Deployment[];
  /** Whether rows may be left that are not in hand. */
  hasMore: boolean;
  /** Whether the row in hand is the one the listing of sources told, and the rest is unknown. */
  isHeadOnly: boolean;
  /** Fetches the next stretch; returns what went wrong in it. A failed stream has ended. */
  fetch(call: Call): Promise<GatewayError[]>;
}

/** Opens a stream. Costs no request: the source's newest row stands in until more is needed. */
export function openStream(provider: ProviderSource, source: Source, query: StreamQuery): Stream {
  const { newest } = source;
  const head = newest && belongs(newest, query) ? newest : undefined;
  let after = query.after;
  let from = startOf(query);

  const stream: Stream = {
    provider,
    source,
    rows: head ? [head] : [],
    hasMore: newest === undefined || (newest !== null && !isTooOld(newest, query)),
    isHeadOnly: head !== undefined,
    async fetch(call) {
      stream.isHeadOnly = false;
      try {
        const { limit, hints, createdAfter } = query;
        const slice = await provider.listDeployments(
          source,
          { from, limit, ...hints, ...(createdAfter && { createdAfter }) },
          call,
        );
        const sorted = [...slice.items].sort(byNewest);
        const last = sorted.at(-1);
        const next = behind(last);
        if (!slice.complete && !isBehind(next, from)) throw endless(provider.name);
        stream.rows = sorted.filter((row) => belongs(row, { ...query, after }));
        stream.hasMore = !slice.complete && last !== undefined && !isTooOld(last, query);
        after = last ?? after;
        from = next;
        return slice.faults;
      } catch (error) {
        call.signal.throwIfAborted();
        stream.rows = [];
        stream.hasMore = false;
        return [toGatewayError(error, provider.name)];
      }
    },
  };
  return stream;
}

/**
 * The streams of which only the newest row is known although more of their rows may be among the
 * next `wanted`: those whose newest row ranks before the last of them. Reading these at once saves
 * asking one after the other; the rest need not be asked at all.
 */
export function worthExpanding(streams: readonly Stream[], wanted: number): Stream[] {
  const heads = new Map<string, Stream>();
  for (const stream of streams) {
    const [head] = stream.rows;
    if (stream.isHeadOnly && head) heads.set(head.id, stream);
  }
  if (heads.size === 0) return [];
  const ranked = streams.flatMap((stream) => stream.rows.slice(0, wanted)).sort(byNewest);
  return ranked.slice(0, wanted - 1).flatMap((row) => heads.get(row.id) ?? []);
}

/** Where the rows behind this one begin. */
function behind(row: Deployment | undefined): DeploymentQuery['from'] {
  if (row?.upcoming) return 'newest';
  return row?.createdAt ? new Date(row.createdAt.getTime() - 1) : 'undated';
}

/** Whether reading from `next` on can bring other rows than reading from `from` on did. */
function isBehind(next: DeploymentQuery['from'], from: DeploymentQuery['from']): boolean {
  if (next === 'newest') return false;
  if (from === 'newest') return true;
  if (from === 'undated') return false;
  return next === 'undated' || next < from;
}

/** A list that answers with the same rows again must not be asked for ever. */
function endless(provider: string): GatewayError {
  return new GatewayError(
    ErrorCode.PROVIDER_INVALID_RESPONSE,
    `${provider}: its list of deployments does not get older from one answer to the next.`,
    { provider, retryable: true },
  );
}

function startOf({ after, createdBefore }: StreamQuery): DeploymentQuery['from'] {
  if (after && !after.createdAt && !after.upcoming) return 'undated';
  const bounds = [after?.createdAt, createdBefore].filter((date) => date instanceof Date);
  if (bounds.length === 0) return 'newest';
  return new Date(Math.min(...bounds.map(Number)));
}

function belongs(row: Deployment, { after, createdAfter, createdBefore }: StreamQuery): boolean {
  // The row that was upcoming may have begun since.
  if (after && (after.id === row.id || byNewest(after, row) >= 0)) return false;
  if (!row.createdAt) return !createdAfter && !createdBefore;
  return !(createdBefore && row.createdAt >= createdBefore) && !isTooOld(row, { createdAfter });
}

function isTooOld(row: Deployment, { createdAfter }: Pick<StreamQuery, 'createdAfter'>): boolean {
  return createdAfter !== undefined && row.createdAt !== null && row.createdAt <= createdAfter;
}
