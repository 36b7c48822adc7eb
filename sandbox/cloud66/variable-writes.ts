import { ApiError, notFound } from './envelope.ts';
import { SECOND, type Action, type Stack, type Variable } from './model.ts';
import { PEOPLE } from './profiles.ts';
import type { ChangeStack, RouteCall } from './routes.ts';
import { toActionBody } from './stacks.ts';
import type { World } from './world.ts';

const KEY = /^[A-Za-z_][A-Za-z0-9_]*$/;
const STRATEGIES: readonly unknown[] = [undefined, 'deployment', 'immediately'];

/** How long the platform takes to make a change. */
const TAKES_MS = 5 * SECOND;

/** Changes of variables. A new value is there when the action that the answer shows is over. */
export function addVariableWrites(change: ChangeStack, world: World): void {
  change('POST', '/environments', (stack, call) => {
    const { key, value } = parseNew(call);
    if (stack.variables.some((variable) => variable.key === key)) {
      throw new ApiError(409, 'conflict', `The environment variable ${key} already exists`);
    }
    return act(world, stack, call.now, 'env-var-new', (at) => {
      stack.variables.push(newVariable(stack, key, value, at));
    });
  });
  change('PUT', '/environments/:key', (stack, call) => {
    const variable = writable(stack, call.param('key'));
    const value = valueOf(call);
    return act(world, stack, call.now, 'env-var-update', (at) => {
      const key = variable.history.length + 1;
      variable.history.push({ key, value: String(variable.value), at: variable.updatedAt });
      Object.assign(variable, { value, updatedAt: at });
    });
  });
  // "200, no body shown".
  change('DELETE', '/environments/:key', (stack, call) => {
    const variable = writable(stack, call.param('key'));
    stack.variables.splice(stack.variables.indexOf(variable), 1);
    return '';
  });
}

function act(
  world: World,
  stack: Stack,
  now: number,
  kind: string,
  happen: (at: number) => void,
): unknown {
  const finishesAt = now + TAKES_MS;
  const action: Action = {
    id: 100_000 * (stack.index + 1) + 95_000 + stack.actions.length,
    user: PEOPLE[0],
    action: kind,
    resourceId: String(280 + stack.index),
    startedVia: 'api',
    startedAt: now,
    finishesAt,
    success: true,
    message: null,
    userReference: null,
  };
  stack.actions.push(action);
  world.changes.push({ at: finishesAt, happen: () => happen(finishesAt) });
  return { response: toActionBody(now)(action) };
}

function newVariable(stack: Stack, key: string, value: string, at: number): Variable {
  const ids = stack.variables.map(({ id }) => id);
  return {
    id: Math.max(4_000 + stack.index * 100 - 1, ...ids) + 1,
    key,
    value,
    readonly: false,
    isPassword: false,
    isGenerated: false,
    createdAt: at,
    updatedAt: at,
    history: [],
  };
}

function writable(stack: Stack, key: string): Variable {
  const variable = stack.variables.find((each) => each.key === key);
  if (!variable) throw notFound('environment variable');
  if (!variable.readonly) return variable;
  throw new ApiError(400, 'bad_request', 'Bad request', `${key} is read-only`);
}

function parseNew(call: RouteCall): { key: string; value: string } {
  const key = call.field('key');
  if (typeof key === 'string' && KEY.test(key)) return { key, value: valueOf(call) };
  throw new ApiError(400, 'bad_request', 'Bad request', 'key is missing or invalid');
}

function valueOf({ field }: RouteCall): string {
  const value = field('value');
  if (typeof value !== 'string') {
    throw new ApiError(400, 'bad_request', 'Bad request', 'value is missing');
  }
  if (STRATEGIES.includes(field('apply_strategy'))) return value;
  throw new ApiError(400, 'bad_request', 'Bad request', 'apply_strategy is invalid');
}
