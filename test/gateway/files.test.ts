import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { uuidOf } from '../../sandbox/random.ts';
import { zipOf } from '../../sandbox/ubiops/zip.ts';
import { grantsOfNobody } from '../../src/auth/nobody.ts';
import { createLinks } from '../../src/files/links.ts';
import { fileSettings } from '../../src/files/settings.ts';
import { createTickets } from '../../src/files/tickets.ts';
import { type Ref, toRef } from '../../src/ids.ts';
import { startTestGateway, type TestGateway, UNWATCHED } from '../helpers/gateway.ts';
import { describeWithRedis, startRedis } from '../helpers/redis.ts';
import { waitFor } from '../helpers/wait-for.ts';

const SECRET = 'a secret of the tests, long enough to be one';
const ZIP = zipOf('deployment.py', 'class Deployment:\n    pass\n'.repeat(9_000));
const MEBIBYTE = 1_048_576;

const deploymentId = uuidOf('ubiops', 'current', 'showcase');
const VERSION = toRef('ubiops', 'Version', [
  ...['current', 'showcase', deploymentId],
  ...['available', uuidOf('ubiops', deploymentId, 'available')],
]);
const REVISIONS = '/v2.1/projects/current/deployments/showcase/versions/available/revisions';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ ...UNWATCHED, files: { secret: SECRET, maxUploadMib: 1 } });
});
afterEach(() => gateway.clear());
afterAll(() => gateway.close());

/** A URL as the gateway gives it out: made with its secret. */
function uploadUrl(to: { url: string } = gateway, version: Ref = VERSION, age = 0): string {
  const settings = fileSettings.parse({});
  const now = () => Date.now() - age;
  const links = createLinks(settings, createTickets(SECRET, now), () => to.url, now);
  return links.issueUpload(version, grantsOfNobody(true)).url;
}

interface Reply {
  status: number;
  body: {
    revision?: { id: string; nativeId: string };
    build?: { id: string; status: string } | null;
    errors?: { message: string; extensions: { code: string; requestId: string } }[];
  };
}

/** Sends a body in chunks, or with its length where it is a Buffer. */
async function put(
  url: string,
  body: Buffer | Iterable<Buffer>,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const request = httpRequest(url, {
    method: 'PUT',
    headers: {
      'content-type': 'application/zip',
      ...(Buffer.isBuffer(body) && { 'content-length': String(body.length) }),
      ...headers,
    },
  });
  const answered = once(request, 'response') as Promise<[IncomingMessage]>;
  // An answer may come before everything is sent, and ends the sending.
  pipeline(Readable.from(Buffer.isBuffer(body) ? [body] : body), request).catch(() => undefined);
  const [response] = await answered;
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode ?? 0, body: JSON.parse(text) as Reply['body'] };
}

const uploads = () => gateway.sandbox.ubiops.requests().filter(({ method }) => method === 'POST');

const problem = ({ status, body }: Reply) => [status, body.errors?.[0]?.extensions.code];

async function revisionCount(): Promise<number> {
  const response = await fetch(gateway.sandbox.ubiops.url + REVISIONS, {
    headers: { authorization: 'Token sandbox' },
  });
  return ((await response.json()) as unknown[]).length;
}

/** The file in pieces, so that its end comes after its beginning was seen. */
function* pieces(file: Buffer): Generator<Buffer> {
  for (let at = 0; at < file.length; at += 65_536) yield file.subarray(at, at + 65_536);
}

describe('a file that is uploaded', () => {
  it('becomes a revision with a build, byte by byte, and is seen in the API', async () => {
    const reply = await put(uploadUrl(), ZIP);
    expect(reply.status).toBe(201);
    const sha256 = createHash('sha256').update(ZIP).digest('hex');
    expect(uploads()).toMatchObject([
      { path: REVISIONS, status: 201, received: { bytes: ZIP.length, sha256 } },
    ]);
    const { data } = await gateway.query<{
      revision: { id: string; nativeId: string };
      build: { id: string; status: string };
    }>(
      `query ($revision: ID!, $build: ID!) {
        revision: node(id: $revision) { ... on Revision { id nativeId } }
        build: node(id: $build) { ... on Build { id nativeId status } }
      }`,
      { revision: reply.body.revision?.id, build: reply.body.build?.id },
    );
    expect(data).toEqual(reply.body);
  });

  it.each([
    ['a length', ZIP],
    ['chunks of unknown number', [...pieces(ZIP)]],
    ['an empty archive', ZIP.subarray(-22).map((byte, at) => (at > 7 ? 0 : byte)) as Buffer],
    ['its digest', ZIP],
  ])('passes with %s', async (_what, body) => {
    const whole = Buffer.isBuffer(body) ? body : Buffer.concat(body);
    const digest = createHash('sha256').update(whole);
    const reply = await put(uploadUrl(), body, {
      'content-digest': `sha-256=:${digest.digest('base64')}:`,
    });
    expect(reply.status).toBe(201);
    expect(uploads()[0]?.received?.bytes).toBe(whole.length);
  });

  it.each([
    ['is no zip archive', Buffer.from('#!/bin/sh\nexit 0\n'), {}, 400],
    ['has three bytes', Buffer.from('PK\x03'), {}, 400],
    ['is cut off', ZIP.subarray(0, -10), {}, 400],
    ['has something behind its end', Buffer.concat([ZIP, Buffer.from('!')]), {}, 400],
    ['has another digest', ZIP, { 'x-content-sha256': 'ab'.repeat(32) }, 400],
    ['is larger than it may be', Buffer.concat([ZIP, Buffer.alloc(2 * MEBIBYTE)]), {}, 413],
  ])('that %s is not taken, and makes no revision', async (_what, file, headers, status) => {
    const before = await revisionCount();
    const reply = await put(uploadUrl(), [...pieces(file)], headers);
    expect(problem(reply)).toEqual([status, 'BAD_USER_INPUT']);
    // Whatever had been sent on when the mistake was seen had no end.
    const ends = uploads().map((line) => line.status);
    expect(ends.filter((each) => each !== 0)).toEqual([]);
    expect(await revisionCount()).toBe(before);
  });

  it('is refused before it is sent when its length, digest or URL cannot be right', async () => {
    const large = Buffer.alloc(MEBIBYTE + 1);
    expect(problem(await put(uploadUrl(), large))).toEqual([413, 'BAD_USER_INPUT']);
    const odd = await put(uploadUrl(), ZIP, { 'x-content-sha256': 'abc' });
    expect(problem(odd)).toEqual([400, 'BAD_USER_INPUT']);
    const url = uploadUrl();
    const forged = url.replace(/\.[^.]{4}([^.]*)$/, '.AAAA$1');
    expect(problem(await put(forged, ZIP))).toEqual([403, 'FORBIDDEN']);
    expect(problem(await put(`${gateway.url}/files/uploads/nothing`, ZIP))).toEqual([
      403,
      'FORBIDDEN',
    ]);
    const old = uploadUrl(gateway, VERSION, 601_000);
    expect(problem(await put(old, ZIP))).toEqual([410, 'FORBIDDEN']);
    // So much that it is still on its way when the answer comes.
    const tooMuch = await put(uploadUrl(), Buffer.alloc(20 * MEBIBYTE));
    expect(problem(tooMuch)).toEqual([413, 'BAD_USER_INPUT']);
    // Of an earlier upload that was broken off the end may only be noticed now.
    expect(gateway.sandbox.ubiops.requests().filter(({ status }) => status !== 0)).toEqual([]);
  });

  it('uses its URL up, also when two send at the same time', async () => {
    const url = uploadUrl();
    const replies = await Promise.all([put(url, ZIP), put(url, ZIP), put(url, ZIP)]);
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 410, 410]);
    expect(uploads()).toHaveLength(1);
  });

  it('ends at the provider when the client goes away', async () => {
    const request = httpRequest(uploadUrl(), {
      method: 'PUT',
      headers: { 'content-length': String(ZIP.length) },
    });
    request.on('error', () => undefined);
    request.write(ZIP.subarray(0, 100_000));
    await waitFor('the provider to be asked', () => gateway.requestsTo('ubiops').length > 0);
    request.destroy();
    const line = await waitFor('the end at the provider', () => uploads()[0]);
    expect(line.status).toBe(0);
    const { data } = await gateway.query<{ provider: { health: { status: string } } }>(
      '{ provider(name: "ubiops") { health { status } } }',
    );
    expect(data.provider.health.status).toBe('UP');
  });

  it('tells what the provider says against it, and leaks no token', async () => {
    gateway.sandbox.ubiops.setFaults([
      { method: 'POST', status: 400, body: { error: 'The project is suspended' } },
    ]);
    const refused = await put(uploadUrl(), [...pieces(ZIP)]);
    expect(refused.body.errors?.[0]).toMatchObject({ message: 'The project is suspended' });
    expect(problem(refused)).toEqual([422, 'PROVIDER_REJECTED']);

    const gone = toRef('ubiops', 'Version', [...VERSION.keys.slice(0, 3), 'nothing', 'nobody']);
    const missing = await put(uploadUrl(gateway, gone), ZIP);
    expect(problem(missing)[1]).toBe('NOT_FOUND');
    expect(JSON.stringify([refused, missing])).not.toMatch(/sandbox|Token/);
  });
});

describe('the file of a revision', () => {
  const askUrl = async (): Promise<string> => {
    const { data } = await gateway.query<{
      node: { revisions: { nodes: { downloadUrl: string }[] } };
    }>(
      `query ($id: ID!) {
        node(id: $id) { ... on Version { revisions(first: 1) { nodes { downloadUrl } } } }
      }`,
      { id: VERSION.id },
    );
    return data.node.revisions.nodes[0]?.downloadUrl ?? '';
  };

  it('is served by the gateway, with its length and name, once', async () => {
    gateway.sandbox.advance(1_000_000);
    const made = await put(uploadUrl(), ZIP);
    const url = await askUrl();
    expect(url.startsWith(`${gateway.url}/files/revisions/`)).toBe(true);
    const head = await fetch(url, { method: 'HEAD' });
    expect(head.status).toBe(404);
    const response = await fetch(url);
    const file = Buffer.from(await response.arrayBuffer());
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/zip',
      'content-length': String(ZIP.length),
      'cache-control': 'no-store',
    });
    expect(response.headers.get('content-disposition')).toContain(
      `showcase_available_${made.body.revision?.nativeId ?? ''}.zip`,
    );
    expect(file.subarray(0, 4).toString('latin1')).toBe('PK\x03\x04');
    expect(file).toHaveLength(ZIP.length);
    expect((await fetch(url)).status).toBe(410);
  });

  it('tells why it could not be had', async () => {
    gateway.sandbox.ubiops.setFaults([{ path: 'download$', status: 404, body: { error: 'x' } }]);
    const missing = await fetch(await askUrl());
    expect(missing.status).toBe(404);
    gateway.sandbox.ubiops.setFaults([{ path: 'download$', drop: true }]);
    const dropped = await fetch(await askUrl());
    expect(dropped.status).toBe(503);
    expect(await dropped.text()).not.toContain('127.0.0.1');
  });

  it('cannot be had with a URL for uploads', async () => {
    const url = uploadUrl().replace('/uploads/', '/revisions/');
    expect((await fetch(url)).status).toBe(403);
  });
});

describeWithRedis('two instances with one Redis', () => {
  it('let a URL be used once between them', async () => {
    const redis = await startRedis();
    let stopped: Promise<void> | undefined;
    const stopRedis = () => (stopped ??= redis.stop());
    const settings = { files: { secret: SECRET }, redis: { url: redis.url } };
    const [first, second] = [await startTestGateway(settings), await startTestGateway(settings)];
    try {
      await waitFor('Redis', async () => {
        const bodies = await Promise.all(
          [first, second].map(async ({ url }) => (await fetch(`${url}/health/ready`)).text()),
        );
        return bodies.every((body) => body.includes('"redis":"up"'));
      });
      const url = uploadUrl(first);
      const other = url.replace(first.url, second.url);
      expect((await put(url, ZIP)).status).toBe(201);
      expect(problem(await put(other, ZIP))).toEqual([410, 'FORBIDDEN']);
      await stopRedis();
      expect(problem(await put(uploadUrl(second), ZIP))).toEqual([503, 'IDEMPOTENCY_UNAVAILABLE']);
    } finally {
      await first.close();
      await second.close();
      await stopRedis();
    }
  });
});
