import type { Context } from '../context.ts';
import type { Call } from '../datasources/provider.ts';
import type { VariableOutcome, WriteCall } from '../datasources/writes.ts';
import { type Ref, refOf } from '../ids.ts';
import { inherit } from '../loaders/variables.ts';
import type { EnvironmentVariable } from '../schema/environment-variable.ts';
import type { CopyEnvironmentVariablesInput } from '../schema/mutations/variables.ts';
import { checkRenames, choose, judge } from './copy-choice.ts';
import type { Plan } from './plan.ts';
import { only } from './state.ts';
import { allow, missing, type Target, visible } from './target.ts';
import { checkStrategy } from './variable-checks.ts';
import { changeable, fromOutcomes, settable, settled } from './variables.ts';

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
  checkStrategy(provider, to.ref, input.applyStrategy);
  checkRenames(provider, to.ref, input);
  const fields = fieldsOf(input);
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
      const chosen = choose(variables, await readableSecrets(context, from, call), input);
      const { changes, outcomes } = judge(provider, to.ref, chosen, input);
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
  { names, renames }: CopyEnvironmentVariablesInput,
  copy: (from: Ref, to: Ref) => Promise<VariableOutcome[] | undefined> | undefined,
): Promise<VariableOutcome[] | undefined> {
  const isWhole = !names && !renames?.length;
  const isOneProvider = from.ref.provider === to.ref.provider;
  if (!isWhole || !isOneProvider || !grants.may('deploy', from.ref)) return undefined;
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

/** Secrets that their provider tells: for those who could read them there by deploying. */
async function readableSecrets(
  { grants }: Context,
  { provider, ref }: Target,
  call: WriteCall,
): Promise<ReadonlyMap<string, string>> {
  if (!provider.readSecrets || !grants.may('deploy', ref)) return new Map();
  return provider.readSecrets(ref, call);
}

/** Where the input names what an outcome is about; those of the other owner have its names. */
function fieldsOf({ names, renames }: CopyEnvironmentVariablesInput): Map<string, string[]> {
  const fields = new Map<string, string[]>();
  for (const [index, { name, newName }] of (renames ?? []).entries()) {
    fields.set(name, ['renames', `${index}`, 'name']);
    fields.set(newName, ['renames', `${index}`, 'newName']);
  }
  for (const [index, name] of (names ?? []).entries()) fields.set(name, ['names', `${index}`]);
  return fields;
}
