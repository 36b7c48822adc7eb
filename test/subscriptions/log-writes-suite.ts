import { expect, it } from '@jest/globals';
import { ErrorCode, Status, WriteResult } from '../../src/schema/enums.ts';
import type { EventLog } from '../../src/subscriptions/events.ts';
import type { WriteRecord } from '../../src/writes/audit.ts';
import { waitFor } from '../helpers/wait-for.ts';
import { BOUNDS, type Bounds, follow, saw, told } from './log-suite.ts';

const wrote = (id: string, more: Partial<WriteRecord> = {}): WriteRecord => ({
  id,
  requestId: `request-${id}`,
  viewer: 'ada',
  action: 'startDeployment',
  provider: 'cloudfoundry',
  targetId: 'target',
  result: WriteResult.DONE,
  code: undefined,
  changedIds: ['one', 'two'],
  at: new Date(),
  durationMs: 12,
  ...more,
});

/** What every log promises of writes; `create` makes an empty one. */
export function describeWrites(create: (bounds: Bounds) => Promise<EventLog>): void {
  const { QUEUED, SUCCEEDED } = Status;

  it('appends writes among the changes, each once under its id', async () => {
    const log = await create(BOUNDS);
    await log.record('scope', [], 1);
    const start = await log.head();
    const live = follow(log);
    await log.record('scope', [saw('a', QUEUED)], 1);
    const refused = wrote('1', { code: ErrorCode.BAD_USER_INPUT, result: WriteResult.REFUSED });
    await log.append(refused);
    const other = wrote('2');
    await log.append(other);
    await log.append(refused);
    await log.record('scope', [saw('a', SUCCEEDED)], 1);
    const { events } = await log.read(start, 10);
    expect(events).toMatchObject([
      { type: 'Deployment', status: QUEUED },
      { type: 'Write', ...refused },
      { type: 'Write', ...other },
      { type: 'Deployment', status: SUCCEEDED },
    ]);
    await waitFor('all to be heard', () => live.events.length >= 4);
    expect(live.events).toEqual(events);
    expect((await log.read(events[0]?.cursor ?? '', 1)).events).toEqual([events[1]]);
    expect(told((await log.history('a', { first: 5, after: undefined })).changes)).toEqual([
      ['a', QUEUED, SUCCEEDED, 2],
      ['a', null, QUEUED, 1],
    ]);
  });

  it('counts writes among the events that it keeps', async () => {
    const log = await create({ ...BOUNDS, maxEvents: 5 });
    await log.record('scope', [], 1);
    const start = await log.head();
    await log.record('scope', [saw('a', QUEUED)], 1);
    for (let index = 0; index < 6; index += 1) await log.append(wrote(`${index}`));
    await expect(log.read(start, 10)).rejects.toMatchObject({ code: 'CURSOR_EXPIRED' });
    expect((await log.history('a', { first: 5, after: undefined })).changes).toEqual([]);
    const head = await log.head();
    // One that was let go may come again; one that is there may not.
    await log.append(wrote('5'));
    const late = wrote('new');
    await log.append(late);
    expect((await log.read(head, 10)).events).toMatchObject([late]);
  });
}
