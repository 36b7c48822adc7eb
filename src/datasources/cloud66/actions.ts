import { z } from 'zod';
import { ErrorCode, GatewayError } from '../../errors.ts';
import { pause } from '../http/pause.ts';
import type { Call } from '../provider.ts';
import { afresh } from '../rollouts.ts';
import { type Account, stackPath } from './account.ts';
import { unwrapped } from './envelope.ts';

/** What the provider does in the background. What it says of its end may quote what was sent. */
export const action = unwrapped(
  z.object({
    id: z.int().positive(),
    finished_at: z.string().nullable().catch(null),
    finished_success: z.boolean().nullable().catch(null),
  }),
);
export type Action = z.infer<typeof action>;

/** How long to wait between two looks: longer each time, in milliseconds. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/**
 * Follows an action to its end, as long as the write has time.
 * @returns what went wrong; `undefined`: it succeeded. OUTCOME_UNKNOWN: nobody saw its end
 */
export async function follow(
  account: Account,
  uid: string,
  started: Action,
  call: Call,
): Promise<GatewayError | undefined> {
  const path = `${stackPath(uid, 'actions', String(started.id))}.json`;
  let current = started;
  try {
    for (let pauseMs = FIRST_PAUSE_MS; current.finished_at === null; pauseMs *= 2) {
      await pause(Math.min(pauseMs, LONGEST_PAUSE_MS), call.signal);
      current = await account.http.get(path, action, afresh(call));
    }
  } catch (error) {
    return unseen(account.provider, started.id, error);
  }
  return current.finished_success === false ? failed(account.provider, started.id) : undefined;
}

const named = action.and(unwrapped(z.object({ action: z.string() })));

/** What the provider calls changes of variables. */
const OF_VARIABLES = /^env-var/;

/**
 * Waits for the end of the changes of a stack's variables that are under way.
 * @throws GatewayError OUTCOME_UNKNOWN where it is not seen
 */
export async function settleVariables(account: Account, uid: string, call: Call): Promise<void> {
  const path = `${stackPath(uid, 'actions')}.json`;
  const rows = await account.http.get(path, unwrapped(z.array(z.unknown())), call);
  const running = rows.flatMap((row) => {
    const { data } = named.safeParse(row);
    return data && data.finished_at === null && OF_VARIABLES.test(data.action) ? [data] : [];
  });
  const ends = await Promise.all(running.map((each) => follow(account, uid, each, call)));
  const unknown = ends.find((end) => end?.code === ErrorCode.OUTCOME_UNKNOWN);
  if (unknown) throw unknown;
}

const referred = z.object({ metadata: z.object({ user_reference: z.string() }) });

/** Whether the stack has an action that carries this reference, whatever has come of it. */
export async function isTakenOn(
  account: Account,
  uid: string,
  reference: string,
  call: Call,
): Promise<boolean> {
  const path = `${stackPath(uid, 'actions')}.json`;
  const query = { user_reference: reference };
  const actions = await account.http.get(path, unwrapped(z.array(z.unknown())), call, query);
  // An API that does not know the parameter answers with all of them.
  return actions.some((each) => {
    const { data } = referred.safeParse(each);
    return data?.metadata.user_reference === reference;
  });
}

function failed(provider: string, id: number): GatewayError {
  const message = `The change was taken on, and then failed: see action ${id} of the stack.`;
  return new GatewayError(ErrorCode.PROVIDER_REJECTED, `${provider}: ${message}`, {
    provider,
    complaints: [{ message }],
  });
}

function unseen(provider: string, id: number, cause: unknown): GatewayError {
  return new GatewayError(
    ErrorCode.OUTCOME_UNKNOWN,
    `${provider} took the change on as action ${id} of the stack, whose end was not seen. Look at the variable before sending it again.`,
    { provider, cause },
  );
}
