import { parseArgs } from 'node:util';

/** What the command line asks for. */
export type Command =
  | { name: 'start' }
  | { name: 'check'; json: boolean }
  | { name: 'schema'; write: string | undefined; check: string | undefined }
  | {
      name: 'watch';
      url: string;
      key: string | undefined;
      since: string | undefined;
      providers: string[] | undefined;
      terminalOnly: boolean;
      json: boolean;
    }
  | { name: 'help' };

export const USAGE = `Usage: deploygraph <command>

  start                 the gateway, as deploygraph.yaml or DEPLOYGRAPH_CONFIG says (the default)
  check [--json]        asks each configured provider whether it can be reached, whether it takes
                        the credentials, and which scopes it shows
  schema [--write FILE | --check FILE]
                        the GraphQL schema as SDL
  watch [--url URL] [--provider NAME ...] [--terminal] [--since CURSOR] [--json]
                        follows status changes of a running gateway; DEPLOYGRAPH_KEY is sent
                        as its API key or token
`;

const DEFAULT_URL = 'http://127.0.0.1:4000';

const OPTIONS = {
  json: { type: 'boolean', default: false },
  write: { type: 'string' },
  check: { type: 'string' },
  url: { type: 'string', default: DEFAULT_URL },
  provider: { type: 'string', multiple: true },
  terminal: { type: 'boolean', default: false },
  since: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Which options a command knows. */
const KNOWN: ReadonlyMap<string, readonly string[]> = new Map([
  ['start', []],
  ['check', ['json']],
  ['schema', ['write', 'check']],
  ['watch', ['url', 'provider', 'terminal', 'since', 'json']],
]);

/**
 * Reads the command line.
 * @throws TypeError saying what cannot be understood.
 */
export function parseCommand(words: readonly string[], key: string | undefined): Command {
  const { values, positionals, tokens } = parseArgs({
    args: [...words],
    options: OPTIONS,
    allowPositionals: true,
    tokens: true,
  });
  const [name = 'start', ...rest] = positionals;
  if (values.help || name === 'help') return { name: 'help' };
  const known = KNOWN.get(name);
  if (!known || rest.length > 0) {
    throw new TypeError(`"${[name, ...rest].join(' ')}" is no command.`);
  }
  for (const token of tokens) {
    if (token.kind === 'option' && !known.includes(token.name)) {
      throw new TypeError(`${name} has no option --${token.name}.`);
    }
  }
  refuseValues(values);
  switch (name) {
    case 'check':
      return { name, json: values.json };
    case 'schema':
      return { name, write: values.write, check: values.check };
    case 'watch':
      return {
        name,
        url: values.url,
        key,
        since: values.since,
        providers: values.provider,
        terminalOnly: values.terminal,
        json: values.json,
      };
    default:
      return { name: 'start' };
  }
}

function refuseValues({ url, write, check }: { url: string; write?: string; check?: string }) {
  if (write !== undefined && check !== undefined) {
    throw new TypeError('--write and --check exclude one another.');
  }
  const isHttp = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
  if (!isHttp) throw new TypeError(`--url takes an http or https URL, as ${DEFAULT_URL}.`);
}
