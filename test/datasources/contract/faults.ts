import { expect, it } from '@jest/globals';
import { ErrorCode } from '../../../src/errors.ts';
import { Status } from '../../../src/schema/enums.ts';
import { createProvider, newCall } from '../../helpers/provider.ts';
import { failureOf, NAME, type ContractCase, type Under } from './case.ts';

/** What is told when the provider fails, and of rows that cannot be understood. */
export function describeFaults(contract: ContractCase, under: Under): void {
  it.each([
    ['is down', { status: 500, body: 'boom' }, ErrorCode.PROVIDER_UNAVAILABLE],
    ['is throttled', { throttle: true }, ErrorCode.PROVIDER_RATE_LIMITED],
    ['answers HTML', { malformed: 'html' }, ErrorCode.PROVIDER_INVALID_RESPONSE],
    ['answers nothing', { malformed: 'empty' }, ErrorCode.PROVIDER_INVALID_RESPONSE],
    ['answers half', { malformed: 'truncated' }, ErrorCode.PROVIDER_INVALID_RESPONSE],
    ['hangs up', { drop: true }, ErrorCode.PROVIDER_UNAVAILABLE],
    ['answers another shape', { set: { '': 'surprise' } }, ErrorCode.PROVIDER_INVALID_RESPONSE],
  ] as const)('says what happened when the provider %s', async (_what, fault, code) => {
    const { standIn, list } = under;
    standIn.setFaults([{ path: contract.list.path, ...fault }]);
    // One that has not learned yet that its budget is spent, and keeps what it learns here.
    const fresh = createProvider(
      contract.definition,
      standIn.url + contract.basePath,
      contract.options,
    );
    const error = await failureOf(list({ from: 'newest', limit: 5 }, fresh));
    expect(error).toMatchObject({ code, provider: NAME });
    expect(error.message).not.toMatch(/boom|surprise|<html|sandbox(?!-org)/);
    expect(standIn.faults()[0]?.used).toBeGreaterThan(0);
  });

  it('leaves a row out that cannot be understood, and names it', async () => {
    const { standIn, rows, list } = under;
    standIn.setFaults([
      { path: contract.list.path, set: { [contract.list.id]: { not: 'an id' } } },
    ]);
    const slice = await list({ from: 'newest', limit: 1_000 });
    expect(standIn.faults()[0]?.used).toBeGreaterThan(0);
    expect(slice.faults.length).toBeGreaterThan(0);
    expect(slice.faults[0]).toMatchObject({ code: ErrorCode.PROVIDER_INVALID_RESPONSE });
    expect(slice.items.length).toBeGreaterThan(rows.length / 2);
  });

  it('calls a state that nobody has seen UNKNOWN', async () => {
    const { standIn, list } = under;
    const { status, unseenStatus } = contract.list;
    if (status === null) return;
    standIn.setFaults([{ path: contract.list.path, set: { [status]: unseenStatus } }]);
    const slice = await list({ from: 'newest', limit: 1_000 });
    expect(standIn.faults()[0]?.used).toBeGreaterThan(0);
    expect(slice.items.some((row) => row.status === Status.UNKNOWN && row.rawStatus)).toBe(true);
  });

  it('stops when the operation is aborted', async () => {
    const { standIn, provider, source } = under;
    const controller = new AbortController();
    const reason = new Error('the client went away');
    standIn.clearRequests();
    controller.abort(reason);
    await expect(
      provider.listDeployments(source, { from: 'newest', limit: 5 }, newCall(controller.signal)),
    ).rejects.toBe(reason);
    expect(standIn.requests()).toEqual([]);
  });
}
