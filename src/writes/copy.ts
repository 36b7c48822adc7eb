import type { Context } from '../context.ts';
import type { ProviderSource, Call } from '../datasources/provider.ts';
import type { VariableChange, VariableOutcome } from '../datasources/writes.ts';
import { ErrorCode, GatewayError } from '../errors.ts';
import { type Ref, refOf } from '../ids.ts';
import { inherit } from '../loaders/variables.ts';
import type { EnvironmentVariable } from '../schema/environment-variable.ts';
import type { CopyEnvironmentVariablesInput } from '../schema/mutations/variables.ts';
import type { Plan } from './plan.ts';
import { only } from './state.ts';
import { allow, missing, type Target, visible } from './target.ts';
import {
  changeable,
  complaintsOf,
  fromOutcomes,
  settable,
  settled,
  toChange,
} from './variables.ts';

/** Copies what is in effect at one owner to another, also of another provider. */
export function planCopyVariables(context: Context, input: CopyEnvironmentVariablesInput): Plan {
  const from = visible(context, 'fromId', input.fromId, [
    'Scope',
    'Deployment',
    'Version',
    'Revision',
  ]);
  const to = changeable(context, 'toId', input.toId);
  const provider = settable(to);
  const fields = new Map(input.names?.map((name, index) => [name, ['names', `${index}`]]));
  return {
    name: 'copyEnvironmentVariables',
    input,
    provider,
    target: to.ref,
    field: 'toId',
    send: async (call) => {
      const native = await copyNatively(context, from, to, input, (source, target) =>
        provider.copyVariables?.(source, target, call),
      );
      if (native) return fromOutcomes(provider, to.ref, native, fields);
      allow(context, from, 'readVariables');
      const variables = await effective(context, from, call);
      const { changes, outcomes } = select(provider, to.ref, variables, input);
      const sent = changes.length
        ? await provider.setVariables(to.ref, changes, 'MERGE', call)
        : [];
      return fromOutcomes(provider, to.ref, [...sent, ...outcomes], fields);
    },
    lookUp: (_sent, call) => settled(to, call),
  };
}

/** The provider's own copy keeps secrets; whoever uses it must be at home at both ends. */
async function copyNatively(
  { grants }: Context,
  from: Target,
  to: Target,
  { names }: CopyEnvironmentVariablesInput,
  copy: (from: Ref, to: Ref) => Promise<VariableOutcome[] | undefined> | undefined,
): Promise<VariableOutcome[] | undefined> {
  const isOneProvider = from.ref.provider === to.ref.provider;
  if (names || !isOneProvider || !grants.may('deploy', from.ref)) return undefined;
  return copy(from.ref, to.ref);
}

/** The variables in effect, without the values of levels that the viewer may not read. */
async function effective(
  { grants }: Context,
  { provider, ref }: Target,
  call: Call,
): Promise<EnvironmentVariable[]> {
  const batch = await provider.getVariableLevels([ref], { shadowed: false }, call);
  const levels = only(batch, ref.id);
  if (!levels) throw missing('fromId', ref);
  return inherit(ref, levels, (id) => grants.may('readVariables', refOf(id)));
}

interface Selection {
  changes: VariableChange[];
  /** What cannot be copied, and why. */
  outcomes: VariableOutcome[];
}

function select(
  provider: ProviderSource,
  to: Ref,
  variables: readonly EnvironmentVariable[],
  { names, allowPlaintext }: CopyEnvironmentVariablesInput,
): Selection {
  const known = new Set(variables.map(({ name }) => name));
  const selection: Selection = { changes: [], outcomes: [] };
  for (const name of names ?? []) {
    if (known.has(name)) continue;
    selection.outcomes.push(notCopied(name, ErrorCode.NOT_FOUND, 'there is no such variable.'));
  }
  for (const { name, value, secret, readOnly } of variables) {
    // What the platform made for itself is not for another place, unless somebody names it.
    if (names ? !names.includes(name) : readOnly) continue;
    if (value === null) {
      const why = 'its value cannot be read. Set it at the other owner by hand.';
      selection.outcomes.push(notCopied(name, ErrorCode.UNSUPPORTED, why));
      continue;
    }
    const variable = { name, value, secret };
    const [complaint] = complaintsOf(provider, to, variable, allowPlaintext, []);
    if (complaint) {
      const isSecret = complaint.field?.at(-1) === 'secret';
      const code = isSecret ? ErrorCode.UNSUPPORTED : ErrorCode.BAD_USER_INPUT;
      selection.outcomes.push(notCopied(name, code, complaint.message));
    } else {
      selection.changes.push(toChange(provider, to, variable));
    }
  }
  return selection;
}

function notCopied(name: string, code: ErrorCode, why: string): VariableOutcome {
  const message = why.includes(name) ? why : `${name}: ${why}`;
  return { name, error: new GatewayError(code, message, { complaints: [{ message }] }) };
}
