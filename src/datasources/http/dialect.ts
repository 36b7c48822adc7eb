import type { IncomingHttpHeaders } from 'node:http';
import type { Complaint } from '../../errors.ts';
import type { RateLimit } from '../../schema/provider.ts';
import type { Call } from './call.ts';

/** What an answer that is no success means, in the provider's own terms. */
export interface Explanation {
  /** The provider's error code, where it has one. Never its text. */
  code?: string | undefined;
  /** The budget is spent, whatever the status says (Cloud 66 throttles with 503). */
  throttled?: boolean;
  /** The provider offers no such thing, whatever the status says. */
  unsupported?: boolean;
}

/** How one provider speaks HTTP. The client is told; it knows no provider. */
export interface Dialect {
  /** The headers that authenticate a request. May fetch a token. */
  authorize(call: Call): Record<string, string> | Promise<Record<string, string>>;
  /** Called once when a read is answered 401: true when the credentials are new and it may be repeated. */
  renew?(call: Call): Promise<boolean>;
  /** Reads an error answer. `body` is the parsed JSON, or the text where it is none. */
  explain(status: number, body: unknown): Explanation;
  /**
   * What an answer of 400, 409 or 422 to a write says is wrong, in the provider's own codes and
   * texts: the one place where its texts reach a client. None: the code of `explain` has to do.
   */
  complaints?(status: number, body: unknown): Complaint[];
  /** The header that the provider keeps in its own logs; absent: `x-request-id`. */
  readonly requestIdHeader?: string;
  /** The fixed words of its paths: the only parts of them that traces show. */
  readonly words?: ReadonlySet<string>;
  /** How long the windows of the budget are, in milliseconds, where the provider documents it. */
  readonly windowMs?: number;
  /** The budget in the headers; each provider spells it, and means "reset", in its own way. */
  rateLimit(headers: IncomingHttpHeaders, now: Date): RateLimit | null;
}

/** A header as one string. */
export function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** A header as a whole number; `undefined` when it is absent or none. */
export function numberOf(headers: IncomingHttpHeaders, name: string): number | undefined {
  const text = headerOf(headers, name);
  const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? Math.trunc(value) : undefined;
}
