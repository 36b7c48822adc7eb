import { rowsOf, type Reply, type Row } from './http.ts';

/** Reads a path of a stand-in. */
export type Read = (path: string) => Promise<Reply>;

/** What is particular to a provider's lists. */
export interface Terrain {
  /** The JSON pointer of the rows in the answer of a list. */
  rows: string;
  /** The field that has the value of a path parameter. */
  keyOf(parameter: string): string;
  /** What a list is asked with, so that all its rows come at once. */
  query: string;
  /**
   * Where the values of a parameter come from when not from some rows of the list that the path
   * before it names: by that part of the route.
   */
  sources: Record<string, (parent: string, walk: Walk) => Promise<readonly Row[]>>;
}

/** Finds the paths of a route by reading the lists above it. Everything is read once. */
export interface Walk {
  read: Read;
  /** The rows of the list at `path`. */
  list(path: string): Promise<Row[]>;
  /** The paths of a route such as `/v3/apps/{guid}`: several rows of each list on the way. */
  pathsOf(route: string): Promise<string[]>;
}

const LAST_PARAMETER = /^(.*)\/\{(\w+)\}([^{]*)$/;

export function createWalk(ask: Read, terrain: Terrain): Walk {
  const replies = new Map<string, Promise<Reply>>();
  const expanded = new Map<string, Promise<string[]>>();
  const walk: Walk = {
    read: (path) => remember(replies, path, () => ask(path)),
    list: async (path) => {
      const { status, body } = await walk.read(path + terrain.query);
      return status === 200 ? rowsOf(body, terrain.rows) : [];
    },
    pathsOf: (route) => remember(expanded, route, () => expand(route)),
  };
  const expand = async (route: string): Promise<string[]> => {
    const [, head, parameter, tail] = LAST_PARAMETER.exec(route) ?? [];
    if (head === undefined || parameter === undefined) return [route];
    const source = terrain.sources[head] ?? (async (parent) => sample(await walk.list(parent)));
    const paths: string[] = [];
    for (const parent of await walk.pathsOf(head)) {
      for (const row of await source(parent, walk)) {
        const value = row[terrain.keyOf(parameter)];
        if (typeof value === 'string') paths.push(`${parent}/${value}${tail ?? ''}`);
      }
    }
    return paths;
  };
  return walk;
}

/** The words that tell rows of a list apart: two rows with other words are both looked at. */
const TELLING = new Set([
  'status',
  'state',
  'value',
  'reason',
  'type',
  'strategy',
  'source',
  'mode',
]);
const MOST = 8;

/** Some rows of a list: the first of each look, and the last. */
export function sample<Each extends Row>(rows: readonly Each[]): Each[] {
  const chosen = new Map<string, Each>();
  for (const row of rows) {
    const look = JSON.stringify(lookOf(row, 0));
    if (!chosen.has(look) && chosen.size < MOST) chosen.set(look, row);
  }
  const last = rows.at(-1);
  return [...new Set([...chosen.values(), ...(last ? [last] : [])])];
}

/** What a value looks like from afar: its fields, which of them are null, and its telling words. */
function lookOf(value: unknown, depth: number): unknown {
  if (value === null) return null;
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value !== 'object') return typeof value === 'boolean' ? value : typeof value;
  if (depth === 2) return 'object';
  return Object.entries(value).map(([key, part]) => [
    key,
    TELLING.has(key) && typeof part === 'string' ? part : lookOf(part, depth + 1),
  ]);
}

function remember<Value>(known: Map<string, Value>, key: string, make: () => Value): Value {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}
