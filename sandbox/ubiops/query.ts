import type { AuditEvent } from './types.ts';

/** A query string as Fastify parses it. */
export type Query = Record<string, string | string[] | undefined>;

/** A request that is not answered with data; its message becomes `{"error": message}`. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const ACTIONS = ['create', 'update', 'delete', 'info'];
/** "default is 50" */
const AUDIT_LIMIT = 50;

/**
 * The rows that the `labels` parameter asks for, `key:value` pairs with commas between them: rows
 * "that have at least one of the labels on which is filtered".
 */
export function filterByLabels<Row extends { labels: Record<string, string> }>(
  rows: Row[],
  query: Query,
): Row[] {
  const wanted = textOf(query, 'labels');
  if (wanted === undefined || wanted === '') return rows;
  const pairs = wanted.split(',').map((pair) => {
    const colon = pair.indexOf(':');
    if (colon < 1) throw new Refused(400, 'Labels should be given as label:label_value');
    return { key: pair.slice(0, colon).trim(), value: pair.slice(colon + 1).trim() };
  });
  return rows.filter(({ labels }) => pairs.some(({ key, value }) => labels[key] === value));
}

/** A page of the events, oldest first, by `action`, `limit` and `offset`. */
export function pageOfAudit(events: AuditEvent[], query: Query): AuditEvent[] {
  const action = textOf(query, 'action');
  if (action !== undefined && !ACTIONS.includes(action)) {
    throw new Refused(400, `Action should be one of: ${ACTIONS.join(', ')}`);
  }
  const limit = countOf(query, 'limit', AUDIT_LIMIT);
  const offset = countOf(query, 'offset', 0);
  const chosen = action === undefined ? events : events.filter((event) => event.action === action);
  return chosen.slice(offset, offset + limit);
}

/** The parameter as text; of several with the same name, the last one. */
export function textOf(query: Query, name: string): string | undefined {
  const value = query[name];
  return Array.isArray(value) ? value.at(-1) : value;
}

function countOf(query: Query, name: string, fallback: number): number {
  const value = textOf(query, name);
  if (value === undefined) return fallback;
  if (!/^\d+$/.test(value)) throw new Refused(400, `The ${name} should be a number, 0 or more`);
  return Number(value);
}
