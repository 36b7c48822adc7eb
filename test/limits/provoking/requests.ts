import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { json } from 'node:stream/consumers';
import { expect } from '@jest/globals';
import { uuidOf } from '../../../sandbox/random.ts';
import { createTickets, type Ticket } from '../../../src/files/tickets.ts';
import { toId } from '../../../src/ids.ts';
import { openAs, openStream, subscribeTo } from '../../helpers/connections.ts';
import { waitFor } from '../../helpers/wait-for.ts';
import { VIEWERS } from '../keys.ts';
import { type Provocation, seenIn } from './provocation.ts';

interface Answered {
  errors?: { extensions: { code: string; resetsAt?: string } }[];
}

const ADA = { 'x-api-key': 'ada' };
const AUTH = { apiKeys: VIEWERS };
const SLOW = '{ deployments(first: 1, filter: { providers: ["cloud66"] }) { nodes { id } } }';

async function send(
  url: string,
  body: string,
  headers: Record<string, string> = {},
): Promise<string[]> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return seenIn(response.status, ((await response.json()) as Answered).errors);
}

/** The codes of the error message that an operation over a WebSocket is answered with. */
async function overSocket(url: string, query: string): Promise<string[]> {
  const client = await openAs(url, ADA);
  client.send(subscribeTo('1', query));
  const { payload } = await waitFor('the error', () =>
    client.messages.find(({ type }) => type === 'error'),
  );
  client.socket.terminate();
  return seenIn(200, payload as unknown as Answered['errors']);
}

const SECRET = 'a secret of the tests, long enough to be one';
const deploymentId = uuidOf('ubiops', 'current', 'showcase');
const VERSION = toId('ubiops', 'Version', [
  ...['current', 'showcase', deploymentId],
  ...['available', uuidOf('ubiops', deploymentId, 'available')],
]);

/** What is seen of an upload of so many bytes, by a URL that ends then. */
async function upload(url: string, bytes: number, expiresAt: number): Promise<string[]> {
  const ticket: Omit<Ticket, 'nonce'> = {
    kind: 'upload',
    targetId: VERSION,
    viewer: 'test',
    expiresAt,
  };
  const path = `/files/uploads/${createTickets(SECRET, Date.now).sign(ticket)}`;
  const headers = { 'content-length': bytes };
  const request = httpRequest(url + path, { method: 'PUT', headers });
  request.on('error', () => undefined).flushHeaders();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const { errors } = (await json(response)) as Answered;
  request.destroy();
  return seenIn(response.statusCode ?? 0, errors);
}

/** What a request may be, and how many of them. */
export const REQUESTS: Record<string, Provocation> = {
  async 'limits.requestsPerMinute'({ start }) {
    const gateway = await start({ auth: AUTH, limits: { requestsPerMinute: 1 } });
    const ask = () => gateway.query('{ __typename }', {}, ADA);
    expect((await ask()).status).toBe(200);
    const { status, headers, errors } = await ask();
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(errors[0]?.extensions.resetsAt).toMatch(/^20\d\d-/);
    return [...seenIn(status, errors), ...(await overSocket(gateway.url, '{ __typename }'))];
  },

  async 'limits.concurrentOperations'({ start, sandbox }) {
    const gateway = await start(
      { auth: AUTH, limits: { concurrentOperations: 1 } },
      { timeoutMs: 60_000 },
    );
    sandbox.cloud66.setFaults([{ latencyMs: 30_000 }]);
    const leaving = new AbortController();
    const first = fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...ADA },
      body: JSON.stringify({ query: SLOW }),
      signal: leaving.signal,
    }).catch(() => undefined);
    await waitFor('it', () => sandbox.cloud66.faults()[0]?.used);
    const { status, headers, errors } = await gateway.query('{ __typename }', {}, ADA);
    expect(headers.get('retry-after')).toBe('1');
    const stream = await openStream(gateway.url, { query: '{ __typename }' }, ADA);
    const streamed = Buffer.concat(await stream.toArray()).toString();
    const [, data = '{}'] = /^data: (.+)$/m.exec(streamed) ?? [];
    const seen = [
      ...seenIn(status, errors),
      ...(await overSocket(gateway.url, '{ __typename }')),
      ...seenIn(200, (JSON.parse(data) as Answered).errors),
    ];
    leaving.abort();
    await first;
    return seen;
  },

  async 'limits.maxBodyBytes'({ start }) {
    const { url } = await start({ limits: { maxBodyBytes: 1_000 } });
    return send(`${url}/graphql`, JSON.stringify({ query: ' '.repeat(1_000) }));
  },

  async 'limits.bodyTimeoutMs'({ start }) {
    const token = 'a-token-that-nobody-can-guess';
    const { url } = await start({ limits: { bodyTimeoutMs: 200 } }, { webhook: { token } });
    const headers = { 'content-type': 'application/json', 'content-length': 100 };
    const statuses: number[] = [];
    const codes: string[] = [];
    for (const path of ['/graphql', '/graphql/stream', `/webhooks/cloud66/${token}`]) {
      const request = httpRequest(url + path, { method: 'POST', headers });
      request.on('error', () => undefined).write('{');
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      const { errors = [] } = (await json(response)) as Answered;
      statuses.push(response.statusCode ?? 0);
      codes.push(...errors.map(({ extensions }) => extensions.code));
    }
    expect(statuses).toEqual([408, 408, 408]);
    return seenIn(
      408,
      [...new Set(codes)].map((code) => ({ extensions: { code } })),
    );
  },

  async 'operations in one request'({ start }) {
    const { url } = await start({});
    return send(`${url}/graphql`, '[{ "query": "{ __typename }" }]');
  },

  async 'headers of a request'({ start }) {
    const { url } = await start({});
    return send(`${url}/graphql`, '{}', { 'x-long': 'x'.repeat(17_000) });
  },

  async 'body of a webhook'({ start }) {
    const token = 'a-token-that-nobody-can-guess';
    const { url } = await start({}, { webhook: { token } });
    const body = JSON.stringify({ text: 'x'.repeat(262_144) });
    return (await send(`${url}/webhooks/cloud66/${token}`, body)).filter((seen) =>
      seen.startsWith('HTTP'),
    );
  },

  async 'files.maxUploadMib'({ start }) {
    const { url } = await start({ files: { secret: SECRET, maxUploadMib: 1 } });
    return upload(url, 1_048_577, Date.now() + 60_000);
  },

  async 'files.urlLifetimeMs'({ start }) {
    const gateway = await start({ files: { secret: SECRET, urlLifetimeMs: 1_000 } });
    const { data } = await gateway.query<{
      requestRevisionUpload: { upload: { expiresAt: string } };
    }>(
      `mutation ($input: RequestRevisionUploadInput!) {
        requestRevisionUpload(input: $input) { upload { expiresAt } } }`,
      { input: { versionId: VERSION } },
    );
    const endsAt = Date.parse(data.requestRevisionUpload.upload.expiresAt);
    expect(endsAt).toBeLessThanOrEqual(Date.now() + 1_000);
    return upload(gateway.url, 10, Date.now() - 1);
  },
};
