import type { ProviderSource } from '../datasources/provider.ts';
import type { VariableChange, VariableOption } from '../datasources/writes.ts';
import { type Complaint, ErrorCode, unsupported } from '../errors.ts';
import type { Ref } from '../ids.ts';
import {
  Cloud66ApplyStrategy,
  type EnvironmentVariableInput,
} from '../schema/mutations/variables.ts';

/** A variable as somebody wants it, for the owner that is to have it. */
interface Wish {
  provider: ProviderSource;
  owner: Ref;
  variable: EnvironmentVariableInput;
  /** Where the input names it. */
  field: readonly string[];
}

/** Why a variable cannot be set, as far as that is known without asking. */
export function complaintsOf(wish: Wish, allowPlaintext: boolean): Complaint[] {
  const { provider, owner, variable, field } = wish;
  const { name, secret, newName, ...rest } = variable;
  const complaints: Complaint[] = [];
  const problem = provider.checkVariableName?.(owner, newName ?? name);
  if (problem) {
    const place = newName ? 'newName' : 'name';
    complaints.push({ field: [...field, place], message: `${newName ?? name}: ${problem}` });
  }
  if (secret == null && !newName && Object.values(rest).every((given) => given == null)) {
    const message = `${name}: write a value, a newName, or that it is secret.`;
    complaints.push({ field: [...field], message });
  }
  if (secret && !allowPlaintext && !provider.keepsSecrets?.(owner)) {
    const message = `${name}: ${provider.name} keeps no secrets here, so that its value could be read. Leave \`secret\` out, or write allowPlaintext: true.`;
    complaints.push({ field: [...field, 'secret'], message, code: ErrorCode.UNSUPPORTED });
  }
  return [...complaints, ...foreignIn(wish), ...contradictionsIn(wish)];
}

/** @throws GatewayError UNSUPPORTED where nobody can choose when variables are applied */
export function checkStrategy(
  provider: ProviderSource,
  owner: Ref,
  strategy: Cloud66ApplyStrategy | null | undefined,
): void {
  if (strategy == null || takes(provider, owner, 'applyStrategy')) return;
  throw unsupported(['applyStrategy'], `${provider.name} has no such thing. Leave it out.`);
}

const STRATEGIES = {
  [Cloud66ApplyStrategy.DEPLOYMENT]: 'deployment',
  [Cloud66ApplyStrategy.IMMEDIATELY]: 'immediately',
} as const;

/** What is asked to be secret is sent in the clear where that is allowed; else it was refused. */
export function toChange(
  { provider, owner, variable }: Omit<Wish, 'field'>,
  strategy: Cloud66ApplyStrategy | null | undefined,
): VariableChange {
  const { name, value, secret, newName, description, secretReference } = variable;
  const isInClear = secret === true && !provider.keepsSecrets?.(owner);
  return {
    name,
    value: value ?? undefined,
    secret: isInClear ? undefined : (secret ?? undefined),
    newName: newName ?? undefined,
    description: description ?? undefined,
    secretReference: secretReference
      ? { ...secretReference, version: secretReference.version ?? undefined }
      : undefined,
    applyStrategy: strategy ? STRATEGIES[strategy] : undefined,
  };
}

/** What of a variable its provider has no place for. */
function foreignIn({ provider, owner, variable, field }: Wish): Complaint[] {
  const given = (['description', 'secretReference'] as const).filter(
    (option) => variable[option] != null && !takes(provider, owner, option),
  );
  return given.map((option) => ({
    field: [...field, option],
    message: `${variable.name}: ${provider.name} has no such thing. Leave it out.`,
    code: ErrorCode.UNSUPPORTED,
  }));
}

/** A reference to a secret stands for its value, and that of no plain variable. */
function contradictionsIn({ variable, field }: Wish): Complaint[] {
  const { name, value, secret, secretReference } = variable;
  if (!secretReference || (value == null && secret !== false)) return [];
  const message = `${name}: write a secretReference without a value and without secret: false.`;
  return [{ field: [...field, 'secretReference'], message }];
}

/** Whether variables of the owner can be given this. */
export function takes(provider: ProviderSource, owner: Ref, option: VariableOption): boolean {
  return provider.variableOptions?.(owner).includes(option) ?? false;
}
