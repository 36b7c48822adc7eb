import { beforeEach, describe, expect, it } from '@jest/globals';
import { createBudget } from '../../src/datasources/http/budget.ts';
import { createCall } from '../../src/datasources/http/call.ts';
import { ErrorCode, GatewayError } from '../../src/errors.ts';
import { newCall } from '../helpers/provider.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('the budget by a driven clock', () => {
  let time = 0;
  let waits: number[] = [];
  beforeEach(() => {
    time = Date.UTC(2026, 10, 1);
    waits = [];
  });
  const create = (windowMs?: number) =>
    createBudget({
      provider: 'p',
      windowMs,
      now: () => time,
      pause: async (ms) => {
        waits.push(ms);
        time += ms;
      },
    });
  const within = (ms: number) => createCall(new AbortController().signal, time + ms);
  const told = (remaining: number | null, resetMs: number | null, limit: number | null = 10) => ({
    told: { limit, remaining, resetsAt: resetMs === null ? null : new Date(time + resetMs) },
    throttled: false,
    retryAt: undefined,
  });
  const throttled = (news: object = {}) => ({
    told: null,
    throttled: true,
    retryAt: undefined,
    ...news,
  });
  const refusalOf = (taking: Promise<unknown>) =>
    taking.then(
      () => undefined,
      (error: unknown) => (error instanceof GatewayError ? error : undefined),
    );

  it('leaves the last tenth of a window to those who wait for an answer', async () => {
    const budget = create();
    const background = () =>
      budget.take(createCall(new AbortController().signal, time + HOUR, { isBackground: true }));
    const ticket = await budget.take(within(1_000));
    budget.learn(ticket, told(2, MINUTE));
    await background();
    expect(await refusalOf(background())).toMatchObject({ code: 'PROVIDER_RATE_LIMITED' });
    await budget.take(within(1_000));
    expect(waits).toEqual([]);
  });

  it('comes back after a moment’s rest, however long the window is', async () => {
    const budget = create(HOUR);
    const background = () =>
      budget.take(createCall(new AbortController().signal, time + HOUR, { isBackground: true }));
    budget.learn(await budget.take(within(1)), told(9, HOUR));
    budget.learn(await budget.take(within(1)), throttled({ retryAt: new Date(time + 1_000) }));
    const refusal = await refusalOf(background());
    expect(refusal?.resetsAt).toEqual(new Date(time + 1_000));
    time += 1_000;
    await background();
  });

  it('does not limit what nobody told', async () => {
    const budget = create();
    for (let turn = 1; turn <= 1_000; turn += 1) expect(await budget.take(within(1))).toBe(turn);
    expect(waits).toEqual([]);
  });

  it('counts what is under way, in whatever order the answers come', async () => {
    for (const order of [
      [1, 2, 3],
      [3, 2, 1],
      [2, 3, 1],
    ]) {
      const budget = create(MINUTE);
      for (let turn = 0; turn < 3; turn += 1) await budget.take(within(1));
      for (const ticket of order) budget.learn(ticket, told(5 - ticket, MINUTE));
      await budget.take(within(1));
      await budget.take(within(1));
      expect(budget.isSpent()).toBe(true);
      expect(await refusalOf(budget.take(within(MINUTE)))).toBeInstanceOf(GatewayError);
    }
  });

  it('counts requests that an answer could not know of', async () => {
    const budget = create(MINUTE);
    for (let turn = 0; turn < 3; turn += 1) await budget.take(within(1));
    budget.learn(1, told(3, MINUTE));
    await budget.take(within(1));
    expect(budget.isSpent()).toBe(true);
  });

  it('fails at once when the window ends too late, and says when it ends', async () => {
    const budget = create(MINUTE);
    budget.learn(await budget.take(within(1)), told(0, 40_000));
    const error = await refusalOf(budget.take(within(40_000)));
    expect(error).toMatchObject({
      code: ErrorCode.PROVIDER_RATE_LIMITED,
      provider: 'p',
      retryable: true,
      resetsAt: new Date(time + 40_000),
    });
    expect(error?.message).toContain(new Date(time + 40_000).toISOString());
    expect(waits).toEqual([]);
    await budget.take(within(40_001));
    expect(waits).toEqual([40_000]);
  });

  it('gives back what was taken and never sent', async () => {
    const budget = create(MINUTE);
    budget.learn(await budget.take(within(1)), told(1, MINUTE));
    await budget.take(within(1));
    expect(budget.isSpent()).toBe(true);
    budget.giveBack();
    expect(budget.isSpent()).toBe(false);
  });

  it('begins the next window with the whole limit', async () => {
    const budget = create(MINUTE);
    budget.learn(await budget.take(within(1)), told(0, 1_000, 3));
    time += 1_000;
    for (let turn = 0; turn < 3; turn += 1) await budget.take(within(1));
    expect(await refusalOf(budget.take(within(30_000)))).toMatchObject({
      resetsAt: new Date(time + MINUTE),
    });
  });

  it('counts those who wait already', async () => {
    const waiters: (() => void)[] = [];
    const budget = createBudget({
      provider: 'p',
      windowMs: MINUTE,
      now: () => time,
      pause: () => new Promise((resolve) => waiters.push(resolve)),
    });
    budget.learn(await budget.take(within(1)), told(0, 1_000, 2));
    const taking = [budget.take(within(30_000)), budget.take(within(30_000))];
    const error = await refusalOf(budget.take(within(30_000)));
    expect(error?.resetsAt).toEqual(new Date(time + 1_000 + MINUTE));
    time += 1_000;
    for (const wake of waiters) wake();
    expect(await Promise.all(taking)).toEqual([2, 3]);
  });

  it('guesses the end of a window that nobody tells, and looks once a minute', async () => {
    const budget = create(HOUR);
    budget.learn(await budget.take(within(1)), told(1, null));
    time += 10 * MINUTE;
    const last = await budget.take(within(1));
    const refused = { told: told(0, null).told, throttled: true, retryAt: undefined };
    expect(budget.learn(last, refused)).toEqual(new Date(time + 50 * MINUTE));
    expect(await refusalOf(budget.take(within(MINUTE)))).toMatchObject({
      resetsAt: new Date(time + 50 * MINUTE),
    });
    time += MINUTE;
    const look = await budget.take(within(1));
    expect(await refusalOf(budget.take(within(1)))).toBeInstanceOf(GatewayError);
    budget.learn(look, told(9, null));
    expect(budget.isSpent()).toBe(false);
    expect(waits).toEqual([]);
  });

  it('stays away for longer and longer from a provider that does not say for how long', async () => {
    const budget = create();
    const away = async () => {
      const until = budget.learn(await budget.take(within(HOUR)), throttled());
      return (until?.getTime() ?? 0) - time;
    };
    const seconds = [];
    for (let turn = 0; turn < 6; turn += 1) seconds.push((await away()) / 1_000);
    expect(seconds).toEqual([5, 10, 20, 40, 60, 60]);
    budget.learn(await budget.take(within(HOUR)), { ...throttled(), throttled: false });
    expect(await away()).toBe(5_000);
  });

  it('takes requests that were refused together for one refusal', async () => {
    const budget = create();
    const tickets = [];
    for (let turn = 0; turn < 8; turn += 1) tickets.push(await budget.take(within(1)));
    for (const ticket of tickets) budget.learn(ticket, throttled());
    expect(await refusalOf(budget.take(within(1)))).toMatchObject({
      resetsAt: new Date(time + 5_000),
    });
  });

  it('believes no window that is longer than a day', async () => {
    const budget = create();
    budget.learn(await budget.take(within(1)), told(0, 900 * 24 * HOUR));
    expect(await refusalOf(budget.take(within(1)))).toMatchObject({
      resetsAt: new Date(time + MINUTE),
    });
  });

  it('stops waiting when the operation is called off', async () => {
    const budget = createBudget({ provider: 'p' });
    const far = { told: null, throttled: true, retryAt: new Date(Date.now() + HOUR) };
    budget.learn(await budget.take(newCall()), far);
    const controller = new AbortController();
    const taking = budget.take(newCall(controller.signal));
    const reason = new Error('gone');
    controller.abort(reason);
    await expect(taking).rejects.toBe(reason);
  });
});
