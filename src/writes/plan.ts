import type { Call, ProviderSource } from '../datasources/provider.ts';
import type { WriteCall } from '../datasources/writes.ts';
import type { Ref } from '../ids.ts';
import type { MutationInput } from '../schema/mutations/input.ts';
import type { Done } from './outcome.ts';

/** A write of which the outcome is not known. */
export interface Sent {
  reference: string;
  /** What `mark` said before it was sent. */
  mark: string | null;
}

/** One mutation, checked as far as that goes without asking anybody. */
export interface Plan {
  /** The mutation's name. */
  name: string;
  input: MutationInput;
  provider: ProviderSource;
  /** What it is done to. */
  target: Ref;
  /** The argument that names the target. */
  field: string;
  /**
   * What must be known before it is sent to tell afterwards whether it was done. Asked only where
   * somebody can come back to it, with an idempotency key. Kept outside the process: no values.
   */
  mark?(call: Call): Promise<string | null>;
  /** Does it. Called once. */
  send(call: WriteCall): Promise<Done>;
  /**
   * Looks whether it was done: the outcome, or `undefined` when it may be sent (again), because it
   * was not done or because doing it twice is the same as doing it once.
   * @throws GatewayError OUTCOME_UNKNOWN where nobody can tell.
   */
  lookUp(sent: Sent, call: Call): Promise<Done | undefined>;
}

/** An input without what it says to the gateway alone. */
export function contentOf<Input extends MutationInput>(
  input: Input,
): Omit<Input, keyof MutationInput> {
  const content: Partial<Input> = { ...input };
  delete content.idempotencyKey;
  delete content.clientMutationId;
  // Everything else is still there.
  return content as Omit<Input, keyof MutationInput>;
}

/** For what sets a state, whatever it was before: sending it twice is the same as once. */
export const sendAgain = async (): Promise<undefined> => undefined;
