import type { FastifyRequest } from 'fastify';
import type { Clock } from '../clock.ts';
import { resourceNotFound } from './errors.ts';
import { paginationOf, selectPage } from './list.ts';
import type { Entity } from './model.ts';
import type { Present } from './present.ts';
import { parseListQuery, type ListQuery, type ListRules } from './query.ts';
import type { Table } from './world.ts';

/** A route below `/:guid`. */
export interface ByGuid {
  Params: { guid: string };
}

/** What a write needs beside the world: the time, and who may do what. */
export interface Office {
  clock: Clock;
  isAdmin(request: FastifyRequest): boolean;
}

/** Where the caller reached the stand-in; absolute links go there. */
export function originOf(request: FastifyRequest): string {
  return `${request.protocol}://${request.host}`;
}

/** The record of that guid; `kind` names it in the 404. */
export function find<Row extends Entity>(table: Table<Row>, guid: string, kind: string): Row {
  const row = table.get(guid);
  if (!row) throw resourceNotFound(kind);
  return row;
}

/** Answers a list request, with `included` if the endpoint has it. */
export function answerList<Row extends Entity>(
  request: FastifyRequest,
  list: {
    rows: readonly Row[];
    rules: ListRules<Row>;
    present: Present<Row>;
    /** Adds to the answer what the query's `include` asks for. */
    include?: (rows: Row[], query: ListQuery<Row>, origin: string) => Record<string, unknown>;
  },
): Record<string, unknown> {
  const query = parseListQuery(request.query, list.rules);
  const origin = originOf(request);
  const { rows, total } = selectPage(list.rows, query);
  const path = request.url.split('?', 1)[0] ?? '';
  return {
    pagination: paginationOf(query, total, `${origin}${path}`),
    resources: rows.map((row) => list.present(row, origin)),
    ...(query.include.length > 0 && list.include?.(rows, query, origin)),
  };
}
