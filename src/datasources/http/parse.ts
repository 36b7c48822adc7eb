import type { z } from 'zod';
import { ErrorCode, GatewayError } from '../../errors.ts';

/** Where an unknown value comes from, for the message when it cannot be understood. */
export interface Origin {
  provider: string;
  /** For instance "GET /projects". */
  what: string;
}

/**
 * Turns a provider's JSON into our type.
 * @throws GatewayError PROVIDER_INVALID_RESPONSE that names the place, never the value.
 */
export function parse<T>(value: unknown, schema: z.ZodType<T>, origin: Origin): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalid(origin, describe(result.error));
}

/**
 * Parses a list row by row: a row that cannot be understood becomes a fault and the others stay.
 * @throws GatewayError PROVIDER_INVALID_RESPONSE when the value is no list at all.
 */
export function parseRows<T>(
  value: unknown,
  schema: z.ZodType<T>,
  origin: Origin,
): { items: T[]; faults: GatewayError[] } {
  if (!Array.isArray(value)) throw invalid(origin, 'a list was expected');
  const items: T[] = [];
  const faults: GatewayError[] = [];
  for (const [index, row] of value.entries()) {
    const parsed = parseRow(row, schema, origin, index);
    if (parsed instanceof GatewayError) faults.push(parsed);
    else items.push(parsed);
  }
  return { items, faults };
}

/** One row of a list: what it means, or the fault of one that cannot be understood. */
export function parseRow<T>(
  row: unknown,
  schema: z.ZodType<T>,
  origin: Origin,
  index: number,
): T | GatewayError {
  const result = schema.safeParse(row);
  return result.success ? result.data : invalid(origin, `row ${index}: ${describe(result.error)}`);
}

/** The error for an answer that is not what the provider documents. */
export function invalid(
  { provider, what }: Origin,
  problem: string,
  cause?: unknown,
): GatewayError {
  return new GatewayError(
    ErrorCode.PROVIDER_INVALID_RESPONSE,
    `${provider}: the answer to ${what} cannot be understood (${problem}).`,
    { provider, retryable: true, cause },
  );
}

function describe(error: z.ZodError): string {
  const issue = error.issues[0];
  if (!issue) return 'unknown problem';
  const path = issue.path.map(String).join('.') || 'the value';
  return issue.code === 'invalid_type'
    ? `${path}: ${issue.expected} expected`
    : `${path}: ${issue.code}`;
}
