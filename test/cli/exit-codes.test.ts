import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { sandboxFile, startTestGatewayOf, UNWATCHED } from '../helpers/gateway.ts';
import { createRecorder, subscribers } from '../helpers/connections.ts';
import { build, type Build, collect } from '../helpers/process.ts';
import { waitFor } from '../helpers/wait-for.ts';

const ROOT = join(import.meta.dirname, '../..');

/** A process of the command line: its two kinds of text, and how it ended. */
interface Run {
  child: ReturnType<typeof spawn>;
  out: () => string;
  err: () => string;
  ended: Promise<[number | null, string | null]>;
}

let built: Build;
let folder: string;
let sandbox: Sandbox;
/** Exit codes that were seen, for the table of docs/operations.md. */
const seen = new Set<number>();

beforeAll(async () => {
  built = build();
  folder = mkdtempSync(join(tmpdir(), 'deploygraph-exit-'));
  sandbox = await startSandbox();
}, 120_000);
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

/** `deploygraph <words>`, with a configuration as an object, as text, or at a path. */
function run(words: readonly string[], environment: Record<string, string> = {}): Run {
  const child = spawn(process.execPath, [join(built.folder, 'src/main.js'), ...words], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, ...environment },
  });
  const ended = once(child, 'close').then(([code, signal]) => {
    if (typeof code === 'number') seen.add(code);
    return [code, signal] as [number | null, string | null];
  });
  const [out, err] = [child.stdout, child.stderr].map((stream) => {
    let text = '';
    stream.on('data', (part: Buffer) => (text += part.toString()));
    return () => text;
  }) as [() => string, () => string];
  return { child, out, err, ended };
}

let files = 0;
function configured(config: unknown): { DEPLOYGRAPH_CONFIG: string; PORT: string } {
  files += 1;
  const path = join(folder, `${files}.yaml`);
  writeFileSync(path, typeof config === 'string' ? config : JSON.stringify(config));
  return { DEPLOYGRAPH_CONFIG: path, PORT: '0' };
}

const PROVIDER = {
  ...{
    name: 'x',
    kind: 'cloud66',
    baseUrl: 'http://127.0.0.1:1',
    credentials: { token: 'marked' },
  },
};
const KEY = {
  name: 'screen',
  // SHA-256 of "key".
  hash: '2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683',
  grants: [{ role: 'viewer' }],
};
const USAGE = 'Usage: deploygraph <command>';
/** No line of it is of a stack. */
const isPlain = (text: string) => !/^\s+at |node:internal|\.js:\d/m.test(text);

describe('a command that ends by itself', () => {
  const taken = createServer();
  beforeAll(async () => {
    taken.listen(0, '127.0.0.1');
    await once(taken, 'listening');
  });
  afterAll(() => void taken.close());
  const takenPort = () => String((taken.address() as AddressInfo).port);

  it.each<[string[], number, RegExp]>([
    [['help'], 0, /^Usage: deploygraph <command>[^]*start[^]*check[^]*schema[^]*watch/],
    [['--help'], 0, /^Usage: /],
    [['start', '--help'], 0, /^Usage: /],
    [['check', '-h'], 0, /^Usage: /],
    [['watch', '--help', '--frob'], 64, /--frob/],
    [['deploy'], 64, /^"deploy" is no command\./],
    [['start', 'now'], 64, /^"start now" is no command\./],
    [['start', '--frob'], 64, /--frob/],
    [['start', '--json'], 64, /^start has no option --json\./],
    [['check', '--url', 'http://x'], 64, /^check has no option --url\./],
    [['schema', '--write'], 64, /--write/],
    [['schema', '--write', 'a', '--check', 'b'], 64, /^--write and --check exclude one another\./],
    [['watch', '--url', 'nowhere'], 64, /^--url takes an http or https URL/],
    [['watch', '--url', 'ftp://x'], 64, /^--url takes an http or https URL/],
    [['schema', '--check', 'schema.graphql'], 0, /^$/],
    [['schema', '--check', 'README.md'], 1, /^README\.md is not the schema of the code/],
    [['schema', '--check', '/nowhere/a'], 1, /^ENOENT: .*\/nowhere\/a/],
    [['schema', '--write', '/nowhere/a'], 1, /^ENOENT: .*\/nowhere\/a/],
  ])('%j: %i', async (words, code, message) => {
    const { ended, out, err } = run(words);
    expect(await ended).toEqual([code, null]);
    const [told, untold] = code === 0 ? [out(), err()] : [err(), out()];
    expect(told).toMatch(message);
    expect(told.includes(USAGE)).toBe(code === 64 || words.some((word) => /^-?-?h/.test(word)));
    expect(untold).toBe('');
    expect(isPlain(told)).toBe(true);
  });

  it.each<[string, () => [unknown, Record<string, string>?], number, RegExp]>([
    [
      'a configuration with mistakes',
      () => [{ providers: [{ ...PROVIDER, kind: 'x' }] }],
      78,
      /providers\[0\]\.kind: write one of/,
    ],
    ['one that is no YAML', () => ['providers: ['], 78, /line \d+: this is not valid YAML/],
    [
      'none where one is named',
      () => ['', { DEPLOYGRAPH_CONFIG: '/nowhere/d.yaml' }],
      78,
      /^\/nowhere\/d\.yaml cannot be used:\n {2}the file cannot be read\.$/m,
    ],
    [
      'a folder for a configuration',
      () => ['', { DEPLOYGRAPH_CONFIG: folder }],
      78,
      /the file cannot be read/,
    ],
    [
      'a variable that is not there',
      () => [{ providers: [{ ...PROVIDER, baseUrl: '${NOT_THERE}' }] }],
      78,
      /NOT_THERE/,
    ],
    [
      'a port that is none',
      () => [{ providers: [PROVIDER] }, { PORT: 'x' }],
      78,
      /PORT: write a port/,
    ],
    [
      'documents that are not there',
      () => [{ server: { trustedDocuments: { file: '/nowhere' } }, providers: [PROVIDER] }],
      78,
      /server\.trustedDocuments\.file: /,
    ],
    [
      'a port that is taken',
      () => [{ providers: [PROVIDER] }, { PORT: takenPort() }],
      1,
      /^listen EADDRINUSE: .* Set PORT/,
    ],
    [
      'an address of another machine',
      () => [{ auth: { apiKeys: [KEY] }, providers: [PROVIDER] }, { HOST: '192.0.2.1' }],
      1,
      /^listen EADDRNOTAVAIL: .* Set HOST/,
    ],
  ])('start with %s', async (_what, prepare, code, message) => {
    const [config, environment] = prepare();
    const { ended, out, err } = run(['start'], { ...configured(config), ...environment });
    expect(await ended).toEqual([code, null]);
    expect(err()).toMatch(message);
    expect(out()).not.toContain('GraphQL at');
    expect(out() + err()).not.toContain('marked');
    expect(isPlain(err())).toBe(true);
  });
});

describe('check', () => {
  it('is 0 where every provider can be used, for people and for tools', async () => {
    const environment = configured(sandboxFile(sandbox));
    const [people, tools] = [run(['check'], environment), run(['check', '--json'], environment)];
    expect([await people.ended, await tools.ended]).toEqual([
      [0, null],
      [0, null],
    ]);
    expect(people.out().split('\n')[0]).toMatch(/^provider +kind +reachable/);
    expect(JSON.parse(tools.out())).toMatchObject(
      ['ubiops', 'humanitec', 'cloud66', 'cloudfoundry'].map((provider) => ({
        provider,
        reachable: true,
        credentials: 'accepted',
      })),
    );
  });

  it('is 1 where one cannot, which is told with the others, and 78 without a configuration', async () => {
    const file = sandboxFile(sandbox);
    const down = { ...file, providers: [...file.providers, PROVIDER] };
    const some = run(['check', '--json'], configured(down));
    expect(await some.ended).toEqual([1, null]);
    const told = JSON.parse(some.out()) as { provider: string; problem?: string }[];
    expect(told.filter(({ problem }) => problem).map(({ provider }) => provider)).toEqual(['x']);
    const none = run(['check'], { DEPLOYGRAPH_CONFIG: '/nowhere' });
    expect(await none.ended).toEqual([78, null]);
    expect(none.err()).toContain('the file cannot be read');
  });
});

describe('watch', () => {
  const start = () => startTestGatewayOf(sandbox, { ...UNWATCHED, auth: { apiKeys: [KEY] } });

  it.each(['SIGINT', 'SIGTERM'] as const)('writes what happens, and is 0 at %s', async (signal) => {
    const gateway = await startTestGatewayOf(sandbox, UNWATCHED);
    const watching = run(['watch', '--json', '--url', gateway.url]);
    await waitFor('it', () => subscribers(gateway) === 3);
    const { put, id } = await createRecorder(gateway);
    await put('seen');
    await waitFor('the line', () => watching.out().includes('"rawStatus":"seen"'));
    const lines = watching.out().trim().split('\n');
    const last = JSON.parse(lines.at(-1) ?? '') as Record<string, unknown>;
    expect(last).toMatchObject({ subject: 'deployment', subjectId: id, rawStatus: 'seen' });
    watching.child.kill(signal);
    expect(await watching.ended).toEqual([0, null]);
    await gateway.close();
  });

  it('goes on when the gateway is away, and ends with its reader', async () => {
    const gateway = await startTestGatewayOf(sandbox, UNWATCHED);
    const gone = run(['watch', '--url', 'http://127.0.0.1:1']);
    await waitFor('a second try', () => gone.err().split('Trying again').length > 6);
    expect(gone.child.exitCode).toBeNull();
    gone.child.kill('SIGINT');
    expect(await gone.ended).toEqual([0, null]);

    const read = run(['watch', '--json', '--url', gateway.url]);
    await waitFor('it', () => subscribers(gateway) === 3);
    read.child.stdout?.destroy();
    const { put } = await createRecorder(gateway);
    await put();
    expect(await read.ended).toEqual([0, null]);
    expect(read.err()).toBe('');
    await gateway.close();
  });

  it.each<[string, string[], string | undefined, RegExp]>([
    ['no key', [], undefined, /4401 Unauthorized.*Set DEPLOYGRAPH_KEY/],
    ['a wrong key', [], 'wrong', /4401 Unauthorized.*Set DEPLOYGRAPH_KEY/],
    ['a cursor that is none', ['--since', 'yesterday'], 'key', /BAD_USER_INPUT: /],
  ])('is 1, and tries no more, with %s', async (_what, words, key, message) => {
    const gateway = await start();
    const refused = run(
      ['watch', '--url', gateway.url, ...words],
      key === undefined ? {} : { DEPLOYGRAPH_KEY: key },
    );
    expect(await refused.ended).toEqual([1, null]);
    expect(refused.err()).toMatch(message);
    expect(refused.err().trim().split('\n')).toHaveLength(1);
    await gateway.close();
  });
});

describe('start, until it is told to stop', () => {
  it.each<[NodeJS.Signals[], number]>([
    [['SIGTERM'], 0],
    [['SIGINT'], 0],
    [['SIGTERM', 'SIGTERM'], 143],
    [['SIGTERM', 'SIGINT'], 130],
    [['SIGINT', 'SIGINT'], 130],
  ])('%j: %i', async (signals, code) => {
    // Held at its end by a request under way where there is a second signal.
    const server = { drainMs: 50, graceMs: 60_000 };
    const { child, out, ended } = run(
      [],
      configured({ server, logLevel: 'silent', providers: [PROVIDER] }),
    );
    const said = collect(child);
    const url = await waitFor('it', () => /GraphQL at (\S+)\/graphql/.exec(out())?.[1], 30_000);
    const holding = signals.length > 1 ? await openRequest(url) : undefined;
    const [first, second] = signals;
    if (first) child.kill(first);
    if (second) {
      await waitFor('the first', () => said().includes(`${first}: stopping`));
      child.kill(second);
    }
    expect(await ended).toEqual([code, null]);
    holding?.destroy();
  });

  /** A request whose body never ends. */
  async function openRequest(url: string) {
    const { request } = await import('node:http');
    const held = request(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': 10, expect: '100-continue' },
    });
    held.on('error', () => undefined);
    held.flushHeaders();
    await once(held, 'continue');
    return held;
  }
});

it('ends with no other code than docs/operations.md tells, and with each of them', () => {
  const text = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');
  const [table = ''] = /^\| exit code [^]*?\n\n/m.exec(text) ?? [];
  const rows = [...table.matchAll(/^\| ([\d, ]+?) +\|/gm)];
  const told = rows.flatMap(([, codes = '']) => codes.split(',').map(Number));
  expect(told.length).toBeGreaterThan(4);
  expect([...seen].sort()).toEqual(told.sort());
});
