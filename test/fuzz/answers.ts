import { expect } from '@jest/globals';
import { ErrorCode } from '../../src/errors.ts';
import type { Reply } from './wire.ts';

/** An answer of the API, taken apart. */
export interface JsonAnswer {
  status: number;
  headers: Record<string, string>;
  data: unknown;
  errors: {
    message: string;
    path?: (string | number)[];
    extensions: { code: string; requestId?: string; provider?: string };
  }[];
}

export function readAnswer({ status, headers, body }: Reply): JsonAnswer {
  const { data, errors = [] } = JSON.parse(body) as Partial<JsonAnswer>;
  return { status, headers, data, errors };
}

const CODES = new Set<string>([...Object.values(ErrorCode), 'PERSISTED_QUERY_NOT_FOUND']);

/** What has no place in a message: values of JavaScript, places in the code, paths of this machine. */
const INSIDES = /\[object |\bat .*\.[jt]s:|node_modules|TypeError|RangeError|undefined is not/;

/** That an answer is one: data, or typed errors with a request id; and that nothing broke. */
export function expectAnswer({ status, headers, data, errors }: JsonAnswer): void {
  const broken = errors.filter(({ extensions }) => extensions?.code === 'INTERNAL_SERVER_ERROR');
  expect({ status, broken }).toEqual({ status: errors.length > 0 ? status : 200, broken: [] });
  expect(status).toBeLessThan(500);
  expect(headers['x-request-id']).toMatch(/^[\w.:-]{1,128}$/);
  expect(data !== undefined || errors.length > 0).toBe(true);
  for (const { message, extensions } of errors) {
    expect(CODES).toContain(extensions.code);
    expect(extensions.requestId).toBe(headers['x-request-id']);
    expect(message).not.toMatch(INSIDES);
    expect(message.length).toBeGreaterThan(0);
  }
}

/** That an answer of any address is no failure of the gateway, is typed and names its request. */
export function expectRefusal({ status, headers, body }: Reply): void {
  // Node's own refusals: no Host, or something expected that it does not know.
  if (body === '' && [400, 417].includes(status)) return;
  const seen = { status, body: body.slice(0, 500) };
  expect(seen).not.toMatchObject({ status: 500 });
  expect({ ...seen, id: headers['x-request-id'] }).toEqual({
    ...seen,
    id: expect.stringMatching(/^[\w.:-]{1,128}$/),
  });
  const isTyped = /"code":"[A-Z_]+"/.test(body) && /"requestId":"/.test(body);
  expect({ ...seen, isTyped }).toEqual({ ...seen, isTyped: status >= 400 });
  expect(body).not.toMatch(INSIDES);
}
