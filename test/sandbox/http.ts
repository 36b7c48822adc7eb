import type { Sandbox, StandInName } from '../../sandbox/index.ts';

/** An answer of a stand-in: as it was sent, and parsed where it is JSON. */
export interface Reply {
  url: string;
  status: number;
  headers: Headers;
  text: string;
  /** `undefined` where the text is not JSON. */
  body: unknown;
}

/** An object of an answer. */
export type Row = Record<string, unknown>;

/** What each provider wants in `Authorization`; the token is the same for all. */
export const AUTHORIZATION: Record<StandInName, string> = {
  ubiops: 'Token sandbox',
  humanitec: 'Bearer sandbox',
  cloud66: 'Bearer sandbox',
  cloudfoundry: 'bearer sandbox',
};

export const NAMES = ['ubiops', 'humanitec', 'cloud66', 'cloudfoundry'] as const;

/** Sends a request as it is; JSON is parsed whatever the content type says. */
export async function send(url: string, init: RequestInit = {}): Promise<Reply> {
  const response = await fetch(url, init);
  const text = await response.text();
  const { status, headers } = response;
  return { url, status, headers, text, body: parseJson(text) };
}

/** Reads a path of a stand-in with the token that it accepts. */
export function get(
  sandbox: Sandbox,
  name: StandInName,
  path: string,
  headers: Record<string, string> = {},
): Promise<Reply> {
  return send(sandbox[name].url + path, {
    headers: { authorization: AUTHORIZATION[name], ...headers },
  });
}

/** Sends a change to a stand-in, as JSON where there is a body. */
export function write(
  sandbox: Sandbox,
  name: StandInName,
  [method, path]: readonly [method: string, path: string],
  body?: unknown,
  token = 'sandbox',
): Promise<Reply> {
  return send(sandbox[name].url + path, {
    method,
    headers: {
      authorization: AUTHORIZATION[name].replace(/sandbox$/, token),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

/** Sends a JSON body below `/_control` of a stand-in. */
export function control(
  sandbox: Sandbox,
  name: StandInName,
  method: string,
  path: string,
  body?: unknown,
): Promise<Reply> {
  return send(`${sandbox[name].url}/_control${path}`, {
    method,
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  });
}

/** Sends a form; what is a Blob goes as a file. */
export function sendFields(
  url: string,
  authorization: string,
  fields: Record<string, string | Blob>,
): Promise<Reply> {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'string') body.append(name, value);
    else body.append(name, value, 'deployment.zip');
  }
  return send(url, { method: 'POST', headers: { authorization }, body });
}

/** The value at a JSON pointer; `undefined` where there is none. */
export function at(value: unknown, pointer: string): unknown {
  let current = value;
  for (const key of pointer.split('/').slice(1))
    current = isRow(current) ? current[key] : undefined;
  return current;
}

/** The objects of a list: a bare array, or the array at `pointer`. */
export function rowsOf(body: unknown, pointer = ''): Row[] {
  const list = at(body, pointer);
  return Array.isArray(list) ? list.filter(isRow) : [];
}

/** Whether the value has keys: an object or an array. */
export function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
