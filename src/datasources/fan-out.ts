import type { Position } from '../cursors.ts';
import type { Deployment } from '../schema/deployment.ts';
import type { DeploymentFilter } from '../schema/inputs.ts';
import { byNewest } from './batch.ts';
import { applyFilter, type Candidate, needsCompletion } from './filter.ts';
import { sentRequests } from './http/call.ts';
import type { Call, Source } from './provider.ts';
import { type Failure, findSources, type Target } from './sources.ts';
import { openStream, type Stream, type StreamQuery, worthExpanding } from './stream.ts';

export interface FanOutRequest {
  targets: readonly Target[];
  filter: DeploymentFilter;
  first: number;
  after: Position | undefined;
  /** How many upstream requests may be spent on looking further than the first stretch. */
  scanLimit: number;
}

export interface FanOutPage {
  rows: Deployment[];
  /** The scopes of the sources that were asked, for whoever wants their names. */
  sources: Source[];
  /** The last row looked at, whether it matched or not: the next page begins behind it. */
  end: Position | undefined;
  hasNext: boolean;
  failures: Failure[];
}

/** Completing one row never costs more upstream requests than this. */
const REQUESTS_PER_COMPLETION = 3;

/**
 * One page of the deployments of many sources, newest first: a merge that asks a source only when
 * its next row can be on the page. The page is cut first; what its rows need is loaded afterwards.
 * A source that fails is a failure beside the rows of the others, never an error.
 */
export async function listDeployments(request: FanOutRequest, call: Call): Promise<FanOutPage> {
  const { filter, first } = request;
  const { streams, failures } = await openStreams(request, call);
  const merge = createMerge(streams, failures, call);
  const rows: Deployment[] = [];
  let end: Position | undefined;
  let budget = Infinity;

  for (;;) {
    const missing = first + 1 - rows.length;
    const spare = Math.min(budget - sentRequests(call), request.scanLimit);
    const step = needsCompletion(filter)
      ? Math.min(missing, Math.max(1, Math.floor(spare / REQUESTS_PER_COMPLETION)))
      : missing;
    const candidates = await merge.take(step);
    if (budget === Infinity) budget = sentRequests(call) + request.scanLimit;

    const kept = await applyFilter(filter, candidates, call);
    failures.push(...kept.unjudged);
    rows.push(...kept.rows);
    end = candidates.at(-1)?.row ?? end;

    const sources = streams.map(({ source }) => source);
    if (rows.length > first) {
      const page = rows.slice(0, first);
      return { rows: page, sources, end: page.at(-1), hasNext: true, failures };
    }
    const isOver = candidates.length < step;
    if (isOver || sentRequests(call) >= budget) {
      return { rows, sources, end, hasNext: !isOver, failures };
    }
  }
}

/** How long a stretch is where many sources share a page: what the smallest pages hold. */
const SHARED_STRETCH = 29;

/** So few sources are asked for the whole page at once: any of them may fill it alone. */
const FEW_SOURCES = 4;

async function openStreams(
  { targets, filter, first, after }: FanOutRequest,
  call: Call,
): Promise<{ streams: Stream[]; failures: Failure[] }> {
  const { found, failures } = await findSources(targets, filter, call);
  const limit = found.length > FEW_SOURCES ? Math.min(first + 1, SHARED_STRETCH) : first + 1;
  const query: StreamQuery = {
    after,
    createdAfter: filter.createdAfter ?? undefined,
    createdBefore: filter.createdBefore ?? undefined,
    limit,
    hints: {
      ...(filter.labels && { labels: filter.labels }),
      ...(filter.status && { status: filter.status }),
    },
  };
  const streams = found.map(({ provider, source }) => openStream(provider, source, query));
  return { streams, failures };
}

/** Takes rows from all streams in their common order; a deployment that two streams have, once. */
function createMerge(streams: readonly Stream[], failures: Failure[], call: Call) {
  const taken = new Set<string>();

  const fetchAll = (hungry: readonly Stream[]) =>
    Promise.all(
      hungry.map(async (stream) => {
        for (const error of await stream.fetch(call)) {
          failures.push({
            provider: stream.provider.name,
            scopeId: stream.source.scope.id,
            error,
          });
        }
      }),
    );

  return {
    /** The next `count` rows; fewer only when no stream has any left. */
    async take(count: number): Promise<Candidate[]> {
      const candidates: Candidate[] = [];
      while (candidates.length < count) {
        const wanted = count - candidates.length;
        const hungry = [
          ...streams.filter((stream) => stream.hasMore && stream.rows.length === 0),
          ...worthExpanding(streams, wanted),
        ];
        if (hungry.length > 0) {
          await fetchAll(hungry);
          continue;
        }
        const stream = newestOf(streams);
        const row = stream?.rows.shift();
        if (!stream || !row) break;
        if (taken.has(row.id)) continue;
        taken.add(row.id);
        candidates.push({ row, provider: stream.provider, source: stream.source });
      }
      return candidates;
    },
  };
}

function newestOf(streams: readonly Stream[]): Stream | undefined {
  let newest: { stream: Stream; row: Deployment } | undefined;
  for (const stream of streams) {
    const [row] = stream.rows;
    if (row && (!newest || byNewest(row, newest.row) < 0)) newest = { stream, row };
  }
  return newest?.stream;
}
