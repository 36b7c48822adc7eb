import { beforeEach, describe, expect, it } from '@jest/globals';
import { ErrorCode } from '../../src/errors.ts';
import { CircuitState, HealthStatus } from '../../src/schema/enums.ts';
import { newCall } from '../helpers/provider.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { PLAIN, type Reply, useUpstream } from './upstream.ts';

const upstream = useUpstream();
const START = Date.UTC(2026, 10, 1);

describe('the circuit breaker', () => {
  let time = START;
  beforeEach(() => {
    time = START;
  });
  const open = (retries = 0) =>
    upstream.client({ now: () => time, retries, dialect: { ...PLAIN, explain } });
  const explain = (_status: number, body: unknown) => ({ throttled: body === 'throttled' });
  const readTimes = async (http: ReturnType<typeof open>, times: number) => {
    for (let turn = 0; turn < times; turn += 1) {
      await http.read(`/things/${turn}`, newCall()).catch(() => undefined);
    }
  };
  const opened = async () => {
    upstream.will(503, 'drop', 502, 504, 503);
    const http = open();
    await readTimes(http, 5);
    expect(upstream.arrived).toHaveLength(5);
    expect(http.monitor.health().circuit).toBe(CircuitState.OPEN);
    return http;
  };

  it('opens after five requests in a row that found nobody, and then fails at once', async () => {
    const http = await opened();
    await expect(http.read('/things', newCall())).rejects.toMatchObject({
      code: ErrorCode.PROVIDER_UNAVAILABLE,
      provider: 'under-test',
      retryable: true,
      message: expect.stringMatching(/^under-test is not asked: .* Next try in 10 s\.$/),
    });
    expect(upstream.arrived).toHaveLength(5);
    expect(http.monitor.health()).toMatchObject({ requests: 5, status: HealthStatus.DOWN });
  });

  it('closes when a probe is answered', async () => {
    const http = await opened();
    time += 10_000;
    expect(http.monitor.health().circuit).toBe(CircuitState.HALF_OPEN);
    await http.read('/things', newCall());
    expect(http.monitor.health().circuit).toBe(CircuitState.CLOSED);
    await readTimes(http, 3);
    expect(upstream.arrived).toHaveLength(9);
  });

  it('lets one probe through at a time, and stays open for longer when that is in vain', async () => {
    const http = await opened();
    time += 10_000;
    upstream.will('hold');
    const controller = new AbortController();
    const probe = http.read('/probe', newCall(controller.signal));
    await waitFor('the probe', () => upstream.arrived.length === 6);
    await expect(http.read('/things', newCall())).rejects.toThrow('being tried again right now');
    expect(upstream.arrived).toHaveLength(6);
    controller.abort(new Error('gone'));
    await expect(probe).rejects.toThrow('gone');

    await waitFor('the end of the probe', () => upstream.givenUp.includes('GET /probe'));
    upstream.will(503);
    await readTimes(http, 1);
    expect(upstream.arrived).toHaveLength(7);
    expect(http.monitor.health().circuit).toBe(CircuitState.OPEN);
    time += 19_999;
    await readTimes(http, 1);
    expect(upstream.arrived).toHaveLength(7);
    time += 1;
    await http.read('/things', newCall());
    expect(http.monitor.health().circuit).toBe(CircuitState.CLOSED);
  });

  it('counts attempts, and stops repeating when it opens', async () => {
    upstream.will(503, 503, 503, 503, 503, 503);
    const http = open(10);
    await expect(http.read('/things', newCall())).rejects.toThrow('is not asked');
    expect(upstream.arrived).toHaveLength(5);
  });

  it('stops those that still wait for their turn', async () => {
    upstream.will(503, 503, 503, 503, 503);
    const http = upstream.client({ concurrency: 1 });
    const reads = Array.from({ length: 20 }, (_, turn) => http.read(`/${turn}`, newCall()));
    const outcomes = await Promise.allSettled(reads);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(20);
    expect(upstream.arrived).toHaveLength(5);
  });

  it('counts time-outs', async () => {
    upstream.will('hold', 'hold', 'hold', 'hold', 'hold');
    const http = upstream.client({ timeoutMs: 100 });
    await Promise.allSettled([1, 2, 3, 4, 5].map((turn) => http.read(`/${turn}`, newCall())));
    expect(http.monitor.health().circuit).toBe(CircuitState.OPEN);
  });

  const throttled: Reply = { status: 503, body: '"throttled"', headers: { 'retry-after': '0' } };
  it.each<[string, Reply]>([
    ['throttling by 503', throttled],
    ['throttling by 429', { status: 429, headers: { 'retry-after': '0' } }],
    ['400', 400],
    ['401', 401],
    ['404', 404],
    ['408', 408],
    ['500', 500],
    ['what is no JSON', { status: 200, body: '<' }],
  ])('is not tripped by %s', async (_what, reply) => {
    upstream.will(...Array.from({ length: 12 }, () => reply));
    const http = open();
    await readTimes(http, 12);
    expect(upstream.arrived).toHaveLength(12);
    expect(http.monitor.health().circuit).toBe(CircuitState.CLOSED);
  });

  it('is not tripped by operations that are called off', async () => {
    upstream.will(...Array.from({ length: 8 }, () => 'hold' as const));
    const http = open();
    const controller = new AbortController();
    const reads = Array.from({ length: 8 }, (_, turn) =>
      http.read(`/${turn}`, newCall(controller.signal)),
    );
    await waitFor('the requests', () => upstream.arrived.length === 8);
    controller.abort(new Error('gone'));
    await Promise.allSettled(reads);
    await waitFor('their end', () => upstream.givenUp.length === 8);
    expect(http.monitor.health()).toMatchObject({ circuit: CircuitState.CLOSED, requests: 0 });
  });

  it('begins to count anew after an answer', async () => {
    upstream.will(503, 503, 503, 503, 200, 503, 503, 503, 503);
    const http = open();
    await readTimes(http, 9);
    expect(http.monitor.health()).toMatchObject({
      circuit: CircuitState.CLOSED,
      requests: 9,
      failedRequests: 8,
    });
    time += 61_000;
    expect(http.monitor.health()).toMatchObject({ requests: 0, status: HealthStatus.UP });
    expect(Object.fromEntries(http.monitor.outcomes())).toEqual({
      succeeded: 1,
      PROVIDER_UNAVAILABLE: 8,
    });
  });
});
