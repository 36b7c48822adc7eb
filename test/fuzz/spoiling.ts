import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readTape, type Tape } from './tape.ts';

/** Stands between the gateway and a stand-in, and spoils what that answers. */
export interface Spoiler {
  url: string;
  /** What is done to the next answers; without one they pass as they are. */
  spoil(plan: readonly number[] | undefined): void;
  /** How many answers have been spoilt. */
  count(): number;
  close(): Promise<void>;
}

/** Values in the place of others: of every type, and too large for some. */
const VALUES = [
  null,
  '',
  0,
  -1,
  1.5,
  true,
  false,
  [],
  {},
  [null],
  [[]],
  { a: 1 },
  '0',
  'null',
  '../..',
  'https://evil.example/',
  '2026-13-45T99:99:99Z',
  '+275760-09-13T00:00:00.001Z',
  1e308,
  2 ** 60,
  'x'.repeat(100_000),
];

const HEADERS: [string, readonly string[]][] = [
  ['retry-after', ['-1', '1e9', 'soon', '99999999999', '', 'Thu, 01 Jan 1970 00:00:00 GMT']],
  ['x-ratelimit-remaining', ['-5', '0', 'NaN', 'x', '1e400']],
  ['x-ratelimit-limit', ['0', '-1', 'x']],
  ['x-ratelimit-reset', ['-1', '99999999999999999', 'x', '2026-01-01']],
  ['cache-control', ['max-age=-1', 'max-age=99999999999', 'no-store', 'x=', ',,,=']],
  ['content-type', ['text/html', '', 'application/json; charset=utf-7', 'a']],
  ['link', ['<>; rel="next"', '<http://a/>; rel=next', ';;;', '</x?page=1>; rel="next"']],
  ['x-pagination', ['{"next": -1}', '{', 'null']],
  ['location', ['/', 'http://127.0.0.1:1/']],
];

const STATUSES = [200, 201, 202, 204, 206, 300, 301, 304, 400, 401, 403, 404, 409, 410, 418, 422];
const FAILURES = [429, 500, 501, 502, 503, 504, 599];

export async function startSpoiler(target: string): Promise<Spoiler> {
  let plan: readonly number[] | undefined;
  let turn = 0;
  let count = 0;
  const server = createServer((incoming, outgoing) => {
    // Each answer reads the plan from another place.
    const tape = plan?.length ? readTape(plan.slice(turn++ % plan.length)) : undefined;
    count += Number(tape !== undefined);
    void forward(target, incoming, outgoing, tape).catch(() => outgoing.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spoil(next) {
      plan = next;
      turn = 0;
    },
    count: () => count,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function forward(
  target: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  tape: Tape | undefined,
): Promise<void> {
  const upstream = request(new URL(incoming.url ?? '/', target), {
    method: incoming.method,
    headers: { ...incoming.headers, host: new URL(target).host },
  });
  incoming.pipe(upstream);
  const [answer] = (await once(upstream, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  // What is sent on has a length of its own.
  const headers = { ...answer.headers };
  delete headers['content-length'];
  delete headers['transfer-encoding'];
  const sound = { status: answer.statusCode ?? 500, headers, body: text };
  const { status, ...rest } = tape ? spoilAnswer(sound, tape, incoming.url ?? '/') : sound;
  if ('end' in rest && rest.end === 'none') return void outgoing.destroy();
  outgoing.writeHead(status, rest.headers);
  if (!('end' in rest)) return void outgoing.end(rest.body);
  outgoing.write(rest.body);
  setImmediate(() => outgoing.destroy());
}

/** An answer as a provider gives it. */
export interface SoundAnswer {
  status: number;
  headers: IncomingMessage['headers'];
  body: string;
}

/** What is made of it. */
export interface SpoiltAnswer extends SoundAnswer {
  /** Nothing of it comes, or less than it says; absent: it comes whole. */
  end?: 'none' | 'early';
}

export function spoilAnswer(sound: SoundAnswer, tape: Tape, url: string): SpoiltAnswer {
  const { headers, body } = sound;
  switch (tape.below(9)) {
    case 0:
      return sound;
    case 1:
      return { ...sound, end: 'none' };
    case 2:
      return { ...sound, body: body.slice(0, tape.below(body.length + 1)) };
    case 3:
      return {
        ...sound,
        headers: { ...headers, 'content-length': String(body.length + 10) },
        end: 'early',
      };
    case 4: {
      const [name, values] = tape.pick(HEADERS);
      return { ...sound, headers: { ...headers, [name]: tape.pick(values) } };
    }
    case 5: {
      const other = tape.pick([...STATUSES, ...FAILURES]);
      return { status: other, headers, body: other === 204 || other === 304 ? '' : body };
    }
    case 6:
      return { ...sound, body: JSON.stringify(tape.pick(VALUES)) };
    default:
      return { ...sound, body: spoilJson(body, tape, url) };
  }
}

/** The JSON with up to four values taken out, put elsewhere, doubled or of another type. */
function spoilJson(body: string, tape: Tape, url: string): string {
  let root: unknown;
  try {
    root = { root: JSON.parse(body) as unknown };
  } catch {
    return body;
  }
  for (let times = 1 + tape.below(4); times > 0; times -= 1) spoilSomewhere(root, tape, url);
  return JSON.stringify((root as { root?: unknown }).root ?? null);
}

function spoilSomewhere(node: unknown, tape: Tape, url: string): void {
  if (typeof node !== 'object' || node === null) return;
  const keys = Object.keys(node);
  if (keys.length === 0) return;
  const key = tape.pick(keys);
  const holder = node as Record<string, unknown>;
  const inner = holder[key];
  if (typeof inner === 'object' && inner !== null && !tape.once(5)) {
    return spoilSomewhere(inner, tape, url);
  }
  switch (tape.below(6)) {
    case 0:
      delete holder[key];
      return;
    case 1:
      holder[`${key}_`] = inner;
      delete holder[key];
      return;
    case 2:
      // The page after this one is this one.
      if (/next|href|page/.test(key)) holder[key] = url;
      else holder[key] = [inner, inner];
      return;
    case 3:
      holder[key] = Array.isArray(inner)
        ? Array.from({ length: 200 }, () => inner as unknown[]).flat()
        : { [key]: inner };
      return;
    default:
      holder[key] = tape.pick(VALUES);
  }
}
