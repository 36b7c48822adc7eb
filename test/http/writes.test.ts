import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { createCall } from '../../src/datasources/http/call.ts';
import { ErrorCode, GatewayError } from '../../src/errors.ts';
import { newCall } from '../helpers/provider.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { NAME, PLAIN, type Reply, useUpstream } from './upstream.ts';

const upstream = useUpstream();
const WRITE = 'POST /things';
const telling = {
  ...PLAIN,
  complaints: (_status: number, body: unknown) => [
    { message: String((body as { say?: string }).say), providerCode: 'X-1' },
  ],
};

describe('sending a write', () => {
  it.each<[string, Reply, unknown]>([
    ['JSON', { status: 201, body: '{"id":1}' }, { id: 1 }],
    ['text', { status: 200, body: 'done' }, 'done'],
    ['nothing', { status: 204 }, undefined],
  ])('understands an answer of %s', async (_what, reply, expected) => {
    upstream.will(reply);
    const http = upstream.client();
    expect(await http.send('POST', '/things', { json: {} }, z.unknown(), newCall())).toEqual(
      expected,
    );
  });

  it('sends JSON, also a bare text, a form, and a stream with its length', async () => {
    const http = upstream.client();
    const send = (sending: Parameters<typeof http.send>[2]) =>
      http.send('PUT', '/things', sending, z.unknown(), newCall());
    await send({ json: 'abc' });
    await send({ form: { a: 'b c' } });
    await send({ stream: { body: Readable.from(['12', '345']), type: 'text/x', length: 5 } });
    expect(upstream.received).toEqual([
      { type: 'application/json', length: '5', body: '"abc"' },
      { type: 'application/x-www-form-urlencoded', length: '5', body: 'a=b+c' },
      { type: 'text/x', length: '5', body: '12345' },
    ]);
  });

  it.each<[string, Reply, ErrorCode]>([
    ['400', 400, ErrorCode.PROVIDER_REJECTED],
    ['409', 409, ErrorCode.CONFLICT],
    ['422', 422, ErrorCode.PROVIDER_REJECTED],
  ])('shows what %s complains of, without what was secret', async (_what, reply, code) => {
    const say = 'the value "p\\"w%d" of A is odd';
    upstream.will({ status: reply as number, body: JSON.stringify({ say }) });
    const http = upstream.client({ dialect: telling });
    const secrets = ['p\\"w%d', 'other'];
    const failure = await failureOf(
      http.send('POST', '/things', { json: {}, secrets }, z.unknown(), newCall()),
    );
    expect(failure).toMatchObject({
      code,
      complaints: [{ message: 'the value "[hidden]" of A is odd', providerCode: 'X-1' }],
    });
    expect(failure.message).not.toContain('odd');
  });

  it.each<[string, Reply, ErrorCode]>([
    ['403', 403, ErrorCode.PROVIDER_UNAUTHORIZED],
    ['404', 404, ErrorCode.NOT_FOUND],
    ['429', 429, ErrorCode.PROVIDER_RATE_LIMITED],
    [
      '503 that says when to come back',
      { status: 503, headers: { 'retry-after': '0' } },
      ErrorCode.PROVIDER_UNAVAILABLE,
    ],
    ['500', 500, ErrorCode.OUTCOME_UNKNOWN],
    ['504', 504, ErrorCode.OUTCOME_UNKNOWN],
    ['a dropped connection', 'drop', ErrorCode.OUTCOME_UNKNOWN],
    ['an answer of another shape', { status: 200, body: '[]' }, ErrorCode.OUTCOME_UNKNOWN],
  ])('is sent once, whatever %s means', async (_what, reply, code) => {
    upstream.will(reply);
    const http = upstream.client({ retries: 5 });
    const sending = http.send('POST', '/things', {}, z.object({ id: z.number() }), newCall());
    const failure = await failureOf(sending);
    expect(failure.code).toBe(code);
    expect(failure.complaints).toBeUndefined();
    expect(upstream.arrived).toEqual([WRITE]);
  });

  it('does not know the outcome of one that is not answered in time', async () => {
    upstream.will('hold');
    const http = upstream.client({ timeoutMs: 100 });
    const failure = await failureOf(http.send('POST', '/things', {}, z.unknown(), newCall()));
    expect(failure).toMatchObject({ code: ErrorCode.OUTCOME_UNKNOWN, provider: NAME });
    await waitFor('its end upstream', () => upstream.givenUp.length === 1);
  });

  it('knows that one which found nobody was not sent', async () => {
    const http = upstream.client({ baseUrl: 'http://127.0.0.1:1' });
    const failure = await failureOf(http.send('POST', '/things', {}, z.unknown(), newCall()));
    expect(failure).toMatchObject({ code: ErrorCode.PROVIDER_UNAVAILABLE, retryable: true });
  });

  it('goes to its end when its operation ends, and is not begun after that', async () => {
    upstream.will('hold');
    const controller = new AbortController();
    const call = createCall(controller.signal, Date.now() + 50);
    const http = upstream.client();
    const sending = http.send('POST', '/things', {}, z.unknown(), call);
    await waitFor('the write', () => upstream.arrived.length === 1);
    controller.abort(new Error('hung up'));
    upstream.release();
    await expect(sending).resolves.toEqual({ turn: 1 });
    const late = http.send('POST', '/late', {}, z.unknown(), call);
    await expect(late).rejects.toThrow('hung up');
    expect(upstream.arrived).toEqual([WRITE]);
    expect(upstream.givenUp).toEqual([]);
  });

  it('is not shared, and leaves no connection that the next could find closed', async () => {
    upstream.will('hold', 'hold');
    const http = upstream.client();
    const call = newCall();
    const both = [1, 2].map(() => http.send('POST', '/things', {}, z.unknown(), call));
    await waitFor('both writes', () => upstream.arrived.length === 2);
    upstream.release();
    await Promise.all(both);
    await waitFor('no connection', async () => (await upstream.connections()) === 0);
  });

  it('repeats one that was refused for its credentials, once, with new ones', async () => {
    upstream.will(401, { status: 200, body: '1' });
    let token = 'old';
    const dialect = {
      ...PLAIN,
      authorize: () => ({ authorization: token }),
      renew: async () => {
        token = 'new';
        return true;
      },
    };
    const http = upstream.client({ dialect });
    expect(await http.send('POST', '/things', {}, z.number(), newCall())).toBe(1);
    expect(upstream.arrived).toEqual([WRITE, WRITE]);
  });
});

describe('sending a stream', () => {
  it('ends with the stream’s own error, which is what it fails with', async () => {
    const reason = new GatewayError(ErrorCode.BAD_USER_INPUT, 'not a zip');
    const body = new Readable({ read: () => undefined });
    body.push('1');
    const sending = { stream: { body, type: 'text/x', length: 10 } };
    const failing = upstream.client().send('POST', '/things', sending, z.unknown(), newCall());
    await waitFor('the write', () => upstream.arrived.length === 1);
    body.destroy(reason);
    expect(await failureOf(failing)).toBe(reason);
    await waitFor('its end upstream', () => upstream.givenUp.length === 1);
  });

  it('ends with the call', async () => {
    const controller = new AbortController();
    const body = new Readable({ read: () => undefined });
    body.push('1');
    const sending = { stream: { body, type: 'text/x' } };
    const call = newCall(controller.signal);
    const failing = upstream.client().send('POST', '/things', sending, z.unknown(), call);
    await waitFor('the write', () => upstream.arrived.length === 1);
    controller.abort(new Error('hung up'));
    await expect(failing).rejects.toThrow('hung up');
    await waitFor('its end upstream', () => upstream.givenUp.length === 1);
    expect(body.destroyed).toBe(true);
  });
});

describe('a download', () => {
  it('hands the file over as it arrives', async () => {
    upstream.will({ status: 200, body: 'PK-zip', headers: { 'content-length': '6' } });
    const { stream, headers } = await upstream.client().download('/file', newCall());
    expect(headers['content-length']).toBe('6');
    expect(Buffer.concat(await stream.toArray()).toString()).toBe('PK-zip');
  });

  it('fails as a read does', async () => {
    upstream.will({ status: 404, body: '{}' });
    const failure = await failureOf(upstream.client().download('/file', newCall()));
    expect(failure.code).toBe(ErrorCode.NOT_FOUND);
    const nobody = upstream.client({ baseUrl: 'http://127.0.0.1:1' });
    expect((await failureOf(nobody.download('/file', newCall()))).code).toBe(
      ErrorCode.PROVIDER_UNAVAILABLE,
    );
  });

  it('ends with the call', async () => {
    const controller = new AbortController();
    const call = newCall(controller.signal);
    upstream.will({ status: 200, body: '1', headers: { 'content-length': '10' } });
    const { stream } = await upstream.client().download('/file', call);
    controller.abort(new Error('hung up'));
    await expect(stream.toArray()).rejects.toThrow();
    await waitFor('no connection', async () => (await upstream.connections()) === 0);
  });
});

async function failureOf(sending: Promise<unknown>): Promise<GatewayError> {
  const outcome: unknown = await sending.catch((error: unknown) => error);
  if (outcome instanceof GatewayError) return outcome;
  throw new Error('it did not fail as it should', { cause: outcome });
}
