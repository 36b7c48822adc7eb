import type { Context } from '../context.ts';
import type { Call, ProviderSource } from '../datasources/provider.ts';
import type { VariableChange, VariableOutcome } from '../datasources/writes.ts';
import { type Complaint, ErrorCode, GatewayError, refuse, toGatewayError } from '../errors.ts';
import type { Ref } from '../ids.ts';
import type { NodeType } from '../schema/node.ts';
import type { UserError } from '../schema/mutations/payload.ts';
import type {
  DeleteEnvironmentVariablesInput,
  EnvironmentVariableInput,
  SetEnvironmentVariablesInput,
} from '../schema/mutations/variables.ts';
import { type Done, toUserErrors } from './outcome.ts';
import type { Plan } from './plan.ts';
import { only } from './state.ts';
import { able, allow, type Target, visible } from './target.ts';

/** What can own variables that are changed; those of rollouts are a record of what was. */
export const OWNERS: readonly NodeType[] = ['Scope', 'Deployment', 'Version'];

const WHAT = 'changing of environment variables';

/** Each is a request of its own. */
const MOST_CHANGES = 200;

export function planSetVariables(context: Context, input: SetEnvironmentVariablesInput): Plan {
  const target = changeable(context, 'ownerId', input.ownerId);
  const provider = settable(target);
  checkCount('variables', input.variables);
  const names = input.variables.flatMap(({ name, newName }) => [
    name,
    ...(newName ? [newName] : []),
  ]);
  checkTwice('variables', names);
  const complaints = input.variables.flatMap((variable, index) =>
    complaintsOf(provider, target.ref, variable, input.allowPlaintext, ['variables', `${index}`]),
  );
  if (complaints.length > 0) throw refused(complaints);
  const changes = input.variables.map((variable) => toChange(provider, target.ref, variable));
  return {
    name: 'setEnvironmentVariables',
    input,
    provider,
    target: target.ref,
    field: 'ownerId',
    send: async (call) => {
      const outcomes = await provider.setVariables(target.ref, changes, input.mode, call);
      const fields = changes.map(({ name }, index) => [name, ['variables', `${index}`]] as const);
      return fromOutcomes(provider, target.ref, outcomes, new Map(fields));
    },
    lookUp: (_sent, call) => settled(target, call),
  };
}

export function planDeleteVariables(
  context: Context,
  input: DeleteEnvironmentVariablesInput,
): Plan {
  const target = changeable(context, 'ownerId', input.ownerId);
  const provider = able(target.provider, 'deleteVariables', WHAT);
  const { names } = input;
  checkCount('names', names);
  checkTwice('names', names);
  const fields = new Map(names.map((name, index) => [name, ['names', `${index}`]]));
  const tell = (outcomes: readonly VariableOutcome[]) =>
    fromOutcomes(provider, target.ref, outcomes, fields);
  let deleted: VariableOutcome[] = [];
  return {
    name: 'deleteEnvironmentVariables',
    input,
    provider,
    target: target.ref,
    field: 'ownerId',
    mark: async (call) => JSON.stringify(await present(target, names, call)),
    send: async (call) => {
      const left = names.filter((name) => deleted.every((each) => each.name !== name));
      const outcomes = await provider.deleteVariables(target.ref, left, call);
      return tell([...deleted, ...outcomes]);
    },
    /** What was there before it was sent and is gone now was deleted; the rest is sent again. */
    lookUp: async ({ mark }, call) => {
      await settled(target, call);
      const before = parseNames(mark);
      const left = await present(target, names, call);
      const isGone = (name: string) => before.includes(name) && !left.includes(name);
      deleted = names.filter(isGone).map((name) => ({ name, error: undefined }));
      return deleted.length === names.length ? tell(deleted) : undefined;
    },
  };
}

/**
 * Variables are set to values, so that sending them twice is the same as once: when what was sent
 * before has come to its end.
 */
export async function settled({ provider, ref }: Target, call: Call): Promise<undefined> {
  await provider.settleVariables?.(ref, call);
}

/** Those of the names that the owner's own variables have. */
async function present(
  { provider, ref }: Target,
  names: readonly string[],
  call: Call,
): Promise<string[]> {
  const levels = only(await provider.getVariableLevels([ref], { shadowed: false }, call), ref.id);
  const own = new Set(levels?.[0]?.variables.map(({ name }) => name));
  return names.filter((name) => own.has(name));
}

function parseNames(mark: string | null): unknown[] {
  const names: unknown = JSON.parse(mark ?? '[]');
  return Array.isArray(names) ? names : [];
}

/** The owner, where the viewer may change its variables: what is shared takes an administrator. */
export function changeable(context: Context, field: string, id: string): Target {
  const target = visible(context, field, id, OWNERS);
  allow(context, target, target.provider.isShared?.(target.ref) ? 'administer' : 'deploy');
  return target;
}

/** The owner's provider, where it lets variables be set. */
export function settable({ provider }: Target) {
  return able(provider, 'setVariables', WHAT);
}

/** What came of each variable. `fields`: where the input names them. */
export function fromOutcomes(
  provider: ProviderSource,
  owner: Ref,
  outcomes: readonly VariableOutcome[],
  fields: ReadonlyMap<string, readonly string[]>,
): Done {
  const names = outcomes.flatMap(({ name, error }) => (error ? [] : [name]));
  const userErrors = outcomes.flatMap(({ name, error }) =>
    error ? errorsOf(name, error, fields.get(name) ?? []) : [],
  );
  const isOpen = outcomes.some(({ error }) => error && !error.complaints && !isAnswer(error));
  return {
    ids: names.length > 0 ? { owner: owner.id } : {},
    names,
    userErrors,
    ...(isOpen && { isOpen }),
  };

  function errorsOf(name: string, error: GatewayError, field: readonly string[]): UserError[] {
    const failure = toGatewayError(error, provider.name);
    const told = toUserErrors(failure) ?? [
      { field: [], code: failure.code, message: failure.message, providerCode: null },
    ];
    return told.map((each) => ({
      ...each,
      field: [...field],
      message: each.message.includes(name) ? each.message : `${name}: ${each.message}`,
    }));
  }
}

/** Why a variable cannot be set, as far as that is known without asking. */
export function complaintsOf(
  provider: ProviderSource,
  owner: Ref,
  { name, value, secret, newName }: EnvironmentVariableInput,
  allowPlaintext: boolean,
  field: readonly string[],
): Complaint[] {
  const complaints: Complaint[] = [];
  const problem = provider.checkVariableName?.(owner, newName ?? name);
  if (problem) {
    const place = newName ? 'newName' : 'name';
    complaints.push({ field: [...field, place], message: `${newName ?? name}: ${problem}` });
  }
  if (value == null && secret == null && !newName) {
    const message = `${name}: write a value, a newName, or that it is secret.`;
    complaints.push({ field: [...field], message });
  }
  if (secret && !allowPlaintext && !provider.keepsSecrets?.(owner)) {
    const message = `${name}: ${provider.name} keeps no secrets here, so that its value could be read. Leave \`secret\` out, or write allowPlaintext: true.`;
    complaints.push({ field: [...field, 'secret'], message });
  }
  return complaints;
}

/** `secret` only where it can be had: in the clear it is allowed, or it was refused before. */
export function toChange(
  provider: ProviderSource,
  owner: Ref,
  { name, value, secret, newName }: EnvironmentVariableInput,
): VariableChange {
  return {
    name,
    value: value ?? undefined,
    secret: provider.keepsSecrets?.(owner) ? (secret ?? undefined) : undefined,
    newName: newName ?? undefined,
  };
}

/** An answer about this variable; anything else may be different the next time. */
function isAnswer({ code }: GatewayError): boolean {
  return code === ErrorCode.NOT_FOUND || code === ErrorCode.UNSUPPORTED;
}

/** All that is wrong at once. What a provider cannot do is UNSUPPORTED, alone as among others. */
function refused(complaints: Complaint[]): GatewayError {
  const isAboutSecrets = complaints.every(({ field }) => field?.at(-1) === 'secret');
  const code = isAboutSecrets ? ErrorCode.UNSUPPORTED : ErrorCode.BAD_USER_INPUT;
  const message = complaints.map((complaint) => complaint.message).join(' ');
  return new GatewayError(code, message, { complaints });
}

function checkCount(field: string, list: readonly unknown[]): void {
  if (list.length > 0 && list.length <= MOST_CHANGES) return;
  throw refuse([field], `write from 1 to ${MOST_CHANGES} of them.`);
}

function checkTwice(field: string, names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw refuse([field], `${twice} is there twice.`);
}
