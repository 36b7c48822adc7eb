import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Status } from '../../src/schema/enums.ts';
import {
  type EventLog,
  isStatusChange,
  type LogEvent,
  type Observation,
  type StatusChange,
} from '../../src/subscriptions/events.ts';
import { createMemoryLog } from '../../src/subscriptions/log/memory.ts';
import { readChanges } from '../helpers/changes.ts';
import { waitFor } from '../helpers/wait-for.ts';

export const BOUNDS = { maxEvents: 1_000, maxAgeMs: 3_600_000, maxSubjects: 1_000 };

export type Bounds = typeof BOUNDS;

export const saw = (
  subjectId: string,
  status: Status,
  more: Partial<Observation> = {},
): Observation => ({
  type: 'Deployment',
  subjectId,
  scopeId: 'scope',
  status,
  rawStatus: status.toLowerCase(),
  occurredAt: null,
  ...more,
});

export const told = (changes: readonly StatusChange[]) =>
  changes.map(({ subjectId, from, status, sequence }) => [subjectId, from, status, sequence]);

/** Everything behind a cursor, read page by page. */
async function readAll(log: EventLog, after: string, limit: number): Promise<StatusChange[]> {
  const events: LogEvent[] = [];
  for (;;) {
    const page = await log.read(events.at(-1)?.cursor ?? after, limit);
    expect(page.events.length).toBeLessThanOrEqual(limit);
    events.push(...page.events);
    if (page.isComplete) return events.filter(isStatusChange);
  }
}

export function follow(log: EventLog) {
  const events: LogEvent[] = [];
  const changes: StatusChange[] = [];
  let resets = 0;
  const stop = log.listen({
    onEvent: (event) => {
      events.push(event);
      if (isStatusChange(event)) changes.push(event);
    },
    onReset: () => (resets += 1),
  });
  return { events, changes, stop, resets: () => resets };
}

/** What every log promises; `create` makes an empty one. */
export function describeLog(create: (bounds: Bounds) => Promise<EventLog>): void {
  const { QUEUED, IN_PROGRESS, SUCCEEDED, FAILED, CANCELLED } = Status;

  it('takes the first look at a scope silently, also an empty one, and then tells newcomers', async () => {
    const log = await create(BOUNDS);
    expect(await log.known('scope')).toBeUndefined();
    expect(await log.record('scope', [saw('a', IN_PROGRESS)], 1)).toEqual([]);
    expect(await log.record('empty', [], 1)).toEqual([]);
    expect(told(await log.record('scope', [saw('b', QUEUED)], 1))).toEqual([
      ['b', null, QUEUED, 1],
    ]);
    expect(told(await log.record('empty', [saw('c', SUCCEEDED)], 1))).toEqual([
      ['c', null, SUCCEEDED, 1],
    ]);
    expect(await log.known('scope')).toEqual(
      new Map([
        ['a', IN_PROGRESS],
        ['b', QUEUED],
      ]),
    );
  });

  it('appends a transition once, counts them for each subject, and lets equal ones recur', async () => {
    const log = await create(BOUNDS);
    const at = new Date('2026-01-02T03:04:05.678Z');
    await log.record('scope', [saw('a', SUCCEEDED)], 1);
    const [change] = await log.record(
      'scope',
      [saw('a', FAILED, { type: 'Version', rawStatus: 'it’s "broken"', occurredAt: at })],
      1,
    );
    expect(change).toMatchObject({
      type: 'Version',
      subjectId: 'a',
      scopeId: 'scope',
      from: SUCCEEDED,
      status: FAILED,
      rawStatus: 'it’s "broken"',
      occurredAt: at,
      sequence: 1,
      observedAt: expect.any(Date),
    });
    expect(await log.record('scope', [saw('a', FAILED)], 1)).toEqual([]);
    const more = await log.record('scope', [saw('a', SUCCEEDED), saw('a', FAILED)], 1);
    expect(told(more)).toEqual([
      ['a', FAILED, SUCCEEDED, 2],
      ['a', SUCCEEDED, FAILED, 3],
    ]);
  });

  it('refuses an older fencing token and keeps what was known', async () => {
    const log = await create(BOUNDS);
    await log.record('scope', [saw('a', QUEUED)], 7);
    await expect(log.record('scope', [saw('a', FAILED)], 6)).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    expect(await log.known('scope')).toEqual(new Map([['a', QUEUED]]));
    expect(await log.record('other', [saw('a', QUEUED)], 1)).toEqual([]);
    expect(told(await log.record('scope', [saw('a', SUCCEEDED)], 7))).toHaveLength(1);
  });

  it('reads behind a cursor in pages, and joins with what is heard without gap or repeat', async () => {
    const log = await create(BOUNDS);
    await log.record('scope', [], 1);
    const start = await log.head();
    for (let index = 0; index < 7; index += 1)
      await log.record('scope', [saw(`s${index}`, QUEUED)], 1);
    const live = follow(log);
    const first = await readChanges(log, start, 3);
    await log.record('scope', [saw('late', QUEUED)], 1);
    const rest = await readAll(log, first.at(-1)?.cursor ?? '', 3);
    const replayed = [...first, ...rest];
    await log.record('scope', [saw('later', QUEUED)], 1);
    await waitFor('the last event', () =>
      live.changes.some(({ subjectId }) => subjectId === 'later'),
    );
    const last = replayed.at(-1)?.cursor ?? '';
    const joined = live.changes.filter(({ cursor }) => log.compare(cursor, last) > 0);
    expect([...replayed, ...joined].map(({ subjectId }) => subjectId)).toEqual([
      's0',
      's1',
      's2',
      's3',
      's4',
      's5',
      's6',
      'late',
      'later',
    ]);
    expect(await readAll(log, await log.head(), 3)).toEqual([]);
    live.stop();
    await log.record('scope', [saw('unheard', QUEUED)], 1);
    const again = follow(log);
    await log.record('scope', [saw('heard', QUEUED)], 1);
    await waitFor('one event', () => again.changes.length > 0);
    expect(live.changes.some(({ subjectId }) => subjectId === 'unheard')).toBe(false);
  });

  it('keeps so many events and no more, and says when a cursor is older', async () => {
    const log = await create({ ...BOUNDS, maxEvents: 5 });
    await log.record('scope', [], 1);
    const start = await log.head();
    const changes = [];
    for (let index = 0; index < 8; index += 1) {
      changes.push(...(await log.record('scope', [saw(`s${index}`, QUEUED)], 1)));
    }
    await expect(log.read(start, 10)).rejects.toMatchObject({ code: 'CURSOR_EXPIRED' });
    await expect(log.read(changes[1]?.cursor ?? '', 10)).rejects.toMatchObject({
      code: 'CURSOR_EXPIRED',
    });
    // Of the events behind the third one none was let go.
    expect(await readChanges(log, changes[2]?.cursor ?? '')).toEqual(changes.slice(3));
    expect((await log.history('s0', { first: 5, after: undefined })).changes).toEqual([]);
  });

  it('lets events go that are too old', async () => {
    const log = await create({ ...BOUNDS, maxAgeMs: 30 });
    await log.record('scope', [], 1);
    const start = await log.head();
    await log.record('scope', [saw('a', QUEUED)], 1);
    await waitFor('the event to be let go', async () => {
      await log.record('scope', [], 1);
      return log.read(start, 10).then(
        () => false,
        (error: { code: string }) => error.code === 'CURSOR_EXPIRED',
      );
    });
    expect((await log.history('a', { first: 5, after: undefined })).changes).toEqual([]);
    expect(await log.known('scope')).toEqual(new Map([['a', QUEUED]]));
  });

  it('tells cursors of other logs from what is no cursor', async () => {
    const log = await create(BOUNDS);
    const other = createMemoryLog(BOUNDS);
    await expect(log.read(await other.head(), 1)).rejects.toMatchObject({ code: 'CURSOR_EXPIRED' });
    for (const broken of ['', 'x', 'ZTEuYS4xLg', 'e'.repeat(5_000)]) {
      await expect(log.read(broken, 1)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    }
  });

  it('pages through the history of one subject, newest first', async () => {
    const log = await create(BOUNDS);
    await log.record('scope', [saw('a', QUEUED), saw('b', QUEUED)], 1);
    for (const status of [IN_PROGRESS, FAILED, QUEUED, SUCCEEDED]) {
      await log.record('scope', [saw('a', status), saw('b', status)], 1);
    }
    const first = await log.history('a', { first: 3, after: undefined });
    expect(told(first.changes)).toEqual([
      ['a', QUEUED, SUCCEEDED, 4],
      ['a', FAILED, QUEUED, 3],
      ['a', IN_PROGRESS, FAILED, 2],
    ]);
    expect(first.hasNext).toBe(true);
    const after = first.changes.at(-1)?.cursor;
    const second = await log.history('a', { first: 3, after });
    expect(told(second.changes)).toEqual([['a', QUEUED, IN_PROGRESS, 1]]);
    expect(second.hasNext).toBe(false);
  });

  it('forgets what has been final the longest, and never takes it for a newcomer', async () => {
    const log = await create({ ...BOUNDS, maxSubjects: 10 });
    const at = (day: number) => ({ occurredAt: new Date(Date.UTC(2026, 0, day)) });
    const old = Array.from({ length: 12 }, (_, index) =>
      saw(`s${index}`, SUCCEEDED, at(index + 1)),
    );
    await log.record('scope', [...old, saw('busy', IN_PROGRESS, at(1))], 1);
    const known = await log.known('scope');
    expect([...(known?.keys() ?? [])].sort()).toEqual(
      ['busy', ...Array.from({ length: 8 }, (_, index) => `s${index + 4}`)].sort(),
    );
    expect(await log.record('scope', old, 1)).toEqual([]);
    expect(await log.record('scope', [saw('timeless', CANCELLED)], 1)).toEqual([]);
    const news = [
      saw('new', FAILED, at(20)),
      saw('running', QUEUED, at(1)),
      saw('busy', FAILED, at(21)),
    ];
    expect(told(await log.record('scope', news, 1))).toEqual([
      ['new', null, FAILED, 1],
      ['running', null, QUEUED, 1],
      ['busy', IN_PROGRESS, FAILED, 1],
    ]);
  });

  it('answers any sequence of looks as a plain model does', async () => {
    const look = fc.array(
      fc.record({
        subject: fc.constantFrom('a', 'b', 'c'),
        status: fc.constantFrom(QUEUED, IN_PROGRESS, SUCCEEDED, FAILED),
      }),
      { maxLength: 4 },
    );
    const looks = fc.array(fc.record({ scope: fc.constantFrom('x', 'y'), look }), {
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(looks, async (sequence) => {
        const log = await create(BOUNDS);
        const start = await log.head();
        const live = follow(log);
        const known = new Map<string, Map<string, Status>>();
        const expected: unknown[] = [];
        for (const { scope, look: seen } of sequence) {
          const before = known.get(scope);
          const now = new Map(before);
          for (const { subject, status } of seen) {
            const from = now.get(subject) ?? null;
            if (from !== status && (before || from))
              expected.push([`${scope}${subject}`, from, status]);
            now.set(subject, status);
          }
          known.set(scope, now);
          const ids = seen.map(({ subject, status }) => saw(`${scope}${subject}`, status));
          await log.record(scope, ids, 1);
          await log.record(scope, ids.slice(-1), 1);
        }
        const changes = await readAll(log, start, 2);
        expect(changes.map(({ subjectId, from, status }) => [subjectId, from, status])).toEqual(
          expected,
        );
        await waitFor('all to be heard', () => live.changes.length >= changes.length);
        expect(live.changes).toEqual(changes);
        live.stop();
      }),
      { numRuns: 25 },
    );
  });
}
