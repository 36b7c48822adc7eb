import type { IncomingHttpHeaders } from 'node:http';
import type { Call } from './call.ts';
import { type Dialect, headerOf } from './dialect.ts';
import { routeOf } from './route.ts';

/** What is told of each request that was sent. Holds no query, no header and no body. */
export interface Attempt {
  provider: string;
  /** For instance "GET /projects". */
  request: string;
  /** Of the answer, where there was one. */
  status?: number | undefined;
  /** Of the error, where it failed. */
  code?: string | undefined;
  durationMs: number;
  /** 1 for the first. */
  attempt: number;
  requestId?: string | undefined;
  /** What the provider calls the request in its own logs, where it tells. */
  providerRequestId?: string | undefined;
}

export interface AttemptOptions {
  provider: string;
  dialect: Pick<Dialect, 'requestIdHeader' | 'words'>;
  /** Is told of each request that was sent. */
  report?: ((attempt: Attempt) => void) | undefined;
}

/** A request under way. */
export interface Trial {
  /** What it says of where it comes from. */
  headers: Record<string, string>;
  durationMs(): number;
  /** `code`: of the error, where it failed. */
  end(status: number | undefined, code: string | undefined, answered?: IncomingHttpHeaders): void;
}

/** Headers of providers that name a request, and ids that look like one. */
const REQUEST_ID = 'x-request-id';
const PLAUSIBLE_ID = /^[\w.:-]{1,200}$/;

/** Nobody keeps a table of routes without words. */
const NO_WORDS: ReadonlySet<string> = new Set();

/** Begins a request: its log line, its span, and how the provider's own logs are joined to ours. */
export function beginAttempt(
  { provider, dialect, report }: AttemptOptions,
  { method, what, attempt = 1 }: { method: string; what: string; attempt?: number | undefined },
  { requestId, span: whole }: Call,
): Trial {
  const { requestIdHeader = REQUEST_ID, words = NO_WORDS } = dialect;
  const startedAt = performance.now();
  const durationMs = () => performance.now() - startedAt;
  const route = whole && routeOf(what, words);
  const span =
    route &&
    whole.child(
      `${provider} ${route}`,
      {
        'deploygraph.provider': provider,
        'http.request.method': method,
        'url.template': route.slice(method.length + 1),
        ...(attempt > 1 && { 'http.request.resend_count': attempt - 1 }),
      },
      'client',
    );
  const joins = span && span.traceparent;
  return {
    durationMs,
    headers: {
      ...(requestId !== undefined && { [requestIdHeader]: requestId }),
      ...(joins && { traceparent: joins }),
    },
    end(status, code, answered = {}) {
      if (span) span.end(status === undefined ? {} : { 'http.response.status_code': status }, code);
      if (!report) return;
      const named = headerOf(answered, requestIdHeader);
      const isPlausible = named !== undefined && PLAUSIBLE_ID.test(named);
      report({
        provider,
        request: what,
        status,
        code,
        durationMs: Math.round(durationMs()),
        attempt,
        requestId,
        ...(isPlausible && { providerRequestId: named }),
      });
    },
  };
}
