import { expect, test } from '@jest/globals';
import { createSlots } from '../../src/datasources/http/slots.ts';
import { REGISTRY } from '../../src/datasources/registry.ts';
import {
  backOff,
  jittered,
  stretchOf,
  wantedInterval,
} from '../../src/subscriptions/watch/pace.ts';
import { TIMING } from '../../src/subscriptions/watch/timing.ts';
import { createProvider } from '../helpers/provider.ts';

const PACE = { quickMs: 2_000, slowMs: 30_000, windowMs: 3_600_000 };

test('the times that are promised are those that are kept', () => {
  const sandbox = {
    ubiops: { credentials: { token: 't' } },
    humanitec: { credentials: { token: 't' }, organization: 'o' },
    cloud66: { credentials: { token: 't' } },
    cloudfoundry: { credentials: { token: 't' } },
  };
  const paces = Object.entries(REGISTRY).map(([, definition]) => {
    const options = sandbox[definition.kind as keyof typeof sandbox];
    const source = createProvider(definition, 'http://127.0.0.1:9', options);
    return [definition.kind, TIMING.paceOf(source)] as const;
  });
  const quick = Object.fromEntries(paces.map(([kind, { quickMs }]) => [kind, quickMs]));
  expect(quick).toEqual({ humanitec: 2_000, cloudfoundry: 2_000, ubiops: 5_000, cloud66: 10_000 });
  for (const [, { slowMs }] of paces) expect(slowMs).toBeGreaterThanOrEqual(30_000);
  expect(TIMING.lingerMs).toBe(600_000);
  // A killed instance's lease ends, and another one asks for it after that.
  expect(TIMING.leaseMs + TIMING.beatMs).toBeLessThan(10_000);
});

test('units are looked at often while something is in progress', () => {
  expect(wantedInterval(PACE, true)).toBe(2_000);
  expect(wantedInterval(PACE, false)).toBe(30_000);
});

test('intervals are stretched until all units together fit half of the budget', () => {
  const demands = [
    { requests: 3, wantedMs: 2_000 },
    { requests: 1, wantedMs: 30_000 },
  ];
  const stretch = stretchOf(demands, { limit: 3_000 }, PACE.windowMs);
  const sent = demands.reduce(
    (sum, { requests, wantedMs }) => sum + (requests * PACE.windowMs) / (wantedMs * stretch),
    0,
  );
  expect(stretch).toBeGreaterThan(1);
  expect(sent).toBeCloseTo(1_500);
});

test('intervals are left alone where the budget is ample, or not known', () => {
  const demands = [{ requests: 1, wantedMs: 2_000 }];
  expect(stretchOf(demands, { limit: 30_000 }, PACE.windowMs)).toBe(1);
  expect(stretchOf(demands, { limit: null }, PACE.windowMs)).toBe(1);
  expect(stretchOf(demands, null, PACE.windowMs)).toBe(1);
});

test('jitter only ever shortens an interval, and failures lengthen it up to a bound', () => {
  expect(jittered(1_000, () => 0)).toBe(1_000);
  expect(jittered(1_000, () => 1)).toBe(900);
  expect([1, 2, 3, 9].map((failures) => backOff(2_000, failures, 60_000))).toEqual([
    2_000, 4_000, 8_000, 60_000,
  ]);
  expect(backOff(90_000, 3, 60_000)).toBe(90_000);
});

test('what nobody waits for stands behind what somebody waits for', async () => {
  const slots = createSlots(1);
  const { signal } = new AbortController();
  const order: string[] = [];
  const run = (name: string, isBackground: boolean) =>
    slots.run({ signal, isBackground }, async () => void order.push(name));
  await Promise.all([
    run('first', false),
    run('watcher', true),
    run('query', false),
    run('another query', false),
  ]);
  expect(order).toEqual(['first', 'query', 'another query', 'watcher']);
});
