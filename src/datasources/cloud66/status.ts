import { Status } from '../../schema/enums.ts';
import type { Coded } from './fields.ts';

/** What a row says about the state of a deployment. */
export interface State {
  isDeploying: boolean | null;
  outcome: Coded;
  startedAt: Date | null;
}

const MEANINGS = new Map<string, 'pending' | Status>([
  ['pending', 'pending'],
  ['success', Status.SUCCEEDED],
  ['failed', Status.FAILED],
]);

/** Only 1 is shown in an example; the others follow from the order of the words on the model page. */
const CODES = new Map<number, 'pending' | Status>([
  [0, 'pending'],
  [1, Status.SUCCEEDED],
  [2, Status.FAILED],
]);

/**
 * The state of a deployment: `is_deploying` first, then the outcome's word, and its code only where
 * there is no word. A word that nobody has seen is UNKNOWN, whatever its code.
 */
export function toStatus({ isDeploying, outcome, startedAt }: State): Status {
  if (isDeploying) return Status.IN_PROGRESS;
  const { code, meaning } = outcome;
  const status = meaning === null ? CODES.get(code ?? Number.NaN) : MEANINGS.get(meaning);
  if (status !== 'pending') return status ?? Status.UNKNOWN;
  return startedAt ? Status.IN_PROGRESS : Status.QUEUED;
}

/** The word, or the code as text, or "". */
export function wordOf({ code, meaning }: Coded): string {
  return meaning ?? (code === null ? '' : String(code));
}
