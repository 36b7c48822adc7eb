import type { Refusal } from '../server.ts';

/** A request the Cloud Controller refuses. */
export class RequestRefused extends Error {
  constructor(readonly refusal: Refusal) {
    super(`refused with ${refusal.status}`);
  }
}

/** An answer in the Cloud Controller's error format. */
export function refusal(
  status: number,
  code: number,
  title: string,
  detail: string,
  headers: Record<string, string> = {},
): Refusal {
  return { status, body: { errors: [{ code, title: `CF-${title}`, detail }] }, headers };
}

/** "The query parameter is invalid": everything that is wrong with the query in one detail. */
export function badQuery(problems: readonly string[]): RequestRefused {
  const detail = `The query parameter is invalid: ${problems.join(', ')}`;
  return new RequestRefused(refusal(400, 10005, 'BadQueryParameter', detail));
}

/** "The request is semantically invalid": everything that is wrong with the body in one detail. */
export function unprocessable(...problems: string[]): RequestRefused {
  return new RequestRefused(refusal(422, 10008, 'UnprocessableEntity', problems.join(', ')));
}

/** "Resource you may not see = 404": `kind` as the Cloud Controller calls it, e.g. `App`. */
export function resourceNotFound(kind: string): RequestRefused {
  return new RequestRefused(refusal(404, 10010, 'ResourceNotFound', `${kind} not found`));
}
