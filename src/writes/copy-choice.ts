import type { ProviderSource } from '../datasources/provider.ts';
import type { VariableChange, VariableOutcome } from '../datasources/writes.ts';
import { ErrorCode, GatewayError, refuse } from '../errors.ts';
import type { Ref } from '../ids.ts';
import type { EnvironmentVariable } from '../schema/environment-variable.ts';
import type { CopyEnvironmentVariablesInput } from '../schema/mutations/variables.ts';
import { complaintsOf, takes, toChange } from './variable-checks.ts';

type Input = CopyEnvironmentVariablesInput;

/** A variable that is to be copied and can be read. */
interface Found {
  name: string;
  /** Its name at the other owner. */
  newName: string;
  value: string;
  secret: boolean;
  description: string | null;
}

interface Choice {
  found: Found[];
  /** What was asked for and cannot be copied, and why. */
  outcomes: VariableOutcome[];
}

/**
 * What can be known of the new names without asking anybody.
 * @throws GatewayError with a complaint about the first that cannot be
 */
export function checkRenames(provider: ProviderSource, to: Ref, { names, renames }: Input): void {
  const taken = new Set(names?.filter((name) => !renames?.some((each) => each.name === name)));
  const seen = new Set<string>();
  for (const [index, { name, newName }] of (renames ?? []).entries()) {
    const field = ['renames', `${index}`];
    if (seen.has(name)) throw refuse([...field, 'name'], `${name} is there twice.`);
    if (names && !names.includes(name)) {
      throw refuse([...field, 'name'], `${name} is not among the names to copy.`);
    }
    const problem = provider.checkVariableName?.(to, newName);
    if (problem) throw refuse([...field, 'newName'], `${newName}: ${problem}`);
    if (taken.has(newName)) {
      throw refuse([...field, 'newName'], `${newName}: two variables cannot have one name.`);
    }
    seen.add(name);
    taken.add(newName);
  }
}

/** The variables that are meant, with the values that can be had. */
export function choose(
  variables: readonly EnvironmentVariable[],
  secrets: ReadonlyMap<string, string>,
  { names, renames }: Input,
): Choice {
  const newNames = new Map(renames?.map(({ name, newName }) => [name, newName]));
  const asked = new Set([...(names ?? []), ...newNames.keys()]);
  const known = new Set(variables.map(({ name }) => name));
  const choice: Choice = { found: [], outcomes: [] };
  for (const name of asked) {
    if (known.has(name)) continue;
    choice.outcomes.push(notCopied(name, ErrorCode.NOT_FOUND, 'there is no such variable.'));
  }
  for (const { name, value, secret, readOnly, description } of variables) {
    // What the platform made for itself is not for another place, unless somebody names it.
    if (!asked.has(name) && (names || readOnly)) continue;
    const told = value ?? (secret ? secrets.get(name) : undefined);
    if (told === undefined) {
      const why = 'its value cannot be read. Set it at the other owner by hand.';
      choice.outcomes.push(notCopied(name, ErrorCode.UNSUPPORTED, why));
      continue;
    }
    const newName = newNames.get(name) ?? name;
    choice.found.push({ name, newName, value: told, secret, description });
  }
  return choice;
}

/** What of it the other owner can have, as changes there. */
export function judge(
  provider: ProviderSource,
  owner: Ref,
  { found, outcomes }: Choice,
  { allowPlaintext, applyStrategy }: Input,
): { changes: VariableChange[]; outcomes: VariableOutcome[] } {
  const changes: VariableChange[] = [];
  const refused = [...outcomes];
  const takesDescription = takes(provider, owner, 'description');
  for (const { name, newName, value, secret, description } of found) {
    const variable = { name: newName, value, secret, ...(takesDescription && { description }) };
    const wish = { provider, owner, variable, field: [] };
    const [complaint] = complaintsOf(wish, allowPlaintext);
    if (complaint) {
      const code = complaint.code ?? ErrorCode.BAD_USER_INPUT;
      refused.push(notCopied(name, code, complaint.message));
    } else if (found.some((other) => other.newName === newName && other.name !== name)) {
      const why = `another variable would be called ${newName} too. Give it another name.`;
      refused.push(notCopied(name, ErrorCode.CONFLICT, why));
    } else {
      changes.push(toChange(wish, applyStrategy));
    }
  }
  return { changes, outcomes: refused };
}

function notCopied(name: string, code: ErrorCode, why: string): VariableOutcome {
  const message = why.includes(name) ? why : `${name}: ${why}`;
  return { name, error: new GatewayError(code, message, { complaints: [{ message }] }) };
}
