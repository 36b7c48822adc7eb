import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Every answer has it; logs and errors name it. */
export const REQUEST_ID_HEADER = 'x-request-id';

/** Request ids that a client or proxy may choose: short and harmless in a log line. */
const REQUEST_ID = /^[\w.:-]{1,128}$/;

export function requestIdOf(headers: IncomingHttpHeaders): string {
  const given = headers[REQUEST_ID_HEADER];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}
