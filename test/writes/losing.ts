import { describe, expect, it } from '@jest/globals';
import { waitFor } from '../helpers/wait-for.ts';
import type { Case, Stage } from './stage.ts';

/** What every write keeps when its answer, or itself, is lost on the way. */
export function describeLosing(stage: Stage, cases: readonly Case[]): void {
  const { gateway, newName, send, spoil } = stage;
  /** How often the request was sent that does it. */
  const writes = ({ provider, write }: Case) =>
    gateway()
      .requestsTo(provider)
      .filter((line) => write.test(line)).length;

  describe.each(cases.map((each) => [each.mutation, each.provider, each] as const))(
    '%s on %s',
    (_mutation, _provider, each) => {
      const prepared = async () => {
        const input = { ...(await each.prepare()), idempotencyKey: newName() };
        gateway().sandbox[each.provider].clearRequests();
        return input;
      };
      /** The stand-in goes on with what takes time, as long as the gateway waits for it. */
      const whileTimePasses = async <T>(writing: Promise<T>): Promise<T> => {
        let isOver = false;
        const end = () => (isOver = true);
        writing.then(end, end);
        await waitFor('the write', () => {
          const isMoving = each.setsState ?? each.takesTime;
          if (each.provider === 'cloud66' && isMoving) gateway().sandbox.advance(500);
          return isOver;
        });
        return writing;
      };

      it('whose answer was lost is found, and not sent a second time', async () => {
        const input = await prepared();
        spoil(each, { loseAnswer: true });
        expect(await whileTimePasses(send(each, input))).toEqual(['OUTCOME_UNKNOWN']);
        expect(writes(each)).toBe(1);
        gateway().sandbox[each.provider].setFaults([]);
        if (each.takesTime) gateway().sandbox.advance(60_000);
        expect(await whileTimePasses(send(each, input))).toEqual([]);
        if (!each.setsState) expect(writes(each)).toBe(1);
        expect(await send(each, input)).toEqual([]);
        expect(writes(each)).toBeLessThanOrEqual(each.setsState ? 2 : 1);
      });

      it('that never arrived is sent by the repetition', async () => {
        const input = await prepared();
        spoil(each, { drop: true });
        expect(await whileTimePasses(send(each, input))).toEqual(['OUTCOME_UNKNOWN']);
        gateway().sandbox[each.provider].setFaults([]);
        expect(await whileTimePasses(send(each, input))).toEqual([]);
        expect(await send(each, input)).toEqual([]);
        // The one that was dropped is in the log too.
        expect(writes(each)).toBe(2);
      });
    },
  );
}
