import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Cache, createCache } from '../../src/cache/cache.ts';
import { useUpstream } from '../http/upstream.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { LIFETIME, newCall, tag, things } from './harness.ts';

describe('the cache in memory', () => {
  const upstream = useUpstream();
  let now = 0;
  let cache: Cache;
  beforeEach(() => {
    now = 1_000_000;
    cache = createCache({ memoryBytes: 2 ** 20, now: () => now });
  });
  afterEach(() => cache.close());

  const reader = () => things(upstream.client({ retries: 0 }));

  it('answers from memory while it is fresh, and tells what the answer rests on', async () => {
    const { one } = reader();
    expect(await one(cache, 'a')).toBe(1);
    now += LIFETIME.softMs - 1;
    const call = newCall();
    expect(await one(cache, 'a', call)).toBe(1);
    expect(upstream.arrived).toEqual(['GET /a']);
    expect(call.sent.size).toBe(0);
    expect([...call.rests.tags].flat()).toEqual([tag('a'), 'p:under-test']);
    expect(call.rests).toMatchObject({ whole: true, freshUntil: 1_000_000 + LIFETIME.softMs });
  });

  it('asks once for the ids that are missing, beside those that are there', async () => {
    const { one, read } = reader();
    await one(cache, 'a');
    const { values } = await cache.read(read(['a', 'b', 'c']), newCall());
    expect([...values.keys()].sort()).toEqual(['a', 'b', 'c']);
    expect([...upstream.arrived].sort()).toEqual(['GET /a', 'GET /b', 'GET /c']);
  });

  it('serves what is softly out of date while it is read anew, once', async () => {
    const { one } = reader();
    await one(cache, 'a');
    now += LIFETIME.softMs;
    upstream.will('hold');
    const calls = [newCall(), newCall()];
    expect(await Promise.all(calls.map((call) => one(cache, 'a', call)))).toEqual([1, 1]);
    expect(calls.map(({ sent }) => sent.size)).toEqual([0, 0]);
    await waitFor('the second request', () => upstream.arrived.length === 2);
    upstream.release();
    await waitFor('the new answer', async () => (await one(cache, 'a')) === 2);
    expect(upstream.arrived).toHaveLength(2);
  });

  it('leaves a provider alone for a while after reading anew has failed', async () => {
    const { one } = reader();
    await one(cache, 'a');
    now += LIFETIME.softMs;
    upstream.will(503);
    await one(cache, 'a');
    await waitFor('the failure', () => upstream.arrived.length === 2);
    await newTurn();
    expect(await one(cache, 'a')).toBe(1);
    await newTurn();
    expect(upstream.arrived).toHaveLength(2);
  });

  it('waits for a new answer when the old one is too old', async () => {
    const { one } = reader();
    await one(cache, 'a');
    now += LIFETIME.hardMs;
    expect(await one(cache, 'a')).toBe(2);
  });

  it('lets an old answer stand in for a provider that is not there, and says so', async () => {
    const { one } = reader();
    await one(cache, 'a');
    now += LIFETIME.hardMs;
    upstream.will(503, 401, 404);
    const call = newCall();
    expect(await one(cache, 'a', call)).toBe('stale 1');
    expect(call.rests.whole).toBe(false);
    // Whom the provider turns away is shown nothing any more.
    expect(await one(cache, 'a')).toBe('PROVIDER_UNAUTHORIZED');
    expect(await one(cache, 'a')).toBeUndefined();
    expect(upstream.arrived).toHaveLength(4);
  });

  it('remembers for a moment that something does not exist, and never an error', async () => {
    const { one } = reader();
    upstream.will(404, 503, 200);
    expect(await one(cache, 'a')).toBeUndefined();
    expect(await one(cache, 'a')).toBeUndefined();
    expect(upstream.arrived).toHaveLength(1);
    now += 500;
    expect(await one(cache, 'a')).toBe('PROVIDER_UNAVAILABLE');
    expect(await one(cache, 'a')).toBe(3);
  });

  it('reads a thing once for all who ask at the same time, also when the first one leaves', async () => {
    const { one } = reader();
    upstream.will('hold');
    const first = new AbortController();
    const leaving = one(cache, 'a', newCall(first));
    const others = Array.from({ length: 20 }, () => one(cache, 'a'));
    await waitFor('the request', () => upstream.arrived.length === 1);
    first.abort(new Error('gone'));
    await expect(leaving).rejects.toThrow('gone');
    upstream.release();
    expect(new Set(await Promise.all(others)).size).toBe(1);
    expect(upstream.arrived).toHaveLength(2);
  });

  it('never mixes credentials, also not in flight', async () => {
    const client = upstream.client({ retries: 0 });
    const [mine, yours] = [
      things(client, { scope: 'mine' }),
      things(upstream.client({ retries: 0 }), { scope: 'yours' }),
    ];
    const answers = await Promise.all([mine.one(cache, 'a'), yours.one(cache, 'a')]);
    expect(answers.sort()).toEqual([1, 2]);
    expect(await mine.one(cache, 'a')).not.toBe(await yours.one(cache, 'a'));
    expect(upstream.arrived).toHaveLength(2);
  });

  it('forgets by tag, and keeps nothing that was asked for before', async () => {
    const { one } = reader();
    await one(cache, 'a');
    await one(cache, 'b');
    const { invalidations } = cache;
    const before = invalidations.moment();
    await cache.invalidate([tag('a')]);
    expect(invalidations.isVoid([tag('a')], before)).toBe(true);
    expect(invalidations.isVoid([tag('b')], before)).toBe(false);
    expect(invalidations.isVoid([tag('a')], invalidations.moment())).toBe(false);
    expect(await one(cache, 'b')).toBe(2);

    upstream.will('hold');
    const early = one(cache, 'a');
    await waitFor('the request', () => upstream.arrived.length === 3);
    await cache.invalidate([tag('a')]);
    upstream.release();
    await early;
    expect(await one(cache, 'a')).toBe(4);
  });

  it.each([
    ['no-store', 0],
    ['private, no-cache', 0],
    ['max-age=0, must-revalidate', 0],
    ['public, max-age=1', 1],
  ])('respects the provider’s Cache-Control: %s', async (header, keptSeconds) => {
    const { one } = reader();
    const headers = { 'cache-control': header };
    upstream.will({ status: 200, headers });
    expect(await one(cache, 'a')).toBe(1);
    if (keptSeconds) expect(await one(cache, 'a')).toBe(1);
    now += keptSeconds * 1_000;
    expect(await one(cache, 'a')).toBe(2);
  });

  it('stays within its bytes, and forgets what was not used for longest', async () => {
    const small = createCache({ memoryBytes: 20_000, now: () => now });
    const { one } = reader();
    for (let index = 0; index < 100; index += 1) {
      await one(small, `thing-${index}`);
      await one(small, 'thing-0');
      expect(small.bytes()).toBeLessThanOrEqual(20_000);
    }
    expect(small.bytes()).toBeGreaterThan(10_000);
    upstream.arrived.length = 0;
    await one(small, 'thing-0');
    await one(small, 'thing-1');
    expect(upstream.arrived).toEqual(['GET /thing-1']);
  });

  it('gives out what nobody can change', async () => {
    const { read } = reader();
    await cache.read(read(['a']), newCall());
    const { values } = await cache.read(read(['a']), newCall());
    expect(Object.isFrozen(values.get('a'))).toBe(true);
  });
});

/** Everything that can run has run. */
async function newTurn(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
