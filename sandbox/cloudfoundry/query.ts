import { badQuery } from './errors.ts';
import { parseLabelSelector } from './labels.ts';
import type { Entity } from './model.ts';

/** What a list endpoint lets its callers ask for, besides paging, `guids` and the timestamps. */
export interface ListRules<Row extends Entity> {
  /** Comma lists: a row is in when what this gives for it is in the list. */
  filters: Record<string, (row: Row) => string | null>;
  /** Filters that also exist as `name[not]`. */
  negatable?: readonly string[];
  /** Orders besides `created_at` and `updated_at`. */
  orders?: Record<string, (row: Row) => string>;
  /** Parameters with a fixed set of values, which the route itself acts upon. */
  choices?: Record<string, readonly string[]>;
  /** What `include` may name. */
  includes?: readonly string[];
  /** `false`: no `label_selector`. */
  labels?: boolean;
  /** Filters are checked and then not applied. */
  ignoresFilters?: boolean;
  /** Parameters that are known but refuse every value, with the reason. */
  refused?: Record<string, string>;
}

/** A query that has been understood. */
export interface ListQuery<Row extends Entity> {
  page: number;
  perPage: number;
  matches: (row: Row) => boolean;
  /** `undefined`: by internal id, oldest first. */
  order: { by: (row: Row) => string | number; descending: boolean } | undefined;
  include: readonly string[];
  choices: Record<string, string>;
  /** The parameters as given, but for the paging ones; links to other pages repeat them. */
  given: [string, string][];
}

type Test<Row> = (row: Row) => boolean;
type Timestamp = 'createdAt' | 'updatedAt';

const TIMESTAMPS: Record<string, Timestamp> = {
  created_ats: 'createdAt',
  updated_ats: 'updatedAt',
};
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
const MAX_PER_PAGE = 5000;

/** Reads the query of a list request; refuses it with everything that is wrong with it. */
export function parseListQuery<Row extends Entity>(
  query: unknown,
  rules: ListRules<Row>,
): ListQuery<Row> {
  const given = parametersOf(query);
  const problems: string[] = unknownParameters(given, rules);
  const tests: Test<Row>[] = [];
  const single = new Map(given);
  for (const [parameter, text] of given) {
    const test = parseFilter(parameter, text, rules, problems);
    if (test) tests.push(test);
  }
  const parsed = {
    page: parsePage(single.get('page'), problems),
    perPage: parsePerPage(single.get('per_page'), problems),
    order: parseOrder(single.get('order_by'), rules, problems),
    include: parseInclude(single.get('include'), rules, problems),
    choices: parseChoices(single, rules, problems),
  };
  if (problems.length > 0) throw badQuery(problems);
  return {
    ...parsed,
    matches: (row) => rules.ignoresFilters === true || tests.every((test) => test(row)),
    given: given.filter(([parameter]) => parameter !== 'page' && parameter !== 'per_page'),
  };
}

/** Of a repeated parameter the last one counts. */
function parametersOf(query: unknown): [string, string][] {
  const parameters = query as Record<string, string | string[]>;
  return Object.entries(parameters).map(([name, value]) => [
    name,
    Array.isArray(value) ? (value.at(-1) ?? '') : value,
  ]);
}

function unknownParameters<Row extends Entity>(
  given: readonly [string, string][],
  rules: ListRules<Row>,
): string[] {
  const known = [
    ...['page', 'per_page', 'order_by', 'created_ats', 'updated_ats', 'guids'],
    ...(rules.labels === false ? [] : ['label_selector']),
    ...(rules.includes ? ['include'] : []),
    ...Object.keys({ ...rules.filters, ...rules.choices, ...rules.refused }),
  ];
  const unknown = given
    .map(([parameter]) => nameOf(parameter))
    .filter((name) => !known.includes(name));
  if (unknown.length === 0) return [];
  return [
    `Unknown query parameter(s): '${unknown.join("', '")}'. Valid parameters are: '${known.join("', '")}'`,
  ];
}

function parseFilter<Row extends Entity>(
  parameter: string,
  text: string,
  rules: ListRules<Row>,
  problems: string[],
): Test<Row> | undefined {
  const name = nameOf(parameter);
  const operator = /\[(.*)\]$/.exec(parameter)?.[1];
  const timestamp = TIMESTAMPS[name];
  if (timestamp) return parseTimes(name, operator, text, timestamp, problems);
  const reason = rules.refused?.[name];
  if (reason) problems.push(`${humanName(name)} ${reason}`);
  if (name === 'label_selector') return parseLabels(text, problems);
  const valueOf = name === 'guids' ? (row: Row) => row.guid : rules.filters[name];
  if (!valueOf) return undefined;
  const negated = operator === 'not' && rules.negatable?.includes(name) === true;
  if (operator !== undefined && !negated) problems.push(`${humanName(name)} must be an array`);
  const wanted = new Set(valuesOf(text));
  return (row) => wanted.has(valueOf(row) ?? '') !== negated;
}

function parseLabels<Row extends Entity>(text: string, problems: string[]): Test<Row> | undefined {
  const test = text.trim() === '' ? undefined : parseLabelSelector(text);
  if (!test) problems.push(`${text.trim() === '' ? 'Missing' : 'Invalid'} label_selector value`);
  return test && ((row) => test(row.metadata.labels));
}

/**
 * Records have fractions of a second, answers and filters do not: "equality = whole second", and
 * `[gt]` "skips the rest of the given second", as `[lte]` includes it.
 */
function parseTimes<Row extends Entity>(
  name: string,
  operator: string | undefined,
  text: string,
  field: Timestamp,
  problems: string[],
): Test<Row> | undefined {
  const values = valuesOf(text);
  const problem = problemOfTimes(values, operator);
  if (problem) {
    problems.push(`${humanName(name)} ${problem}`);
    return undefined;
  }
  const times = values.map((value) => Date.parse(value));
  const time = times[0] ?? 0;
  switch (operator) {
    case 'gt':
      return (row) => row[field] >= time + 1000;
    case 'gte':
      return (row) => row[field] >= time;
    case 'lt':
      return (row) => row[field] < time;
    case 'lte':
      return (row) => row[field] < time + 1000;
    default:
      return (row) => times.includes(Math.floor(row[field] / 1000) * 1000);
  }
}

function problemOfTimes(values: string[], operator: string | undefined): string | undefined {
  if (operator !== undefined && !['gt', 'gte', 'lt', 'lte'].includes(operator)) {
    return `Invalid relational operator: '${operator}'`;
  }
  if (operator !== undefined && values.length > 1) {
    return 'only accepts one value when using an inequality filter';
  }
  const areTimes = values.every(
    (value) => TIMESTAMP.test(value) && !Number.isNaN(Date.parse(value)),
  );
  if (areTimes && values.length > 0) return undefined;
  return "has an invalid timestamp format. Timestamps should be formatted as 'YYYY-MM-DDThh:mm:ssZ'";
}

function parsePage(text: string | undefined, problems: string[]): number {
  const page = Number.parseInt(text ?? '1', 10);
  if (!(page > 0)) problems.push('Page must be a positive integer');
  return page;
}

function parsePerPage(text: string | undefined, problems: string[]): number {
  const perPage = Number.parseInt(text ?? '50', 10);
  if (!(perPage > 0)) problems.push('Per page must be a positive integer');
  if (perPage > MAX_PER_PAGE) problems.push(`Per page must be between 1 and ${MAX_PER_PAGE}`);
  return perPage;
}

function parseOrder<Row extends Entity>(
  text: string | undefined,
  rules: ListRules<Row>,
  problems: string[],
): ListQuery<Row>['order'] {
  if (!text) return undefined;
  const orders: Record<string, (row: Row) => string | number> = {
    created_at: (row) => row.createdAt,
    updated_at: (row) => row.updatedAt,
    ...rules.orders,
  };
  const by = orders[text.replace(/^[+-]/, '')];
  if (by) return { by, descending: text.startsWith('-') };
  problems.push(`Order by can only be: '${Object.keys(orders).join("', '")}'`);
  return undefined;
}

function parseInclude<Row extends Entity>(
  text: string | undefined,
  { includes = [] }: ListRules<Row>,
  problems: string[],
): string[] {
  const include = text ? valuesOf(text).map((name) => name.trim()) : [];
  for (const name of include.filter((candidate) => !includes.includes(candidate))) {
    const valid = includes.join("', '");
    problems.push(`Invalid included resource: '${name}'. Valid included resources are: '${valid}'`);
  }
  return include;
}

function parseChoices<Row extends Entity>(
  single: Map<string, string>,
  { choices = {} }: ListRules<Row>,
  problems: string[],
): Record<string, string> {
  const chosen: Record<string, string> = {};
  for (const [name, allowed] of Object.entries(choices)) {
    const value = single.get(name);
    if (value === undefined) continue;
    chosen[name] = value;
    if (!allowed.includes(value)) {
      problems.push(`${humanName(name)} must be one of: '${allowed.join("', '")}'`);
    }
  }
  return chosen;
}

/** "Values containing a comma must be double-encoded." */
function valuesOf(text: string): string[] {
  if (text === '') return [];
  return text.split(',').map((value) => {
    try {
      return decodeURIComponent(value);
    } catch {
      return value;
    }
  });
}

function nameOf(parameter: string): string {
  return parameter.replace(/\[.*\]$/, '');
}

function humanName(name: string): string {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
