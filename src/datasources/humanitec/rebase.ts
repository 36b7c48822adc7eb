import { z } from 'zod';
import { ErrorCode, type GatewayError, refuse, toGatewayError } from '../../errors.ts';
import type { Call } from '../http/call.ts';
import { afresh, missing } from '../rollouts.ts';
import type { UndoStep, WriteCall } from '../writes.ts';
import { type EnvironmentKeys, KEY, pathOf, scopeId } from './keys.ts';
import type { Context } from './reads.ts';

const embedded = z
  .object({ id: z.string().regex(KEY), status: z.string().catch('') })
  .nullable()
  .catch(null)
  .optional()
  .transform((deployment) => deployment ?? null);

/** `GET E`, as far as it says what the next deployment starts from. */
const environmentRow = z.object({ last_deploy: embedded, from_deploy: embedded });
type State = z.infer<typeof environmentRow>;

const ACTIVE = new Set(['pending', 'in progress']);
const REBASE = 'rebase';

/**
 * Deploys from another base than the environment's: `PUT from_deploy_id`, then what `deploy` sends.
 * The two are no transaction. The rebase is noted before it is sent, and taken back when the
 * deployment is refused.
 * @throws GatewayError what `deploy` throws; CONFLICT while another deployment is under way
 */
export async function deployFrom<T>(
  context: Context,
  keys: EnvironmentKeys,
  base: string,
  call: WriteCall,
  deploy: () => Promise<T>,
): Promise<T> {
  const state = await readState(context, keys, afresh(call));
  if (ACTIVE.has(state.last_deploy?.status ?? '')) throw busy();
  if (state.from_deploy?.id === base) return deploy();
  const step = toStep(context, keys, base, state);
  const settled = await call.journal(step);
  let isRebased = false;
  try {
    await rebase(context, keys, base, call);
    isRebased = true;
    const done = await deploy();
    await settled();
    return done;
  } catch (thrown) {
    const failure = toGatewayError(thrown, context.provider);
    // A deployment whose answer was lost may have begun, or begin yet: then the note stays, for
    // whoever can tell later.
    const mayRun = isRebased && failure.code === ErrorCode.OUTCOME_UNKNOWN;
    if (!mayRun && (await takeBack(context, keys, step, call))) await settled();
    throw failure;
  }
}

/**
 * Takes a rebase back that was noted and never ended, if nothing was deployed since: after a
 * deployment, or another rebase, there is nothing left of it.
 */
export async function undoRebase(
  context: Context,
  keys: EnvironmentKeys,
  { name, data }: UndoStep,
  call: WriteCall,
): Promise<void> {
  if (name !== REBASE) return;
  const state = await readState(context, keys, afresh(call));
  const isUntouched = (state.last_deploy?.id ?? null) === data.last;
  if (!isUntouched || state.from_deploy?.id !== data.to || typeof data.from !== 'string') return;
  await rebase(context, keys, data.from, call);
}

/** Whether nothing is left to take back. */
async function takeBack(
  context: Context,
  keys: EnvironmentKeys,
  step: UndoStep,
  call: WriteCall,
): Promise<boolean> {
  try {
    await undoRebase(context, keys, step, call);
    return true;
  } catch {
    // Why the deployment was refused matters more; the note makes sure that this is done later.
    return false;
  }
}

async function rebase(
  { http, ...reach }: Context,
  keys: EnvironmentKeys,
  base: string,
  call: WriteCall,
): Promise<void> {
  const path = `${pathOf(reach, keys)}/from_deploy_id`;
  await http.send('PUT', path, { json: base }, z.unknown(), call);
}

async function readState(context: Context, keys: EnvironmentKeys, call: Call): Promise<State> {
  const state = await context.http.find(pathOf(context, keys), environmentRow, call);
  if (!state) throw missing(context.provider, 'environment');
  return state;
}

function toStep(context: Context, keys: EnvironmentKeys, to: string, state: State): UndoStep {
  return {
    name: REBASE,
    targetId: scopeId(context, keys.application, keys.environment),
    data: { to, from: state.from_deploy?.id ?? null, last: state.last_deploy?.id ?? null },
  };
}

function busy(): GatewayError {
  const reason = 'another deployment of the environment is under way. Wait for its end.';
  return refuse([], reason, ErrorCode.CONFLICT);
}
