/** Whether a record's labels meet a selector. */
export type LabelTest = (labels: Record<string, string>) => boolean;

/**
 * Parses a `label_selector`: requirements (`key=value`, `==`, `!=`, `in (..)`, `notin (..)`, `key`,
 * `!key`) that must all be met. `!=` and `notin` are also met by records without the key.
 * `undefined` when it is not a selector.
 */
export function parseLabelSelector(selector: string): LabelTest | undefined {
  // Commas inside parentheses separate values, not requirements.
  const tests = selector.split(/,(?![^(]*\))/).map((part) => parseRequirement(part.trim()));
  if (tests.some((test) => test === undefined)) return undefined;
  return (labels) => tests.every((test) => test?.(labels));
}

const KEY = '([a-zA-Z0-9](?:[\\w.\\-/]*[a-zA-Z0-9])?)';
const VALUE = '([\\w.\\-]*)';
const EQUALITY = new RegExp(`^${KEY}\\s*(==|=|!=)\\s*${VALUE}$`);
const MEMBERSHIP = new RegExp(`^${KEY}\\s+(in|notin)\\s*\\(([\\w.\\-,\\s]*)\\)$`);
const EXISTENCE = new RegExp(`^(!?)\\s*${KEY}$`);

function parseRequirement(text: string): LabelTest | undefined {
  const [, equalKey, equalOperator, value = ''] = EQUALITY.exec(text) ?? [];
  if (equalKey) return membershipTest(equalKey, [value], equalOperator !== '!=');
  const [, setKey, setOperator, list = ''] = MEMBERSHIP.exec(text) ?? [];
  if (setKey) {
    const values = list.split(',').map((entry) => entry.trim());
    return membershipTest(setKey, values, setOperator === 'in');
  }
  const [, negation, key] = EXISTENCE.exec(text) ?? [];
  if (!key) return undefined;
  return (labels) => key in labels === (negation === '');
}

function membershipTest(key: string, values: string[], wanted: boolean): LabelTest {
  return (labels) => {
    const value = labels[key];
    return (value !== undefined && values.includes(value)) === wanted;
  };
}
