import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { backoffMs } from '../../src/datasources/http/backoff.ts';
import { createCall } from '../../src/datasources/http/call.ts';
import { ErrorCode } from '../../src/errors.ts';
import { newCall } from '../helpers/provider.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { type Reply, useUpstream } from './upstream.ts';

const upstream = useUpstream();
const READ = 'GET /things';

describe('repeating a read', () => {
  it.each<[string, Reply]>([
    ['502', 502],
    ['503', 503],
    ['504', 504],
    ['a dropped connection', 'drop'],
    ['429 with a short Retry-After', { status: 429, headers: { 'retry-after': '0' } }],
    ['429 until a date', { status: 429, headers: { 'retry-after': new Date(0).toUTCString() } }],
    ['503 with a short Retry-After', { status: 503, headers: { 'retry-after': '0' } }],
  ])('goes on after %s', async (_what, reply) => {
    upstream.will(reply, reply);
    const call = newCall();
    const http = upstream.client({ retries: 2 });
    expect((await http.read('/things', call)).body).toEqual({ turn: 3 });
    expect(upstream.arrived).toEqual([READ, READ, READ]);
    expect(call.sent.get('under-test')).toBe(3);
    expect(http.monitor.health()).toMatchObject({ requests: 3, failedRequests: 2 });
    expect(Object.fromEntries(http.monitor.outcomes())).toMatchObject({ succeeded: 1 });
  });

  it.each<[string, Reply, ErrorCode]>([
    ['500', 500, ErrorCode.PROVIDER_UNAVAILABLE],
    ['403', 403, ErrorCode.PROVIDER_UNAUTHORIZED],
    ['404', 404, ErrorCode.NOT_FOUND],
    ['429 that does not say when', 429, ErrorCode.PROVIDER_RATE_LIMITED],
    [
      '429 with a long Retry-After',
      { status: 429, headers: { 'retry-after': '30' } },
      ErrorCode.PROVIDER_RATE_LIMITED,
    ],
    [
      '503 with a long Retry-After',
      { status: 503, headers: { 'retry-after': '30' } },
      ErrorCode.PROVIDER_UNAVAILABLE,
    ],
    ['an answer that is no JSON', { status: 200, body: '<' }, ErrorCode.PROVIDER_INVALID_RESPONSE],
  ])('does not follow %s', async (_what, reply, code) => {
    upstream.will(reply);
    const reading = upstream.client({ retries: 2 }).read('/things', newCall());
    await expect(reading).rejects.toMatchObject({ code });
    expect(upstream.arrived).toEqual([READ]);
    expect(upstream.left()).toBe(0);
  });

  it('ends after as many attempts as configured, with the last error', async () => {
    upstream.will(502, 502, 503, 200);
    const reading = upstream.client({ retries: 2 }).read('/things', newCall());
    await expect(reading).rejects.toMatchObject({ upstreamStatus: 503 });
    expect(upstream.arrived).toHaveLength(3);
    expect(upstream.left()).toBe(1);
  });

  it('never follows a request that took too long, nor one that might change something', async () => {
    upstream.will('hold');
    const slow = upstream.client({ retries: 2, timeoutMs: 100 });
    await expect(slow.read('/things', newCall())).rejects.toMatchObject({
      code: ErrorCode.PROVIDER_TIMEOUT,
    });
    expect(upstream.arrived).toHaveLength(1);
    upstream.will(503);
    const http = upstream.client({ retries: 2 });
    await expect(http.postForm('/token', {}, z.any(), newCall())).rejects.toMatchObject({
      upstreamStatus: 503,
    });
    expect(upstream.arrived).toEqual([READ, 'POST /token']);
  });

  it('is left out where it could not end in time', async () => {
    upstream.will(503, 200);
    const http = upstream.client({ retries: 2, random: () => 1 });
    const call = createCall(new AbortController().signal, Date.now() + 90);
    await expect(http.read('/things', call)).rejects.toMatchObject({ upstreamStatus: 503 });
    expect(upstream.arrived).toHaveLength(1);
  });

  it('does not repeat a login because the read behind it could be repeated', async () => {
    upstream.will(503, 200);
    const login = upstream.client();
    const http = upstream.client({
      retries: 2,
      dialect: {
        authorize: async (call) => ({
          authorization: await login.postForm('/token', {}, z.string(), call),
        }),
        explain: () => ({}),
        rateLimit: () => null,
      },
    });
    await expect(http.read('/things', newCall())).rejects.toMatchObject({ upstreamStatus: 503 });
    expect(upstream.arrived).toEqual(['POST /token']);
  });
});

describe('time and hang-up', () => {
  it('gives up a read at the deadline, also without a timer of the operation', async () => {
    upstream.will('hold');
    const call = createCall(new AbortController().signal, Date.now() + 50);
    const http = upstream.client();
    await expect(http.read('/things', call)).rejects.toMatchObject({
      code: ErrorCode.PROVIDER_TIMEOUT,
    });
    await waitFor('the end of the request', () => upstream.givenUp.length);
  });

  it('sends nothing for an operation that is over', async () => {
    const reason = new Error('gone');
    const http = upstream.client();
    await expect(http.read('/things', newCall(AbortSignal.abort(reason)))).rejects.toBe(reason);
    expect(upstream.arrived).toEqual([]);
  });

  it('lets a request that may change something go to its end', async () => {
    upstream.will('hold');
    const controller = new AbortController();
    const posting = upstream.client().postForm('/token', {}, z.any(), newCall(controller.signal));
    await waitFor('the request', () => upstream.arrived.length);
    controller.abort(new Error('gone'));
    upstream.release();
    expect(await posting).toEqual({ turn: 1 });
    expect(upstream.givenUp).toEqual([]);
  });
});

describe('backoffMs', () => {
  it('doubles up to a cap, with full jitter', () => {
    const longest = [0, 1, 2, 3, 4, 5, 6].map((attempt) => backoffMs(attempt, () => 1));
    expect(longest).toEqual([100, 200, 400, 800, 1_600, 2_000, 2_000]);
    expect(backoffMs(3, () => 0)).toBe(0);
    expect(backoffMs(3, () => 0.5)).toBe(400);
  });
});
